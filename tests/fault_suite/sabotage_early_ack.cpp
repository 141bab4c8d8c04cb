// Linked into a test program only: an acknowledgement gate that lets every PUBACK out at once, before the
// commit. The fault suite has to find the messages that are lost by it, or it would not find any.
#include "ingest/ack_gate.hpp"

namespace {

using edgeward::Bytes;
using edgeward::ByteView;
using edgeward::Result;
using edgeward::ingest::AckGate;

}  // namespace

// The linker sends calls of AckGate::from_client here (--wrap) and calls of __real_… to the true one.
Result<void> really_from_client(AckGate* gate, ByteView octets, const AckGate::Progress& progress,
                                Bytes& to_broker, Bytes& to_client) asm("__real_" EDGEWARD_FROM_CLIENT);
Result<void> early_from_client(AckGate* gate, ByteView octets, const AckGate::Progress& progress,
                               Bytes& to_broker, Bytes& to_client) asm("__wrap_" EDGEWARD_FROM_CLIENT);

Result<void> early_from_client(AckGate* gate, ByteView octets, const AckGate::Progress& progress,
                               Bytes& to_broker, Bytes& to_client) {
    AckGate::Progress nothing_waits = progress;
    nothing_waits.taken = 0;
    return really_from_client(gate, octets, nothing_waits, to_broker, to_client);
}

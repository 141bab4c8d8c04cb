#include <algorithm>
#include <cstdlib>

#include "ack_gate.hpp"

// Foreign octets in both directions, whole and octet by octet: the results must not differ, and nothing
// acknowledged may leave before its commit. The first octet of the input says how much of it comes from the
// client.
namespace {

using namespace edgeward;
using namespace edgeward::ingest;

struct Trace {
    Bytes to_client;
    Bytes to_broker;
    bool good = true;
};

// What the gate writes are whole packets.
bool holds_puback(ByteView octets) {
    while (!octets.empty()) {
        const auto header = read_fixed_header(octets);
        if (!header || !*header || (**header).whole() > octets.size()) std::abort();
        if ((**header).type() == PacketType::puback) return true;
        octets = octets.subspan((**header).whole());
    }
    return false;
}

Trace run(ByteView from_client, ByteView from_broker, std::size_t step) {
    // Protocol name, version 5, login "u" with token "t".
    static const Bytes connect{0x10, 20, 0, 4, 'M', 'Q', 'T', 'T', 5, 0xC0, 0,
                               0,    0,  0, 1, 'e', 0,   1,   'u', 0, 1,    't'};
    static const Bytes connack{0x20, 3, 0, 0, 0};
    AckGate gate(AckGate::Settings{"u", "t", "marker", 60, 4096});
    Trace trace;
    if (!gate.from_client(connect, {}, trace.to_broker, trace.to_client)) std::abort();
    if (!gate.from_broker(connack, trace.to_client)) std::abort();
    trace = {};
    const auto feed = [&](ByteView octets, const auto& give) {
        while (trace.good && !octets.empty()) {
            const std::size_t size = std::min(step, octets.size());
            trace.good = give(octets.first(size));
            octets = octets.subspan(size);
        }
    };
    feed(from_broker, [&](ByteView piece) { return gate.from_broker(piece, trace.to_client).has_value(); });
    const AckGate::Progress progress{70000, 70000, false};
    feed(from_client, [&](ByteView piece) {
        return gate.from_client(piece, progress, trace.to_broker, trace.to_client).has_value();
    });
    if (holds_puback(trace.to_broker)) std::abort();
    gate.release(70000, trace.to_broker);
    return trace;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const ByteView input(data + 1, size - 1);
    const std::size_t cut = input.size() * data[0] / 255;
    const Trace whole = run(input.first(cut), input.subspan(cut), input.size() + 1);
    const Trace pieces = run(input.first(cut), input.subspan(cut), 1);
    if (whole.good != pieces.good) std::abort();
    if (whole.good && (whole.to_client != pieces.to_client || whole.to_broker != pieces.to_broker))
        std::abort();
    // The admission itself: arbitrary octets as the first packet never pass.
    AckGate closed(AckGate::Settings{"relay", "0123456789abcdef0123456789abcdef", "marker", 60, 4096});
    Bytes to_broker;
    Bytes to_client;
    (void)closed.from_client(input, {}, to_broker, to_client);
    if (!to_broker.empty()) std::abort();
    return 0;
}

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include <edgeward/core/bytes.hpp>

#include <edgeward/hl7/adt_message.hpp>
#include "adt_sample.hpp"

// Any octets are read or refused; what is read has what its event needs; every answer to it can be read.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace edgeward::hl7;
    const auto text = edgeward::text_of({data, size});
    const auto message = read_adt(text, sample::german_reading());
    if (message && message->event != AdtEvent::other) {
        if (message->groups.empty()) std::abort();
        for (const auto& group : message->groups) {
            if (group.patient.identifiers.empty()) std::abort();
        }
    }
    const auto header = read_header(text);
    if (!header) return 0;
    const MessageFault* fault = message ? nullptr : &message.error();
    const auto code = answer_code(*header, fault);
    if (!code) return 0;
    const auto answer = write_acknowledgement(*header, *code, fault, {"EW1", {}});
    const auto read_back = parse_acknowledgement(answer);
    if (!read_back || read_back->code != *code) std::abort();
    return 0;
}

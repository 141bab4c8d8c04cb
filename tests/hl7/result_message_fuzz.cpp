#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include <edgeward/core/bytes.hpp>

#include <edgeward/hl7/result_message.hpp>
#include "result_sample.hpp"

// Any octets are read or refused; a message is read exactly when its check finds nothing; what is read of a
// person is of a known authority; every answer to it can be read.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace edgeward::hl7;
    const auto text = edgeward::text_of({data, size});
    const auto reading = sample::reading();
    const auto fault = check_results(text);
    const auto message = read_results(text, reading);
    if (message.has_value() == fault.has_value()) std::abort();
    if (message) {
        for (const auto& group : message->groups) {
            for (const auto& one : group.identifiers)
                if (one.value.empty() || !reading.authorities.contains(one.authority)) std::abort();
        }
    }
    const auto header = read_header(text);
    if (!header) return 0;
    const auto numbers = order_numbers_of(text);
    const MessageFault* why = fault ? &*fault : nullptr;
    const auto code = answer_code(*header, why);
    if (!code) return 0;
    const auto answer =
        write_acknowledgement(*header, *code, why, {"EW1", {}, numbers.placer, numbers.filler});
    const auto read_back = parse_acknowledgement(answer);
    if (!read_back || read_back->code != *code) std::abort();
    return 0;
}

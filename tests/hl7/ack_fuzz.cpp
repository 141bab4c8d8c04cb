#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include <edgeward/core/bytes.hpp>
#include <edgeward/hl7/ack.hpp>

// Whatever comes back, the verdict is accepted or says why not.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto answer = edgeward::hl7::parse_acknowledgement(edgeward::text_of({data, size}));
    const auto verdict = edgeward::hl7::classify(answer, "c-1");
    if (verdict.accepted != verdict.error.message.empty()) std::abort();
    if (verdict.accepted && (!answer || answer->control_id != "c-1")) std::abort();
    return 0;
}

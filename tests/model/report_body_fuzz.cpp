#include <cstdlib>

#include <edgeward/model/report.hpp>

// Any octets either decode to a report that encodes to the same octets, or are refused as corrupt.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    edgeward::model::Report report;
    const edgeward::ByteView body(data, size);
    if (edgeward::model::decode_body(body, report)) {
        edgeward::model::Report again;
        if (!edgeward::model::decode_body(edgeward::model::encode_body(report), again)) std::abort();
        if (again.observations != report.observations) std::abort();
    }
    return 0;
}

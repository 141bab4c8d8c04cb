#include <cstdint>

#include <edgeward/dicom/arrival.hpp>
#include <edgeward/dicom/association.hpp>
#include <edgeward/dicom/command.hpp>
#include <edgeward/dicom/commitment.hpp>

using namespace edgeward;
using namespace edgeward::dicom;

// The first octet chooses the reader.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const ByteView body(data + 1, size - 1);
    switch (data[0] % 8) {
        case 0:
            (void)read_associate_request(body);
            break;
        case 1:
            (void)read_associate_accept(body);
            break;
        case 2:
            (void)read_fragments(body);
            break;
        case 3:
            if (const auto command = decode_command(body)) (void)encode_command(*command);
            break;
        case 4:
            (void)decode_arrival(body);
            break;
        case 6:
            (void)decode_commitment_request(body, "1.2.840.10008.1.2");
            break;
        case 7:
            (void)decode_commitment_report(body, "1.2.840.10008.1.2.1");
            break;
        default:
            (void)read_pdu_head(body);
    }
    return 0;
}

#include <edgeward/dicom/arrival.hpp>

#include <algorithm>

#include <edgeward/core/octet_reader.hpp>

namespace edgeward::dicom {
namespace {

constexpr std::uint8_t version = 1;

void append(Bytes& out, ByteView octets) {
    out.insert(out.end(), octets.begin(), octets.end());
}

void append_text(Bytes& out, std::string_view text) {
    append_big_endian(out, text.size(), 4);
    append(out, bytes_of(text));
}

}  // namespace

Bytes encode_arrival(const Arrival& arrival) {
    Bytes out{version};
    append(out, arrival.object.name);
    append(out, arrival.object.key);
    append(out, arrival.content);
    append_big_endian(out, arrival.object.octets, 8);
    for (const std::string* text :
         {&arrival.object.transfer_syntax, &arrival.object.sop_class, &arrival.object.sop_instance,
          &arrival.modality, &arrival.patient_id, &arrival.issuer, &arrival.time})
        append_text(out, *text);
    return out;
}

Result<Arrival> decode_arrival(ByteView octets) {
    Arrival arrival;
    OctetReader in(octets);
    if (in.number(1) != version) in.fail();
    std::ranges::copy(in.take(arrival.object.name.size()), arrival.object.name.begin());
    std::ranges::copy(in.take(arrival.object.key.size()), arrival.object.key.begin());
    std::ranges::copy(in.take(arrival.content.size()), arrival.content.begin());
    arrival.object.octets = in.number(8);
    for (std::string* text :
         {&arrival.object.transfer_syntax, &arrival.object.sop_class, &arrival.object.sop_instance,
          &arrival.modality, &arrival.patient_id, &arrival.issuer, &arrival.time})
        *text = in.text(4);
    if (!in.complete()) return failure(ErrorKind::invalid_input, "not the record of a DICOM object");
    return arrival;
}

}  // namespace edgeward::dicom

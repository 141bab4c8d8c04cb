#include <edgeward/dicom/object.hpp>

#include "implementation.hpp"

namespace edgeward::dicom {
namespace {

constexpr std::size_t preamble_size = 128;

void append_little(Bytes& out, std::size_t value, std::size_t octets) {
    for (std::size_t i = 0; i < octets; ++i)
        out.push_back(static_cast<std::uint8_t>((value >> (8 * i)) & 0xFFU));
}

void append_text(Bytes& out, std::string_view text) {
    out.insert(out.end(), text.begin(), text.end());
}

// Explicit VR little endian (PS3.5 table 7.1-2); OB has a longer head.
void append_element(Bytes& out, std::uint16_t element, std::string_view vr, std::string_view value,
                    char padding) {
    const std::size_t size = value.size() + value.size() % 2;
    append_little(out, 0x0002, 2);
    append_little(out, element, 2);
    append_text(out, vr);
    if (vr == "OB") append_little(out, 0, 2);
    append_little(out, size, vr == "OB" ? 4 : 2);
    append_text(out, value);
    if (size != value.size()) out.push_back(static_cast<std::uint8_t>(padding));
}

}  // namespace

Bytes file_head(const Header& header, std::string_view transfer_syntax) {
    Bytes elements;
    append_element(elements, 0x0001, "OB", std::string_view("\0\1", 2), '\0');
    append_element(elements, 0x0002, "UI", header.sop_class, '\0');
    append_element(elements, 0x0003, "UI", header.sop_instance, '\0');
    append_element(elements, 0x0010, "UI", transfer_syntax, '\0');
    append_element(elements, 0x0012, "UI", implementation_class, '\0');
    append_element(elements, 0x0013, "SH", implementation_version, ' ');
    Bytes length;
    append_little(length, elements.size(), 4);
    Bytes head(preamble_size);
    append_text(head, "DICM");
    append_element(head, 0x0000, "UL", text_of(length), '\0');
    head.insert(head.end(), elements.begin(), elements.end());
    return head;
}

}  // namespace edgeward::dicom

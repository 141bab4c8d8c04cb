#pragma once

#include <cstdint>
#include <span>

namespace edgeward::dicom {

// What the Basic Profile does with an attribute (PS3.15 table E.1-1a). Where the table leaves a choice, the
// one is taken that keeps every IOD conformant: the attribute is there, if need be with a dummy.
enum class BasicAction : std::uint8_t {
    X,    // remove
    Z,    // zero length
    D,    // a dummy of the same VR
    U,    // another UID, the same one for the same UID
    XZ,   // Z
    XD,   // D
    XZD,  // D
    ZD,   // D
    XZU,  // keep the sequence, with other UIDs in it
};

// Which options keep it instead (columns with K).
enum class Retained : std::uint8_t {
    nothing = 0,
    device = 1,
    dates = 2,  // with modified dates: moved
    institution = 4,
    patient = 8,
    uids = 16,
};

struct ConfidentialityRow {
    std::uint32_t tag = 0;  // group and element
    BasicAction action = BasicAction::X;
    Retained retained = Retained::nothing;
};

// Nothing: the table does not name it.
const ConfidentialityRow* confidentiality_row(std::uint32_t tag) noexcept;
// All of it, by tag.
std::span<const ConfidentialityRow> confidentiality_rows() noexcept;

}  // namespace edgeward::dicom

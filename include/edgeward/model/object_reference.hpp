#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace edgeward::model {

// Names the sealed file of an object in the folder `objects` of the data folder: its hexadecimal form.
using ObjectName = std::array<std::uint8_t, 16>;

// A DICOM object, which is too large for a row: it lies in a file of its own, sealed under a key that only
// the sealed body of its report holds (docs/dicom.md).
struct ObjectReference {
    ObjectName name{};
    std::array<std::uint8_t, 32> key{};
    std::uint64_t octets = 0;  // of the data set
    std::string transfer_syntax;
    std::string sop_class;
    std::string sop_instance;
    friend bool operator==(const ObjectReference&, const ObjectReference&) = default;
};

}  // namespace edgeward::model

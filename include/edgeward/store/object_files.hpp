#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include <edgeward/model/object_reference.hpp>

// Objects that are too large for a row lie in files of the data folder (docs/store-format.md). The store
// keeps whose each file is: a report's, as long as its body is there, or a quarantined message's.
namespace edgeward::store {

struct ObjectFile {
    model::ObjectName name{};
    std::uint64_t octets = 0;  // of the content
};

struct ObjectTotals {
    std::uint64_t files = 0;
    std::uint64_t octets = 0;
};

inline std::filesystem::path objects_folder(const std::filesystem::path& data_folder) {
    return data_folder / "objects";
}

}  // namespace edgeward::store

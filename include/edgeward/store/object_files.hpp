#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include <edgeward/crypto/digest.hpp>
#include <edgeward/model/object_reference.hpp>

// Objects that are too large for a row lie in files of the data folder (docs/store-format.md). The store
// keeps whose each file is: a report's, as long as its body is there, or a quarantined message's.
namespace edgeward::store {

struct ObjectFile {
    model::ObjectName name{};
    std::uint64_t octets = 0;  // of the content
    // What its sender finds it by again; nothing: it cannot.
    std::optional<crypto::Digest> instance = {};
    std::string sop_class = {};
};

// Which object of which sender: one way, so that no UID outlives what it names.
crypto::Digest object_key(std::string_view sender, std::string_view sop_instance);

struct ObjectTotals {
    std::uint64_t files = 0;
    std::uint64_t octets = 0;
};

inline std::filesystem::path objects_folder(const std::filesystem::path& data_folder) {
    return data_folder / "objects";
}

}  // namespace edgeward::store

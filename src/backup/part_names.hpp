#pragma once

#include <string_view>

// The parts of a container, in the order they are written (docs/backup-format.md).
namespace edgeward::backup::part_name {

inline constexpr std::string_view erasures = "erasures";  // both
inline constexpr std::string_view key_ring = "keyring";   // both; wrapped under the container's key
inline constexpr std::string_view objects = "objects";    // data, from version 2 on
// data, from version 2 on: <file> and <file>-wal of each database beside the store (side_database.hpp)
inline constexpr std::string_view configuration = "edgeward.toml";  // data
inline constexpr std::string_view mappings = "mappings/";           // data; one part for each file
inline constexpr std::string_view policies = "policies/";           // data; one part for each file
inline constexpr std::string_view store = "store.db";               // data
inline constexpr std::string_view store_log = "store.db-wal";       // data
inline constexpr std::string_view vault = "vault.db";               // persons
inline constexpr std::string_view vault_log = "vault.db-wal";       // persons
inline constexpr std::string_view log_ending = "-wal";

}  // namespace edgeward::backup::part_name

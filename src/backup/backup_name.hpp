#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include <edgeward/core/time.hpp>

#include "container_header.hpp"

namespace edgeward::backup {

// 20261123T184846Z-0011aabb: the time to the second and the id's first eight digits.
std::string backup_name(Instant made, const std::string& id);
std::filesystem::path container_file(const std::filesystem::path& folder, const std::string& name, Kind kind);
// By the end of its name; nothing: no container.
std::optional<Kind> kind_of_file(const std::filesystem::path& file);

}  // namespace edgeward::backup

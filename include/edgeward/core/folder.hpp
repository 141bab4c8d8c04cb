#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include <edgeward/core/result.hpp>

namespace edgeward {

// The entries of a folder with this extension (".toml"), in name order: rules, mappings and policies are read
// from a folder. unavailable: it cannot be read; the message is the system's own. Threads: any.
Result<std::vector<std::filesystem::path>> files_in(const std::filesystem::path& folder,
                                                    std::string_view extension);

}  // namespace edgeward

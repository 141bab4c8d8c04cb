#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <edgeward/config/document.hpp>

namespace edgeward::config {

// The text of a file and its name for problems.
using TakeText = std::function<void(const std::string& text, const std::string& name)>;

// Hands over what rules are in a file of at most 1 MiB. Gives why it could not be read; empty: it was.
std::vector<Problem> read_rule_file(const std::filesystem::path& file, const TakeText& take);

// The same for every file of a folder with this extension (".toml"), in name order. `rules`: what the folder
// is of, for the problem ("alarm rules").
std::vector<Problem> read_rule_files(const std::filesystem::path& folder, std::string_view extension,
                                     std::string_view rules, const TakeText& take);

}  // namespace edgeward::config

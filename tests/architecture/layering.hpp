#pragma once

#include <filesystem>
#include <string>
#include <vector>

// The rules of the house (docs/architecture.md), checked against the text of every source file.
namespace edgeward::architecture {

// Every breach under `root`, which holds src/, include/edgeward/ and tests/, as "path:line: what is wrong",
// sorted. An empty list is the proof.
std::vector<std::string> breaches(const std::filesystem::path& root);

}  // namespace edgeward::architecture

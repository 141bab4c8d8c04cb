#pragma once

#include <filesystem>
#include <string>

#include <edgeward/core/result.hpp>

// How a restored installation takes its place, whole or not at all. Everything is prepared and on disk in
// <data folder>/.restore; the file `decided` in it is the decision. Before it the installation is the old one
// (or none); after it every file is moved into its place, by whoever comes next if need be.
namespace edgeward::backup {

std::filesystem::path staging_folder(const std::filesystem::path& data_folder);

// Waits until the prepared files are on disk, then writes the decision. Gives the folder into which the files
// go that stand in the way: replaced-by-<name of the backup>, or with a number behind it where an earlier
// restore of the same backup left its own.
Result<std::filesystem::path> decide_restore(const std::filesystem::path& data_folder,
                                             const std::string& name);
// Is there an installation in the folder?
bool has_installation(const std::filesystem::path& data_folder);

}  // namespace edgeward::backup

#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include <edgeward/core/bytes.hpp>
#include <edgeward/core/result.hpp>

namespace edgeward {

// Whole-file reading and crash-safe writing, for configuration, credentials and key files.

// At most `limit` octets; unavailable when it cannot be read, invalid_input when it is longer.
Result<std::string> read_file(const std::filesystem::path& path, std::size_t limit = std::size_t{16} << 20U);

// Writes beside the target, fsyncs, renames, fsyncs the folder: after a crash the old or the new content is
// there. `mode` are permission bits, e.g. 0600.
Result<void> write_file_durably(const std::filesystem::path& path, ByteView content, unsigned mode);

}  // namespace edgeward

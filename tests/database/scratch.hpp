#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <edgeward/core/secret.hpp>

#include "support/scratch_folder.hpp"

namespace edgeward::database {

using support::ScratchFolder;

inline Secret key_of(std::uint8_t octet) {
    return Secret(Bytes(32, octet));
}

inline std::string content_of(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

}  // namespace edgeward::database

#pragma once

#include <stdlib.h>  // mkdtemp

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <edgeward/core/secret.hpp>

namespace edgeward::database {

// A folder of its own for one test, removed with everything in it.
class ScratchFolder {
public:
    ScratchFolder() : path_((std::filesystem::temp_directory_path() / "edgeward-test-XXXXXX").string()) {
        if (mkdtemp(path_.data()) == nullptr) abort();
    }
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;
    ~ScratchFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    [[nodiscard]] std::filesystem::path path() const { return path_; }
    [[nodiscard]] std::filesystem::path operator/(const char* name) const { return path() / name; }

private:
    std::string path_;
};

inline Secret key_of(std::uint8_t octet) {
    return Secret(Bytes(32, octet));
}

inline std::string content_of(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

}  // namespace edgeward::database

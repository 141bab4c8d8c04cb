#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

#include <sqlcipher/sqlite3.h>

#include <edgeward/core/bytes.hpp>
#include <edgeward/core/secret.hpp>

#include "support/scratch_folder.hpp"

namespace edgeward::database {

using support::ScratchFolder;

inline Secret key_of(std::uint8_t octet) {
    return Secret(Bytes(32, octet));
}

// A database as SQLCipher makes it by itself, its pages authenticated by SHA-512: as ours were before. Open
// as long as it lives.
class OlderFile {
public:
    OlderFile(const std::filesystem::path& file, std::uint8_t key_octet) {
        if (sqlite3_open(file.c_str(), &handle_) != SQLITE_OK) throw std::runtime_error("cannot open");
        std::string hex;
        for (int i = 0; i < 32; ++i)
            hex += to_hex(Bytes{key_octet});
        run("PRAGMA key = \"x'" + hex + "'\"");
        run("PRAGMA journal_mode=WAL");
    }
    OlderFile(const OlderFile&) = delete;
    OlderFile& operator=(const OlderFile&) = delete;
    ~OlderFile() { sqlite3_close(handle_); }
    void run(const std::string& sql) {
        if (sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
            throw std::runtime_error(sqlite3_errmsg(handle_));
    }

private:
    sqlite3* handle_ = nullptr;
};

inline std::string content_of(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

}  // namespace edgeward::database

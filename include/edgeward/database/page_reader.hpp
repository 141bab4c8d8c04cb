#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include <edgeward/core/bytes.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/core/secret.hpp>

// Reads what lies in the files of a database, whatever SQLite would show of it: every page with its free
// space, free pages, overflow, and every frame of the write-ahead log, also those of a log before. For proofs
// that something is gone; a database in use may be read too.
namespace edgeward::database {

struct PagesRead {
    std::uint64_t pages = 0;        // of the file
    std::uint64_t frames = 0;       // of the log
    std::uint64_t unauthentic = 0;  // of both: read all the same, but nobody knows under which key
    std::uint64_t octets = 0;       // that were shown

    PagesRead& operator+=(const PagesRead& more) noexcept;
};

// Shows the content of each page of `file` and each frame of `<file>-wal`, if there is one. A page whose MAC
// does not hold is read again a few times: a writer may be at it. An end that is no whole page is shown as
// far as it can be decrypted. unavailable: a file cannot be read; corrupt: shorter than a salt.
Result<PagesRead> read_every_page(const std::filesystem::path& file, const Secret& key,
                                  const std::function<void(ByteView)>& see);

}  // namespace edgeward::database

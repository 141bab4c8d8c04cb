#pragma once

#include <cstddef>
#include <cstdint>
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

// A file that appears whole or not at all, for contents too long to hold in memory: written beside its place
// (<path>.XXXXXX), then put there. One that is not published leaves nothing. One thread.
class NewFile {
public:
    static Result<NewFile> begin(const std::filesystem::path& path, unsigned mode);
    NewFile(NewFile&& other) noexcept;
    NewFile& operator=(NewFile&&) = delete;
    NewFile(const NewFile&) = delete;
    NewFile& operator=(const NewFile&) = delete;
    ~NewFile();

    // exhausted: the disk is full.
    Result<void> add(ByteView octets);
    // Hands what was added to the disk without waiting for it, so that the wait at the end is short and
    // others do not stand behind it; pages once written leave the page cache.
    void start_writing();
    // Waits until everything is on disk, still beside its place. Nothing may be added afterwards.
    Result<void> sync();
    // sync(), rename, fsync of the folder: replaces what was there.
    Result<void> publish();

private:
    NewFile(int descriptor, std::filesystem::path path, std::string beside);
    int descriptor_;
    std::filesystem::path path_;
    std::string beside_;
    std::uint64_t written_ = 0;
    std::uint64_t handed_over_ = 0;
};

// What is renamed into a folder or out of it is on disk only after this.
Result<void> sync_folder(const std::filesystem::path& folder);

}  // namespace edgeward

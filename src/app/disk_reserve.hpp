#pragma once

#include <cstdint>
#include <filesystem>
#include <mutex>

#include <edgeward/core/result.hpp>

namespace edgeward::app {

// Room put aside on the disk for what must still be written when something else has filled it: the records
// that say so, settlements, what was under way. A file without content that is removed when the writer finds
// the disk full, and made again when there is much room. Any thread.
class DiskReserve {
public:
    static constexpr std::uint64_t size = std::uint64_t{16} << 20U;
    // Above it the file is made: never from room that somebody else needs soon.
    static constexpr std::uint64_t made_above = 4 * size;

    explicit DiskReserve(std::filesystem::path file);

    // Makes the file when it is not there and the file system has more than `made_above` octets free.
    // exhausted: somebody was faster; unavailable: the file system cannot put room aside.
    Result<void> keep(std::uint64_t free);
    // Removes the file. False when there was none: there is no more room than before.
    bool give_up();

private:
    const std::filesystem::path file_;
    std::mutex mutex_;
    bool kept_;
};

}  // namespace edgeward::app

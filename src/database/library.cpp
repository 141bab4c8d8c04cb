#include "library.hpp"

#include <malloc.h>  // malloc_usable_size
#include <sqlcipher/sqlite3.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <ctime>

#include <edgeward/database/database.hpp>

namespace edgeward::database {
namespace {

constexpr const char* name = "edgeward";
// Noon of 24 November 4714 BC to 1970, in milliseconds: SQLite's time is the Julian day.
constexpr sqlite3_int64 julian_epoch = 210'866'760'000'000;

int coarse_time(sqlite3_vfs* /*unused*/, sqlite3_int64* julian_ms) {
    std::timespec now{};
    if (clock_gettime(CLOCK_REALTIME_COARSE, &now) != 0) return SQLITE_ERROR;
    *julian_ms = julian_epoch + sqlite3_int64{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
    return SQLITE_OK;
}

// What SQLite has allocated, by threads: each counts in a place of its own, so that none waits for another.
// Memory freed by another thread makes a count negative; only the sum says something.
struct alignas(64) Count {
    std::atomic<std::int64_t> octets{0};
};
std::array<Count, 16> counts;

void count(void* memory, std::int64_t sign) noexcept {
    static std::atomic<std::size_t> threads{0};
    thread_local Count& own = counts[threads.fetch_add(1, std::memory_order_relaxed) % counts.size()];
    own.octets.fetch_add(sign * static_cast<std::int64_t>(malloc_usable_size(memory)),
                         std::memory_order_relaxed);
}

void* allocate(int octets) {
    void* const memory = std::malloc(static_cast<std::size_t>(octets));
    count(memory, 1);
    return memory;
}
void release(void* memory) {
    count(memory, -1);
    std::free(memory);
}
void* reallocate(void* memory, int octets) {
    const auto before = static_cast<std::int64_t>(malloc_usable_size(memory));
    void* const moved = std::realloc(memory, static_cast<std::size_t>(octets));
    if (moved != nullptr) {
        count(moved, 1);
        counts.front().octets.fetch_sub(before, std::memory_order_relaxed);
    }
    return moved;
}
int size_of(void* memory) {
    return static_cast<int>(malloc_usable_size(memory));
}
int round_up(int octets) {
    return (octets + 7) & ~7;
}
int begin(void* /*unused*/) {
    return SQLITE_OK;
}
void end(void* /*unused*/) {}

void count_memory_by_threads() noexcept {
    static constexpr sqlite3_mem_methods methods{allocate, release, reallocate, size_of,
                                                 round_up, begin,   end,        nullptr};
    // Refused when somebody has used the library before: then its own count is the one that counts.
    sqlite3_config(SQLITE_CONFIG_MALLOC, &methods);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

const char* register_files() noexcept {
    count_memory_by_threads();
    const sqlite3_vfs* const own = sqlite3_vfs_find("unix");  // makes the library ready
    if (own == nullptr || own->iVersion < 2) return nullptr;  // then files are opened as SQLite would
    static sqlite3_vfs files = *own;
    files.zName = name;
    files.pNext = nullptr;
    files.xCurrentTimeInt64 = coarse_time;
    return sqlite3_vfs_register(&files, 0) == SQLITE_OK ? name : nullptr;
}

}  // namespace

const char* prepare_library() noexcept {
    static const char* const files = register_files();
    return files;
}

std::uint64_t memory_in_use() {
    std::int64_t sum = sqlite3_memory_used();
    for (const Count& count : counts)
        sum += count.octets.load(std::memory_order_relaxed);
    return static_cast<std::uint64_t>(std::max(sum, std::int64_t{0}));
}

}  // namespace edgeward::database

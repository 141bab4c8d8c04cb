#include "library.hpp"

#include <sqlcipher/sqlite3.h>
#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <thread>

#include <edgeward/database/database.hpp>

using namespace edgeward;

namespace {

// Before any other test of this program uses SQLite, for afterwards its memory stays counted.
const char* const prepared = database::prepare_library();

}  // namespace

TEST_CASE("the files are SQLite's own with a clock that is about right", "[library]") {
    const char* const name = database::prepare_library();
    REQUIRE(name != nullptr);
    CHECK(database::prepare_library() == name);
    sqlite3_vfs* const ours = sqlite3_vfs_find(name);
    const sqlite3_vfs* const own = sqlite3_vfs_find("unix");
    REQUIRE(ours != nullptr);
    REQUIRE(own != nullptr);
    CHECK(ours != own);
    CHECK(ours->xOpen == own->xOpen);
    CHECK(ours->xSleep == own->xSleep);
    CHECK(sqlite3_vfs_find(nullptr) == own);  // others keep theirs

    // 1970-01-01T00:00Z is Julian day 2440587.5.
    using namespace std::chrono;
    sqlite3_int64 julian_ms = 0;
    REQUIRE(ours->xCurrentTimeInt64(ours, &julian_ms) == SQLITE_OK);
    const auto epoch_ms = julian_ms - static_cast<sqlite3_int64>(2440587.5 * 86'400'000);
    const auto now_ms = duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
    CHECK(epoch_ms <= now_ms);
    CHECK(epoch_ms > now_ms - 60'000);
}

TEST_CASE("memory is counted by threads, not by SQLite", "[library]") {
    REQUIRE(prepared != nullptr);
    const auto before = database::memory_in_use();
    void* memory = sqlite3_malloc(100'000);
    REQUIRE(memory != nullptr);
    CHECK(database::memory_in_use() >= before + 100'000);
    memory = sqlite3_realloc(memory, 1'000'000);
    REQUIRE(memory != nullptr);
    CHECK(database::memory_in_use() >= before + 1'000'000);
    CHECK(sqlite3_memory_used() == 0);
    std::thread([memory] { sqlite3_free(memory); }).join();
    CHECK(database::memory_in_use() == before);
}

#include "wal_prefix.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <string>

#include "scratch.hpp"

#include <edgeward/database/database.hpp>

namespace edgeward::database {
namespace {

constexpr std::size_t frame_size = 24 + 4096;

std::uint64_t prefix_of(const std::string& log) {
    const auto found = committed_prefix(log.size(), [&](std::uint64_t offset, std::span<std::uint8_t> out) {
        REQUIRE(offset + out.size() <= log.size());
        std::ranges::copy(bytes_of(log).subspan(offset, out.size()), out.begin());
        return Result<void>();
    });
    REQUIRE(found);
    return *found;
}

// A log SQLite wrote: one commit for each of these statements.
struct Log {
    explicit Log(int commits) {
        REQUIRE(connection.execute("CREATE TABLE t(x)"));
        after.push_back(content().size());
        for (int i = 1; i < commits; ++i) {
            REQUIRE(connection.execute("INSERT INTO t VALUES(randomblob(9000))"));
            after.push_back(content().size());
        }
    }
    [[nodiscard]] std::string content() const { return content_of(folder / "t.db-wal"); }

    ScratchFolder folder;
    Connection connection = Connection::open(folder / "t.db", key_of(1), Access::read_write_create).value();
    std::vector<std::size_t> after;  // size of the log after each commit
};

TEST_CASE("a log ends with its last commit", "[wal_prefix]") {
    const Log log(5);
    const std::string content = log.content();
    REQUIRE(content.size() == 32 + (content.size() - 32) / frame_size * frame_size);
    CHECK(prefix_of(content) == log.after.back());
    // Cut anywhere, the commits before stay.
    for (std::size_t i = 0; i + 1 < log.after.size(); ++i) {
        CHECK(prefix_of(content.substr(0, log.after[i])) == log.after[i]);
        CHECK(prefix_of(content.substr(0, log.after[i] + 1)) == log.after[i]);
        CHECK(prefix_of(content.substr(0, log.after[i + 1] - 1)) == log.after[i]);
    }
}

TEST_CASE("a damaged frame ends the log before its transaction", "[wal_prefix]") {
    const Log log(4);
    std::string content = log.content();
    content[log.after[1] + 24 + 100] ^= 1;
    CHECK(prefix_of(content) == log.after[1]);
}

TEST_CASE("frames of an earlier run of the log do not count", "[wal_prefix]") {
    Log log(4);
    // The log begins anew in place: without a reader, a restart checkpoint and one short commit.
    REQUIRE(log.connection.execute("PRAGMA wal_checkpoint(RESTART)"));
    REQUIRE(log.connection.execute("INSERT INTO t VALUES(1)"));
    const std::string content = log.content();
    REQUIRE(content.size() == log.after.back());  // the old frames are still there behind the new ones
    const auto prefix = prefix_of(content);
    CHECK(prefix > 32);
    CHECK(prefix < log.after[1]);
}

TEST_CASE("what is no log has no commit", "[wal_prefix]") {
    CHECK(prefix_of("") == 0);
    CHECK(prefix_of(std::string(31, 'x')) == 0);
    CHECK(prefix_of(std::string(10000, '\0')) == 0);
    std::string content = Log(2).content();
    content[25] ^= 1;
    CHECK(prefix_of(content) == 0);
}

}  // namespace
}  // namespace edgeward::database

#include "disk_reserve.hpp"

#include <sys/stat.h>

#include <catch2/catch_test_macros.hpp>
#include <fstream>

#include "support/scratch_folder.hpp"

namespace edgeward::app {
namespace {

constexpr std::uint64_t much = DiskReserve::made_above + 1;

// What the file takes from the file system, octets: st_blocks counts 512 octets each (POSIX sys/stat.h).
std::uint64_t taken(const std::filesystem::path& file) {
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0) return 0;
    return static_cast<std::uint64_t>(status.st_blocks) * 512;
}

}  // namespace

TEST_CASE("the reserve takes its room from the file system, and only when there is much", "[disk_reserve]") {
    const support::ScratchFolder folder;
    const auto file = folder.path() / "reserve";
    DiskReserve reserve(file);
    CHECK(reserve.keep(DiskReserve::made_above));
    CHECK_FALSE(std::filesystem::exists(file));
    CHECK_FALSE(reserve.give_up());
    REQUIRE(reserve.keep(much));
    CHECK(taken(file) >= DiskReserve::size);
    CHECK(std::filesystem::status(file).permissions() == std::filesystem::perms(0600));
}

TEST_CASE("a reserve is given up once and made again", "[disk_reserve]") {
    const support::ScratchFolder folder;
    const auto file = folder.path() / "reserve";
    DiskReserve reserve(file);
    REQUIRE(reserve.keep(much));
    CHECK(reserve.give_up());
    CHECK_FALSE(std::filesystem::exists(file));
    CHECK_FALSE(reserve.give_up());
    REQUIRE(reserve.keep(much));
    CHECK(reserve.give_up());
}

TEST_CASE("a reserve outlives the process; a part of one does not count", "[disk_reserve]") {
    const support::ScratchFolder folder;
    const auto file = folder.path() / "reserve";
    REQUIRE(DiskReserve(file).keep(much));
    CHECK(DiskReserve(file).give_up());
    std::ofstream(file) << "part";
    DiskReserve next(file);
    CHECK_FALSE(next.give_up());
    REQUIRE(next.keep(much));
    CHECK(taken(file) >= DiskReserve::size);
}

TEST_CASE("a reserve that cannot be made is an error that says so", "[disk_reserve]") {
    DiskReserve reserve("/no/such/folder/reserve");
    const auto kept = reserve.keep(much);
    REQUIRE_FALSE(kept);
    CHECK(kept.error().kind == ErrorKind::unavailable);
    CHECK(kept.error().message == "the reserve cannot be made");
    CHECK_FALSE(reserve.give_up());
}

}  // namespace edgeward::app

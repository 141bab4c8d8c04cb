#include <catch2/catch_test_macros.hpp>

#include <sys/stat.h>

#include "bench.hpp"

namespace edgeward::store {

TEST_CASE("a fresh store is private to its owner", "[open_store]") {
    Bench bench;
    struct stat status {};
    REQUIRE(stat((bench.settings.folder / "store.db").c_str(), &status) == 0);
    CHECK((status.st_mode & 0077U) == 0);
}

TEST_CASE("another key does not open the store", "[open_store]") {
    Bench bench;
    bench.close();
    const auto opened = open_store(bench.settings, {}, crypto::KeyRing::generate(), bench.clock);
    REQUIRE_FALSE(opened);
    CHECK(opened.error().kind == ErrorKind::corrupt);
}

TEST_CASE("a folder that is not there is a matter for the operator", "[open_store]") {
    Bench bench;
    StoreSettings settings;
    settings.folder = bench.settings.folder / "missing";
    const auto opened = open_store(settings, {}, bench.keys, bench.clock);
    REQUIRE_FALSE(opened);
    CHECK(opened.error().kind == ErrorKind::misconfigured);
}

}  // namespace edgeward::store

#include "temporary_folder.hpp"

#include <catch2/catch_test_macros.hpp>

#include "yard.hpp"

namespace edgeward::backup {

TEST_CASE("a temporary folder is its owner's and goes with everything in it", "[temporary_folder]") {
    const support::ScratchFolder parent;
    {
        auto made = TemporaryFolder::make(parent.path(), ".verify-");
        REQUIRE(made);
        const TemporaryFolder folder = *std::move(made);
        CHECK(std::filesystem::status(folder.path()).permissions() == std::filesystem::perms::owner_all);
        write_text(folder.path() / "x", "x");
        CHECK(entries_in(parent.path()) == 1);
    }
    CHECK(entries_in(parent.path()) == 0);
    CHECK(TemporaryFolder::make(parent.path() / "none", "x").error().kind == ErrorKind::unavailable);
}

}  // namespace edgeward::backup

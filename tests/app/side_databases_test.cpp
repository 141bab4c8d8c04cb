#include "side_databases.hpp"

#include <catch2/catch_test_macros.hpp>

#include <edgeward/access/account_book.hpp>
#include <edgeward/database/database.hpp>
#include <edgeward/enrolment/device_book.hpp>

#include "support/scratch_folder.hpp"

namespace edgeward::app {
namespace {

TEST_CASE("every database beside store and vault is one that opens under its key", "[side_databases]") {
    const support::ScratchFolder folder;
    const auto keys = crypto::KeyRing::generate();
    {
        REQUIRE(access::AccountBook::open(folder.path(), keys));
        REQUIRE(enrolment::DeviceBook::open(folder.path(), keys));
    }
    std::vector<std::string> files;
    for (const auto& side : side_databases()) {
        CAPTURE(side.file);
        files.push_back(side.file);
        CHECK(side.examine(folder.path(), keys) == 0U);
        CHECK(database::Connection::open(folder / side.file, side.key(keys).value(),
                                         database::Access::read_write)
                  ->schema_version() == 2);
        CHECK(side.revive(folder.path(), {}, keys));
        CHECK_FALSE(side.examine(folder.path(), crypto::KeyRing::generate()));
    }
    CHECK(files == std::vector<std::string>{"accounts.db", "devices.db"});
}

}  // namespace
}  // namespace edgeward::app

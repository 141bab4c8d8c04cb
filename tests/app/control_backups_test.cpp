#include "control_backups.hpp"

#include <catch2/catch_test_macros.hpp>

#include "desk.hpp"

namespace edgeward::app {
namespace {

// The routes over the desk's own store and vault.
struct BackupDesk : Desk {
    BackupDesk() {
        write(folder / "edgeward.toml", "[gateway]\n");
        backup::BackupSettings settings;
        settings.folder = folder / "backups";
        service = backup::BackupService::open(
                      settings,
                      {folder.path(), folder / "edgeward.toml", folder / "none", folder / "none",
                       *store.reader, *store.writer, *vault, keys, wrapping, system_clock(), "0"},
                      metrics)
                      .value();
        routes = backup_routes(*service);
    }
    static void write(const std::filesystem::path& file, std::string_view text) {
        std::ofstream(file) << text;
    }
    Secret wrapping = backup::wrapping_key_of(Secret(Bytes(32, 1)));
    std::unique_ptr<backup::BackupService> service;
};

TEST_CASE("a backup is made and proven by the control socket", "[control_backups]") {
    BackupDesk desk;
    CHECK(desk.ask("GET", {"v1", "backups"}).body.at("last_made").is_null());
    const auto made = desk.ask("POST", {"v1", "backups"});
    REQUIRE(made.status == 200);
    CHECK(made.body.at("data_octets") > 0);
    const auto proven = desk.ask("POST", {"v1", "backups", "verify"}, R"({"name":""})");
    REQUIRE(proven.status == 200);
    CHECK(proven.body.at("name") == made.body.at("name"));
    CHECK(proven.body.at("digest") == made.body.at("digest"));
    const auto status = desk.ask("GET", {"v1", "backups"});
    CHECK(status.body.at("last_name") == made.body.at("name"));
    CHECK(status.body.at("last_verified_name") == made.body.at("name"));
    CHECK(status.body.at("schedule") == "off");
    const auto records = desk.records(audit::Action::backup_created);
    REQUIRE(records.size() == 1);
    CHECK(records.front().actor == "user:1000");
}

TEST_CASE("a backup that is not there and a body that is none are refused", "[control_backups]") {
    BackupDesk desk;
    CHECK(desk.ask("POST", {"v1", "backups", "verify"}, "[]").status == 400);
    CHECK(desk.ask("POST", {"v1", "backups", "verify"}, R"({"other":1})").status == 400);
    std::filesystem::create_directory(desk.folder / "backups");
    CHECK(desk.ask("POST", {"v1", "backups", "verify"}, R"({"name":"none"})").message() ==
          "there is no such backup");
}

}  // namespace
}  // namespace edgeward::app

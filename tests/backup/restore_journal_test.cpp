#include "restore_journal.hpp"

#include <catch2/catch_test_macros.hpp>

#include <array>

#include "yard.hpp"

namespace edgeward::backup {
namespace {

namespace fs = std::filesystem;

constexpr std::array<const char*, 5> names = {"store.db", "vault.db", "erasures", "keyring", "accounts.db"};

struct Place {
    Place() {
        fs::create_directory(staging_folder(folder.path()));
        for (const char* name : names)
            write_text(staging_folder(folder.path()) / name, "new " + std::string(name));
        fs::create_directory(staging_folder(folder.path()) / "objects");
        write_text(staging_folder(folder.path()) / "objects" / "one", "new object");
    }
    void occupy() const {
        for (const char* name : {"store.db", "store.db-wal", "store.db-shm", "vault.db", "keyring"})
            write_text(folder.path() / name, "old " + std::string(name));
        fs::create_directory(folder.path() / "objects");
        write_text(folder.path() / "objects" / "one", "old object");
    }
    [[nodiscard]] bool is_new() const {
        for (const char* name : names) {
            if (!fs::exists(folder.path() / name) ||
                text_of_path(folder.path() / name) != "new " + std::string(name))
                return false;
        }
        if (text_of_path(folder.path() / "objects" / "one") != "new object") return false;
        return !fs::exists(folder.path() / "store.db-wal") && !fs::exists(staging_folder(folder.path()));
    }
    support::ScratchFolder folder;
};

TEST_CASE("a restore that was not decided leaves the installation as it is", "[restore_journal]") {
    const Place place;
    place.occupy();
    CHECK_FALSE(finish_restore(place.folder.path()).value());
    CHECK(text_of_path(place.folder.path() / "store.db") == "old store.db");
    CHECK(text_of_path(place.folder.path() / "keyring") == "old keyring");
    CHECK_FALSE(fs::exists(staging_folder(place.folder.path())));
    CHECK_FALSE(finish_restore(place.folder.path()).value());
}

TEST_CASE("a decided restore takes its place and keeps what was there", "[restore_journal]") {
    const Place place;
    place.occupy();
    const auto replaced = decide_restore(place.folder.path(), "name").value();
    CHECK(replaced == place.folder / "replaced-by-name");
    CHECK(finish_restore(place.folder.path()).value());
    CHECK(place.is_new());
    for (const char* name : {"store.db", "store.db-wal", "store.db-shm", "vault.db", "keyring"})
        CHECK(text_of_path(replaced / name) == "old " + std::string(name));
    CHECK(text_of_path(replaced / "objects" / "one") == "old object");
    CHECK_FALSE(finish_restore(place.folder.path()).value());
}

// The same backup put back again before anybody has looked at what the first time put aside.
TEST_CASE("what was put aside by an earlier restore of the same backup stays", "[restore_journal]") {
    const Place place;
    place.occupy();
    const auto first = place.folder / "replaced-by-name";
    fs::create_directories(first / "objects");
    for (const auto& file : {first / "keyring", first / "objects" / "one"})
        write_text(file, "the first");
    fs::create_directory(place.folder / "replaced-by-name-2");
    const auto replaced = decide_restore(place.folder.path(), "name").value();
    CHECK(replaced == place.folder / "replaced-by-name-3");
    CHECK(finish_restore(place.folder.path()).value());
    CHECK(place.is_new());
    for (const auto& file : {first / "keyring", first / "objects" / "one"})
        CHECK(text_of_path(file) == "the first");
    CHECK(text_of_path(replaced / "keyring") == "old keyring");
    CHECK(text_of_path(replaced / "objects" / "one") == "old object");
}

// Every state a crash can leave between the decision and the end: so many of the moves done, in their order.
TEST_CASE("a decided restore is ended from wherever it was cut off", "[restore_journal]") {
    using Move = std::pair<std::string, std::string>;
    const std::vector<Move> moves = {
        {"keyring", "R/keyring"},   {"store.db-wal", "R/store.db-wal"}, {"store.db-shm", "R/store.db-shm"},
        {"store.db", "R/store.db"}, {"S/store.db", "store.db"},         {"vault.db", "R/vault.db"},
        {"S/vault.db", "vault.db"}, {"S/erasures", "erasures"},         {"objects", "R/objects"},
        {"S/objects", "objects"},   {"S/accounts.db", "accounts.db"},   {"S/keyring", "keyring"}};
    for (std::size_t done = 0; done <= moves.size(); ++done) {
        CAPTURE(done);
        const Place place;
        place.occupy();
        const auto replaced = decide_restore(place.folder.path(), "name").value();
        const auto path_of = [&](const std::string& text) {
            if (text.starts_with("R/")) return replaced / text.substr(2);
            if (text.starts_with("S/")) return staging_folder(place.folder.path()) / text.substr(2);
            return place.folder.path() / text;
        };
        if (done > 0) fs::create_directory(replaced);
        for (std::size_t i = 0; i < done; ++i)
            fs::rename(path_of(moves[i].first), path_of(moves[i].second));
        // While it is not ended there is never a key ring beside other databases than its own.
        if (done > 0 && done < moves.size()) CHECK_FALSE(fs::exists(place.folder.path() / "keyring"));
        CHECK(finish_restore(place.folder.path()).value());
        CHECK(place.is_new());
    }
}

TEST_CASE("an installation is told from an empty folder", "[restore_journal]") {
    const support::ScratchFolder folder;
    CHECK_FALSE(has_installation(folder.path()));
    CHECK_FALSE(has_installation(folder.path() / "none"));
    write_text(folder / "other", "");
    CHECK_FALSE(has_installation(folder.path()));
    write_text(folder / "vault.db", "");
    CHECK(has_installation(folder.path()));
}

}  // namespace
}  // namespace edgeward::backup

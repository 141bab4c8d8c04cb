#include "extraction.hpp"

#include <catch2/catch_test_macros.hpp>

#include "yard.hpp"

namespace edgeward::backup {
namespace {

TEST_CASE("what is extracted is as encrypted as it was in the gateway", "[extraction]") {
    Yard yard;
    yard.take_in("4711");
    yard.create();
    const support::ScratchFolder folder;
    const auto extracted = extract(yard.pair(), Yard::by_recovery(), {}, folder.path());
    REQUIRE(extracted);
    for (const char* name : {"store.db", "vault.db"}) {
        const auto octets = text_of_path(folder / name);
        CHECK_FALSE(octets.starts_with("SQLite format 3"));
        CHECK(octets.find(canary) == std::string::npos);
        CHECK((std::filesystem::status(folder / name).permissions() &
               (std::filesystem::perms::group_all | std::filesystem::perms::others_all)) ==
              std::filesystem::perms::none);
    }
    CHECK(std::filesystem::exists(folder / "erasures"));
    CHECK_FALSE(std::filesystem::exists(folder / "keyring"));
    CHECK(examine_extracted(*extracted, {}, folder.path()));
}

TEST_CASE("later erasures are taken from any backup that opens", "[extraction]") {
    Yard yard;
    const auto first = yard.take_in("4711");
    const auto second = yard.take_in("4712");
    REQUIRE(yard.vault->erase(first));
    yard.create();
    const auto old = yard.pair();
    REQUIRE(yard.vault->erase(second));
    yard.create();
    write_text(yard.backups() / "x.data.edgeward-backup", "not one");
    const support::ScratchFolder folder;
    const auto extracted = must(extract(old, Yard::by_kek(), {}, folder.path()));
    const auto marks = must(vault::ErasureMarks::make(extracted.keys));
    const auto key = crypto::public_key_of(marks.signing_seed());
    CHECK(vault::ErasureLedger::load(folder.path(), key)->size() == 1);
    REQUIRE(take_later_erasures(must(list_backups(yard.backups())), Yard::by_kek(),
                                extracted.data.installation, marks, folder.path()));
    CHECK(vault::ErasureLedger::load(folder.path(), key)->size() == 2);
}

TEST_CASE("a database beside the two comes with the data part and is proven", "[extraction]") {
    Yard yard;
    yard.databases = {Words::side()};
    auto words = Words::open(yard.data(), yard.keys);
    Words::add(words, "one");
    Words::add(words, "two");
    yard.create();
    const support::ScratchFolder folder;
    const auto extracted = must(extract(yard.pair(), Yard::by_recovery(), yard.databases, folder.path()));
    CHECK(extracted.data.databases == std::map<std::string, std::int64_t>{{"words.db", 0}});
    CHECK(text_of_path(folder / "words.db").find("CREATE TABLE") == std::string::npos);
    const auto examined = examine_extracted(extracted, yard.databases, folder.path());
    REQUIRE(examined);
    CHECK(examined->databases == std::map<std::string, std::uint64_t>{{"words.db", 2}});
    const support::ScratchFolder other;
    CHECK(extract(yard.pair(), Yard::by_recovery(), {}, other.path()).error().kind ==
          ErrorKind::misconfigured);
    const support::ScratchFolder alone;
    REQUIRE(extract_sides(yard.pair().data, Yard::by_recovery(), yard.databases, alone.path()));
    CHECK(Words::all(alone.path(), yard.keys) == std::vector<std::string>{"one", "two"});
    CHECK_FALSE(std::filesystem::exists(alone / "store.db"));
}

}  // namespace
}  // namespace edgeward::backup

#include <edgeward/vault/examination.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>

#include "fixture.hpp"

namespace edgeward::vault {
namespace {

TEST_CASE("a sound vault opens for everybody in it", "[examination]") {
    OpenVault vault;
    std::vector subjects = {vault->subject_of(identifier("1")).value().pseudonym,
                            vault->admit(canary_identity(), "user:1").value()};
    const auto gone = vault->subject_of(identifier("3")).value().pseudonym;
    REQUIRE(vault->erase(gone));
    vault.vault.reset();
    std::ranges::sort(subjects);
    const auto found = examine(vault.folder.path(), vault.keys);
    REQUIRE(found);
    CHECK(found->schema_version == schema_version);
    CHECK(found->subjects == subjects);
    CHECK(found->erasures == 1);
    CHECK(found->persons_found == 2);
}

TEST_CASE("a person whose parts do not open is found", "[examination]") {
    for (const char* part : {"secret", "data_key", "identity"}) {
        CAPTURE(part);
        OpenVault vault;
        REQUIRE(vault->subject_of(identifier("1")));
        vault.vault.reset();
        {
            auto raw = database::Connection::open(vault.folder / "vault.db",
                                                  vault.keys.key(crypto::key_name::vault).value(),
                                                  database::Access::read_write)
                           .value();
            REQUIRE(raw.execute(("UPDATE persons SET " + std::string(part) + " = zeroblob(80)").c_str()));
        }
        const auto found = examine(vault.folder.path(), vault.keys);
        REQUIRE_FALSE(found);
        CHECK(found.error().kind == ErrorKind::corrupt);
    }
}

TEST_CASE("a vault without its ledger is refused", "[examination]") {
    OpenVault vault;
    REQUIRE(vault->erase(vault->subject_of(identifier("1")).value().pseudonym));
    vault.vault.reset();
    std::filesystem::remove(vault.folder / "erasures");
    CHECK(examine(vault.folder.path(), vault.keys).error().kind == ErrorKind::corrupt);
}

TEST_CASE("a snapshot of the vault is begun beside it", "[examination]") {
    OpenVault vault;
    REQUIRE(vault->subject_of(identifier("1")));
    REQUIRE(vault->while_unchanged([&]() -> Result<void> {
        auto snapshot = begin_snapshot(vault.folder.path(), vault.keys);
        if (!snapshot) return failure(std::move(snapshot.error()));
        CHECK(persons_in(*snapshot).value() == 1);
        CHECK(snapshot->connection().schema_version().value() == schema_version);
        return {};
    }));
}

}  // namespace
}  // namespace edgeward::vault

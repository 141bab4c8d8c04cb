#include <edgeward/vault/consent_register.hpp>

#include <catch2/catch_test_macros.hpp>

#include "fixture.hpp"

namespace edgeward::vault {
namespace {

using model::ConsentDocument;
using model::Purpose;
using policy::Consent;

// The vault's clock stands at minute 0.
ConsentDocument broad(std::string id = "a") {
    ConsentDocument made;
    made.id = std::move(id);
    made.version = at(-10);
    made.provisions = {{6, true, at(-100), at(100)}, {8, true, at(-100), at(100)}};
    return made;
}

ConsentDocument withdrawal(std::string id = "w") {
    ConsentDocument made;
    made.id = std::move(id);
    made.provisions = {{8, false, at(-5), model::end_of_time}, {6, false, at(-5), model::end_of_time}};
    return made;
}

std::vector<std::string> recorded(OpenVault& vault) {
    std::vector<std::string> objects;
    while (auto change = vault->unrecorded_change().value()) {
        CHECK(change->event.actor == "user:1");
        CHECK(change->event.subject.has_value());
        objects.push_back(std::string(audit::name_of(change->event.action)) + " " + change->event.object);
        REQUIRE(vault->change_recorded(change->name));
    }
    return objects;
}

TEST_CASE("an import says what it changed and leaves a record", "[consent_register]") {
    OpenVault vault;
    const auto imported = vault->import_consents({{{identifier("1")}, broad()}}, "user:1");
    REQUIRE(imported);
    REQUIRE(imported->size() == 1);
    CHECK(imported->front().outcome == ImportOutcome::recorded);
    CHECK(imported->front().before == Consent::unknown);
    CHECK(imported->front().after == Consent::given);
    CHECK(imported->front().subject == vault->subject_of(identifier("1"))->pseudonym);
    const auto again =
        vault->import_consents({{{identifier("1")}, broad()}, {{identifier("1")}, withdrawal()}}, "user:1");
    REQUIRE(again);
    CHECK((*again)[0].outcome == ImportOutcome::unchanged);
    CHECK((*again)[1].before == Consent::given);
    CHECK((*again)[1].after == Consent::denied);
    CHECK(recorded(vault) ==
          std::vector<std::string>{"consent_imported recorded active", "consent_imported recorded active"});
    CHECK(name_of(ImportOutcome::older) == "older");
}

TEST_CASE("documents decide research alone and entries beside them", "[consent_register]") {
    OpenVault vault;
    REQUIRE(vault->import_consents({{{identifier("1")}, broad()}}, "user:1"));
    const auto subject = vault->subject_of(identifier("1"))->pseudonym;
    CHECK(vault->consent(subject, Purpose::research, at(0), at(0)).value() == Consent::given);
    CHECK(vault->consent(subject, Purpose::quality, at(0), at(0)).value() == Consent::unknown);
    REQUIRE(vault->set_consent(identifier("1"), {Purpose::research, false, at(10), at(20)}, "user:1"));
    CHECK(vault->consent(subject, Purpose::research, at(0), at(0)).value() == Consent::given);
    CHECK(vault->consent(subject, Purpose::research, at(15), at(0)).value() == Consent::denied);
    CHECK(vault->consent(subject, Purpose::research, at(30), at(15)).value() == Consent::denied);
    CHECK(vault->consent(subject, Purpose::research, at(30), at(0)).value() == Consent::given);

    // An entry that gives does not outweigh a document that denies.
    REQUIRE(vault->set_consent(identifier("2"), {Purpose::research, true, at(-10), at(200)}, "user:1"));
    const auto other = vault->subject_of(identifier("2"))->pseudonym;
    CHECK(vault->consent(other, Purpose::research, at(0), at(0)).value() == Consent::given);
    REQUIRE(vault->import_consents({{{identifier("2")}, withdrawal()}}, "user:1"));
    CHECK(vault->consent(other, Purpose::research, at(0), at(0)).value() == Consent::denied);
}

TEST_CASE("a patient is found by any identifier and made with all of them", "[consent_register]") {
    OpenVault vault;
    REQUIRE(vault->import_consents({{{identifier("1"), identifier("x", "other")}, broad()}}, "user:1"));
    CHECK(vault->subject_of(identifier("1"))->pseudonym ==
          vault->subject_of(identifier("x", "other"))->pseudonym);
    REQUIRE(vault->subject_of(identifier("2")));
    const auto two = vault->import_consents({{{identifier("1"), identifier("2")}, broad("b")}}, "user:1");
    REQUIRE_FALSE(two);
    CHECK(two.error().kind == ErrorKind::invalid_input);
    CHECK(two.error().message == "consent 1: the patient's identifiers belong to two persons");
    CHECK_FALSE(vault->import_consents({{{}, broad()}}, "user:1"));
    CHECK_FALSE(vault->import_consents({{{identifier("")}, broad()}}, "user:1"));
}

TEST_CASE("an import is taken as a whole or not at all", "[consent_register]") {
    OpenVault vault;
    REQUIRE(vault->import_consents({{{identifier("1")}, broad("a")}}, "user:1"));
    recorded(vault);
    const auto refused =
        vault->import_consents({{{identifier("2")}, broad("b")}, {{identifier("3")}, broad("a")}}, "user:1");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.starts_with("consent 2: the document is on record as active"));
    CHECK(vault->count_persons().value() == 1);
    CHECK(recorded(vault).empty());
}

TEST_CASE("everything on record is told by person and survives a restart", "[consent_register]") {
    OpenVault vault;
    CHECK_FALSE(vault->consents_of(identifier("1")).value());
    CHECK(vault->pseudonyms_of(identifier("1"))->empty());
    CHECK(vault->count_persons().value() == 0);
    REQUIRE(vault->set_consent(identifier("1"), {Purpose::quality, true, at(1), at(2)}, "user:1"));
    REQUIRE(vault->import_consents({{{identifier("1")}, broad()}}, "user:1"));
    vault.reopen();
    const auto found = vault->consents_of(identifier("1")).value();
    REQUIRE(found);
    CHECK(vault->pseudonyms_of(identifier("1")).value() == std::vector{found->subject});
    REQUIRE(found->entries.size() == 1);
    CHECK(found->entries[0].entry.purpose == Purpose::quality);
    CHECK(found->entries[0].entry.until == at(2));
    CHECK(found->entries[0].recorded == at(0));
    REQUIRE(found->documents.size() == 1);
    CHECK(found->documents[0].document == broad());
    REQUIRE(vault->erase(found->subject));
    CHECK_FALSE(vault->consents_of(identifier("1")).value());
}

TEST_CASE("no name of a document is in the file in clear", "[consent_register]") {
    OpenVault vault;
    auto document = broad("Canaryfamily");
    document.identifier = "Canaryauthority|Canaryvalue-4711";
    document.policy = "Canaryvisit";
    REQUIRE(vault->import_consents({{{identifier("1")}, document}}, "user:1"));
    vault.vault.reset();
    CHECK_FALSE(has_canary(database::content_of(vault.folder / "vault.db")));
    auto plain =
        database::Connection::open(vault.folder / "vault.db", vault.keys.key(crypto::key_name::vault).value(),
                                   database::Access::read_only)
            .value();
    auto rows =
        plain.prepare("SELECT content, by_id, by_identifier, fingerprint FROM consent_documents").value();
    REQUIRE(rows.step().value());
    for (int column = 0; column < 4; ++column)
        CHECK_FALSE(has_canary(text_of(rows.octets(column))));
}

}  // namespace
}  // namespace edgeward::vault

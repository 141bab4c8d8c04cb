#include <edgeward/vault/erasure_register.hpp>

#include <catch2/catch_test_macros.hpp>

#include <edgeward/database/page_reader.hpp>

#include "fixture.hpp"

namespace edgeward::vault {
namespace {

model::Pseudonym admitted(OpenVault& vault, std::string_view value) {
    return vault->admit(person_with({identifier(value)}), "user:1").value();
}

ErasureCertificate draft() {
    ErasureCertificate made;
    made.installation = "00112233445566778899aabbccddeeff";
    made.request = 1;
    made.reason = "objection";
    made.salt.fill(3);
    return made;
}

Fingerprinter fingerprinter(const OpenVault& vault) {
    return Fingerprinter::make(vault.keys, draft().salt).value();
}

std::uint64_t found_in(const OpenVault& vault, const std::vector<Fingerprint>& fingerprints,
                       const std::filesystem::path& file) {
    const FingerprintSearch search(fingerprints, fingerprinter(vault));
    std::uint64_t found = 0;
    const auto read = database::read_every_page(file, vault.keys.key(crypto::key_name::vault).value(),
                                                [&](ByteView page) { found += search.count_in(page); });
    REQUIRE(read);
    CHECK(read->unauthentic == 0);
    return found;
}

std::vector<audit::Action> changes_of(OpenVault& vault) {
    std::vector<audit::Action> actions;
    while (const auto change = vault->unrecorded_change().value()) {
        actions.push_back(change->event.action);
        REQUIRE(vault->change_recorded(change->name));
    }
    return actions;
}

}  // namespace

TEST_CASE("a held person is not erased and the reason is said", "[erasure_register]") {
    OpenVault vault;
    const auto subject = admitted(vault, "1");
    const auto hold = vault->set_hold(subject, "retention_duty", at(100), "user:1").value();
    const auto refused = vault->request_erasure(subject, "objection", "user:1");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::denied);
    CHECK(refused.error().message ==
          "legal hold 1 forbids to erase the person: retention_duty until 2026-01-01T01:40:00.000Z");
    REQUIRE(vault->release_hold(hold, "user:1"));
    const auto number = vault->request_erasure(subject, "objection", "user:1").value();
    REQUIRE(vault->set_hold(subject, "court_order", std::nullopt, "user:1"));
    const auto late = vault->approve_erasure(number, false, "user:2");
    REQUIRE_FALSE(late);
    CHECK(late.error().kind == ErrorKind::denied);
    CHECK(vault->erasure_request(number)->state == ErasureState::open);
    CHECK(changes_of(vault) == std::vector{audit::Action::person_admitted, audit::Action::legal_hold_changed,
                                           audit::Action::legal_hold_changed,
                                           audit::Action::erasure_requested,
                                           audit::Action::legal_hold_changed});
}

TEST_CASE("words that are none and times that are over are refused", "[erasure_register]") {
    OpenVault vault;
    const auto subject = admitted(vault, "1");
    CHECK(vault->set_hold(subject, "because", std::nullopt, "user:1").error().message ==
          "reason: expected one of retention_duty legal_claims court_order public_health archiving "
          "free_expression");
    CHECK_FALSE(vault->set_hold(subject, "court_order", at(0), "user:1"));
    CHECK_FALSE(vault->request_erasure(subject, "because", "user:1"));
    CHECK_FALSE(vault->find_person(identifier("2")));
    CHECK(vault->find_person(identifier("1")).value() == subject);
    CHECK(vault->count_persons().value() == 1);
}

TEST_CASE("one open request for a person and one decision for a request", "[erasure_register]") {
    OpenVault vault;
    const auto subject = admitted(vault, "1");
    const auto number = vault->request_erasure(subject, "objection", "user:1").value();
    CHECK_FALSE(vault->request_erasure(subject, "objection", "user:1"));
    REQUIRE(vault->reject_erasure(number, "not_entitled", "user:2"));
    CHECK_FALSE(vault->approve_erasure(number, false, "user:2"));
    const auto again = vault->request_erasure(subject, "unlawful", "user:1").value();
    REQUIRE(vault->approve_erasure(again, false, "user:2"));
    CHECK_FALSE(vault->reject_erasure(again, "withdrawn", "user:2"));
    CHECK(vault->set_hold(subject, "court_order", std::nullopt, "user:1").error().kind == ErrorKind::denied);
}

TEST_CASE("forgetting leaves a journal that a second attempt finds", "[erasure_register]") {
    OpenVault vault;
    const auto subject = admitted(vault, "1");
    const auto number = vault->request_erasure(subject, "objection", "user:1").value();
    CHECK_FALSE(vault->forget_person(number, draft(), {}, fingerprinter(vault)));  // nobody has approved it
    REQUIRE(vault->approve_erasure(number, false, "user:2"));
    const auto journal = vault->forget_person(number, draft(), {5}, fingerprinter(vault)).value();
    CHECK(journal.subjects == std::vector{subject});
    CHECK(journal.held == std::vector<std::uint64_t>{5});
    REQUIRE(journal.draft.ledger.size() == 1);
    CHECK(journal.draft.ledger[0].number == 1);
    CHECK(journal.draft.counted("identifiers") == 1);
    CHECK(journal.draft.fingerprints.size() > 20);
    CHECK_FALSE(vault->subject(subject).value());
    CHECK(vault->erasures().entries == 1);
    vault.reopen();
    const auto again = vault->forget_person(number, draft(), {}, fingerprinter(vault)).value();
    CHECK(body_of(again.draft) == body_of(journal.draft));
    CHECK(again.held == journal.held);
    CHECK(vault->erasures().entries == 1);

    static_cast<void>(changes_of(vault));
    REQUIRE(vault->finish_erasure(number, "text"));
    CHECK(changes_of(vault) == std::vector{audit::Action::person_erased, audit::Action::erasure_certified});
    CHECK(vault->erasure_certificate(number).value() == "text");
    CHECK_FALSE(vault->finish_erasure(number, "text"));
}

TEST_CASE("merged persons are erased with all their pseudonyms", "[erasure_register]") {
    OpenVault vault;
    const auto survivor = admitted(vault, "1");
    const auto ended = admitted(vault, "2");
    MovementMessage message{"kis", "A40 kis", "f", {}};
    Movement movement;
    movement.kind = MovementKind::merge;
    movement.patient.identifiers = {identifier("1")};
    movement.merged = {identifier("2")};
    message.movements = {movement};
    REQUIRE(vault->move(message, "sender:kis"));
    CHECK(vault->find_person(identifier("2")).value() == survivor);
    CHECK(vault->extent_of(survivor)->subjects.size() == 2);
    REQUIRE(vault->set_hold(ended, "court_order", std::nullopt, "user:1"));
    CHECK_FALSE(vault->request_erasure(survivor, "objection", "user:1"));
    REQUIRE(vault->release_hold(1, "user:1"));
    const auto number = vault->request_erasure(survivor, "objection", "user:1").value();
    REQUIRE(vault->approve_erasure(number, false, "user:2"));
    const auto journal = vault->forget_person(number, draft(), {}, fingerprinter(vault)).value();
    CHECK(journal.subjects == std::vector{ended, survivor});
    CHECK(journal.draft.ledger.size() == 2);
    CHECK(journal.draft.counted("persons") == 2);
    CHECK(vault->count_persons().value() == 0);
}

TEST_CASE("no page has anything of an erased person and a copy from before has", "[erasure_register]") {
    OpenVault vault;
    // Many, in no order: pages are split, and cells move.
    for (int i = 0; i < 400; ++i)
        admitted(vault, std::to_string(i * 7919 % 1000));
    const auto subject = vault->admit(canary_identity(), "user:1").value();
    for (int i = 400; i < 800; ++i)
        admitted(vault, "b" + std::to_string(i * 7919 % 1000));
    const auto number = vault->request_erasure(subject, "objection", "user:1").value();
    REQUIRE(vault->approve_erasure(number, false, "user:2"));
    vault.vault.reset();
    std::filesystem::copy_file(vault.folder / "vault.db", vault.folder / "before.db");
    vault.reopen();
    const auto journal = vault->forget_person(number, draft(), {}, fingerprinter(vault)).value();
    REQUIRE(vault->leave_no_trace());
    CHECK(found_in(vault, journal.draft.fingerprints, vault.folder / "before.db") > 0);
    CHECK(found_in(vault, journal.draft.fingerprints, vault.folder / "vault.db") == 0);
    CHECK(std::filesystem::file_size(vault.folder / "vault.db-wal") == 0);
    CHECK(vault->count_persons().value() == 800);
}

TEST_CASE("an approved erasure in an older file is told by the ledger", "[erasure_register]") {
    OpenVault vault;
    const auto subject = admitted(vault, "1");
    const auto number = vault->request_erasure(subject, "objection", "user:1").value();
    REQUIRE(vault->approve_erasure(number, false, "user:2"));
    vault.vault.reset();
    std::filesystem::copy_file(vault.folder / "vault.db", vault.folder / "before.db");
    vault.reopen();
    const auto first = vault->forget_person(number, draft(), {}, fingerprinter(vault)).value();
    vault.vault.reset();
    std::filesystem::rename(vault.folder / "before.db", vault.folder / "vault.db");
    vault.reopen();
    CHECK(vault->erasures().replayed == 1);
    const auto again = vault->forget_person(number, draft(), {}, fingerprinter(vault)).value();
    CHECK(again.subjects == std::vector{subject});
    REQUIRE(again.draft.ledger.size() == 1);
    CHECK(again.draft.ledger[0].link == first.draft.ledger[0].link);
}

}  // namespace edgeward::vault

#include "sqlcipher_vault.hpp"

#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <edgeward/dlp/inspector.hpp>
#include <edgeward/pseudonym/pseudonymizer.hpp>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <thread>
#include <type_traits>

#include "fixture.hpp"

namespace edgeward::vault {
namespace {

using model::IdentityLevel;

// An identity on its way out is neither copied nor printed.
static_assert(!std::is_copy_constructible_v<DisclosedIdentity>);
static_assert(!std::is_copy_assignable_v<DisclosedIdentity>);
static_assert(std::is_nothrow_move_constructible_v<DisclosedIdentity>);
static_assert(!std::is_default_constructible_v<DisclosedIdentity>);
static_assert(!std::is_convertible_v<model::Identity, DisclosedIdentity>);
template <typename T>
concept Streamable = requires(std::ostream& stream, const T& value) {
    stream << value;
};
static_assert(Streamable<int>);
static_assert(!Streamable<DisclosedIdentity>);
static_assert(!Streamable<model::Identity>);
static_assert(!Streamable<model::Pseudonym>);
static_assert(!std::is_constructible_v<policy::Permit, std::string_view, policy::DisclosureRequest>);

TEST_CASE("an identifier leads to the same person for ever", "[sqlcipher_vault]") {
    OpenVault vault;
    const auto first = vault->subject_of(identifier("1")).value();
    CHECK(vault->subject_of(identifier("1")).value().pseudonym == first.pseudonym);
    CHECK(vault->subject_of(identifier("1", "other")).value().pseudonym != first.pseudonym);
    const auto sealed = first.data_key->seal(bytes_of("value"), {});
    vault.reopen();
    const auto later = vault->subject_of(identifier("1")).value();
    CHECK(later.pseudonym == first.pseudonym);
    CHECK(text_of(later.data_key->open(sealed, {}).value().reveal()) == "value");
    CHECK(vault->subject(first.pseudonym).value().value().pseudonym == first.pseudonym);
    CHECK(vault->count_persons().value() == 2);
}

TEST_CASE("a person found by identifier alone has that identifier alone", "[sqlcipher_vault]") {
    OpenVault vault;
    const auto subject = vault->subject_of(identifier("1")).value();
    const auto disclosed = vault->disclose(subject.pseudonym, permit_of(IdentityLevel::identified));
    REQUIRE(disclosed);
    CHECK(disclosed->reveal() == person_with({identifier("1")}, ""));
}

TEST_CASE("a damaged write-ahead log takes nothing back", "[sqlcipher_vault]") {
    OpenVault vault;
    for (int n = 0; n < 20; ++n)
        REQUIRE(vault->subject_of(identifier(std::to_string(n))));
    // As a crash leaves it: the log is there, and a bit of its first frame (behind 32 + 24 octets of heads)
    // is turned.
    const database::ScratchFolder after_crash;
    for (const char* file : {"vault.db", "vault.db-wal"})
        std::filesystem::copy_file(vault.folder / file, after_crash / file);
    std::fstream log(after_crash / "vault.db-wal", std::ios::in | std::ios::out | std::ios::binary);
    log.seekg(100);
    const int octet = log.get();
    log.seekp(100);
    log.put(static_cast<char>(octet ^ 1));
    log.close();
    const auto restarted = SqlcipherVault::open(after_crash / "vault.db", vault.keys, vault.clock, 100);
    REQUIRE(restarted);
    CHECK((*restarted)->count_persons() == 20);
}

TEST_CASE("an empty identifier is refused", "[sqlcipher_vault]") {
    OpenVault vault;
    CHECK(vault->subject_of(identifier("")).error().kind == ErrorKind::invalid_input);
    CHECK(vault->subject_of(identifier("1", "")).error().kind == ErrorKind::invalid_input);
    CHECK(vault->count_persons().value() == 0);
}

TEST_CASE("a pseudonym never given leads to nobody", "[sqlcipher_vault]") {
    OpenVault vault;
    const auto nobody = pseudonym::recall(Bytes(16, 9)).value();
    CHECK_FALSE(vault->subject(nobody).value());
    CHECK(vault->disclose(nobody, permit_of(IdentityLevel::identified)).error().kind ==
          ErrorKind::invalid_input);
    CHECK(vault->consent(nobody, model::Purpose::research, at(0), at(0)).value() == policy::Consent::unknown);
}

TEST_CASE("only a permit of level identified discloses", "[sqlcipher_vault]") {
    OpenVault vault;
    const auto pseudonym = vault->admit(canary_identity(), "user:1").value();
    for (const auto level : {IdentityLevel::pseudonymous, IdentityLevel::technical}) {
        const auto refused = vault->disclose(pseudonym, permit_of(level));
        REQUIRE_FALSE(refused);
        CHECK(refused.error().kind == ErrorKind::denied);
    }
    CHECK(vault->disclose(pseudonym, permit_of(IdentityLevel::identified)).value().reveal() ==
          canary_identity());
}

TEST_CASE("what was disclosed before is not told again when it has changed", "[sqlcipher_vault]") {
    OpenVault vault;
    const auto permit = permit_of(IdentityLevel::identified);
    const auto told = [&](const model::Pseudonym& whom) {
        return std::string(vault->disclose(whom, permit).value().reveal().family);
    };
    const auto one = vault->admit(person_with({identifier("1")}, "One"), "user:1").value();
    const auto two = vault->admit(person_with({identifier("2")}, "Two"), "user:1").value();
    CHECK(told(one) == "One");
    CHECK(told(two) == "Two");
    // Refused and rolled back: who reads in between is not told what never was.
    REQUIRE_FALSE(vault->admit(person_with({identifier("1"), identifier("2")}, "Mixed"), "user:1"));
    CHECK(told(one) == "One");
    REQUIRE(vault->admit(person_with({identifier("1")}, "Married"), "user:1"));
    CHECK(told(one) == "Married");
    Rectification right;
    right.family = "Right";
    REQUIRE(vault->rectify(identifier("1"), right, "user:1"));
    CHECK(told(one) == "Right");
    const auto before = vault->domain_pseudonym(two, permit, "lab", "LAB").value();
    CHECK(vault->domain_pseudonym(two, permit, "lab", "LAB").value() == before);
    REQUIRE(vault->erase(two));
    CHECK(vault->disclose(two, permit).error().kind == ErrorKind::invalid_input);
    CHECK(vault->domain_pseudonym(two, permit, "lab", "LAB").error().kind == ErrorKind::invalid_input);
    CHECK(told(one) == "Right");
}

TEST_CASE("a domain pseudonym needs more than a technical permit", "[sqlcipher_vault]") {
    OpenVault vault;
    const auto pseudonym = vault->admit(canary_identity(), "user:1").value();
    const auto pseudonymous = permit_of(IdentityLevel::pseudonymous);
    CHECK(
        vault->domain_pseudonym(pseudonym, permit_of(IdentityLevel::technical), "lab", "LAB").error().kind ==
        ErrorKind::denied);
    const auto text = vault->domain_pseudonym(pseudonym, pseudonymous, "lab", "LAB").value();
    CHECK(text.starts_with("LAB1-"));
    CHECK_FALSE(pseudonym::check_text(text).value().corrected);
    CHECK(vault->domain_pseudonym(pseudonym, permit_of(IdentityLevel::identified), "lab", "LAB").value() ==
          text);
    CHECK(vault->domain_pseudonym(pseudonym, pseudonymous, "other", "LAB").value() != text);
    CHECK(vault->domain_pseudonym(pseudonym, pseudonymous, "lab", "lab").error().kind ==
          ErrorKind::misconfigured);
    vault.reopen();
    CHECK(vault->domain_pseudonym(pseudonym, pseudonymous, "lab", "LAB").value() == text);
}

TEST_CASE("admitting names one person by all identifiers", "[sqlcipher_vault]") {
    OpenVault vault;
    const auto before = vault->subject_of(identifier("1")).value();
    const auto admitted =
        vault->admit(person_with({identifier("1"), identifier("2")}, "Before"), "user:1").value();
    CHECK(admitted == before.pseudonym);
    CHECK(vault->subject_of(identifier("2")).value().pseudonym == admitted);
    CHECK(vault->admit(person_with({identifier("2")}, "After"), "user:1").value() == admitted);
    const auto permit = permit_of(IdentityLevel::identified);
    CHECK(vault->disclose(admitted, permit).value().reveal() ==
          person_with({identifier("2"), identifier("1")}, "After"));
    CHECK(vault->count_persons().value() == 1);
}

TEST_CASE("admitting with the identifier of another person changes nothing", "[sqlcipher_vault]") {
    OpenVault vault;
    const auto one = vault->admit(person_with({identifier("1")}, "One"), "user:1").value();
    const auto two = vault->admit(person_with({identifier("2")}, "Two"), "user:1").value();
    for (const auto& mixed : {person_with({identifier("1"), identifier("2")}, "Mixed"),
                              person_with({identifier("3"), identifier("2")}, "Mixed")}) {
        const auto refused = vault->admit(mixed, "user:1");
        REQUIRE_FALSE(refused);
        CHECK(refused.error().kind == ErrorKind::invalid_input);
    }
    const auto permit = permit_of(IdentityLevel::identified);
    CHECK(vault->disclose(one, permit).value().reveal() == person_with({identifier("1")}, "One"));
    CHECK(vault->disclose(two, permit).value().reveal() == person_with({identifier("2")}, "Two"));
    CHECK(vault->count_persons().value() == 2);
}

TEST_CASE("the device leads to the person at the time of the measurement", "[sqlcipher_vault]") {
    OpenVault vault;
    const auto one = vault->subject_of(identifier("1")).value().pseudonym;
    REQUIRE(vault->associate({0, "m", identifier("1"), at(10), at(20)}, "user:1"));
    REQUIRE(vault->associate({0, "m", identifier("2"), at(20), std::nullopt}, "user:1"));
    const auto two = vault->subject_of(identifier("2")).value().pseudonym;
    for (int round = 0; round < 2; ++round) {  // the second round is answered by the cache
        CAPTURE(round);
        CHECK_FALSE(vault->subject_at("m", at(9)).value());
        CHECK(vault->subject_at("m", at(10)).value().value().pseudonym == one);
        CHECK(vault->subject_at("m", at(19)).value().value().pseudonym == one);
        CHECK(vault->subject_at("m", at(20)).value().value().pseudonym == two);
        CHECK_FALSE(vault->subject_at("other", at(15)).value());
    }
}

TEST_CASE("a change of associations is seen at once", "[sqlcipher_vault]") {
    OpenVault vault;
    CHECK_FALSE(vault->subject_at("m", at(15)).value());
    REQUIRE(vault->associate({0, "m", identifier("1"), at(10), std::nullopt}, "user:1"));
    CHECK(vault->subject_at("m", at(15)).value());
    REQUIRE(vault->end_association("m", at(12), "user:1"));
    CHECK_FALSE(vault->subject_at("m", at(15)).value());
    CHECK(vault->subject_at("m", at(11)).value());
    const auto listed = vault->associations("m").value();
    REQUIRE(listed.size() == 1);
    CHECK(listed[0].device == "m");
    CHECK(listed[0].patient == identifier("1"));
    CHECK(listed[0].from == at(10));
    CHECK(listed[0].until == at(12));
}

TEST_CASE("a refused association makes no person", "[sqlcipher_vault]") {
    OpenVault vault;
    REQUIRE(vault->associate({0, "m", identifier("1"), at(10), std::nullopt}, "user:1"));
    const auto refused = vault->associate({0, "m", identifier("2"), at(15), std::nullopt}, "user:1");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::invalid_input);
    CHECK(vault->count_persons().value() == 1);
}

TEST_CASE("consent is kept for a person", "[sqlcipher_vault]") {
    OpenVault vault;
    REQUIRE(vault->set_consent(identifier("1"), {model::Purpose::research, true, at(0), at(100)}, "user:1"));
    CHECK_FALSE(
        vault->set_consent(identifier("2"), {model::Purpose::research, true, at(0), at(0)}, "user:1"));
    CHECK(vault->count_persons().value() == 1);
    const auto pseudonym = vault->subject_of(identifier("1")).value().pseudonym;
    vault.reopen();
    CHECK(vault->consent(pseudonym, model::Purpose::research, at(50), at(5)).value() ==
          policy::Consent::given);
    CHECK(vault->consent(pseudonym, model::Purpose::quality, at(50), at(5)).value() ==
          policy::Consent::unknown);
}

TEST_CASE("more persons than the cache holds are all found", "[sqlcipher_vault]") {
    OpenVault vault(4);
    std::vector<model::Pseudonym> pseudonyms;
    for (int i = 0; i < 20; ++i) {
        pseudonyms.push_back(vault->subject_of(identifier(std::to_string(i))).value().pseudonym);
    }
    for (int i = 0; i < 20; ++i) {
        const auto at_index = static_cast<std::size_t>(i);
        CHECK(vault->subject_of(identifier(std::to_string(i))).value().pseudonym == pseudonyms[at_index]);
        CHECK(vault->subject(pseudonyms[at_index]).value());
    }
    CHECK(vault->count_persons().value() == 20);
}

TEST_CASE("neither files nor messages name a person", "[sqlcipher_vault]") {
    OpenVault vault;
    const auto pseudonym = vault->admit(canary_identity(), "user:1").value();
    const auto canary = canary_identity().identifiers.front();
    REQUIRE(vault->associate({0, "m", canary, at(0), std::nullopt}, "user:1"));
    REQUIRE(vault->set_consent(canary, {model::Purpose::research, true, at(0), at(100)}, "user:1"));
    for (const char* file : {"vault.db", "vault.db-wal", "vault.db-shm"}) {
        CAPTURE(file);
        CHECK_FALSE(has_canary(database::content_of(vault.folder / file)));
    }
    CHECK(database::content_of(vault.folder / "vault.db-wal").size() > 4096);

    std::string messages;
    const auto collect = [&](const auto& result) {
        REQUIRE_FALSE(result);
        messages += result.error().message + result.error().foreign;
    };
    collect(vault->associate({0, "m", canary, at(5), std::nullopt}, "user:1"));
    REQUIRE(vault->admit(person_with({identifier("2")}), "user:1"));
    collect(vault->admit(person_with({identifier("2"), canary}), "user:1"));
    collect(vault->set_consent(canary, {model::Purpose::research, true, at(5), at(5)}, "user:1"));
    collect(vault->disclose(pseudonym, permit_of(IdentityLevel::technical)));
    CHECK_FALSE(has_canary(messages));

    vault.reopen();
    vault.vault.reset();
    CHECK_FALSE(has_canary(database::content_of(vault.folder / "vault.db")));
}

TEST_CASE("another key opens nothing", "[sqlcipher_vault]") {
    OpenVault vault;
    REQUIRE(vault->admit(canary_identity(), "user:1"));
    vault.vault.reset();
    const auto opened = open_vault(vault.folder.path(), crypto::KeyRing::generate());
    REQUIRE_FALSE(opened);
    CHECK(opened.error().kind == ErrorKind::corrupt);
    CHECK(open_vault(vault.folder.path(), vault.keys));
}

TEST_CASE("a folder that is not there is misconfigured", "[sqlcipher_vault]") {
    const database::ScratchFolder folder;
    const auto opened = open_vault(folder / "absent", crypto::KeyRing::generate());
    REQUIRE_FALSE(opened);
    CHECK(opened.error().kind == ErrorKind::misconfigured);
}

TEST_CASE("many threads asking at once make each person once", "[sqlcipher_vault]") {
    OpenVault vault(8);
    std::vector<std::thread> threads;
    std::vector<std::vector<model::Pseudonym>> answers(4);
    for (auto& answer : answers) {
        threads.emplace_back([&vault, &answer] {
            for (int i = 0; i < 200; ++i) {
                answer.push_back(vault->subject_of(identifier(std::to_string(i % 20))).value().pseudonym);
                static_cast<void>(vault->subject_at("m", at(i)));
            }
        });
    }
    for (auto& thread : threads)
        thread.join();
    for (const auto& answer : answers)
        CHECK(answer == answers.front());
    CHECK(vault->count_persons().value() == 20);
}

TEST_CASE("every change of the vault leaves its audit record in the same transaction", "[sqlcipher_vault]") {
    OpenVault vault;
    const auto newest = [&] {
        std::optional<ChangeRecord> record;
        while (auto next = vault->unrecorded_change().value()) {
            REQUIRE(vault->change_recorded(next->name));
            record = std::move(next);
        }
        return record;
    };
    const auto admitted = vault->admit(person_with({identifier("1")}), "user:1000").value();
    vault.reopen();  // it is on disk
    auto record = newest();
    REQUIRE(record);
    CHECK(record->event.actor == "user:1000");
    CHECK(record->event.action == audit::Action::person_admitted);
    CHECK(record->event.subject == admitted);
    CHECK(record->time == at(0));

    REQUIRE(vault->admit(person_with({identifier("1")}, "After"), "user:2"));
    CHECK(newest()->event.actor == "user:2");
    REQUIRE(vault->associate({0, "m", identifier("1"), at(10), std::nullopt}, "user:1"));
    record = newest();
    CHECK(record->event.action == audit::Action::association_changed);
    CHECK(record->event.object == "begin m");
    CHECK(record->event.subject == admitted);
    REQUIRE(vault->end_association("m", at(20), "user:1"));
    CHECK(newest()->event.object == "end m");
    REQUIRE(vault->set_consent(identifier("1"), {model::Purpose::research, false, at(0), at(9)}, "user:1"));
    record = newest();
    CHECK(record->event.action == audit::Action::consent_recorded);
    CHECK(record->event.object == "deny research");
    CHECK(record->event.subject == admitted);
}

TEST_CASE("a change that is not made leaves neither record nor person", "[sqlcipher_vault]") {
    OpenVault vault;
    REQUIRE(vault->associate({0, "m", identifier("1"), at(10), std::nullopt}, "user:1"));
    REQUIRE(vault->change_recorded(vault->unrecorded_change().value()->name));
    CHECK_FALSE(vault->associate({0, "m", identifier("2"), at(15), std::nullopt}, "user:1"));
    CHECK_FALSE(vault->end_association("m", at(5), "user:1"));
    CHECK_FALSE(
        vault->set_consent(identifier("2"), {model::Purpose::research, true, at(9), at(9)}, "user:1"));
    // An actor the audit log would refuse: no change without its record.
    CHECK_FALSE(vault->admit(person_with({identifier("2")}), ""));
    CHECK_FALSE(vault->end_association("m", at(20), "two\nlines"));
    CHECK_FALSE(vault->unrecorded_change().value());
    CHECK(vault->count_persons().value() == 1);
    CHECK(vault->subject_at("m", at(25)).value());
}

TEST_CASE("an erased person is gone from the file, the cache and for ever", "[sqlcipher_vault]") {
    OpenVault vault;
    const auto gone = vault->admit(canary_identity(), "user:1").value();
    const auto stays = vault->subject_of(identifier("1")).value();
    REQUIRE(vault->subject(gone).value());
    const auto entry = vault->erase(gone);
    REQUIRE(entry);
    CHECK(entry->number == 1);
    CHECK(vault->erasures().entries == 1);
    CHECK_FALSE(vault->subject(gone).value());
    CHECK(vault->disclose(gone, permit_of(IdentityLevel::identified)).error().kind ==
          ErrorKind::invalid_input);
    CHECK(vault->erase(gone).error().kind == ErrorKind::invalid_input);
    CHECK(vault->subject_of(canary_identity().identifiers.front()).value().pseudonym != gone);
    vault.reopen();
    CHECK_FALSE(vault->subject(gone).value());
    CHECK(vault->subject(stays.pseudonym).value());
    CHECK(vault->erasures().replayed == 0);
}

TEST_CASE("an erasure leaves nothing in the write-ahead log", "[sqlcipher_vault]") {
    OpenVault vault;
    const auto gone = vault->admit(canary_identity(), "user:1").value();
    REQUIRE(vault->erase(gone));
    CHECK(std::filesystem::file_size(vault.folder / "vault.db-wal") == 0);
}

TEST_CASE("a vault older than the ledger forgets again before it opens", "[sqlcipher_vault]") {
    OpenVault vault;
    const auto first = vault->subject_of(identifier("1")).value().pseudonym;
    const auto second = vault->subject_of(identifier("2")).value().pseudonym;
    const auto third = vault->subject_of(identifier("3")).value().pseudonym;
    REQUIRE(vault->erase(first));
    vault.vault.reset();
    std::filesystem::copy_file(vault.folder / "vault.db", vault.folder / "old");
    vault.reopen();
    REQUIRE(vault->erase(second));
    vault.vault.reset();
    std::filesystem::copy_file(vault.folder / "old", vault.folder / "vault.db",
                               std::filesystem::copy_options::overwrite_existing);
    vault.reopen();
    CHECK(vault->erasures().replayed == 1);
    CHECK(vault->erasures().entries == 2);
    CHECK_FALSE(vault->subject(second).value());
    CHECK(vault->subject(third).value());
    vault.reopen();
    CHECK(vault->erasures().replayed == 0);
}

TEST_CASE("an erasure cut off after its ledger entry is made good at the next opening", "[sqlcipher_vault]") {
    OpenVault vault;
    const auto gone = vault->subject_of(identifier("1")).value().pseudonym;
    vault.vault.reset();
    const auto marks = ErasureMarks::make(vault.keys).value();
    ErasureLedger ledger;
    ledger.append(gone, at(1), marks);
    REQUIRE(ledger.save(vault.folder.path()));
    vault.reopen();
    CHECK(vault->erasures().replayed == 1);
    CHECK(vault->count_persons().value() == 0);
}

TEST_CASE("a ledger that is older than the vault or another one is refused", "[sqlcipher_vault]") {
    OpenVault vault;
    REQUIRE(vault->erase(vault->subject_of(identifier("1")).value().pseudonym));
    vault.vault.reset();
    const auto try_open = [&] {
        return SqlcipherVault::open(vault.folder / "vault.db", vault.keys, vault.clock, 10);
    };
    std::filesystem::rename(vault.folder / "erasures", vault.folder / "kept");
    CHECK(try_open().error().kind == ErrorKind::corrupt);
    const auto marks = ErasureMarks::make(vault.keys).value();
    ErasureLedger other;
    other.append(pseudonym::recall(Bytes(16, 9)).value(), at(1), marks);
    REQUIRE(other.save(vault.folder.path()));
    CHECK(try_open().error().message ==
          "carry out the erasure ledger: vault.db has seen other erasures than the ledger beside it has");
    std::filesystem::rename(vault.folder / "kept", vault.folder / "erasures");
    CHECK(try_open());
}

TEST_CASE("an erasure that cannot be written down does not happen", "[sqlcipher_vault]") {
    OpenVault vault;
    const auto person = vault->subject_of(identifier("1")).value().pseudonym;
    std::filesystem::create_directory(vault.folder / "erasures");  // a folder in the file's place
    CHECK_FALSE(vault->erase(person));
    CHECK(vault->subject(person).value());
    CHECK(vault->erasures().entries == 0);
}

TEST_CASE("nothing changes while somebody begins a snapshot", "[sqlcipher_vault]") {
    OpenVault vault;
    std::atomic<bool> added = false;
    std::thread writer;
    const auto done = vault->while_unchanged([&]() -> Result<void> {
        writer = std::thread([&] {
            const auto subject = vault->subject_of(identifier("1"));
            added = subject.has_value();
        });
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        CHECK_FALSE(added);
        return {};
    });
    writer.join();
    CHECK(done);
    CHECK(added);
}

// What the dictionary says of a word by inspecting it.
bool is_known(OpenVault& vault, std::string_view text) {
    const dlp::Inspector inspector(vault->dictionary(), {}, {});
    return !inspector.inspect(text, {}, at(60 * 24 * 400)).empty();
}

void fill(OpenVault& vault) {
    for (auto done = vault->fill_dictionary(2); !done.value(); done = vault->fill_dictionary(2)) {
    }
}

TEST_CASE("the dictionary knows every person once it was filled", "[sqlcipher_vault]") {
    OpenVault vault;
    REQUIRE(vault->admit(canary_identity(), "user:1"));
    for (int n = 0; n < 5; ++n)
        REQUIRE(vault->subject_of(identifier("PATIENT-" + std::to_string(1000 + n))));
    vault.reopen();
    CHECK_FALSE(vault->dictionary().complete());
    CHECK_FALSE(is_known(vault, "Canaryfamily"));
    fill(vault);
    CHECK(vault->dictionary().complete());
    for (const auto canary : canaries) {
        if (canary != "Canaryauthority") CHECK(is_known(vault, canary));
    }
    CHECK(is_known(vault, "patient 1004"));
    CHECK_FALSE(is_known(vault, "patient 1005"));
}

TEST_CASE("the dictionary knows a person before the change that brings one is over", "[sqlcipher_vault]") {
    OpenVault vault;
    fill(vault);
    REQUIRE(vault->subject_of(identifier("PATIENT-1000")));
    CHECK(is_known(vault, "PATIENT-1000"));
    REQUIRE(vault->admit(person_with({identifier("PATIENT-1000")}, "Zwitscherling"), "user:1"));
    CHECK(is_known(vault, "Zwitscherling"));
    REQUIRE(vault->admit(person_with({identifier("PATIENT-1000")}, "Gelbschnabler"), "user:1"));
    CHECK(is_known(vault, "Gelbschnabler"));
    REQUIRE(vault->associate({0, "monitor-1", identifier("PATIENT-2000"), at(0), {}}, "user:1"));
    CHECK(is_known(vault, "PATIENT-2000"));
}

TEST_CASE("an erased person is in the dictionary no more after the next fill", "[sqlcipher_vault]") {
    OpenVault vault;
    const auto gone = vault->admit(canary_identity(), "user:1");
    REQUIRE(vault->subject_of(identifier("PATIENT-1000")));
    fill(vault);
    CHECK_FALSE(vault->dictionary().stale());
    REQUIRE(vault->erase(gone.value()));
    CHECK(vault->dictionary().stale());
    fill(vault);
    CHECK_FALSE(is_known(vault, "Canaryfamily"));
    CHECK(is_known(vault, "PATIENT-1000"));
}

}  // namespace
}  // namespace edgeward::vault

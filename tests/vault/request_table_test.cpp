#include "request_table.hpp"

#include <catch2/catch_test_macros.hpp>

#include <edgeward/pseudonym/pseudonymizer.hpp>

#include "fixture.hpp"

namespace edgeward::vault {
namespace {

model::Pseudonym subject_of(std::uint8_t octet) {
    const Bytes octets(16, octet);
    return pseudonym::recall(octets).value();
}

ErasureJournal journal() {
    ErasureJournal made{{subject_of(7), subject_of(8)}, {3, 12}, {}};
    made.draft.installation = "00112233445566778899aabbccddeeff";
    made.draft.reason = "objection";
    made.draft.request = 1;
    return made;
}

}  // namespace

TEST_CASE("a request goes from open to done and forgets whom it was about", "[request_table]") {
    OpenTables tables;
    auto requests = RequestTable::prepare(tables.database).value();
    const auto number = requests.add(subject_of(7), "objection", "user:1", at(0)).value();
    CHECK(number == 1);
    CHECK(requests.one(number)->state == ErasureState::open);
    CHECK(requests.one(number)->subject == subject_of(7));
    REQUIRE(requests.approve(number, true, "user:2", at(1)));
    const auto approved = requests.one(number).value();
    CHECK(approved.state == ErasureState::approved);
    CHECK(approved.gives_up);
    CHECK(approved.decider == "user:2");
    CHECK(approved.decided == at(1));
    CHECK_FALSE(requests.journal(number).value());
    REQUIRE(requests.note(number, journal()));
    CHECK(requests.journal(number).value()->held == std::vector<std::uint64_t>{3, 12});
    REQUIRE(requests.finish(number, "certificate"));
    const auto done = requests.one(number).value();
    CHECK(done.state == ErasureState::done);
    CHECK_FALSE(done.subject);
    CHECK_FALSE(requests.journal(number).value());
    CHECK(requests.certificate(number).value() == "certificate");
}

TEST_CASE("a rejected request forgets whom it was about", "[request_table]") {
    OpenTables tables;
    auto requests = RequestTable::prepare(tables.database).value();
    const auto number = requests.add(subject_of(7), "objection", "user:1", at(0)).value();
    REQUIRE(requests.reject(number, "not_entitled", "user:2", at(1)));
    CHECK(requests.one(number)->state == ErasureState::rejected);
    CHECK(requests.one(number)->rejection == "not_entitled");
    CHECK_FALSE(requests.one(number)->subject);
    CHECK(requests.all()->size() == 1);
    CHECK(requests.one(2).error().kind == ErrorKind::invalid_input);
    CHECK(requests.certificate(2).error().kind == ErrorKind::invalid_input);
}

TEST_CASE("a journal is read back and a damaged one refused", "[request_table]") {
    const std::string text = journal_text(journal());
    // The example of docs/vault-format.md.
    CHECK(text.starts_with(
        "subject 07070707070707070707070707070707\nsubject 08080808080808080808080808080808\n"
        "held 3\nheld 12\n\nedgeward-erasure-certificate 1\n"));
    const auto read = parse_journal(text).value();
    CHECK(read.subjects == journal().subjects);
    CHECK(read.draft.reason == "objection");
    for (const char* broken : {"", "subject 07\n\n", "held x\n\n", "\n", "patient 1\n\n"})
        CHECK(parse_journal(broken).error().kind == ErrorKind::corrupt);
}

TEST_CASE("states have the names of the documentation", "[request_table]") {
    CHECK(name_of(ErasureState::open) == "open");
    CHECK(name_of(ErasureState::rejected) == "rejected");
    CHECK(name_of(ErasureState::approved) == "approved");
    CHECK(name_of(ErasureState::done) == "done");
}

}  // namespace edgeward::vault

#include "consent_document_table.hpp"

#include <catch2/catch_test_macros.hpp>

#include "fixture.hpp"

namespace edgeward::vault {
namespace {

using model::ConsentDocument;
using model::ConsentStatus;
using policy::Consent;

struct Documents : OpenTables {
    PersonTable persons = PersonTable::prepare(database, keys).value();
    ConsentDocumentTable table = ConsentDocumentTable::prepare(database, keys).value();
    Person one = persons.add(person_with({identifier("1")}), at(0)).value();
    Person two = persons.add(person_with({identifier("2")}), at(0)).value();

    // Permits collecting and use from minute 0 until 100.
    static ConsentDocument broad(std::string id, int version = 0) {
        ConsentDocument made;
        made.id = std::move(id);
        made.version = at(version);
        made.provisions = {{6, true, at(0), at(100)}, {8, true, at(0), at(100)}, {22, false, at(0), at(100)}};
        return made;
    }
    static ConsentDocument with(ConsentDocument document, ConsentStatus status, int version) {
        document.status = status;
        document.version = at(version);
        return document;
    }
    ImportOutcome take(const ConsentDocument& document, int now = 0) {
        return table.take(one.id, document, at(now)).value();
    }
    Consent now(const Person& person) { return table.at(person.subject.pseudonym, at(50), at(50)).value(); }
};

TEST_CASE("an active document gives consent to its person alone", "[consent_document_table]") {
    Documents documents;
    CHECK(documents.now(documents.one) == Consent::unknown);
    CHECK(documents.take(Documents::broad("a")) == ImportOutcome::recorded);
    CHECK(documents.now(documents.one) == Consent::given);
    CHECK(documents.now(documents.two) == Consent::unknown);
    CHECK(documents.table.at(documents.one.subject.pseudonym, at(100), at(50)).value() == Consent::unknown);
}

TEST_CASE("a later version takes the place of those before and all stay on record",
          "[consent_document_table]") {
    Documents documents;
    documents.take(Documents::broad("a"), 1);
    auto next = Documents::broad("a", 5);
    next.provisions = {{8, false, at(20), at(1000)}};
    CHECK(documents.take(next, 2) == ImportOutcome::replaced);
    CHECK(documents.now(documents.one) == Consent::denied);
    CHECK(documents.take(next, 3) == ImportOutcome::unchanged);
    CHECK(documents.take(Documents::broad("a"), 4) == ImportOutcome::older);
    CHECK(documents.now(documents.one) == Consent::denied);
    const auto all = documents.table.of_person(documents.one.id).value();
    REQUIRE(all.size() == 2);
    CHECK(all[0].document == Documents::broad("a"));
    CHECK(all[0].recorded == at(1));
    CHECK(all[0].superseded == at(2));
    CHECK(all[1].document == next);
    CHECK_FALSE(all[1].superseded);
}

TEST_CASE("any other status takes back what a document said", "[consent_document_table]") {
    for (const auto status : {ConsentStatus::inactive, ConsentStatus::entered_in_error,
                              ConsentStatus::rejected, ConsentStatus::proposed, ConsentStatus::draft}) {
        Documents documents;
        documents.take(Documents::broad("a"));
        CHECK(documents.take(Documents::with(Documents::broad("a"), status, 1)) == ImportOutcome::replaced);
        CHECK(documents.now(documents.one) == Consent::unknown);
        // Another document is not touched.
        documents.take(Documents::broad("b"));
        CHECK(documents.now(documents.one) == Consent::given);
    }
}

TEST_CASE("without versions the document that comes later holds", "[consent_document_table]") {
    Documents documents;
    auto first = Documents::broad("a");
    first.version.reset();
    auto second = Documents::with(first, ConsentStatus::inactive, 0);
    second.version.reset();
    documents.take(first);
    CHECK(documents.take(second) == ImportOutcome::replaced);
    CHECK(documents.now(documents.one) == Consent::unknown);
    CHECK(documents.take(first) == ImportOutcome::replaced);
}

TEST_CASE("an identifier names a document before its id does", "[consent_document_table]") {
    Documents documents;
    auto named = Documents::broad("a");
    named.identifier = "urn:x|1";
    auto other = Documents::broad("a", 1);
    other.identifier = "urn:x|2";
    auto moved = Documents::with(Documents::broad("b"), ConsentStatus::inactive, 2);
    moved.identifier = "urn:x|1";
    CHECK(documents.take(named) == ImportOutcome::recorded);
    CHECK(documents.take(other) == ImportOutcome::recorded);
    CHECK(documents.take(moved) == ImportOutcome::replaced);
    // One of the two has no identifier: the id counts.
    auto unnamed = Documents::with(Documents::broad("a"), ConsentStatus::inactive, 3);
    CHECK(documents.take(unnamed) == ImportOutcome::replaced);
    CHECK(documents.now(documents.one) == Consent::unknown);
}

TEST_CASE("a document of another person is refused while it is active there", "[consent_document_table]") {
    Documents documents;
    documents.take(Documents::broad("a"));
    const auto refused = documents.table.take(documents.two.id, Documents::broad("a", 1), at(1));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::invalid_input);
    CHECK(documents.now(documents.one) == Consent::given);
    documents.take(Documents::with(Documents::broad("a"), ConsentStatus::entered_in_error, 1));
    CHECK(documents.table.take(documents.two.id, Documents::broad("a", 2), at(2)).value() ==
          ImportOutcome::replaced);
    CHECK(documents.now(documents.two) == Consent::given);
}

TEST_CASE("documents go with a merged person and hold for both pseudonyms", "[consent_document_table]") {
    Documents documents;
    documents.take(Documents::broad("a"));
    REQUIRE(documents.persons.merge(documents.one, documents.two));
    CHECK(documents.now(documents.one) == Consent::given);
    CHECK(documents.now(documents.two) == Consent::given);
    const auto all = documents.table.of_person(documents.two.id).value();
    REQUIRE(all.size() == 1);
    CHECK(all.front().document == Documents::broad("a"));
}

TEST_CASE("documents go with an erased person", "[consent_document_table]") {
    Documents documents;
    documents.take(Documents::broad("a"));
    REQUIRE(documents.database.execute("PRAGMA foreign_keys=ON; DELETE FROM persons"));
    auto rest = documents.database
                    .prepare(
                        "SELECT (SELECT count(*) FROM consent_documents) + (SELECT count(*) FROM "
                        "consent_provisions)")
                    .value();
    REQUIRE(rest.step().value());
    CHECK(rest.integer(0) == 0);
}

}  // namespace
}  // namespace edgeward::vault

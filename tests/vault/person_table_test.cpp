#include "person_table.hpp"

#include <catch2/catch_test_macros.hpp>

#include "fixture.hpp"

namespace edgeward::vault {
namespace {

struct Persons : OpenTables {
    PersonTable table = PersonTable::prepare(database, keys).value();
};

TEST_CASE("an added person is found by every identifier and by the pseudonym", "[person_table]") {
    Persons persons;
    REQUIRE(persons.migrated);
    const auto added = persons.table.add(person_with({identifier("1"), identifier("2", "lis")}), at(0));
    REQUIRE(added);
    for (const auto& name : {identifier("1"), identifier("2", "lis")}) {
        const auto found = persons.table.find(name);
        REQUIRE(found);
        REQUIRE(found->has_value());
        CHECK((*found)->id == added->id);
        CHECK((*found)->subject.pseudonym == added->subject.pseudonym);
    }
    CHECK(persons.table.find(added->subject.pseudonym).value().has_value());
    CHECK_FALSE(persons.table.find(identifier("2", "kis")).value().has_value());
    CHECK(persons.table.count().value() == 1);
}

TEST_CASE("the stored data key opens what the fresh one sealed", "[person_table]") {
    Persons persons;
    const auto added = persons.table.add(person_with({identifier("1")}), at(0)).value();
    const auto found = persons.table.find(identifier("1")).value().value();
    const auto sealed = added.subject.data_key->seal(bytes_of("value"), {});
    CHECK(text_of(found.subject.data_key->open(sealed, {}).value().reveal()) == "value");
}

TEST_CASE("every person has keys and a pseudonym of their own", "[person_table]") {
    Persons persons;
    const auto one = persons.table.add(person_with({identifier("1")}), at(0)).value();
    const auto two = persons.table.add(person_with({identifier("2")}), at(0)).value();
    CHECK(one.subject.pseudonym != two.subject.pseudonym);
    CHECK_FALSE(two.subject.data_key->open(one.subject.data_key->seal(bytes_of("value"), {}), {}));
    const auto secret_one = persons.table.secret_of(one.subject.pseudonym).value();
    const auto secret_two = persons.table.secret_of(two.subject.pseudonym).value();
    CHECK(secret_one.size() == 32);
    CHECK(to_hex(secret_one.reveal()) != to_hex(secret_two.reveal()));
}

TEST_CASE("the pseudonym follows from the stored secret", "[person_table]") {
    Persons persons;
    const auto person = persons.table.add(person_with({identifier("1")}), at(0)).value();
    const auto master = persons.keys.key(crypto::key_name::pseudonym).value();
    const auto secret = persons.table.secret_of(person.subject.pseudonym).value();
    CHECK(pseudonym::Pseudonymizer(master).internal(secret) == person.subject.pseudonym);
}

TEST_CASE("replacing keeps identifiers known earlier behind the given ones", "[person_table]") {
    Persons persons;
    const auto person =
        persons.table.add(person_with({identifier("1"), identifier("2")}, "Before"), at(0)).value();
    REQUIRE(persons.table.replace(person, person_with({identifier("2"), identifier("3")}, "After")));
    const auto identity = persons.table.identity_of(person.subject.pseudonym).value();
    CHECK(identity == person_with({identifier("2"), identifier("3"), identifier("1")}, "After"));
    CHECK(persons.table.find(identifier("3")).value().value().id == person.id);
}

TEST_CASE("an identifier leads to one person only", "[person_table]") {
    Persons persons;
    const auto one = persons.table.add(person_with({identifier("1")}), at(0)).value();
    const auto two = persons.table.add(person_with({identifier("1"), identifier("2")}), at(0));
    REQUIRE_FALSE(two);
    CHECK(two.error().kind == ErrorKind::invalid_input);
    CHECK(persons.table.find(identifier("1")).value().value().id == one.id);
}

TEST_CASE("an unknown pseudonym has neither identity nor secret", "[person_table]") {
    Persons persons;
    const auto nobody = pseudonym::recall(Bytes(16, 9)).value();
    CHECK_FALSE(persons.table.find(nobody).value().has_value());
    CHECK(persons.table.identity_of(nobody).error().kind == ErrorKind::invalid_input);
    CHECK(persons.table.secret_of(nobody).error().kind == ErrorKind::invalid_input);
}

// An attacker with the vault key but without the key "person" can move octets between rows, not open them.
TEST_CASE("parts moved to another person are corrupt", "[person_table]") {
    Persons persons;
    const auto one = persons.table.add(person_with({identifier("1")}), at(0)).value();
    REQUIRE(persons.table.add(person_with({identifier("2")}), at(0)));
    REQUIRE(persons.database.execute(
        "UPDATE persons SET secret = (SELECT secret FROM persons WHERE id = 2), data_key "
        "= (SELECT data_key FROM persons WHERE id = 2), identity = (SELECT identity FROM "
        "persons WHERE id = 2) WHERE id = 1"));
    CHECK(persons.table.find(identifier("1")).error().kind == ErrorKind::corrupt);
    CHECK(persons.table.identity_of(one.subject.pseudonym).error().kind == ErrorKind::corrupt);
    CHECK(persons.table.secret_of(one.subject.pseudonym).error().kind == ErrorKind::corrupt);
}

// SQLCipher's encryption taken away: what the tables themselves hold.
TEST_CASE("no column names a person in clear", "[person_table]") {
    Persons persons;
    REQUIRE(persons.table.add(canary_identity(), at(0)));
    auto rows =
        persons.database
            .prepare(
                "SELECT cast(secret AS TEXT) || cast(data_key AS TEXT) || cast(identity AS TEXT) || "
                "cast(subject AS TEXT) || (SELECT group_concat(cast(lookup AS TEXT)) FROM identifiers) "
                "FROM persons")
            .value();
    REQUIRE(rows.step().value());
    CHECK(rows.octets(0).size() > 200);
    CHECK_FALSE(has_canary(text_of(rows.octets(0))));
}

}  // namespace
}  // namespace edgeward::vault

#include "change_table.hpp"

#include <catch2/catch_test_macros.hpp>

#include "fixture.hpp"

namespace edgeward::vault {
namespace {

audit::Event admitted(std::string object) {
    audit::Event event;
    event.actor = "user:1000";
    event.action = audit::Action::person_admitted;
    event.object = std::move(object);
    event.subject = pseudonym::recall(Bytes(16, 7)).value();
    return event;
}

struct Table {
    Table()
        : database(database::Connection::open(folder / "vault.db", keys.key(crypto::key_name::vault).value(),
                                              database::Access::read_write_create)
                       .value()) {
        REQUIRE(migrate(database));
        changes.emplace(ChangeTable::prepare(database).value());
    }
    const database::ScratchFolder folder;
    crypto::KeyRing keys = crypto::KeyRing::generate();
    database::Connection database;
    std::optional<ChangeTable> changes;
};

}  // namespace

TEST_CASE("records of changes are given back in their order until they are removed", "[change_table]") {
    Table table;
    CHECK_FALSE(table.changes->oldest().value());
    REQUIRE(table.changes->add(admitted("one"), at(1)));
    REQUIRE(table.changes->add(admitted("two"), at(2)));
    const auto first = table.changes->oldest().value();
    REQUIRE(first);
    CHECK(first->name.size() == 32);
    CHECK(first->time == at(1));
    CHECK(first->event.object == "one");
    CHECK(first->event.actor == "user:1000");
    CHECK(first->event.subject == admitted({}).subject);
    CHECK(table.changes->oldest().value()->name == first->name);
    REQUIRE(table.changes->remove(first->name));
    const auto second = table.changes->oldest().value();
    REQUIRE(second);
    CHECK(second->event.object == "two");
    CHECK(second->name != first->name);
    REQUIRE(table.changes->remove(first->name));
    REQUIRE(table.changes->remove(second->name));
    CHECK_FALSE(table.changes->oldest().value());
}

TEST_CASE("what the audit log would refuse is refused before it is kept", "[change_table]") {
    Table table;
    auto nameless = admitted("one");
    nameless.actor.clear();
    CHECK(table.changes->add(nameless, at(1)).error().kind == ErrorKind::invalid_input);
    CHECK(table.changes->add(admitted("line\nbreak"), at(1)).error().kind == ErrorKind::invalid_input);
    CHECK_FALSE(table.changes->oldest().value());
    CHECK(table.changes->remove("no name").error().kind == ErrorKind::invalid_input);
}

TEST_CASE("a record that cannot be read is called corrupt", "[change_table]") {
    Table table;
    REQUIRE(table.database.execute("INSERT INTO changes(name, record) VALUES(zeroblob(16), x'00')"));
    CHECK(table.changes->oldest().error().kind == ErrorKind::corrupt);
}

}  // namespace edgeward::vault

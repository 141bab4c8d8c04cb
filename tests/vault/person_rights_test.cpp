// What the vault holds of one person: src/vault/person_rights.cpp.

#include <edgeward/vault/person_rights.hpp>

#include <catch2/catch_test_macros.hpp>

#include "fixture.hpp"

namespace edgeward::vault {
namespace {

TEST_CASE("a person's file has identity and devices of that person alone", "[person_rights]") {
    OpenVault vault;
    CHECK_FALSE(vault->file_of(identifier("1")).value());
    CHECK(vault->count_persons().value() == 0);
    CHECK_FALSE(vault->file_of(identifier("")));
    const auto pseudonym = vault->admit(canary_identity(), "user:1").value();
    const auto own = canary_identity().identifiers.front();
    REQUIRE(vault->associate({0, "m2", own, at(20), std::nullopt}, "user:1"));
    REQUIRE(vault->associate({0, "m1", own, at(10), at(15)}, "user:1"));
    REQUIRE(vault->associate({0, "m1", identifier("2"), at(15), at(30)}, "user:1"));
    const auto file = vault->file_of(own).value();
    REQUIRE(file);
    CHECK(file->subjects == std::vector{pseudonym});
    CHECK(file->identity == canary_identity());
    REQUIRE(file->devices.size() == 2);
    CHECK(file->devices[0].device == "m1");
    CHECK(file->devices[0].until == at(15));
    CHECK(file->devices[1].device == "m2");
    CHECK_FALSE(file->devices[1].until);
    REQUIRE(vault->erase(pseudonym));
    CHECK_FALSE(vault->file_of(own).value());
}

TEST_CASE("what is wrong of an identity is set right and the rest stays", "[person_rights]") {
    OpenVault vault;
    const auto subject = vault->admit(canary_identity(), "user:1").value();
    const auto own = canary_identity().identifiers.front();
    Rectification right;
    right.family = "Rightfamily";
    right.birth_date = "1951-11-30";
    right.sex = canary_identity().sex;  // it was so
    const auto rectified = vault->rectify(own, right, "user:7").value();
    CHECK(rectified.subject == subject);
    CHECK(rectified.changed == std::vector<std::string>{"family", "birth_date"});
    auto expected = canary_identity();
    expected.family = "Rightfamily";
    expected.birth_date = "1951-11-30";
    CHECK(vault->file_of(own).value()->identity == expected);
    auto change = vault->unrecorded_change().value();
    REQUIRE(vault->change_recorded(change->name));
    change = vault->unrecorded_change().value();
    REQUIRE(change);
    CHECK(change->event.action == audit::Action::person_rectified);
    CHECK(change->event.actor == "user:7");
    CHECK(change->event.object == "family birth_date");
    CHECK(change->event.subject == subject);
    REQUIRE(vault->change_recorded(change->name));

    CHECK(vault->rectify(own, right, "user:7").value().changed.empty());
    CHECK_FALSE(vault->unrecorded_change().value());
    right = {};
    right.visit_number = "";
    CHECK(vault->rectify(own, right, "user:7").value().changed == std::vector<std::string>{"visit_number"});
    CHECK(vault->file_of(own).value()->identity.visit_number.empty());
}

TEST_CASE("an identifier that was never the person's leads nowhere afterwards", "[person_rights]") {
    OpenVault vault;
    const auto subject = vault->admit(person_with({identifier("1"), identifier("wrong")}), "u").value();
    CHECK(vault->subject_of(identifier("wrong")).value().pseudonym == subject);
    Rectification right;
    right.removed = {identifier("wrong")};
    right.added = {identifier("2")};
    CHECK(vault->rectify(identifier("1"), right, "u").value().changed ==
          std::vector<std::string>{"identifiers"});
    CHECK(vault->subject_of(identifier("2")).value().pseudonym == subject);
    CHECK_FALSE(vault->file_of(identifier("wrong")).value());
    CHECK(vault->subject_of(identifier("wrong")).value().pseudonym != subject);
}

TEST_CASE("a rectification that cannot be changes nothing", "[person_rights]") {
    OpenVault vault;
    REQUIRE(vault->admit(person_with({identifier("1")}), "u"));
    REQUIRE(vault->admit(person_with({identifier("2")}), "u"));
    Rectification wrong;
    wrong.family = "Other";
    wrong.birth_date = "30.11.1951";
    CHECK(vault->rectify(identifier("1"), wrong, "u").error().message ==
          "birth_date: expected YYYY-MM-DD, YYYY-MM or YYYY");
    wrong.birth_date = std::nullopt;
    wrong.sex = "m";
    CHECK(vault->rectify(identifier("1"), wrong, "u").error().message ==
          "sex: expected one of male female other unknown");
    wrong.sex = std::nullopt;
    wrong.added = {identifier("2")};
    CHECK(vault->rectify(identifier("1"), wrong, "u").error().kind == ErrorKind::invalid_input);
    wrong.added = {};
    wrong.removed = {identifier("2")};
    CHECK(vault->rectify(identifier("1"), wrong, "u").error().kind == ErrorKind::invalid_input);
    wrong.removed = {identifier("1")};
    CHECK(vault->rectify(identifier("1"), wrong, "u").error().kind == ErrorKind::invalid_input);
    CHECK(vault->file_of(identifier("1")).value()->identity == person_with({identifier("1")}));
    CHECK(vault->rectify(identifier("3"), {}, "u").error().kind == ErrorKind::invalid_input);
    CHECK_FALSE(vault->file_of(identifier("3")).value());
}

TEST_CASE("a restriction is known at once and outlives a restart", "[person_rights]") {
    OpenVault vault;
    const auto subject = vault->admit(person_with({identifier("1")}), "u").value();
    CHECK(vault->subject(subject).value()->restriction == policy::Restriction::none);
    CHECK_FALSE(vault->restrict_processing(subject, "because", policy::Restriction::all, "user:7"));
    CHECK_FALSE(vault->restrict_processing(subject, "objection", policy::Restriction::none, "user:7"));
    const auto id =
        vault->restrict_processing(subject, "objection", policy::Restriction::secondary, "user:7").value();
    CHECK(vault->subject(subject).value()->restriction == policy::Restriction::secondary);
    CHECK(vault->subject_of(identifier("1")).value().restriction == policy::Restriction::secondary);
    CHECK(vault->kept_subjects().value() == std::vector{subject});
    vault.reopen();
    CHECK(vault->subject(subject).value()->restriction == policy::Restriction::secondary);
    CHECK(vault->restrictions_of(subject).value().front().actor == "user:7");
    CHECK(vault->lift_restriction(id, "user:8").value() == subject);
    CHECK(vault->subject(subject).value()->restriction == policy::Restriction::none);
    std::vector<std::string> told;
    for (auto change = vault->unrecorded_change().value(); change;
         change = vault->unrecorded_change().value()) {
        if (change->event.action == audit::Action::restriction_changed)
            told.push_back(change->event.actor + " " + change->event.object + " " + change->event.rule);
        REQUIRE(vault->change_recorded(change->name));
    }
    CHECK(told == std::vector<std::string>{"user:7 restrict 1 secondary objection",
                                           "user:8 lift 1 secondary objection"});
}

}  // namespace
}  // namespace edgeward::vault

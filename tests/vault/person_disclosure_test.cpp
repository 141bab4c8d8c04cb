#include <catch2/catch_test_macros.hpp>

#include <chrono>

#include "fixture.hpp"

using namespace edgeward;
using namespace edgeward::vault;

namespace {

policy::Permit anonymised() {
    policy::DisclosureRequest request;
    request.destination = "registry";
    request.purpose = model::Purpose::research;
    request.level = model::IdentityLevel::anonymised;
    request.legal_basis = "art9-2j";
    return support::shipped_policy().decide(request).value();
}

Generalisation of(std::string_view what, int width = 10) {
    return {"registry", bytes_of(what), at(0), {width, 90}};
}

std::string pseudonym_in(OpenVault& vault, const model::Pseudonym& subject, std::string_view domain) {
    return vault->domain_pseudonym(subject, permit_of(model::IdentityLevel::pseudonymous), domain, "RES")
        .value();
}

}  // namespace

TEST_CASE("an anonymised report learns an age band and a number of its own", "[person_disclosure]") {
    OpenVault vault;
    const auto subject = vault->admit(canary_identity(), "user:1").value();  // born 1950-11-30
    const auto made = vault->generalise(subject, anonymised(), of("report 1"));
    REQUIRE(made);
    CHECK(made->age == model::AgeBand{70, 79});
    const auto again = vault->generalise(subject, anonymised(), of("report 1"));
    CHECK(again->spread == made->spread);
    CHECK(vault->generalise(subject, anonymised(), of("report 2"))->spread != made->spread);
    auto elsewhere = of("report 1");
    elsewhere.domain = "another";
    CHECK(vault->generalise(subject, anonymised(), elsewhere)->spread != made->spread);
    CHECK_FALSE(vault->generalise(subject, anonymised(), of("report 1", 0))->age);
}

TEST_CASE("each permit opens what it is for and nothing else", "[person_disclosure]") {
    OpenVault vault;
    const auto subject = vault->admit(canary_identity(), "user:1").value();
    for (const auto level : {model::IdentityLevel::identified, model::IdentityLevel::pseudonymous,
                             model::IdentityLevel::technical}) {
        const auto refused = vault->generalise(subject, permit_of(level), of("report 1"));
        REQUIRE_FALSE(refused);
        CHECK(refused.error().kind == ErrorKind::denied);
    }
    CHECK(vault->disclose(subject, anonymised()).error().kind == ErrorKind::denied);
    CHECK(vault->domain_pseudonym(subject, anonymised(), "registry", "R").error().kind == ErrorKind::denied);
}

TEST_CASE("a pseudonym of a domain leads back to its person and to nobody else", "[person_disclosure]") {
    OpenVault vault;
    std::vector<model::Pseudonym> persons;
    for (int i = 0; i < 1203; ++i)  // more than are sought at once
        persons.push_back(vault->subject_of(identifier("no-" + std::to_string(i)))->pseudonym);
    for (const std::size_t who : {std::size_t{0}, std::size_t{499}, std::size_t{500}, persons.size() - 1}) {
        CAPTURE(who);
        const auto text = pseudonym_in(vault, persons[who], "study");
        CHECK(vault->resolve(text, "study", "RES").value() == persons[who]);
        CHECK_FALSE(vault->resolve(text, "another", "RES").value());
        const auto identifiers = vault->identifiers_of(persons[who]).value();
        REQUIRE(identifiers.size() == 1);
        CHECK(identifiers[0].value == "no-" + std::to_string(who));
    }
    CHECK_FALSE(vault->resolve("RES1-00000000000000000000000", "study", "RES").value());
    CHECK(vault->resolve("x", "study", "res").error().kind == ErrorKind::misconfigured);
}

TEST_CASE("an erased person's pseudonym leads to nobody", "[person_disclosure]") {
    OpenVault vault;
    const auto subject = vault->admit(canary_identity(), "user:1").value();
    const auto text = pseudonym_in(vault, subject, "study");
    REQUIRE(vault->erase(subject));
    CHECK_FALSE(vault->resolve(text, "study", "RES").value());
    CHECK(vault->identifiers_of(subject).error().kind == ErrorKind::invalid_input);
    CHECK(vault->generalise(subject, anonymised(), of("report 1")).error().kind == ErrorKind::invalid_input);
}

TEST_CASE("both pseudonyms of a merged person lead to the survivor's identifiers", "[person_disclosure]") {
    OpenVault vault;
    const auto kept = vault->admit(person_with({identifier("kept")}), "user:1").value();
    const auto ended = vault->admit(person_with({identifier("ended")}), "user:1").value();
    const auto before = pseudonym_in(vault, ended, "study");
    Movement merge;
    merge.kind = MovementKind::merge;
    merge.patient = person_with({identifier("kept")});
    merge.merged = {identifier("ended")};
    merge.happened = merge.recorded = at(1);
    REQUIRE(vault->move({"kis", "A40 kis", "fingerprint-1", {merge}}, "sender:kis"));
    const auto found = vault->resolve(before, "study", "RES").value();
    REQUIRE(found);
    CHECK(*found == ended);
    CHECK(vault->identifiers_of(*found).value() == vault->identifiers_of(kept).value());
    CHECK(vault->identifiers_of(*found)->size() == 2);
}

TEST_CASE("how long a pseudonym takes back among 200,000 persons", "[.speed]") {
    constexpr int persons = 200'000;
    OpenTables tables;
    REQUIRE(tables.migrated);
    const Secret master = tables.keys.key(crypto::key_name::pseudonym)->clone();
    const pseudonym::Pseudonymizer pseudonymizer(master);
    auto table = PersonTable::prepare(tables.database, tables.keys).value();
    REQUIRE(tables.database.transaction([&]() -> Result<void> {
        for (int i = 0; i < persons; ++i) {
            const auto added = table.add(person_with({identifier(std::to_string(i))}), at(0));
            if (!added) return failure(added.error());
        }
        return {};
    }));
    int asked = 0;
    const auto begin = std::chrono::steady_clock::now();
    for (PersonId after = 0;;) {
        const auto sought = table.seek(after, 500, [&](const Secret& secret) {
            ++asked;
            return pseudonymizer.of_domain(secret, "study", "RES") == "RES1-00000000000000000000000";
        });
        REQUIRE(sought);
        REQUIRE_FALSE(sought->found);
        if (!sought->last) break;
        after = *sought->last;
    }
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
    CHECK(asked == persons);
    WARN("asked all of " << persons << " persons in " << taken.count() << " s");
}

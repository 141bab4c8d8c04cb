#include <edgeward/delivery/query_desk.hpp>

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include "ward.hpp"

using namespace edgeward;
using namespace edgeward::delivery;
using nlohmann::json;

namespace {

// A ward's store and vault, and who comes to ask.
struct Bench {
    explicit Bench(policy::Decider policy = support::shipped_policy())
        : desk(settings(), {*ward.store.reader, *ward.store.writer, *ward.vault, ward.pseudonymizer,
                            ward.technical_key, system_clock(), [policy] { return policy; },
                            [] { return device::DeviceRegistry({Ward::device()}); }}) {
        client.sees = kis("kis-reader");
    }
    static FhirServerSettings settings() {
        FhirServerSettings made;
        made.base = "https://gateway.example:9445/fhir";
        made.resources.profiles = fhir::ProfileSet::isik;
        made.resources.device_system = "urn:test:device";
        made.resources.authorities["KIS"] = {"urn:test:patient", "MR"};
        return made;
    }
    static fhir::ObservationQuery query(fhir::Parameters parameters) {
        auto made = fhir::ObservationQuery::parse(parameters, settings().base, "Europe/Berlin");
        REQUIRE(made);
        return *std::move(made);
    }
    static fhir::ObservationQuery about(const std::string& patient, fhir::Parameters more = {}) {
        more.emplace_back("patient.identifier", "urn:test:patient|" + patient);
        return query(std::move(more));
    }
    FoundObservations search(const fhir::ObservationQuery& what) {
        auto found = desk.search(client, what);
        REQUIRE(found);
        return *std::move(found);
    }
    std::vector<std::string> values(const FoundObservations& found) {
        std::vector<std::string> all;
        for (const auto& one : found.observations)
            all.push_back(json::parse(one.body).at("valueQuantity").at("value").dump());
        return all;
    }
    std::vector<audit::Event> events(audit::Action action) {
        std::vector<audit::Event> all;
        REQUIRE(ward.store.reader->export_audit(
            1, 1000,
            [&](const audit::Record& record) {
                if (record.event.action == action) all.push_back(record.event);
            },
            [](std::string_view) {}));
        return all;
    }
    void admit(const std::string& patient, const std::string& family) {
        model::Identity person;
        person.identifiers = {{patient, "KIS", "MR"}};
        person.family = family;
        REQUIRE(ward.vault->admit(person, "user:0"));
    }

    Ward ward;
    FhirClient client;
    QueryDesk desk;
};

using Values = std::vector<std::string>;

}  // namespace

TEST_CASE("a client finds a person's observations and nobody else's", "[query_desk]") {
    Bench bench;
    bench.ward.measure("a", "61");
    bench.ward.measure("b", "70");
    bench.ward.measure("a", "62");
    const auto found = bench.search(Bench::about("a"));
    CHECK(bench.values(found) == Values{"61", "62"});
    CHECK_FALSE(found.next);
    const auto one = json::parse(found.observations.front().body);
    CHECK(one.at("subject").at("reference") == "Patient/" + found.patient);
    const auto devices = bench.desk.devices();
    REQUIRE(devices.size() == 1);
    CHECK(one.at("device").at("reference") == "Device/" + devices.front().id);
    // By the Patient's id too, also of a gateway that has forgotten whom it stands for.
    CHECK(bench.values(bench.search(Bench::query({{"patient", found.patient}}))) == Values{"61", "62"});
}

TEST_CASE("an id of a Patient is found without having been given out before", "[query_desk]") {
    Bench bench;
    bench.ward.measure("a", "61");
    const auto id = bench.search(Bench::about("a")).patient;
    QueryDesk fresh(Bench::settings(),
                    {*bench.ward.store.reader, *bench.ward.store.writer, *bench.ward.vault,
                     bench.ward.pseudonymizer, bench.ward.technical_key, system_clock(),
                     [] { return support::shipped_policy(); }, [] { return device::DeviceRegistry(); }});
    const auto found = fresh.search(bench.client, Bench::query({{"patient", id}}));
    REQUIRE(found);
    CHECK(found->observations.size() == 1);
    CHECK(fresh.search(bench.client, Bench::query({{"patient", "P1-0123456789ACDEFGHJKLFN"}}))
              ->patient.empty());
    // Another client knows the person by another id.
    FhirClient other;
    other.sees = kis("other");
    CHECK(fresh.search(other, Bench::query({{"patient", id}}))->observations.empty());
}

TEST_CASE("pages follow each other without gap or repetition", "[query_desk]") {
    Bench bench;
    for (int i = 0; i < 5; ++i)
        bench.ward.store_report(
            "a", {Ward::heart_rate(std::to_string(60 + i)), Ward::heart_rate(std::to_string(160 + i))});
    Values all;
    std::string page = "0.0.0";
    std::size_t pages = 0;
    while (!page.empty()) {
        const auto found = bench.search(Bench::about("a", {{"_count", "3"}, {"_page", page}}));
        CHECK(found.observations.size() <= 3);
        for (auto& value : bench.values(found))
            all.push_back(std::move(value));
        page = found.next ? std::to_string(found.next->subject) + "." + std::to_string(found.next->report) +
                                "." + std::to_string(found.next->skip)
                          : "";
        REQUIRE(++pages < 10);
    }
    CHECK(all == Values{"60", "160", "61", "161", "62", "162", "63", "163", "64", "164"});
}

TEST_CASE("every answer leaves records of who asked and of what was given out", "[query_desk]") {
    Bench bench;
    bench.ward.measure("a", "61");
    bench.ward.measure("a", "62");
    const auto subject = bench.ward.vault->subject_of({"a", "KIS", "MR"})->pseudonym;
    bench.search(Bench::about("a"));
    const auto disclosed = bench.events(audit::Action::disclosed);
    REQUIRE(disclosed.size() == 1);
    CHECK(disclosed.front().actor == "client:kis-reader");
    CHECK(disclosed.front().subject == subject);
    CHECK(disclosed.front().object == "identified treatment art9-2h");
    CHECK(disclosed.front().count == 2);
    CHECK_FALSE(disclosed.front().rule.empty());
    bench.search(Bench::about("nobody"));
    const auto asked = bench.events(audit::Action::records_queried);
    REQUIRE(asked.size() == 2);
    CHECK(asked.front().count == 2);
    CHECK(asked.front().object == "Observation search");
    CHECK(asked.back().count == 0);
    CHECK_FALSE(asked.back().subject);
    CHECK(bench.events(audit::Action::disclosed).size() == 1);
}

TEST_CASE("what the policies deny is not found and the refusal is recorded", "[query_desk]") {
    Bench bench{policy::Decider()};  // denies everything
    bench.admit("a", "Quittenbaum");
    bench.ward.measure("a", "61");
    CHECK(bench.search(Bench::about("a")).observations.empty());
    CHECK_FALSE(bench.desk.patient(bench.client, fhir::IdentifierOf{"urn:test:patient", "a"}).value());
    const auto refused = bench.events(audit::Action::query_refused);
    REQUIRE(refused.size() == 2);
    CHECK(refused.front().rule == "no-rule-permits");
    CHECK(refused.front().outcome == audit::Outcome::denied);
    CHECK(bench.events(audit::Action::disclosed).empty());
}

TEST_CASE("a restriction of all use stops queries too", "[query_desk]") {
    Bench bench;
    bench.ward.measure("a", "61");
    const auto subject = bench.ward.vault->subject_of({"a", "KIS", "MR"})->pseudonym;
    REQUIRE(
        bench.ward.vault->restrict_processing(subject, "legal_claims", policy::Restriction::all, "user:1"));
    CHECK(bench.search(Bench::about("a")).observations.empty());
    CHECK(bench.events(audit::Action::query_refused).front().rule == "restriction-stops-all-use");
}

TEST_CASE("a client sees its wards and codes and no Patient beside them", "[query_desk]") {
    Bench bench;
    bench.admit("a", "Quittenbaum");
    bench.ward.measure("a", "61");
    bench.client.sees.wards = {"PEDIATRICS"};
    CHECK(bench.search(Bench::about("a")).observations.empty());
    CHECK_FALSE(bench.desk.patient(bench.client, fhir::IdentifierOf{"urn:test:patient", "a"}).value());
    bench.client.sees.wards.clear();
    bench.client.sees.codes = {"9279-1"};
    CHECK(bench.search(Bench::about("a")).observations.empty());
    bench.client.sees.codes = {"8867-4"};
    CHECK(bench.search(Bench::about("a")).observations.size() == 1);
}

TEST_CASE("an observation is read by its id as long as it stands", "[query_desk]") {
    Bench bench;
    bench.ward.measure("a", "61");
    bench.ward.measure("b", "70");
    const auto id = bench.search(Bench::about("a")).observations.front().id;
    const auto read = bench.desk.observation(bench.client, id);
    REQUIRE(read);
    REQUIRE(*read);
    CHECK((*read)->id == id);
    CHECK(bench.search(Bench::query({{"_id", id}})).observations.size() == 1);
    CHECK(bench.search(Bench::about("a", {{"_id", id}})).observations.size() == 1);
    CHECK(bench.search(Bench::about("b", {{"_id", id}})).observations.empty());
    for (const std::string& wrong :
         {std::string("1"), "2" + id.substr(1), "9" + id.substr(1), std::string("x,y")}) {
        const auto nothing = bench.desk.observation(bench.client, wrong);
        REQUIRE(nothing);
        CHECK_FALSE(*nothing);
    }
    REQUIRE(bench.ward.vault->erase(bench.ward.vault->subject_of({"a", "KIS", "MR"})->pseudonym));
    CHECK_FALSE(bench.desk.observation(bench.client, id).value());
}

TEST_CASE("a Patient has the identity and only after its record", "[query_desk]") {
    Bench bench;
    bench.admit("a", "Quittenbaum");
    const auto read = bench.desk.patient(bench.client, fhir::IdentifierOf{"urn:test:patient", "a"});
    REQUIRE(read);
    REQUIRE(*read);
    CHECK(json::parse((*read)->body).at("name").at(0).at("family") == "Quittenbaum");
    CHECK(bench.events(audit::Action::disclosed).size() == 1);
    CHECK(bench.desk.patient(bench.client, fhir::PatientId{(*read)->id}).value()->body == (*read)->body);
    CHECK_FALSE(bench.desk.patient(bench.client, fhir::IdentifierOf{"urn:other", "a"}).value());
}

TEST_CASE("a date bounds what is looked through", "[query_desk]") {
    Bench bench;
    bench.ward.measure("a", "61");  // measured in November 2025, see ward.hpp
    CHECK(bench.search(Bench::about("a", {{"date", "ge2025-11-23"}, {"date", "lt2025-11-24"}}))
              .observations.size() == 1);
    CHECK(bench.search(Bench::about("a", {{"date", "ge2099"}})).observations.empty());
}

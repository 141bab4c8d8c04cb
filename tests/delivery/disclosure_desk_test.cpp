#include "disclosure_desk.hpp"

#include <catch2/catch_test_macros.hpp>

#include "ward.hpp"

using namespace edgeward;
using namespace edgeward::delivery;

namespace {

model::Observation text_note() {
    model::Observation made = Ward::heart_rate("1");
    made.code = {0, {}, {}, {}, "Note", "urn:vendor", "note"};
    made.value = model::Text{"a name could stand here"};
    made.category = model::Category::measurement;
    return made;
}

model::Observation battery() {
    model::Observation made = Ward::heart_rate("87");
    made.code = {0, {}, {}, {}, "Battery", "urn:vendor", "battery"};
    made.category = model::Category::technical;
    return made;
}

store::Delivery claim(Ward& ward, const std::string& destination) {
    const auto rows = ward.store.reader->pending(destination, 0, 1);
    REQUIRE(rows);
    REQUIRE(rows->size() == 1);
    return rows->front();
}

DisclosureDesk::Answer examine(Ward& ward, const DestinationSettings& settings) {
    const DisclosureDesk desk(settings, *ward.vault, ward.technical_key, system_clock(),
                              support::shipped_policy());
    auto answer = desk.examine(claim(ward, settings.name));
    REQUIRE(answer);
    return *std::move(answer);
}

std::string reason_of(const DisclosureDesk::Answer& answer) {
    const auto* settlement = std::get_if<store::Settlement>(&answer);
    REQUIRE(settlement != nullptr);
    CHECK(settlement->state == store::DeliveryState::filtered);
    return settlement->reason;
}

void know(Ward& ward, const std::string& destination) {
    REQUIRE(ward.store.writer->run(
        [&](store::ObservationStore& store) { return store.set_destinations({destination}); }));
}

}  // namespace

TEST_CASE("an identified destination gets everything with the place", "[disclosure_desk]") {
    Ward ward;
    know(ward, "kis");
    ward.store_report("4711", {Ward::heart_rate("62"), text_note(), battery()});
    const auto answer = examine(ward, kis());
    const auto& prepared = std::get<Prepared>(answer);
    CHECK(prepared.report.observations.size() == 3);
    CHECK(prepared.report.location.bed == "07");
    CHECK(prepared.permit.rule() == "treatment-may-identify");
}

TEST_CASE("a pseudonymous destination gets neither free text nor the place", "[disclosure_desk]") {
    Ward ward;
    know(ward, "research");
    const Instant now = system_clock().now();
    REQUIRE(ward.vault->set_consent({"4711", "KIS", "MR"},
                                    {model::Purpose::research, true, Instant{}, now + std::chrono::hours(1)},
                                    "user:1"));
    ward.store_report("4711", {Ward::heart_rate("62"), text_note()});
    const auto answer = examine(ward, research());
    const auto& prepared = std::get<Prepared>(answer);
    CHECK(prepared.report.observations.size() == 1);
    CHECK(prepared.report.location == model::Location{});
    CHECK(prepared.report.subject.has_value());
}

TEST_CASE("secondary use without a known consent is filtered by its rule", "[disclosure_desk]") {
    Ward ward;
    know(ward, "research");
    ward.measure("4711", "62");
    CHECK(reason_of(examine(ward, research())) == "secondary-use-needs-consent");
}

TEST_CASE("what only a restriction stops waits, and what the policies stop anyway ends",
          "[disclosure_desk]") {
    Ward ward;
    know(ward, "research");
    const Instant now = system_clock().now();
    ward.measure("4711", "62");
    const auto subject = ward.vault->subject_of({"4711", "KIS", "MR"}).value().pseudonym;
    REQUIRE(ward.vault->restrict_processing(subject, "objection", policy::Restriction::secondary, "user:1"));
    // Without consent it would not go either.
    CHECK(reason_of(examine(ward, research())) == "secondary-use-needs-consent");
    REQUIRE(ward.vault->set_consent({"4711", "KIS", "MR"},
                                    {model::Purpose::research, true, Instant{}, now + std::chrono::hours(1)},
                                    "user:1"));
    const auto answer = examine(ward, research());
    const auto* waits = std::get_if<store::Settlement>(&answer);
    REQUIRE(waits != nullptr);
    CHECK(waits->state == store::DeliveryState::parked);
    CHECK(waits->reason == "restriction-stops-secondary-use");
    CHECK(waits->retry_at > now);
}

TEST_CASE("treatment goes on beside a restriction of secondary use and waits for one of all use",
          "[disclosure_desk]") {
    Ward ward;
    know(ward, "kis");
    ward.measure("4711", "62");
    const auto subject = ward.vault->subject_of({"4711", "KIS", "MR"}).value().pseudonym;
    const DestinationSettings settings = kis();
    const DisclosureDesk desk(settings, *ward.vault, ward.technical_key, system_clock(),
                              support::shipped_policy());
    REQUIRE(ward.vault->restrict_processing(subject, "objection", policy::Restriction::secondary, "user:1"));
    const auto prepared = desk.examine(claim(ward, "kis"));
    REQUIRE(std::holds_alternative<Prepared>(*prepared));
    CHECK_FALSE(*desk.decide_again(std::get<Prepared>(*prepared)));
    const auto id =
        ward.vault->restrict_processing(subject, "legal_claims", policy::Restriction::all, "user:1").value();
    const auto again = desk.decide_again(std::get<Prepared>(*prepared)).value();
    REQUIRE(again);
    CHECK(again->state == store::DeliveryState::parked);
    CHECK(again->reason == "restriction-stops-all-use");
    REQUIRE(ward.vault->lift_restriction(id, "user:1"));
    CHECK_FALSE(*desk.decide_again(std::get<Prepared>(*prepared)));
}

TEST_CASE("a technical destination gets technical values and no person", "[disclosure_desk]") {
    Ward ward;
    know(ward, "vendor");
    DestinationSettings vendor = kis("vendor");
    vendor.purpose = model::Purpose::maintenance;
    vendor.level = model::IdentityLevel::technical;
    vendor.legal_basis = "none";
    ward.store_report("4711", {Ward::heart_rate("62"), battery()});
    const auto answer = examine(ward, vendor);
    const auto& prepared = std::get<Prepared>(answer);
    REQUIRE(prepared.report.observations.size() == 1);
    CHECK(prepared.report.observations.front().code.local_code == "battery");
    CHECK_FALSE(prepared.report.subject);
}

TEST_CASE("a report with nothing for a destination is filtered", "[disclosure_desk]") {
    Ward ward;
    know(ward, "vendor");
    DestinationSettings vendor = kis("vendor");
    vendor.purpose = model::Purpose::maintenance;
    vendor.level = model::IdentityLevel::technical;
    ward.measure("4711", "62");
    CHECK(reason_of(examine(ward, vendor)) == "nothing_for_this_destination");
}

// A document of ISiK is about a patient; what a device says of itself would only be a dead letter there.
TEST_CASE("a report without a person is filtered where there are only persons", "[disclosure_desk]") {
    Ward ward;
    know(ward, "kis");
    model::Report report;
    report.device = "monitor-1";
    report.received = system_clock().now();
    report.observations = {battery()};
    store::Inbound inbound;
    inbound.ticket = 1;
    inbound.device = report.device;
    inbound.received = report.received;
    inbound.fate = store::Stored{{store::seal_report(report, ward.technical_key)}, {}};
    REQUIRE(ward.store.writer->run([&](store::ObservationStore& to) { return to.record({inbound}); }));
    auto settings = kis();
    CHECK(std::holds_alternative<Prepared>(examine(ward, settings)));
    FhirForm form;
    form.bundle.form = fhir::BundleForm::isik_report;
    settings.form = form;
    CHECK(reason_of(examine(ward, settings)) == "nothing_for_this_destination");
}

TEST_CASE("wards and codes that are not listed are filtered", "[disclosure_desk]") {
    Ward ward;
    know(ward, "kis");
    ward.measure("4711", "62");
    DestinationSettings other_ward = kis();
    other_ward.wards = {"PEDIATRICS"};
    CHECK(reason_of(examine(ward, other_ward)) == "ward_not_listed");
    DestinationSettings other_code = kis();
    other_code.codes = {"8310-5"};
    CHECK(reason_of(examine(ward, other_code)) == "nothing_for_this_destination");
    DestinationSettings same_code = kis();
    same_code.codes = {"8867-4"};
    CHECK(std::holds_alternative<Prepared>(examine(ward, same_code)));
}

TEST_CASE("test values never get into a patient record", "[disclosure_desk]") {
    Ward ward;
    know(ward, "kis");
    model::Observation test_value = Ward::heart_rate("62");
    test_value.mode = model::Mode::test;
    ward.store_report("4711", {test_value});
    CHECK(reason_of(examine(ward, kis())) == "no-test-data-in-patient-records");
}

TEST_CASE("disclosures are recorded once per person with their number", "[disclosure_desk]") {
    Ward ward;
    know(ward, "kis");
    ward.measure("4711", "62");
    ward.measure("4711", "63");
    ward.measure("0815", "70");
    const DestinationSettings settings = kis();
    const DisclosureDesk desk(settings, *ward.vault, ward.technical_key, system_clock(),
                              support::shipped_policy());
    std::vector<Prepared> prepared;
    auto rows = *ward.store.reader->pending("kis", 0, 10);
    for (auto& row : rows)
        prepared.push_back(std::get<Prepared>(*desk.examine(row)));
    const auto events = desk.records_of(prepared);
    REQUIRE(events.size() == 2);
    CHECK(events[0].count + events[1].count == 3);
    CHECK(events[0].actor == "destination:kis");
    CHECK(events[0].rule == "treatment-may-identify");
    CHECK(events[0].details != events[1].details);
}

TEST_CASE("what was prepared is decided once more before it goes", "[disclosure_desk]") {
    Ward ward;
    know(ward, "research");
    const Instant now = system_clock().now();
    const auto say = [&](bool given) {
        REQUIRE(ward.vault->set_consent(
            {"4711", "KIS", "MR"},
            {model::Purpose::research, given, given ? Instant{} : now, now + std::chrono::hours(1)},
            "user:1"));
    };
    say(true);
    ward.measure("4711", "62");
    const DestinationSettings settings = research();
    const DisclosureDesk desk(settings, *ward.vault, ward.technical_key, system_clock(),
                              support::shipped_policy());
    const auto answer = desk.examine(claim(ward, "research"));
    REQUIRE(answer);
    const auto& prepared = std::get<Prepared>(*answer);
    CHECK(prepared.ward == "ICU");  // policies may speak of it, what is sent does not
    CHECK_FALSE(desk.decide_again(prepared).value());
    say(false);
    const auto stopped = desk.decide_again(prepared).value();
    REQUIRE(stopped);
    CHECK(stopped->report == prepared.row.report);
    CHECK(stopped->state == store::DeliveryState::filtered);
    CHECK(stopped->reason == "secondary-use-needs-consent");
}

TEST_CASE("a disclosure says level, purpose and legal basis as they were then", "[disclosure_desk]") {
    Ward ward;
    know(ward, "kis");
    ward.measure("4711", "62");
    const DestinationSettings settings = kis();
    const DisclosureDesk desk(settings, *ward.vault, ward.technical_key, system_clock(),
                              support::shipped_policy());
    std::vector<Prepared> prepared;
    prepared.push_back(std::get<Prepared>(*desk.examine(claim(ward, "kis"))));
    CHECK_FALSE(desk.decide_again(prepared.front()).value());
    CHECK(desk.records_of(prepared).front().object == "identified treatment art9-2h");
}

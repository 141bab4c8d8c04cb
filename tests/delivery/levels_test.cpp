// Every identity level in both forms, with identities nobody would write by chance: what may not be there is
// looked for after undoing the escapes a receiver would undo.

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <nlohmann/json.hpp>

#include <random>
#include <set>

#include "disclosure_desk.hpp"
#include "renderer.hpp"
#include "ward.hpp"

using namespace edgeward;
using namespace edgeward::delivery;

namespace {

using model::IdentityLevel;

// A word of letters and of what HL7 and JSON escape.
std::string word(std::mt19937& random) {
    static constexpr std::string_view letters = "ABCDEFGHJKLMNPQRSTUVWXYZ";
    static constexpr std::string_view escaped = "|^~&\\\"/<";
    std::string made = "Kanarie";
    for (int i = 0; i < 12; ++i)
        made += letters[random() % letters.size()];
    made.insert(9 + random() % 8, 1, escaped[random() % escaped.size()]);
    return made;
}

// What no destination below `identified` may learn, and what an anonymised one may not either.
struct Canary {
    explicit Canary(unsigned seed) {
        std::mt19937 random(seed);
        identity.identifiers = {{word(random), "KIS", "MR"}};
        identity.family = word(random);
        identity.given = word(random);
        identity.birth_date = std::to_string(1930 + random() % 70) + "-0" + std::to_string(1 + random() % 9) +
                              "-1" + std::to_string(random() % 10);
        identity.visit_number = word(random);
        device = Ward::device();
        device.serial = word(random);
        note = word(random);
        local_code = word(random);
        display = word(random);
        measured = {
            parse_rfc3339("2026-07-14T03:17:42.123+02:00")->utc + std::chrono::seconds(random() % 3000), 120};
    }
    model::Identity identity;
    device::Device device;
    std::string note;
    std::string local_code;
    std::string display;
    ZonedTime measured;
};

DestinationSettings destination(IdentityLevel level, bool fhir) {
    DestinationSettings made = level == IdentityLevel::identified ? kis() : research();
    made.level = level;
    if (level == IdentityLevel::anonymised) made.legal_basis = "art9-2j";
    if (level == IdentityLevel::technical) made.purpose = model::Purpose::maintenance;
    if (!fhir) return made;
    FhirForm form;
    form.bundle.device_system = "urn:test:device";
    form.bundle.pseudonym_system = "urn:test:pseudonym";
    form.bundle.authorities["KIS"] = {"urn:test:patient", "MR"};
    made.form = form;
    return made;
}

std::vector<model::Observation> everything(const Canary& canary) {
    auto rate = Ward::heart_rate("62.75");
    rate.code.display = canary.display;
    rate.code.local_system = "urn:vendor";
    rate.code.local_code = canary.local_code;
    auto note = rate;
    note.value = model::Text{canary.note};
    auto battery = Ward::heart_rate("87");
    battery.code = {67996, "MDC_ATTR_VAL_BATT_CHARGE", {}, {}, "Battery", {}, {}};
    std::get<model::Quantity>(battery.value).ucum = "%";
    battery.category = model::Category::technical;
    std::vector<model::Observation> all{rate, note, battery};
    for (auto& one : all)
        one.effective = canary.measured;
    return all;
}

// All texts of a JSON document, unescaped.
void flatten(const nlohmann::json& node, std::string& into) {
    if (node.is_string()) into += node.get<std::string>() + '\n';
    if (node.is_number()) into += node.dump() + '\n';
    if (!node.is_structured()) return;
    for (const auto& each : node)
        flatten(each, into);
}

std::string readable(const std::string& body, bool fhir) {
    std::string text;
    if (fhir) {
        flatten(nlohmann::json::parse(body), text);
        return text;
    }
    for (std::size_t at = 0; at < body.size(); ++at) {
        static constexpr std::string_view marks = "FSTRE";
        static constexpr std::string_view meant = "|^&~\\";
        const auto mark = at + 2 < body.size() ? marks.find(body[at + 1]) : std::string_view::npos;
        if (body[at] == '\\' && mark != std::string_view::npos && body[at + 2] == '\\') {
            text += meant[mark];
            at += 2;
        } else {
            text += body[at];
        }
    }
    return text;
}

// One person's report, stored once, as a destination gets it.
class Scene {
public:
    explicit Scene(const Canary& canary) : canary_(canary) {
        REQUIRE(ward.vault->admit(canary.identity, "user:1"));
        REQUIRE(ward.vault->set_consent(
            canary.identity.identifiers.front(),
            {model::Purpose::research, true, Instant{}, system_clock().now() + std::chrono::hours(1)},
            "user:1"));
    }
    void know(const std::vector<std::string>& destinations) {
        REQUIRE(ward.store.writer->run(
            [&](store::ObservationStore& store) { return store.set_destinations(destinations); }));
    }
    void measure() { ward.store_report(canary_.identity.identifiers.front().value, everything(canary_)); }

    std::vector<Prepared> examine(const DestinationSettings& settings) {
        const DisclosureDesk desk(settings, *ward.vault, ward.technical_key, system_clock(),
                                  support::shipped_policy());
        std::vector<Prepared> prepared;
        const auto rows = ward.store.reader->pending(settings.name, 0, 10).value();
        for (const auto& row : rows)
            prepared.push_back(std::get<Prepared>(desk.examine(row).value()));
        return prepared;
    }
    transport::OutboundMessage render(const DestinationSettings& settings, const Prepared& prepared) {
        const device::DeviceRegistry devices({canary_.device});
        auto message = Renderer(settings, *ward.vault, ward.pseudonymizer, devices).render({prepared});
        REQUIRE(message);
        return *std::move(message);
    }

    Ward ward;

private:
    const Canary& canary_;
};

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

void expect_without(const std::string& text, const std::vector<std::string>& parts) {
    for (const auto& part : parts) {
        CAPTURE(part);
        CHECK_FALSE(has(text, part));
    }
}

}  // namespace

TEST_CASE("no level tells more than it promises in either form", "[levels]") {
    const auto level = GENERATE(IdentityLevel::identified, IdentityLevel::pseudonymous,
                                IdentityLevel::anonymised, IdentityLevel::technical);
    const bool fhir = GENERATE(false, true);
    const auto seed = GENERATE(1U, 2U, 3U, 4U, 5U);
    CAPTURE(model::name_of(level), fhir, seed);
    const Canary canary(seed);
    Scene scene(canary);
    const auto settings = destination(level, fhir);
    scene.know({settings.name});
    scene.measure();
    const auto prepared = scene.examine(settings);
    REQUIRE(prepared.size() == 1);
    const auto body = scene.render(settings, prepared.front()).body;
    const std::string text = readable(body, fhir);

    const auto& identity = canary.identity;
    const std::vector<std::string> person{identity.identifiers.front().value,
                                          identity.family,
                                          identity.given,
                                          identity.birth_date,
                                          identity.visit_number,
                                          canary.note,
                                          "ICU",
                                          "Kanarie-none"};
    const std::vector<std::string> device{canary.device.serial, canary.device.eui64, "monitor-1"};
    if (level == IdentityLevel::identified) {
        CHECK(has(text, identity.family));
        CHECK(has(text, identity.identifiers.front().value));
        CHECK(has(text, canary.note));
        CHECK(has(text, "62.75"));
        return;
    }
    expect_without(text, person);
    if (level == IdentityLevel::technical) {
        CHECK(has(text, "67996"));
        CHECK_FALSE(has(text, "147842"));
        return;
    }
    expect_without(text, device);
    CHECK(has(text, "147842"));
    if (level == IdentityLevel::pseudonymous) {
        CHECK(has(text, "RES1-"));
        return;
    }
    expect_without(text, {canary.local_code, canary.display, "RES1-", "Kanarie", "62.75", "urn:vendor"});
    // No time that anybody saw: to the second in both notations, with and without the zone, and of receipt.
    for (const auto utc : {canary.measured.utc, prepared.front().row.received}) {
        for (const int offset : {0, 60, 120}) {
            const auto written = to_rfc3339(ZonedTime{utc, offset}).substr(0, 19);
            std::string digits;
            for (const char c : written)
                if (c >= '0' && c <= '9') digits += c;
            expect_without(text, {written, digits});
        }
    }
    CHECK_FALSE(has(text, "+0200"));
    CHECK_FALSE(has(text, "+02:00"));
}

TEST_CASE("two anonymised reports of one person share nothing that joins them", "[levels]") {
    const bool fhir = GENERATE(false, true);
    const Canary canary(7);
    Scene scene(canary);
    const auto settings = destination(IdentityLevel::anonymised, fhir);
    scene.know({settings.name});
    scene.measure();
    scene.measure();
    const auto prepared = scene.examine(settings);
    REQUIRE(prepared.size() == 2);
    const auto first = scene.render(settings, prepared[0]);
    const auto second = scene.render(settings, prepared[1]);
    CHECK(first.body == scene.render(settings, prepared[0]).body);  // a resend
    CHECK(first.identifier != second.identifier);
    // Shifted by numbers of their own; equal ones are one in eight thousand.
    CHECK(prepared[0].report.received != prepared[1].report.received);
    if (!fhir) return;
    const auto ids_of = [](const std::string& body) {
        std::set<std::string> ids;
        std::string text;
        flatten(nlohmann::json::parse(body), text);
        for (std::size_t at = text.find("urn:uuid:"); at != std::string::npos;
             at = text.find("urn:uuid:", at + 1))
            ids.insert(text.substr(at, 45));
        return ids;
    };
    const auto one = ids_of(first.body);
    CHECK(one.size() >= 3);
    for (const auto& id : ids_of(second.body))
        CHECK_FALSE(one.contains(id));
}

TEST_CASE("the same observation in two anonymised reports has two names", "[levels]") {
    const Canary canary(8);
    Scene scene(canary);
    const auto settings = destination(IdentityLevel::anonymised, true);
    scene.know({settings.name});
    scene.measure();
    scene.measure();
    auto prepared = scene.examine(settings);
    prepared[1].report.observations = prepared[0].report.observations;
    const auto first = nlohmann::json::parse(scene.render(settings, prepared[0]).body);
    const auto second = nlohmann::json::parse(scene.render(settings, prepared[1]).body);
    CHECK(first["entry"][0]["resource"]["identifier"] != second["entry"][0]["resource"]["identifier"]);
    CHECK(first["entry"][0]["resource"]["valueQuantity"] == second["entry"][0]["resource"]["valueQuantity"]);
}

TEST_CASE("what takes an anonymised report back names and dates it as it was sent", "[levels]") {
    const bool fhir = GENERATE(false, true);
    const Canary canary(15);
    Scene scene(canary);
    const auto settings = destination(IdentityLevel::anonymised, fhir);
    scene.know({settings.name});
    scene.measure();
    auto prepared = scene.examine(settings);
    REQUIRE(prepared.size() == 1);
    const auto sent = scene.render(settings, prepared[0]);
    prepared[0].report.takes_back = prepared[0].row.report;
    prepared[0].row.report += 7;  // a report of its own that takes the first one back
    const auto back = scene.render(settings, prepared[0]);
    CHECK(back.identifier != sent.identifier);
    if (fhir) {
        const auto before = nlohmann::json::parse(sent.body)["entry"][0];
        const auto after = nlohmann::json::parse(back.body)["entry"][0];
        CHECK(after["resource"]["identifier"] == before["resource"]["identifier"]);
        CHECK(after["resource"]["effectiveDateTime"] == before["resource"]["effectiveDateTime"]);
        CHECK(after["resource"]["status"] == "entered-in-error");
        CHECK(after["request"]["method"] == "PUT");
    } else {
        const auto filler_in = [](const std::string& body) {
            const auto at = body.find("OBR|1||") + 7;
            return body.substr(at, body.find('^', at) - at);
        };
        CHECK(filler_in(back.body) == filler_in(sent.body));
        CHECK(has(back.body, "|||||W|"));
    }
}

TEST_CASE("destinations of one domain cannot join their anonymised reports", "[levels]") {
    const Canary canary(9);
    Scene scene(canary);
    auto one = destination(IdentityLevel::anonymised, true);
    auto other = one;
    other.name = "another";
    other.domain = one.domain;
    scene.know({one.name, other.name});
    scene.measure();
    const auto first = scene.render(one, scene.examine(one).front());
    const auto second = scene.render(other, scene.examine(other).front());
    CHECK(first.identifier != second.identifier);
}

TEST_CASE("a person's own shift stays the same where the destination asks for it", "[levels]") {
    const Canary canary(10);
    Scene scene(canary);
    auto settings = destination(IdentityLevel::anonymised, false);
    settings.anonymised.shift_per = ShiftPer::subject;
    scene.know({settings.name});
    scene.measure();
    scene.measure();
    const auto prepared = scene.examine(settings);
    CHECK(prepared[0].report.received == prepared[1].report.received);
}

TEST_CASE("an anonymised message says the age as a band and the place as configured", "[levels]") {
    const bool fhir = GENERATE(false, true);
    Canary canary(11);
    canary.identity.birth_date = "1961-02-28";  // 65 when it was measured
    Scene scene(canary);
    auto settings = destination(IdentityLevel::anonymised, fhir);
    settings.anonymised.places = {{"intensive care", {"ICU", "ITS"}}};
    scene.know({settings.name});
    scene.measure();
    const auto body = scene.render(settings, scene.examine(settings).front()).body;
    CHECK(has(body, "intensive care"));
    if (fhir) {
        const auto contained = nlohmann::json::parse(body)["entry"][0]["resource"]["contained"][0];
        CHECK(contained["extension"][0]["valueRange"]["low"]["value"] == 60);
        CHECK(contained["extension"][0]["valueRange"]["high"]["value"] == 69);
        CHECK_FALSE(contained.contains("birthDate"));
    } else {
        CHECK(has(body, "|SN|30525-0^Age^LN|1.0.0.65535|^60^-^69|a^years^UCUM|"));
        CHECK(has(body, "PV1||U|intensive care\r"));
        CHECK(has(body, "PID|||||^^^^^^U\r"));
    }
}

TEST_CASE("who refused is in no anonymised report and a device alone has none", "[levels]") {
    const Canary canary(12);
    Scene scene(canary);
    const auto settings = destination(IdentityLevel::anonymised, false);
    scene.know({settings.name});
    scene.measure();
    REQUIRE(scene.ward.vault->set_consent(
        canary.identity.identifiers.front(),
        {model::Purpose::research, false, Instant{}, system_clock().now() + std::chrono::hours(1)},
        "user:1"));
    const DisclosureDesk desk(settings, *scene.ward.vault, scene.ward.technical_key, system_clock(),
                              support::shipped_policy());
    const auto rows = scene.ward.store.reader->pending(settings.name, 0, 10).value();
    const auto refused = desk.examine(rows.front()).value();
    REQUIRE(std::holds_alternative<store::Settlement>(refused));
    CHECK(std::get<store::Settlement>(refused).reason == "a-refusal-stops-anonymising");
}

TEST_CASE("data classes that are not declared do not leave", "[levels]") {
    const Canary canary(13);
    Scene scene(canary);
    auto settings = destination(IdentityLevel::identified, false);
    settings.data_classes = {model::Category::technical};
    scene.know({settings.name});
    scene.measure();
    const auto prepared = scene.examine(settings);
    REQUIRE(prepared.front().report.observations.size() == 1);
    CHECK(prepared.front().report.observations.front().category == model::Category::technical);
}

TEST_CASE("the record of an anonymised disclosure names the person to the auditor alone", "[levels]") {
    const Canary canary(14);
    Scene scene(canary);
    const auto settings = destination(IdentityLevel::anonymised, false);
    scene.know({settings.name});
    scene.measure();
    const DisclosureDesk desk(settings, *scene.ward.vault, scene.ward.technical_key, system_clock(),
                              support::shipped_policy());
    const auto events = desk.records_of(scene.examine(settings));
    REQUIRE(events.size() == 1);
    CHECK(events[0].object == "anonymised research art9-2j");
    CHECK(events[0].rule == "anonymised-secondary-use");
    CHECK(events[0].subject == scene.ward.vault->subject_of(canary.identity.identifiers.front())->pseudonym);
}

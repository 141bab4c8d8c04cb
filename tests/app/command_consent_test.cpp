#include <catch2/catch_test_macros.hpp>

#include "fhir/consent_sample.hpp"
#include "installation.hpp"

namespace edgeward::app {
namespace {

using nlohmann::json;
namespace sample = fhir::sample;

const json recipients = {{{"destination", "research-hub"},
                          {"purposes", {"research"}},
                          {"reports", 12},
                          {"first", "2026-01-01T00:00:00.000Z"},
                          {"last", "2026-01-02T00:00:00.000Z"},
                          {"acknowledged", {{"reports", 11}}}}};

json imported(const char* outcome, bool withdrawn = false) {
    json one = {{"resource", "Consent"}, {"outcome", outcome}, {"withdrawn", withdrawn}};
    if (withdrawn) one["recipients"] = recipients;
    return {{"consents", {one}}};
}

}  // namespace

TEST_CASE("a consent is recorded as it was said", "[command_consent]") {
    const Installation here;
    CannedDaemon daemon(here);
    daemon.answers("POST", "/v1/consents", {{"recorded", true}, {"recipients", recipients}});
    daemon.start();
    const auto said = here.run({"consent", "record", "deny", "--patient", "4711", "--authority", "KIS",
                                "--from", "2026-01-01T00:00:00Z", "--until", "2027-01-01T00:00:00Z"});
    CHECK(said.out.starts_with(
        "recorded\ninform those who got data (Art. 19 DSGVO):\nresearch-hub\tfor research"));
    CHECK(daemon.body() == json{{"patient", {{"value", "4711"}, {"authority", "KIS"}}},
                                {"purpose", "research"},
                                {"decision", "deny"},
                                {"from", "2026-01-01T00:00:00Z"},
                                {"until", "2027-01-01T00:00:00Z"}});
    CHECK(here.run({"consent", "record", "maybe", "--patient", "4711", "--authority", "KIS", "--until",
                    "2027-01-01T00:00:00Z"})
              .code == exit_usage);
}

TEST_CASE("a Consent and a Bundle are sent one Consent at a time", "[command_consent]") {
    const Installation here;
    CannedDaemon daemon(here);
    daemon.answers("POST", "/v1/consents/fhir", imported("recorded"));
    daemon.start();
    const auto single = here.folder() / "single.json";
    const auto bundle = here.folder() / "bundle.json";
    write_text(single, sample::broad().dump(2));
    write_text(bundle, sample::bundle_of(sample::broad()).dump());
    const auto ran = here.run({"consent", "import", single.string(), bundle.string()});
    CHECK(ran.code == exit_success);
    CHECK(ran.out == "2 recorded, 0 replaced, 0 unchanged, 0 older, 0 refused\n");
    REQUIRE(daemon.asked().size() == 2);
    CHECK(daemon.body().at("resourceType") == "Consent");
    CHECK(daemon.body().at("patient").at("reference") == "#of-the-bundle");
    CHECK(daemon.body().dump().find("Mustermann") == std::string::npos);
}

TEST_CASE("one resource a line goes on after one that is refused", "[command_consent]") {
    const Installation here;
    CannedDaemon daemon(here);
    daemon.answers_with("POST", "/v1/consents/fhir", [](const admin::HttpRequest& request) {
        if (request.body.find("\"0815\"") != std::string::npos)
            return admin::error_response({ErrorKind::invalid_input, "Consent.patient: expected somebody"});
        return admin::json_response(200, imported("replaced", true).dump());
    });
    daemon.start();
    const auto file = here.folder() / "all.ndjson";
    write_text(file, sample::broad("0815").dump() + "\n\n{\"resourceType\":\"Patient\"}\n" +
                         sample::broad("4711").dump() + "\n" +
                         sample::bundle_of(sample::broad("0815"), "0815").dump());
    const auto ran = here.run({"consent", "import", file.string()});
    CHECK(ran.code == exit_failure);
    CHECK(daemon.asked().size() == 3);
    CHECK(contains(ran.err, "all.ndjson:1: Consent.patient: expected somebody"));
    CHECK(contains(ran.err, "all.ndjson:3: resourceType: expected Consent or Bundle"));
    CHECK(contains(ran.err, "all.ndjson:5: Bundle.entry[0].resource.patient: expected somebody"));
    CHECK(contains(ran.out,
                   "all.ndjson:4: Consent: consent to research is withdrawn\n"
                   "inform those who got data (Art. 19 DSGVO):\nresearch-hub"));
    CHECK(contains(ran.out, "0 recorded, 1 replaced, 0 unchanged, 0 older, 3 refused"));
    CHECK_FALSE(contains(ran.err, "0815"));
}

TEST_CASE("a file that is no JSON is named and nothing is sent", "[command_consent]") {
    const Installation here;
    CannedDaemon daemon(here);
    daemon.answers("POST", "/v1/consents/fhir", imported("recorded"));
    daemon.start();
    const auto file = here.folder() / "letter.txt";
    write_text(file, "Dear Erika,\nno.\n");
    const auto ran =
        here.run({"--json", "consent", "import", file.string(), (here.folder() / "none").string()});
    CHECK(ran.code == exit_failure);
    CHECK(contains(ran.err, "letter.txt: expected a JSON object"));
    CHECK(json::parse(ran.out).at("failed") == 2);
    CHECK(daemon.asked().empty());
}

TEST_CASE("what holds and who got data is shown", "[command_consent]") {
    const Installation here;
    CannedDaemon daemon(here);
    daemon.answers("POST", "/v1/consents/show",
                   {{"known", true},
                    {"purposes",
                     {{"research", {{"state", "given"}, {"until", "2054-01-31T23:00:00.000Z"}}},
                      {"quality", {{"state", "unknown"}, {"until", nullptr}}}}},
                    {"entries", json::array()},
                    {"documents",
                     {{{"identifier", ""},
                       {"id", "c1"},
                       {"status", "active"},
                       {"recorded", "2026-01-01T00:00:00.000Z"},
                       {"superseded", nullptr},
                       {"provisions",
                        {{{"code", 48},
                          {"decision", "permit"},
                          {"from", nullptr},
                          {"until", nullptr},
                          {"decides", false}}}}}}}});
    daemon.answers("POST", "/v1/consents/recipients", {{"recipients", recipients}});
    daemon.start();
    const auto shown = here.run({"consent", "show", "--patient", "4711", "--authority", "KIS"});
    CHECK(contains(shown.out, "research: given, until 2054-01-31T23:00:00.000Z\n"));
    CHECK(contains(shown.out, "document  Consent/c1: active, imported 2026-01-01T00:00:00.000Z\n"));
    CHECK(contains(shown.out, "  permit .48 from ever until further notice (decides nothing)\n"));
    const auto told = here.run(
        {"consent", "recipients", "--patient", "4711", "--authority", "KIS", "--purpose", "research"});
    CHECK(contains(told.out, "research-hub\tfor research\t12 reports"));
    CHECK(contains(told.out, "acknowledged 11"));
    CHECK(daemon.body().at("purpose") == "research");
}

}  // namespace edgeward::app

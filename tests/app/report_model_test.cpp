#include "report_model.hpp"

#include <catch2/catch_test_macros.hpp>

#include "installation.hpp"

namespace edgeward::app {
namespace {

using nlohmann::json;

LoadedConfiguration loaded_with(const Installation& here, std::string_view more) {
    here.append(more);
    auto loaded = load_configuration(here.config());
    for (const auto& problem : loaded.problems)
        UNSCOPED_INFO(problem.to_string());
    REQUIRE(loaded.problems.empty());
    return loaded;
}

constexpr std::string_view destinations = R"(
[[device]]
id = "monitor-1"
mapping = "monitor_flat"
manufacturer = "Acme"
model = "Vista"
serial = "SN-1"
ward = "ITS1"
[[destination]]
name = "research"
purpose = "research"
identity_level = "pseudonymous"
legal_basis = "consent"
retention = "3650d"
data_classes = ["vital_sign"]
kind = "fhir"
[destination.dlp]
phone = false
[destination.fhir]
url = "https://fhir.example/fhir"
device_system = "urn:oid:1.2"
pseudonym_system = "urn:oid:1.3"
[[destination]]
name = "vendor"
purpose = "maintenance"
identity_level = "technical"
kind = "hl7"
[destination.hl7]
host = "localhost"
port = 2576
plaintext_loopback = true
)";

Answers answers() {
    Answers made;
    made.evidence = {
        {"made", "2026-11-26T08:00:00.000Z"},
        {"policies", {{"count", 18}, {"sha256", "aa11"}}},
        {"encryption", {{"holds", true}, {"reason", ""}}},
        {"certificates", {{{"credential", "gateway-certificate"}, {"seconds_left", 86400.0 * 90.5}}}}};
    made.status = {{"version", "0.1.0"},
                   {"ready", false},
                   {"parts",
                    {{{"part", "store"}, {"ready", true}, {"reason", ""}},
                     {{"part", "mqtt"}, {"ready", false}, {"reason", "no broker"}}}},
                   {"destinations", {{{"name", "kis"}, {"answering", false}}}},
                   {"audit", {{"sequence", 4711}, {"checkpoint", 4700}}},
                   {"disk", {{"seconds_left", 7200}}}};
    made.books = {{"balanced", true}, {"as_of", 4711}, {"inbound", {{"received", 1000}}}};
    made.backups = {
        {"last_made", "2026-11-26T02:30:00.000Z"}, {"last_verified", nullptr}, {"recovery_key", true}};
    made.devices = {{"devices", {{{"conditions", {"silent"}}}, {{"conditions", json::array()}}}}};
    made.configuration = {{"settings", {{{"setting", "mqtt.port"}, {"value", "8883"}, {"from", ""}}}}};
    return made;
}

}  // namespace

TEST_CASE("a configuration is described by what may leave it", "[report_model]") {
    const app::Installation here;
    const auto made = describe(loaded_with(here, destinations), parse_rfc3339("2026-11-26T08:00:00Z")->utc);
    CHECK_FALSE(made.measured);
    CHECK(made.number_of_policies > 10);
    CHECK(made.policies.size() == 64);
    REQUIRE(made.sources.size() == 1);
    CHECK(made.sources[0].encrypted);
    REQUIRE(made.devices.size() == 1);
    CHECK(made.devices[0].kind == "Acme Vista");
    CHECK(made.devices[0].place == "ITS1");
    CHECK(made.devices[0].identified);
    REQUIRE(made.destinations.size() == 2);
    const auto& research = made.destinations[0];
    CHECK(research.address == "https://fhir.example/fhir");
    CHECK(research.data_classes == std::vector<model::Category>{model::Category::vital_sign});
    CHECK(research.retention == std::chrono::hours(24 * 3650));
    CHECK(research.detectors_off == std::vector<std::string>{"phone"});
    CHECK(research.encrypted);
    CHECK(research.client_certificate);
    const auto& vendor = made.destinations[1];
    CHECK(vendor.address == "localhost:2576");
    CHECK_FALSE(vendor.encrypted);
    CHECK(vendor.data_classes == std::vector<model::Category>{model::Category::technical});
    CHECK(made.keeping.clinical == std::chrono::hours(24 * 30));
}

TEST_CASE("a DICOMweb server and who gives tokens for it are doors", "[report_model]") {
    const app::Installation here;
    const auto made = describe(loaded_with(here, R"(
[[destination]]
name = "archive"
purpose = "treatment"
identity_level = "identified"
legal_basis = "art9-2h"
kind = "dicomweb"
[destination.dicomweb]
url = "https://pacs.example/dicom-web"
[destination.dicomweb.smart]
client_id = "edgeward"
key = "smart-key"
key_id = "1"
scope = "store"
token_endpoint = "https://auth.example:8443/token"
)"),
                               Instant{});
    REQUIRE(made.destinations.size() == 1);
    CHECK(made.destinations[0].transport == "DICOM, STOW-RS");
    CHECK(made.destinations[0].address == "https://pacs.example/dicom-web");
    CHECK(made.destinations[0].encrypted);
    CHECK(made.destinations[0].client_certificate);
    const auto port_of = [&](const std::string& name) {
        const auto found = std::ranges::find(made.doors, name, &report::Door::name);
        return found == made.doors.end() ? 0 : int{found->port};
    };
    CHECK(port_of("destination archive") == 443);
    CHECK(port_of("destination archive tokens") == 8443);
}

TEST_CASE("a modality that is told of storage commitment is a door", "[report_model]") {
    const app::Installation here;
    const auto made = describe(loaded_with(here, R"(
[[device]]
id = "ct-9"
mapping = "dicom"
[[dicom_in.sender]]
name = "ct-9"
certificate_names = ["ct-9.example"]
ae_titles = ["CT9"]
device = "ct-9"
[dicom_in.sender.commitment]
host = "ct-9.example"
port = 11112
called_ae_title = "CT9"
)"),
                               Instant{});
    const auto found = std::ranges::find(made.doors, "dicom_in sender ct-9", &report::Door::name);
    REQUIRE(found != made.doors.end());
    CHECK(found->host == "ct-9.example");
    CHECK(found->port == 11112);
    CHECK_FALSE(found->inbound);
}

TEST_CASE("SIEM and witness are doors once they are switched on", "[report_model]") {
    const app::Installation here;
    here.set("siem", "host", "\"siem.example\"");
    here.set("witness", "url", "\"https://witness.example:9444\"");
    here.set("witness", "name", "\"witness.example\"");
    here.set("witness", "key", "\"witness-key\"");
    const auto door = [&](const std::string& name) {
        const auto made = describe(loaded_with(here, ""), Instant{});
        const auto found = std::ranges::find(made.doors, name, &report::Door::name);
        return found == made.doors.end() ? std::string() : found->host + ":" + std::to_string(found->port);
    };
    CHECK(door("siem").empty());
    CHECK(door("witness").empty());
    here.set("siem", "enabled", "true");
    here.set("witness", "enabled", "true");
    CHECK(door("siem") == "siem.example:6514");
    CHECK(door("witness") == "witness.example:9444");
}

TEST_CASE("answers of the gateway become one measurement", "[report_model]") {
    const auto made = measure(answers(), {{"mqtt.port", "8884", ""}});
    REQUIRE(made);
    CHECK(to_rfc3339(made->made) == "2026-11-26T08:00:00.000Z");
    CHECK(made->certificates.at(0).days_left == 90);
    CHECK(made->not_ready == std::vector<std::string>{"mqtt"});
    CHECK(made->destinations_silent == std::vector<std::string>{"kis"});
    CHECK(made->outage_hours == 2.0);
    CHECK(made->audit_checkpoint == 4700);
    CHECK(made->backup_verified.empty());
    CHECK(made->devices_in_trouble == 1);
    CHECK(made->settings_that_differ == 1);
    CHECK(made->books_balance);
}

TEST_CASE("half an answer is no measurement", "[report_model]") {
    for (auto member : {&Answers::evidence, &Answers::status, &Answers::books, &Answers::backups,
                        &Answers::devices, &Answers::configuration}) {
        auto half = answers();
        half.*member = json::object();
        const auto made = measure(half, {});
        REQUIRE_FALSE(made);
        CHECK(made.error().kind == ErrorKind::unavailable);
    }
}

}  // namespace edgeward::app

#include "configuration.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <map>
#include <set>

#include "installation.hpp"
#include "support/shipped_policy.hpp"

namespace edgeward::app {
namespace {

namespace fs = std::filesystem;

fs::path source(const char* path) {
    return fs::path(EDGEWARD_SOURCE_DIR) / path;
}

LoadedConfiguration load_text(const support::ScratchFolder& folder, const std::string& text) {
    // Where the shipped policies are; behind everything, so that no line moves.
    const std::string policies = "\n[policy]\nfolder = \"" + support::shipped_policies().string() + "\"\n";
    write_text(folder / "edgeward.toml", contains(text, "[policy]") ? text : text + policies);
    return load_configuration(folder / "edgeward.toml");
}

std::string mappings_setting() {
    return "mappings_folder = \"" + shipped_mappings().string() + "\"\n";
}

std::map<std::string, std::string> values_of(const LoadedConfiguration& loaded) {
    std::map<std::string, std::string> values;
    for (const auto& setting : loaded.settings)
        values[setting.path] = setting.value;
    return values;
}

// "destination[2].name" as the documents write it.
std::string without_numbers(std::string path) {
    for (auto open = path.find('['); open != std::string::npos; open = path.find('['))
        path.erase(open, path.find(']', open) + 1 - open);
    return path;
}

// Every table the shipped file has only as a comment.
std::string with_everything() {
    std::string text = R"(
[[device_class]]
name = "monitor"
mapping = "monitor_flat"
[[enrolment.manufacturer]]
name = "acme"
ca = "acme-ca"
class = "monitor"
[[device]]
id = "monitor-1"
class = "monitor"
[policy]
folder = "POLICIES"
[[policy.role]]
name = "hospital-it"
users = ["root"]
groups = ["root"]
[[authority]]
name = "KIS"
system = "https://hospital.example/patient"
[[adt.sender]]
name = "kis"
certificate_names = ["kis.hospital.example"]
authority = "KIS"
[[device]]
id = "ct-1"
mapping = "dicom"
[[dicom_in.sender]]
name = "ct-1"
certificate_names = ["ct-1.radiology.example"]
ae_titles = ["CT1"]
device = "ct-1"
authority = "KIS"
[dicom_in.sender.commitment]
host = "ct-1.radiology.example"
called_ae_title = "CT1"
[[destination]]
name = "kis"
purpose = "treatment"
identity_level = "identified"
legal_basis = "art9-2h"
kind = "hl7"
[destination.hl7]
host = "kis.example"
[destination.hl7.tls]
ca = "ca"
certificate = "gateway-certificate"
key = "gateway-key"
[[fhir_server.client]]
name = "reader"
purpose = "treatment"
identity_level = "identified"
legal_basis = "art9-2h"
certificate_names = ["reader.hospital.example"]
[[destination]]
name = "research"
purpose = "research"
identity_level = "pseudonymous"
legal_basis = "consent"
data_classes = ["vital_sign"]
kind = "fhir"
[destination.fhir]
url = "https://fhir.example/fhir"
device_system = "https://hospital.example/device"
pseudonym_system = "https://hospital.example/pseudonym"
[destination.fhir.smart]
client_id = "edgeward"
key = "smart-key"
key_id = "edgeward-1"
[[destination]]
name = "registry"
purpose = "research"
identity_level = "anonymised"
legal_basis = "art9-2j"
kind = "hl7"
[destination.hl7]
host = "registry.example"
[destination.hl7.tls]
ca = "ca"
[[destination.anonymised.place]]
name = "intensive care"
wards = ["ITS1", "ITS2"]
[[destination.anonymised.band]]
code = "2160-0"
unit = "mg/dL"
low = 0.5
high = 4
[[destination]]
name = "pacs"
purpose = "treatment"
identity_level = "identified"
legal_basis = "art9-2h"
kind = "dicom"
[destination.dicom]
host = "pacs.example"
called_ae_title = "PACS"
[[destination]]
name = "archive"
purpose = "treatment"
identity_level = "identified"
legal_basis = "art9-2h"
kind = "dicomweb"
[destination.dicomweb]
url = "https://archive.example/dicom-web"
[destination.dicomweb.smart]
client_id = "edgeward"
key = "smart-key"
key_id = "edgeward-1"
scope = "store"
[alarm]
enabled = true
rules_folder = "ALARMS"
[[alarm.stage]]
targets = ["display", "ward", "monitoring"]
[[alarm.target]]
name = "display"
kind = "mqtt"
identity_level = "technical"
[[alarm.target]]
name = "ward"
kind = "webhook"
identity_level = "technical"
[alarm.target.webhook]
url = "https://alarms.example"
[[alarm.target]]
name = "monitoring"
kind = "alertmanager"
identity_level = "technical"
[alarm.target.alertmanager]
url = "https://monitoring.example"
[[alarm.target]]
name = "pager"
kind = "pcd04"
identity_level = "technical"
[alarm.target.pcd04]
host = "pager.example"
[[alarm.target]]
name = "record"
kind = "fhir"
identity_level = "technical"
[alarm.target.fhir]
url = "https://fhir.example/r4"
device_system = "urn:oid:1.2.3"
[alarm.target.fhir.smart]
client_id = "edgeward"
key = "smart-key"
key_id = "key-1"
scope = "system/DetectedIssue.cu"
)";
    text.replace(text.find("ALARMS"), 6, source("config/alarms").string());
    text.replace(text.find("POLICIES"), 8, support::shipped_policies().string());
    return text;
}

}  // namespace

TEST_CASE("the shipped configuration is sound and says what the code does without it", "[configuration]") {
    const support::ScratchFolder folder;
    auto shipped = with_setting(support::text_of_file(source("config/edgeward.toml")), "gateway",
                                "mappings_folder", "\"" + shipped_mappings().string() + "\"");
    REQUIRE(shipped);
    shipped = with_setting(*std::move(shipped), "policy", "folder",
                           "\"" + support::shipped_policies().string() + "\"");
    REQUIRE(shipped);
    const auto stated = load_text(folder, *shipped);
    for (const auto& problem : stated.problems)
        UNSCOPED_INFO(problem.to_string());
    REQUIRE(stated.problems.empty());
    CHECK(stated.warnings.empty());
    const auto silent = load_text(folder, "[gateway]\n" + mappings_setting());
    REQUIRE(silent.problems.empty());
    const auto defaults = values_of(silent);
    const auto values = values_of(stated);
    CHECK(values.size() > 40);
    for (const auto& [path, value] : values) {
        INFO(path);
        REQUIRE(defaults.contains(path));
        CHECK(defaults.at(path) == value);
    }
    for (const auto& setting : stated.settings) {
        INFO(setting.path);
        CHECK_FALSE(setting.where.empty());  // the shipped file leaves nothing unsaid
    }
}

TEST_CASE("every setting is documented", "[configuration]") {
    const auto document = support::text_of_file(source("docs/configuration.md"));
    if (document.empty()) SKIP("docs/configuration.md is not there");
    const support::ScratchFolder folder;
    const auto loaded = load_text(folder, "[gateway]\n" + mappings_setting() + with_everything());
    for (const auto& problem : loaded.problems)
        UNSCOPED_INFO(problem.to_string());
    REQUIRE(loaded.problems.empty());
    std::set<std::string> paths;
    for (const auto& setting : loaded.settings)
        paths.insert(without_numbers(setting.path));
    CHECK(paths.contains("destination.fhir.smart.key_id"));
    for (const auto& path : paths) {
        INFO(path);
        CHECK(contains(document, "`" + path + "`"));
    }
}

TEST_CASE("the configuration names devices and destinations and the issuers of identifiers",
          "[configuration]") {
    const support::ScratchFolder folder;
    const auto loaded = load_text(folder, "[gateway]\n" + mappings_setting() + with_everything());
    REQUIRE(loaded.problems.empty());
    const auto& made = loaded.configuration;
    REQUIRE(made.catalogue.devices.find("monitor-1") != nullptr);
    CHECK(made.catalogue.mappings.find("monitor_flat") != nullptr);
    CHECK(made.catalogue.authorities.contains("KIS"));
    REQUIRE(made.delivery.destinations.size() == 5);
    CHECK(made.delivery.destinations[0].name == "kis");
    CHECK(made.delivery.destinations[1].level == model::IdentityLevel::pseudonymous);
    CHECK(made.store.folder == made.gateway.data_folder);
}

TEST_CASE("all mistakes are found at once and told in the order of the file", "[configuration]") {
    const support::ScratchFolder folder;
    const auto loaded = load_text(folder,
                                  "[gateway]\n"                        // 1
                                  "zone = \"Europe/Atlantis\"\n" +     // 2
                                      mappings_setting() +             // 3
                                      "[mqtt]\n"                       // 4
                                      "port = 70000\n"                 // 5
                                      "hots = \"broker\"\n"            // 6
                                      "[pipeline]\n"                   // 7
                                      "batch_limit = \"many\"\n"       // 8
                                      "[[device]]\n"                   // 9
                                      "id = \"monitor-1\"\n"           // 10
                                      "mapping = \"monitor_flatt\"\n"  // 11
                                      "[[destination]]\n"              // 12
                                      "name = \"KIS\"\n");             // 13
    std::vector<std::string> heads;
    for (const auto& problem : loaded.problems) {
        CHECK(problem.to_string().starts_with(problem.file + ":" + std::to_string(problem.line) + ":" +
                                              std::to_string(problem.column) + ": "));
        heads.push_back(std::to_string(problem.line) + " " + without_numbers(problem.path));
    }
    REQUIRE(heads.size() > 5);
    const std::vector<std::string> first(heads.begin(), heads.begin() + 5);
    CHECK(first == std::vector<std::string>{"2 gateway.zone", "5 mqtt.port", "6 mqtt.hots",
                                            "8 pipeline.batch_limit", "11 device.mapping"});
    CHECK(std::is_sorted(loaded.problems.begin(), loaded.problems.end(),
                         [](const auto& one, const auto& other) { return one.line < other.line; }));
    const auto all = [&] {
        std::string text;
        for (const auto& problem : loaded.problems)
            text += problem.to_string() + "\n";
        return text;
    }();
    CHECK(contains(all, "monitor_flat?"));  // the nearest name
    CHECK(contains(all, "host"));
    CHECK(contains(all, "13:"));
}

TEST_CASE("a file that is not there or no TOML is one problem", "[configuration]") {
    const support::ScratchFolder folder;
    CHECK(load_configuration(folder / "missing.toml").problems.size() == 1);
    const auto broken = load_text(folder, "[gateway\n");
    REQUIRE(broken.problems.size() == 1);
    CHECK(broken.problems.front().line == 1);
}

TEST_CASE("a mistake in a mapping is a mistake of the configuration", "[configuration]") {
    const support::ScratchFolder folder;
    fs::create_directory(folder / "mappings");
    write_text(folder / "mappings" / "own.toml", "[mapping]\nname = \"own\"\nsurprise = 1\n");
    const auto loaded = load_text(folder, "[gateway]\nmappings_folder = \"mappings\"\n");
    REQUIRE_FALSE(loaded.problems.empty());
    CHECK(contains(loaded.problems.front().file, "own.toml"));
}

TEST_CASE("the digest changes with the file and with a mapping", "[configuration]") {
    const support::ScratchFolder folder;
    fs::create_directory(folder / "mappings");
    fs::copy_file(shipped_mappings() / "monitor_flat.toml", folder / "mappings" / "monitor_flat.toml");
    const std::string text = "[gateway]\nmappings_folder = \"mappings\"\n";
    const auto first = load_text(folder, text).configuration.digest;
    CHECK(load_text(folder, text).configuration.digest == first);
    CHECK(load_text(folder, text + "# more\n").configuration.digest != first);
    std::ofstream(folder / "mappings" / "monitor_flat.toml", std::ios::app) << "# more\n";
    CHECK(load_text(folder, text).configuration.digest != first);
}

TEST_CASE("rules of alarms are read when alarms are enabled, and are part of the digest", "[configuration]") {
    const support::ScratchFolder folder;
    fs::create_directory(folder / "alarms");
    const std::string stage =
        "[[alarm.stage]]\ntargets = [\"display\"]\n[[alarm.target]]\nname = \"display\"\n"
        "kind = \"mqtt\"\nidentity_level = \"technical\"\n";
    const auto load = [&](const char* enabled) {
        return load_text(folder, "[gateway]\n" + mappings_setting() + "[alarm]\nenabled = " + enabled +
                                     "\nrules_folder = \"alarms\"\n" + stage);
    };
    const auto none = load("true");
    CHECK(none.problems.empty());
    write_text(folder / "alarms" / "own.toml",
               "[[rule]]\nname = \"r\"\nkind = \"missing\"\npriority = \"low\"\n"
               "text.en = \"x\"\ncode = \"spo2\"\nafter = \"60s\"\n");
    const auto one = load("true");
    CHECK(one.problems.empty());
    CHECK(one.configuration.alarm_rules.rules.size() == 1);
    CHECK(one.configuration.digest != none.configuration.digest);
    write_text(folder / "alarms" / "own.toml", "[[rule]]\nnme = \"r\"\n");
    const auto broken = load("true");
    REQUIRE_FALSE(broken.problems.empty());
    CHECK(contains(broken.problems.front().file, "own.toml"));
    CHECK(load("false").problems.empty());
}

TEST_CASE("each mapping file has its digest", "[configuration]") {
    const support::ScratchFolder folder;
    fs::create_directory(folder / "mappings");
    for (const char* name : {"senml.toml", "monitor_flat.toml"})
        fs::copy_file(shipped_mappings() / name, folder / "mappings" / name);
    const auto loaded = load_text(folder, "[gateway]\nmappings_folder = \"mappings\"\n");
    REQUIRE(loaded.mappings.size() == 2);
    CHECK(loaded.mappings[0].file == "monitor_flat.toml");
    CHECK(loaded.mappings[1].file == "senml.toml");
    CHECK(loaded.mappings[1].digest ==
          crypto::sha256(bytes_of(support::text_of_file(shipped_mappings() / "senml.toml"))));
}

TEST_CASE("a sender's numbers belong to an authority that is configured", "[configuration]") {
    const support::ScratchFolder folder;
    const auto loaded = load_text(folder, "[gateway]\n" + mappings_setting() +
                                              "[[adt.sender]]\nname = \"kis\"\ncertificate_names = [\"x\"]\n"
                                              "authority = \"nobody\"\n");
    REQUIRE(loaded.problems.size() == 1);
    CHECK(contains(loaded.problems.front().to_string(), "expected the name of a configured [[authority]]"));
}

TEST_CASE("a sender of results names what is configured and is read with all authorities",
          "[configuration]") {
    const support::ScratchFolder folder;
    const std::string sender = "[[hl7_in.sender]]\nname = \"lab\"\ncertificate_names = [\"x\"]\n";
    const auto wrong = load_text(folder, "[gateway]\n" + mappings_setting() + sender +
                                             "device = \"nobody\"\nauthority = \"nobody\"\n");
    REQUIRE(wrong.problems.size() == 2);
    CHECK(contains(wrong.problems[0].to_string(), "expected the id of a [[device]]"));
    CHECK(contains(wrong.problems[1].to_string(), "expected the name of a configured [[authority]]"));
    const auto right =
        load_text(folder, "[gateway]\n" + mappings_setting() + sender +
                              "device = \"lis\"\nauthority = \"KIS\"\n[[device]]\nid = \"lis\"\nmapping = "
                              "\"hl7_laboratory\"\n[[authority]]\nname = \"KIS\"\noid = \"1.2.3\"\n");
    REQUIRE(right.problems.empty());
    const auto& catalogue = right.configuration.catalogue;
    CHECK(catalogue.result_senders.at("lab").device == "lis");
    CHECK(catalogue.designators.at("KIS") == hl7::Designator{"KIS", "1.2.3", "ISO"});
    CHECK(right.configuration.hl7_in.port == 2576);
}

}  // namespace edgeward::app

#include "credential_check.hpp"

#include <fstream>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "installation.hpp"

namespace edgeward::app {
namespace {

const char* const two_destinations = R"(
[[authority]]
name = "KIS"
oid = "1.2.276.0.76.3.1.999"
[[destination]]
name = "kis"
purpose = "treatment"
identity_level = "identified"
legal_basis = "art9-2h"
kind = "hl7"
[destination.hl7]
host = "localhost"
port = 2575
[[destination]]
name = "second"
purpose = "treatment"
identity_level = "identified"
legal_basis = "art9-2h"
kind = "hl7"
[destination.hl7]
host = "localhost"
port = 2576
[destination.hl7.tls]
ca = "other-ca"
)";

std::vector<config::Problem> problems_of(const Installation& here) {
    const auto loaded = load_configuration(here.config());
    for (const auto& problem : loaded.problems)
        UNSCOPED_INFO(problem.to_string());
    REQUIRE(loaded.problems.empty());
    CHECK(sees_credentials(loaded.configuration));
    return check_credentials(loaded);
}

}  // namespace

TEST_CASE("a sound installation has all its credentials", "[credential_check]") {
    const Installation here;
    CHECK(problems_of(here).empty());
}

TEST_CASE("every credential that is missing is said at the setting that names it", "[credential_check]") {
    const Installation here;
    here.append(two_destinations);
    const auto one = problems_of(here);
    REQUIRE(one.size() == 1);
    CHECK(one.front().path == "destination[2].hl7.tls.ca");
    CHECK(one.front().line > 0);
    CHECK(one.front().text.find("credential other-ca is not there") != std::string::npos);

    std::filesystem::remove(here.folder() / "credentials" / "kek");
    std::filesystem::remove(here.folder() / "credentials" / "admin-certificate");
    std::filesystem::remove(here.folder() / "credentials" / "gateway-key");
    const auto all = problems_of(here);
    std::string paths;
    for (const auto& problem : all)
        paths += problem.path + " ";
    CHECK(paths.find("gateway.key_encryption_key") != std::string::npos);
    CHECK(paths.find("mqtt.tls") != std::string::npos);
    CHECK(paths.find("admin.tls") != std::string::npos);
    CHECK(paths.find("destination[1]") != std::string::npos);
    CHECK(all.size() == 5);

    const auto ran = here.run({"config", "check"});
    CHECK(ran.code == exit_misconfigured);
    CHECK(contains(ran.out, "edgeward.toml:"));
    CHECK(contains(ran.out, "destination[2].hl7.tls.ca: "));
}

TEST_CASE("the door for devices needs its credentials when it is open", "[credential_check]") {
    const Installation here;
    here.set("enrolment", "enabled", "true");
    const auto problems = problems_of(here);
    REQUIRE(problems.size() == 1);
    CHECK(problems.front().path == "enrolment.certificate");
}

TEST_CASE("the FHIR server needs its credentials when it is open", "[credential_check]") {
    const Installation here;
    here.set("fhir_server.tls", "key", "\"no-such-key\"");
    here.set("fhir_server", "enabled", "true");
    here.set("fhir_server", "base", "\"https://localhost:9445/fhir\"");
    here.set("fhir_server", "device_system", "\"urn:test:device\"");
    here.append(
        "[[fhir_server.client]]\nname = \"reader\"\npurpose = \"treatment\"\n"
        "identity_level = \"identified\"\nlegal_basis = \"art9-2h\"\n"
        "certificate_names = [\"reader.example\"]\n");
    const auto problems = problems_of(here);
    REQUIRE(problems.size() == 1);
    CHECK(problems.front().path.starts_with("fhir_server.tls."));
}

TEST_CASE("a listener that is switched on needs its credentials", "[credential_check]") {
    const Installation here;
    const std::string text = support::text_of_file(here.config());
    const std::string table = GENERATE("hl7_in", "dicom_in");
    const auto with = [&](std::string_view enabled) {
        const auto at = text.find("[" + table + "]");
        REQUIRE(at != std::string::npos);
        auto changed = text;
        changed.replace(changed.find("enabled = false", at), 15, enabled);
        const auto ca = changed.find("ca = \"ca\"", at);
        changed.replace(ca, 9, "ca = \"lost\"");
        std::ofstream(here.config(), std::ios::trunc) << changed;
        here.append(
            "\n[[" + table + ".sender]]\nname = \"lab\"\ncertificate_names = [\"lab\"]\n" +
            (table == "dicom_in"
                 ? "ae_titles = [\"CT\"]\ndevice = \"ct-1\"\n[[device]]\nid = \"ct-1\"\nmapping = \"dicom\"\n"
                 : ""));
        return problems_of(here);
    };
    CHECK(with("enabled = false").empty());
    const auto missing = with("enabled = true");
    REQUIRE(missing.size() == 1);
    CHECK(missing.front().path == table + ".tls.ca");
}

TEST_CASE("SIEM and witness need their credentials once they are switched on", "[credential_check]") {
    const Installation here;
    here.set("siem.tls", "ca", "\"lost\"");
    here.set("witness", "url", "\"https://witness.example\"");
    here.set("witness", "name", "\"witness.example\"");
    here.set("witness", "key", "\"lost-too\"");
    CHECK(problems_of(here).empty());
    here.set("siem", "enabled", "true");
    here.set("siem", "host", "\"siem.example\"");
    here.set("witness", "enabled", "true");
    const auto missing = problems_of(here);
    REQUIRE(missing.size() == 2);
    CHECK(missing[0].path == "siem.tls.ca");
    CHECK(missing[1].path == "witness.key");
}

TEST_CASE("without a folder of credentials nothing is claimed of them", "[credential_check]") {
    const Installation here;
    here.set("gateway", "credentials_folder", "\"\"");
    const auto ran = here.run({"config", "check"});
    CHECK(ran.code == exit_success);
    CHECK(contains(ran.out, "Credentials were not checked"));
    CHECK(nlohmann::json::parse(here.run({"--json", "config", "check"}).out).at("credentials_checked") ==
          false);
}

}  // namespace edgeward::app

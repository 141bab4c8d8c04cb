#include <edgeward/delivery/fhir_server_settings.hpp>

#include <algorithm>

#include <catch2/catch_test_macros.hpp>

using namespace edgeward;
using namespace edgeward::delivery;

namespace {

struct Read {
    FhirServerSettings settings;
    std::vector<std::string> problems;
};

Read read(const std::string& toml, const std::vector<DestinationSettings>& destinations = {}) {
    auto document = config::Document::parse(toml, "edgeward.toml");
    Read made;
    made.settings = read_fhir_server_settings(document.root().table("fhir_server"),
                                              {{"KIS", {}, "urn:test:patient", "MR"}}, destinations);
    document.refuse_unread_keys();
    for (const auto& problem : document.problems())
        made.problems.push_back(problem.to_string());
    return made;
}

bool says(const Read& read, std::string_view text) {
    return std::any_of(read.problems.begin(), read.problems.end(),
                       [&](const std::string& problem) { return problem.find(text) != std::string::npos; });
}

const std::string server = R"([fhir_server]
enabled = true
base = "https://gateway.example:9445/fhir"
device_system = "urn:test:device"
)";

std::string client(const std::string& name, const std::string& certificate,
                   const std::string& level = "identified") {
    return "[[fhir_server.client]]\nname = \"" + name +
           "\"\npurpose = \"treatment\"\nlegal_basis = \"art9-2h\"\nidentity_level = \"" + level +
           "\"\ncertificate_names = [\"" + certificate + "\"]\n";
}

}  // namespace

TEST_CASE("the server is closed and on loopback unless configured", "[fhir_server_settings]") {
    const auto made = read("");
    CHECK(made.problems.empty());
    CHECK_FALSE(made.settings.enabled);
    CHECK(made.settings.address == "127.0.0.1");
    CHECK(made.settings.port == 9445);
    CHECK(made.settings.clients.empty());
}

TEST_CASE("a client has what a destination has of a consumer", "[fhir_server_settings]") {
    const auto made =
        read(server + client("kis-reader", "kis.example") + "wards = [\"ICU\"]\ncodes = [\"8867-4\"]\n");
    CHECK(made.problems == std::vector<std::string>{});
    REQUIRE(made.settings.clients.size() == 1);
    const auto& one = made.settings.clients.front();
    CHECK(one.sees.name == "kis-reader");
    CHECK(one.sees.domain == "kis-reader");
    CHECK(one.sees.legal_basis == "art9-2h");
    CHECK(one.sees.wards == std::vector<std::string>{"ICU"});
    CHECK(one.sees.codes == std::vector<std::string>{"8867-4"});
    CHECK(one.certificate_names == std::vector<std::string>{"kis.example"});
    CHECK(made.settings.resources.profiles == fhir::ProfileSet::isik);
    CHECK(made.settings.resources.authorities.at("KIS").system == "urn:test:patient");
}

TEST_CASE("what would leave a door half open is a problem", "[fhir_server_settings]") {
    CHECK(says(read(server), "fhir_server.client: expected at least one"));
    CHECK(says(read("[fhir_server]\nenabled = true\n" + client("a", "a")),
               "fhir_server.base: expected the https"));
    CHECK(says(read("[fhir_server]\nenabled = true\n" + client("a", "a")),
               "fhir_server.device_system: expected"));
    CHECK(says(read(server + "address = \"localhost\"\n" + client("a", "a")),
               "fhir_server.address: expected an IP"));
    CHECK(says(read(server + client("a", "a", "pseudonymous")), "identity_level: expected identified"));
    CHECK(says(read(server + client("a", "a") + client("a", "b")), "expected each name at one client"));
    CHECK(says(read(server + client("a", "a") + client("b", "a")),
               "expected each certificate name at one client"));
    DestinationSettings kis;
    kis.name = "a";
    CHECK(says(read(server + client("a", "a"), {kis}),
               "expected each name at one client and at no destination"));
    CHECK(says(read(server + "[[fhir_server.client]]\nname = \"a\"\npurpose = \"treatment\"\n"
                             "identity_level = \"identified\"\nlegal_basis = \"art9-2h\"\n"),
               "certificate_names: expected"));
    CHECK(says(
        read("[fhir_server]\nbase = \"http://gateway.example/fhir\"\nenabled = true\n" + client("a", "a")),
        "fhir_server.base"));
}

#include "control_evidence.hpp"

#include <catch2/catch_test_macros.hpp>

#include "desk.hpp"
#include "support/shipped_policy.hpp"

namespace edgeward::app {
namespace {

report::Installation installation() {
    report::Installation made;
    made.version = "0.1.0";
    made.sources = {{"mqtt", "MQTT", "broker.example:8883", true, false}};
    report::Destination research;
    research.name = "research";
    research.level = model::IdentityLevel::pseudonymous;
    research.legal_basis = "consent";
    made.destinations = {research};
    return made;
}

admin::HttpResponse answer(std::size_t route, const std::filesystem::path& folder, const Clock& clock,
                           const admin::HttpRequest& request = {}) {
    const auto routes = evidence_routes(
        {folder, [] { return support::shipped_policy(); },
         [] {
             return std::vector<std::pair<std::string, double>>{{"gateway-certificate", 86400.0 * 90}};
         },
         clock, installation});
    REQUIRE(routes.size() == 2);
    CHECK(routes.at(route).exposure == admin::Exposure::control);
    return routes.at(route).handler(request);
}

nlohmann::json ask(const std::filesystem::path& folder, const Clock& clock) {
    const auto response = answer(0, folder, clock);
    REQUIRE(response.status == 200);
    return nlohmann::json::parse(response.body);
}

}  // namespace

TEST_CASE("the evidence is measured when it is asked for", "[control_evidence]") {
    const support::ScratchFolder folder;
    TestClock clock;
    const auto made = ask(folder.path(), clock);
    CHECK(made.at("made") == "2026-11-23T12:00:00.000Z");
    CHECK(made.at("encryption").at("holds") == true);
    CHECK(made.at("policies").at("count") == support::shipped_policy().size());
    CHECK(made.at("policies").at("sha256") == to_hex(support::shipped_policy().digest()));
    CHECK(made.at("certificates").at(0).at("credential") == "gateway-certificate");
    CHECK(std::filesystem::is_empty(folder.path()));  // the self-test leaves nothing
}

TEST_CASE("a self-test that cannot be made proves nothing", "[control_evidence]") {
    const support::ScratchFolder folder;
    TestClock clock;
    const auto made = ask(folder / "not-there", clock);
    CHECK(made.at("encryption").at("holds") == false);
    CHECK_FALSE(made.at("encryption").at("reason").get<std::string>().empty());
}

TEST_CASE("the data flows are those of the configuration in force", "[control_evidence]") {
    const support::ScratchFolder folder;
    TestClock clock;
    admin::HttpRequest request;
    request.query["language"] = "de";
    const auto german = nlohmann::json::parse(answer(1, folder.path(), clock, request).body);
    CHECK(german.at("made") == "2026-11-23T12:00:00.000Z");
    CHECK(german.at("sources").at(0).at("address") == "broker.example:8883");
    CHECK(german.at("destinations").at(0).at("name") == "research");
    const auto english = nlohmann::json::parse(answer(1, folder.path(), clock).body);
    CHECK(english.at("destinations").at(0).at("legal_basis_text") !=
          german.at("destinations").at(0).at("legal_basis_text"));
    request.query["language"] = "fr";
    CHECK(answer(1, folder.path(), clock, request).status == 400);
}

}  // namespace edgeward::app

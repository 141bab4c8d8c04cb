#include "control_evidence.hpp"

#include <catch2/catch_test_macros.hpp>

#include "desk.hpp"
#include "support/shipped_policy.hpp"

namespace edgeward::app {
namespace {

nlohmann::json ask(const std::filesystem::path& folder, const Clock& clock) {
    const auto routes = evidence_routes(
        {folder, [] { return support::shipped_policy(); },
         [] {
             return std::vector<std::pair<std::string, double>>{{"gateway-certificate", 86400.0 * 90}};
         },
         clock});
    REQUIRE(routes.size() == 1);
    CHECK(routes.front().exposure == admin::Exposure::control);
    const auto response = routes.front().handler({});
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

}  // namespace edgeward::app

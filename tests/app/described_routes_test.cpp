#include "described_routes.hpp"

#include <set>

#include <catch2/catch_test_macros.hpp>

#include <edgeward/admin/control_client.hpp>

#include "gateway.hpp"
#include "installation.hpp"
#include "support/shipped_policy.hpp"

namespace edgeward::app {
namespace {

// "GET /v1/status" of every route that docs/control-api.md has in its tables; what follows a '?' is left out,
// and
// "`POST /v1/a/b`, `…/c`" names two.
std::set<std::string> documented_routes() {
    const auto text =
        support::text_of_file(std::filesystem::path(EDGEWARD_SOURCE_DIR) / "docs/control-api.md");
    std::set<std::string> found;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with("| `")) continue;
        const auto cell = line.substr(2, line.find('|', 1) - 2);
        std::string last;
        for (auto open = cell.find('`'); open != std::string::npos;) {
            const auto close = cell.find('`', open + 1);
            std::string one = cell.substr(open + 1, close - open - 1);
            one = one.substr(0, one.find('?'));
            if (one.starts_with("…"))
                one = last.substr(0, last.rfind('/')) + one.substr(std::string("…").size());
            if (one.find(" /v1/") != std::string::npos) found.insert(last = one);
            open = cell.find('`', close + 1);
        }
    }
    return found;
}

bool may(std::string_view role, const std::string& action, std::int64_t age) {
    policy::AdministrationRequest question;
    question.uid = policy::account_uid(1);
    question.roles = {std::string(role)};
    question.action = action;
    question.requester = policy::account_uid(2);
    question.when.network = "https";
    question.when.mfa_age = age;
    return support::shipped_policy().decide(question).allowed;
}

}  // namespace

TEST_CASE("what is described for machines is what is described for people", "[described_routes]") {
    std::set<std::string> described_here;
    for (const auto& route : described_routes()) {
        if (route.pattern.starts_with("/v1/")) described_here.insert(route.method + " " + route.pattern);
    }
    CHECK(described_here == documented_routes());
}

TEST_CASE("each route is described once, in a sentence", "[described_routes]") {
    std::set<std::string> seen;
    const auto known = policy::administrative_actions();
    for (const auto& route : described_routes()) {
        INFO(route.method << ' ' << route.pattern);
        CHECK(seen.insert(route.method + " " + route.pattern).second);
        CHECK(route.purpose.ends_with("."));
        CHECK(described(route.method, route.pattern) == &route);
        CHECK(route.body.is_null() == (route.method != "POST"));
        if (!route.action.empty()) CHECK(std::find(known.begin(), known.end(), route.action) != known.end());
        // Whoever asks without the policies' word gets nothing but their own session, or what says nothing.
        if (route.action.empty() && route.pattern.starts_with("/v1/"))
            CHECK((route.pattern.starts_with("/v1/session") || route.pattern == "/v1/openapi.json"));
        if (!route.action.empty()) CHECK(route.session >= admin::Session::whole);
    }
    CHECK(described("PUT", "/v1/status") == nullptr);
}

TEST_CASE("a fresh second factor is described where the shipped policies ask for one", "[described_routes]") {
    int fresh = 0;
    for (const auto& route : described_routes()) {
        if (route.action.empty()) continue;
        INFO(route.method << ' ' << route.pattern);
        bool asked = false;
        for (const auto* role :
             {"admin", "hospital-it", "medical-engineering", "data-protection", "auditor", "ward", "system"})
            asked = asked || (may(role, route.action, admin::fresh_seconds) &&
                              !may(role, route.action, admin::fresh_seconds + 1));
        CHECK(asked == (route.session == admin::Session::fresh));
        fresh += asked ? 1 : 0;
    }
    CHECK(fresh > 20);
}

TEST_CASE("the running gateway answers every described route and no other", "[described_routes]") {
    const Installation here;
    here.set("mqtt", "port", "1");
    here.set("admin", "port", "0");
    auto gateway = Gateway::open(load_configuration(here.config()), here.config());
    REQUIRE(gateway);
    REQUIRE((*gateway)->start());
    int asked = 0;
    for (const auto& route : described_routes()) {
        if (route.pattern.starts_with("/v1/session"))
            continue;  // by HTTPS alone: tests/end_to_end/api_test.py
        INFO(route.method << ' ' << route.pattern);
        std::string target = route.pattern;
        for (auto open = target.find('{'); open != std::string::npos; open = target.find('{'))
            target.replace(open, target.find('}') - open + 1, "999");
        // What the description does not know is refused before anything happens.
        const auto answer = admin::control_request(here.socket(), route.method, target,
                                                   route.method == "POST" ? R"({"undescribed":1})" : "");
        REQUIRE(answer);
        CHECK(answer->status != 404);
        CHECK(answer->status != 405);
        CHECK((answer->status < 500 || !route.unready.is_null()));  // it may not be ready, and then says so
        ++asked;
    }
    CHECK(asked > 60);
    const auto document = admin::control_request(here.socket(), "GET", "/v1/openapi.json");
    REQUIRE(document);
    CHECK(document->body == api_document());
    CHECK(here.run({"report", "openapi"}).out == api_document());
    (*gateway)->stop();
}

}  // namespace edgeward::app

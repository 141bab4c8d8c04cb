#include "session_gate.hpp"

#include "people.hpp"

namespace edgeward::app {
namespace {

using nlohmann::json;
using std::chrono::minutes;
using std::chrono::seconds;

admin::Route route(std::string method, std::string pattern) {
    return {std::move(method), std::move(pattern), admin::Exposure::control, admin::Execution::on_pool,
            [](const admin::HttpRequest&) { return admin::json_response(200, "{}"); }};
}

}  // namespace

TEST_CASE("a change needs the session's token and JSON", "[session_gate]") {
    People people;
    auto browser = people.signed_in("erika", {"admin"});
    people.named = "erika";
    const json roles = {{"roles", {"admin"}}};
    const std::string csrf = std::exchange(browser.csrf, "");
    CHECK(people.ask(browser, "POST", "/v1/users/{user}/roles", roles).status == 403);
    browser.csrf = csrf + "x";
    CHECK(people.ask(browser, "POST", "/v1/users/{user}/roles", roles).status == 403);
    CHECK(people.ask(browser, "GET", "/v1/users").status == 200);
    browser.csrf = csrf;
    admin::HttpRequest form;
    form.entrance = admin::Entrance::api;
    form.method = "POST";
    form.session_token = browser.token;
    form.csrf = csrf;
    form.body = roles.dump();
    form.content_type = "text/plain";
    CHECK(people.desk.gate().signed_in(form).error().status == 415);
    CHECK(people.ask(browser, "POST", "/v1/users/{user}/roles", roles).status == 200);
}

TEST_CASE("what is done to an account ends its sessions at once", "[session_gate]") {
    People people;
    auto erika = people.signed_in("erika", {"admin"});
    people.named = "kim";
    auto kim = people.signed_in("kim", {"hospital-it"});
    CHECK(people.ask(kim, "GET", "/v1/session").status == 200);
    CHECK(people.ask(erika, "POST", "/v1/users/{user}/roles", {{"roles", {"auditor"}}}).status == 200);
    CHECK(people.ask(kim, "GET", "/v1/session").status == 401);
    CHECK(people.ask(erika, "GET", "/v1/session").status == 200);
}

TEST_CASE("requests of one address and of one session are bounded", "[session_gate]") {
    admin::AdminSettings settings;
    settings.requests_per_minute = 60;
    People people(settings);
    auto browser = people.signed_in("erika", {"admin"});
    unsigned last = 0;
    int passed = 0;
    for (int i = 0; i < 61; ++i) {
        browser.address = "203.0.113." + std::to_string(i);
        last = people.ask(browser, "GET", "/v1/session").status;
        passed += last == 200 ? 1 : 0;
    }
    CHECK(passed == 60);
    CHECK(last == 429);
    Browser stranger;
    for (int i = 0; i < 60; ++i) {
        stranger.address = "2001:db8::" + std::to_string(i);
        CHECK(people.ask(stranger, "GET", "/v1/session").status == 401);
    }
    stranger.address = "2001:db8::ffff";  // the same /64
    const auto refused = people.ask(stranger, "GET", "/v1/session");
    CHECK(refused.status == 429);
    CHECK(refused.retry_after == 1U);
}

// Every action somebody can ask for by HTTPS, each of the shipped policies' roles, each state of a session.
TEST_CASE("no role gets by HTTPS what the policies refuse it in that state", "[session_gate]") {
    admin::AdminSettings settings;
    settings.requests_per_minute = 100'000;
    People people(settings);
    const std::vector<std::pair<const char*, const char*>> routes{{"GET", "/v1/status"},
                                                                  {"GET", "/v1/books"},
                                                                  {"GET", "/v1/configuration"},
                                                                  {"GET", "/v1/devices"},
                                                                  {"GET", "/v1/destinations"},
                                                                  {"POST", "/v1/reload"},
                                                                  {"GET", "/v1/quarantine"},
                                                                  {"POST", "/v1/persons"},
                                                                  {"POST", "/v1/persons/access"},
                                                                  {"GET", "/v1/alarms"},
                                                                  {"POST", "/v1/erasures"},
                                                                  {"POST", "/v1/erasures/{number}/approve"},
                                                                  {"POST", "/v1/pseudonyms/resolve"},
                                                                  {"POST", "/v1/audit/export"},
                                                                  {"POST", "/v1/backups"},
                                                                  {"POST", "/v1/users"},
                                                                  {"GET", "/v1/users"},
                                                                  {"GET", "/v1/of-a-later-version"}};
    const auto judged = [&](const char* role, const std::string& ward, std::string_view action,
                            std::int64_t age, std::int64_t number) {
        policy::AdministrationRequest question;
        question.uid = policy::account_uid(number);
        question.account = role;
        question.roles = {role};
        question.action = action;
        question.ward = ward;
        question.requester = policy::account_uid(0);
        question.when.network = "https";
        question.when.mfa_age = age;
        question.when.ward = people.asked_ward;
        return support::shipped_policy().decide(question).allowed ? 200U : 403U;
    };
    int denied = 0;
    int stale_denied = 0;
    for (const char* role :
         {"admin", "hospital-it", "medical-engineering", "data-protection", "auditor", "ward"}) {
        const bool in_ward = std::string_view(role) == "ward" || std::string_view(role) == "data-protection";
        const std::string ward = in_ward ? "ICU" : "";
        const auto half = people.invited(std::string(role) + ".half", {role}, ward);
        const auto whole = people.signed_in(role, {role}, ward);
        const auto number = people.accounts->find(role).value()->number;
        const auto ask = [&](const Browser& browser, std::pair<const char*, const char*> to) {
            return people.ask(browser, people.gate.guard(route(to.first, to.second)), json::object());
        };
        for (const auto& to : routes) {
            CAPTURE(role, to.first, to.second);
            const auto action = action_of(to.first, to.second);
            CHECK(ask(Browser(), to).status == 401);
            CHECK(ask(half, to).status == 401);
            for (const char* asked : {"ICU", "PSY"}) {
                people.asked_ward = asked;
                const auto expected = judged(role, ward, action, 0, number);
                denied += expected == 403 ? 1 : 0;
                CHECK(ask(whole, to).status == expected);
            }
        }
        people.asked_ward = ward;
        for (int i = 0; i < 3; ++i) {
            people.clock.pass(minutes(3));
            REQUIRE(people.ask(whole, "GET", "/v1/session").status == 200);
        }
        for (const auto& to : routes) {
            CAPTURE(role, to.first, to.second);
            const auto action = action_of(to.first, to.second);
            const auto answer = ask(whole, to);
            const auto expected = judged(role, ward, action, 540, number);
            CHECK(answer.status == expected);
            const bool mends = expected == 403 && judged(role, ward, action, 0, number) == 200;
            CHECK(json::parse(answer.body).value("remedy", "") == (mends ? "second_factor" : ""));
            stale_denied += mends ? 1 : 0;
        }
        people.clock.pass(minutes(15));
        for (const auto& to : routes)
            CHECK(ask(whole, to).status == 401);
    }
    CHECK(denied > 100);
    CHECK(stale_denied >= 6);
}

TEST_CASE("four eyes tell accounts from each other and from users of the machine", "[session_gate]") {
    People people;
    const auto erika = people.signed_in("erika", {"data-protection"});
    const auto approve = people.gate.guard(route("POST", "/v1/erasures/{number}/approve"));
    const auto number = people.accounts->find("erika").value()->number;
    people.requester = {policy::account_uid(number), "erika"};
    CHECK(people.ask(erika, approve).status == 403);
    people.requester = {policy::account_uid(number + 1), "kim"};
    CHECK(people.ask(erika, approve).status == 200);
    // A user of the machine may be she, until it is said who she is there.
    people.requester = {1000};
    CHECK(people.ask(erika, approve).status == 403);
    people.gate.replace({}, support::shipped_policy(), {{"erika", {1000}}});
    CHECK(people.ask(erika, approve).status == 403);
    people.gate.replace({}, support::shipped_policy(), {{"erika", {1001}}});
    CHECK(people.ask(erika, approve).status == 200);
    people.gate.replace({}, support::shipped_policy(), {{"erika", {}}});
    CHECK(people.ask(erika, approve).status == 200);
    CHECK(people.records(audit::Action::access_denied).front().actor == "account:erika");
}

TEST_CASE("without accounts nobody comes in by HTTPS", "[session_gate]") {
    People people;
    AccessGate gate(
        *people.store.writer, {}, support::shipped_policy(),
        [](const admin::HttpRequest&) { return Asker{}; },
        [] { return Result<policy::Circumstances>(policy::Circumstances{}); });
    CHECK(people.ask(people.signed_in("erika", {"admin"}), gate.guard(route("GET", "/v1/status"))).status ==
          403);
}

}  // namespace edgeward::app

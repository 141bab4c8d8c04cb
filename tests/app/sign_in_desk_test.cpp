#include "sign_in_desk.hpp"

#include "people.hpp"

namespace edgeward::app {
namespace {

using nlohmann::json;
using std::chrono::minutes;
using std::chrono::seconds;

json sign_in(const char* user, const char* password) {
    return {{"user", user}, {"password", password}};
}

constexpr const char* session = "/v1/session";
constexpr const char* second_factor = "/v1/session/second-factor";

}  // namespace

TEST_CASE("the first account is made by its code and becomes whole with a second factor", "[sign_in_desk]") {
    People people;
    const auto invitation = people.accounts->invite_first(people.clock.now()).value();
    Browser browser;
    json first = {{"code", invitation.code}, {"user", "erika"}, {"password", "short"}};
    CHECK(people.ask(browser, "POST", "/v1/session/first", first).status == 400);
    first["password"] = people.password;
    const auto half = people.ask(browser, "POST", "/v1/session/first", first);
    CHECK(json::parse(half.body).at("second_factor") == "enrol");
    People::keep(browser, half);
    const auto half_shown = json::parse(people.ask(browser, "GET", session).body);
    CHECK(half_shown.at("second_factor") == "enrol");
    CHECK(half_shown.at("seconds_left") == 300);
    CHECK_FALSE(half_shown.contains("actions"));
    CHECK(people.ask(browser, "GET", "/v1/users").status == 401);

    const std::string before = browser.token;
    const auto whole = json::parse(people.enrol(browser).body);
    CHECK(whole.at("recovery_codes").size() == 10);
    CHECK(whole.at("roles") == json{"admin"});
    CHECK(browser.token != before);
    const auto shown = json::parse(people.ask(browser, "GET", session).body);
    CHECK(shown.at("user") == "erika");
    CHECK(shown.at("csrf") == browser.csrf);
    CHECK(shown.at("recovery_codes_left") == 10);
    const auto actions = shown.at("actions").get<std::vector<std::string>>();
    CHECK(std::find(actions.begin(), actions.end(), "manage-accounts") != actions.end());
    CHECK(std::find(actions.begin(), actions.end(), "access-person") == actions.end());
    CHECK(people.ask(browser, "GET", "/v1/users").status == 200);
    REQUIRE(people.records(audit::Action::signed_in).size() == 1);
    CHECK(people.records(audit::Action::signed_in).front().actor == "account:erika");
}

TEST_CASE("every wrong sign-in is answered alike", "[sign_in_desk]") {
    People people;
    people.signed_in("erika", {"admin"});
    people.accounts->add("invited", {}, "", people.clock.now()).value();
    people.signed_in("gone", {});
    REQUIRE(people.accounts->disable("gone", true));
    Browser stranger;
    std::vector<std::string> answers;
    for (const auto& [user, password] :
         {std::pair("erika", "wrong horse battery"), std::pair("nobody", People::password),
          std::pair("invited", People::password), std::pair("gone", People::password),
          std::pair("no account's name!", "x")}) {
        const auto answer = people.ask(stranger, "POST", session, sign_in(user, password));
        CHECK(answer.status == 401);
        CHECK(answer.session_token.empty());
        answers.push_back(answer.body);
    }
    CHECK(std::count(answers.begin(), answers.end(), answers.front()) == 5);
}

TEST_CASE("a password alone opens nothing and a code opens once", "[sign_in_desk]") {
    People people;
    auto owner = people.signed_in("erika", {"admin"});
    people.clock.pass(seconds(60));
    Browser browser;
    browser.factor = owner.factor.clone();
    const auto half = people.ask(browser, "POST", session, sign_in("erika", People::password));
    CHECK(json::parse(half.body).at("second_factor") == "totp");
    People::keep(browser, half);
    CHECK(people.ask(browser, "GET", "/v1/users").status == 401);
    CHECK(people.ask(browser, "POST", "/v1/session/second-factor/enrolment").status == 403);
    CHECK(people
              .ask(browser, "POST", "/v1/session/password",
                   {{"password", People::password}, {"new_password", "another horse battery"}})
              .status == 401);
    const json code = {{"code", people.code(browser)}};
    People::keep(browser, people.ask(browser, "POST", second_factor, code));
    CHECK(people.ask(browser, "POST", second_factor, code).status == 401);  // the same step again
    CHECK(people.ask(browser, "GET", "/v1/users").status == 200);
    people.clock.pass(seconds(30));
    People::keep(browser, people.ask(browser, "POST", second_factor, {{"code", people.code(browser)}}));
    CHECK(people.records(audit::Action::second_factor_shown).size() == 1);
}

TEST_CASE("ten thousand guesses open nothing, wait and leave few records", "[sign_in_desk]") {
    People people;
    people.signed_in("erika", {"admin"});
    int waits = 0;
    int wrong = 0;
    for (int i = 0; i < 10'000; ++i) {
        Browser guesser;
        guesser.address = "198.51." + std::to_string(i / 250) + '.' + std::to_string(i % 250);
        const auto answer = people.ask(guesser, "POST", session, sign_in("erika", "wrong horse battery"));
        if (answer.status == 429) {
            ++waits;
            CHECK(answer.retry_after.value_or(0) > 0);
        }
        wrong += answer.status == 401 ? 1 : 0;
        people.clock.pass(std::chrono::milliseconds(100));
    }
    CHECK(waits + wrong == 10'000);
    CHECK(wrong < 20);
    people.desk.flush_failures(true);
    const auto failures = people.records(audit::Action::sign_in_failed);
    std::uint64_t counted = 0;
    for (const auto& event : failures)
        counted += event.count;
    CHECK(counted == static_cast<std::uint64_t>(wrong));
    CHECK(failures.front().actor == "account:erika");
    // The right password waits too; afterwards it is as good as before.
    Browser owner;
    CHECK(people.ask(owner, "POST", session, sign_in("erika", People::password)).status == 429);
    people.clock.pass(minutes(15));
    CHECK(people.ask(owner, "POST", session, sign_in("erika", People::password)).status == 200);
    CHECK_FALSE(people.records(audit::Action::sign_in_delayed).empty());
}

TEST_CASE("one address makes ten attempts at once, whatever the names", "[sign_in_desk]") {
    People people;
    Browser guesser;
    for (int i = 0; i < 10; ++i)
        CHECK(people.ask(guesser, "POST", session, sign_in(("name-" + std::to_string(i)).c_str(), "x"))
                  .status == 401);
    const auto refused = people.ask(guesser, "POST", session, sign_in("another", "x"));
    CHECK(refused.status == 429);
    CHECK(refused.retry_after == 6U);
    const auto failures = people.records(audit::Action::sign_in_failed);
    REQUIRE(failures.size() == 1);
    CHECK(failures.front().actor == "gateway");  // no name of nobody's gets into the log
}

TEST_CASE("five wrong codes end the session", "[sign_in_desk]") {
    People people;
    auto browser = people.signed_in("erika", {"admin"});
    for (int i = 0; i < 4; ++i)
        CHECK(people.ask(browser, "POST", second_factor, {{"code", "000000"}}).status == 401);
    CHECK(people.ask(browser, "GET", session).status == 200);
    CHECK(people.ask(browser, "POST", second_factor, {{"code", "000000"}}).ends_session);
    CHECK(people.ask(browser, "GET", session).status == 401);
}

TEST_CASE("a recovery code stands for the second factor once", "[sign_in_desk]") {
    People people;
    auto browser = people.invited("erika", {"admin"});
    const auto codes = json::parse(people.enrol(browser).body).at("recovery_codes");
    People::keep(browser, people.ask(browser, "POST", second_factor, {{"code", codes[0]}}));
    CHECK(people.ask(browser, "POST", second_factor, {{"code", codes[0]}}).status == 401);
    CHECK(json::parse(people.ask(browser, "GET", session).body).at("recovery_codes_left") == 9);
}

TEST_CASE("another password ends every other session", "[sign_in_desk]") {
    People people;
    auto browser = people.signed_in("erika", {"admin"});
    auto other = people.signed_in("kim", {});
    Browser second;
    People::keep(second, people.ask(second, "POST", session, sign_in("erika", People::password)));
    const json change = {{"password", People::password}, {"new_password", "another horse battery"}};
    const std::string before = browser.token;
    CHECK(people
              .ask(browser, "POST", "/v1/session/password",
                   {{"password", "wrong horse battery"}, {"new_password", "another horse battery"}})
              .status == 401);
    CHECK(people
              .ask(browser, "POST", "/v1/session/password",
                   {{"password", People::password}, {"new_password", "Password1234"}})
              .status == 400);
    People::keep(browser, people.ask(browser, "POST", "/v1/session/password", change));
    CHECK(browser.token != before);
    CHECK(people.ask(browser, "GET", session).status == 200);
    CHECK(people.ask(second, "GET", session).status == 401);
    CHECK(people.ask(other, "GET", session).status == 200);
    CHECK(people.accounts->check_password("erika", bytes_of("another horse battery")).value());
}

TEST_CASE("whoever signs out is out", "[sign_in_desk]") {
    People people;
    auto browser = people.signed_in("erika", {"admin"});
    const auto left = people.ask(browser, "DELETE", session);
    CHECK(left.status == 200);
    CHECK(left.ends_session);
    CHECK(people.ask(browser, "GET", session).status == 401);
    CHECK(people.records(audit::Action::signed_out).size() == 1);
}

}  // namespace edgeward::app

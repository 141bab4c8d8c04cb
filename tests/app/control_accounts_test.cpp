#include "control_accounts.hpp"

#include "people.hpp"

namespace edgeward::app {
namespace {

using nlohmann::json;

}  // namespace

TEST_CASE("accounts are made, changed and disabled, each with its record", "[control_accounts]") {
    People people;
    auto erika = people.signed_in("erika", {"admin"});
    const auto added =
        people.ask(erika, "POST", "/v1/users", {{"user", "kim"}, {"roles", {"ward"}}, {"ward", "ITS1"}});
    REQUIRE(added.status == 200);
    CHECK(json::parse(added.body).at("code").get<std::string>().size() == 23);
    CHECK(people.ask(erika, "POST", "/v1/users", {{"user", "kim"}, {"roles", json::array()}}).status == 409);
    people.named = "kim";
    CHECK(people.ask(erika, "POST", "/v1/users/{user}/roles", {{"roles", {"auditor"}}}).status == 200);
    CHECK(people.ask(erika, "POST", "/v1/users/{user}/disable", json::object()).body.find("disabled") !=
          std::string::npos);
    CHECK(people.ask(erika, "POST", "/v1/users/{user}/enable", json::object()).body.find("invited") !=
          std::string::npos);
    CHECK(people.ask(erika, "POST", "/v1/users/{user}/reset", json::object()).status == 200);
    const auto listed = json::parse(people.ask(erika, "GET", "/v1/users").body).at("users");
    REQUIRE(listed.size() == 2);
    CHECK(listed[1].at("user") == "kim");
    CHECK(listed[1].at("roles") == json{"auditor"});
    CHECK(listed[1].at("state") == "invited");
    CHECK(listed[1].at("last_sign_in").is_null());
    std::vector<std::string> objects;
    for (const auto& event : people.records(audit::Action::account_changed)) {
        CHECK(event.actor == "account:erika");
        objects.push_back(event.object);
    }
    CHECK(objects == std::vector<std::string>{"add kim", "add kim", "roles kim", "disable kim", "enable kim",
                                              "reset kim"});
    CHECK(people.records(audit::Action::account_changed).front().rule == "ward of ward ITS1");
    CHECK(people.records(audit::Action::accounts_listed).front().count == 2);
}

TEST_CASE("what cannot be an account or a role is refused", "[control_accounts]") {
    People people;
    auto erika = people.signed_in("erika", {"admin"});
    people.named = "nobody";
    for (const json& body :
         {json{{"user", "Kim"}, {"roles", json::array()}}, json{{"user", "kim"}, {"roles", {"system"}}},
          json{{"user", "kim"}, {"roles", "ward"}}, json{{"user", "kim"}, {"roles", {1}}},
          json{{"user", "kim"}}, json{{"user", "kim"}, {"roles", json::array()}, {"ward", "a b "}},
          json{{"user", "kim"}, {"roles", json::array()}, {"password", "x"}}})
        CHECK(people.ask(erika, "POST", "/v1/users", body).status == 400);
    CHECK(people.ask(erika, "POST", "/v1/users/{user}/reset", json::object()).status == 400);
    CHECK(people.ask(erika, "POST", "/v1/users/first-code", json::object()).status == 409);
}

TEST_CASE("without admin.api there are no accounts", "[control_accounts]") {
    People people;
    for (const auto& route : account_routes({nullptr, people.sessions, *people.store.writer, people.clock})) {
        CHECK(route.handler({}).status == 400);
        CHECK(action_of(route.method, route.pattern) != "administer");
    }
}

TEST_CASE("a ward is as the hospital calls it, blanks inside", "[control_accounts]") {
    People people;
    auto erika = people.signed_in("erika", {"admin"});
    people.named = "kim";
    const auto add = [&](const char* user, const char* ward) {
        return people.ask(erika, "POST", "/v1/users", {{"user", user}, {"roles", {"ward"}}, {"ward", ward}})
            .status;
    };
    CHECK(add("kim", "Station 4 B") == 200);
    CHECK(people.accounts->find("kim").value()->ward == "Station 4 B");
    CHECK(people.records(audit::Action::account_changed).back().rule == "ward of ward Station 4 B");
    for (const char* wrong : {" ITS", "ITS ", " ", "a\tb", "a\nb",
                              "S\xc3\xbc"
                              "d",
                              "\x7f", "012345678901234567890123456789012"})
        CHECK(add("robin", wrong) == 400);
}

}  // namespace edgeward::app

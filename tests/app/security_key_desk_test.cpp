#include "security_key_desk.hpp"

#include "people.hpp"
#include "soft_key.hpp"

namespace edgeward::app {
namespace {

using nlohmann::json;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr const char* party = "edgeward.example";
constexpr const char* origin = "https://edgeward.example:9443";
constexpr const char* registration = "/v1/session/security-keys/registration";
constexpr const char* keys = "/v1/session/security-keys";
constexpr const char* one_key = "/v1/session/security-keys/{number}";
constexpr const char* challenge = "/v1/session/second-factor/challenge";
constexpr const char* second_factor = "/v1/session/second-factor/security-key";

admin::AdminSettings with_keys() {
    admin::AdminSettings settings;
    settings.api = true;
    settings.webauthn.relying_party = party;
    return settings;
}

json options_of(const admin::HttpResponse& answer) {
    INFO(answer.body);
    REQUIRE(answer.status == 200);
    return json::parse(answer.body).at("public_key");
}

admin::HttpResponse registered(People& people, const Browser& browser, SoftKey& key,
                               const std::string& name = "blau", const std::string& from = origin) {
    auto body = key.create(options_of(people.ask(browser, "POST", registration)), from);
    body["name"] = name;
    return people.ask(browser, "POST", keys, body);
}

Browser half(People& people, const char* name) {
    Browser browser;
    browser.address = "198.51.100." + std::to_string(++people.addresses % 250);
    People::keep(browser, people.ask(browser, "POST", "/v1/session",
                                     {{"user", name}, {"password", People::password}}));
    return browser;
}

admin::HttpResponse shown(People& people, const Browser& browser, SoftKey& key,
                          const std::string& from = origin) {
    return people.ask(browser, "POST", second_factor,
                      key.get(options_of(people.ask(browser, "POST", challenge)), from));
}

}  // namespace

TEST_CASE("origins are the name with the port unless the settings say others", "[security_key_desk]") {
    auto settings = with_keys();
    CHECK(relying_party(settings).origins == std::vector<std::string>{origin});
    settings.port = 443;
    CHECK(relying_party(settings).origins == std::vector<std::string>{"https://edgeward.example"});
    settings.webauthn.origins = {"https://edgeward.example:8443"};
    CHECK(relying_party(settings).origins == settings.webauthn.origins);
    settings.webauthn.relying_party.clear();
    settings.webauthn.origins.clear();
    CHECK(relying_party(settings).origins.empty());
}

TEST_CASE("a key that was registered signs in and stands in the audit log", "[security_key_desk]") {
    People people(with_keys());
    auto erika = people.signed_in("erika", {"admin"});
    SoftKey key;
    const auto options = options_of(people.ask(erika, "POST", registration));
    CHECK(options.at("rp").at("id") == party);
    CHECK(options.at("user").at("name") == "erika");
    CHECK(options.at("challenge").get<std::string>().size() == 43);  // 32 octets
    CHECK(options.at("pubKeyCredParams").size() == 3);
    CHECK(options.at("attestation") == "none");
    auto body = key.create(options, origin);
    body["name"] = "blau";
    const auto made = people.ask(erika, "POST", keys, body);
    CHECK(json::parse(made.body).at("name") == "blau");
    CHECK(people.ask(erika, "POST", keys, body).status == 400);  // the challenge is used up
    CHECK(json::parse(people.ask(erika, "GET", "/v1/session").body).at("security_key") == true);

    auto browser = half(people, "erika");
    CHECK(json::parse(people.ask(browser, "GET", "/v1/session").body).at("security_key") == true);
    CHECK(people.ask(browser, "GET", keys).status == 401);
    CHECK(people.ask(browser, "POST", registration).status == 401);
    const auto asked = options_of(people.ask(browser, "POST", challenge));
    CHECK(asked.at("rpId") == party);
    CHECK(asked.at("allowCredentials").at(0).at("id") == to_base64url(key.id));
    const auto proof = key.get(asked, origin);
    const auto whole = people.ask(browser, "POST", second_factor, proof);
    People::keep(browser, whole);
    CHECK(people.ask(browser, "GET", "/v1/users").status == 200);
    CHECK(people.ask(browser, "POST", second_factor, proof).status == 401);  // the same proof again

    const auto listed = json::parse(people.ask(browser, "GET", keys).body).at("security_keys");
    REQUIRE(listed.size() == 1);
    CHECK(listed.at(0).at("last_used") == to_rfc3339(people.clock.now()));
    const auto records = people.records(audit::Action::security_key_registered);
    REQUIRE(records.size() == 1);
    CHECK(records.front().actor == "account:erika");
    CHECK(records.front().object == "ES256");
    CHECK(records.front().details == crypto::sha256(key.id));
    CHECK(people.records(audit::Action::signed_in).back().object == "security key 1");
}

TEST_CASE("a key makes the second factor fresh again", "[security_key_desk]") {
    People people(with_keys());
    auto erika = people.signed_in("erika", {"admin"});
    SoftKey key;
    REQUIRE(registered(people, erika, key).status == 200);
    people.clock.pass(minutes(6));
    const auto late = people.ask(erika, "POST", registration);
    CHECK(late.status == 403);
    CHECK(json::parse(late.body).at("remedy") == "second_factor");
    People::keep(erika, shown(people, erika, key));
    CHECK(people.ask(erika, "POST", registration).status == 200);
    CHECK(people.records(audit::Action::second_factor_shown).back().object == "security key 1");
}

TEST_CASE("a wrong origin, a late or foreign challenge and an untouched key are refused",
          "[security_key_desk]") {
    People people(with_keys());
    auto erika = people.signed_in("erika", {"admin"});
    SoftKey key;
    CHECK(registered(people, erika, key, "blau", "https://attacker.example").status == 400);
    key.touched = false;
    CHECK(registered(people, erika, key).status == 400);
    key.touched = true;
    auto late = key.create(options_of(people.ask(erika, "POST", registration)), origin);
    late["name"] = "blau";
    people.clock.pass(seconds(121));
    CHECK(people.ask(erika, "POST", keys, late).status == 400);
    CHECK(json::parse(people.ask(erika, "GET", keys).body).at("security_keys").empty());
    REQUIRE(registered(people, erika, key).status == 200);

    auto browser = half(people, "erika");
    CHECK(shown(people, browser, key, "https://edgeward.example").status == 401);
    key.touched = false;
    CHECK(shown(people, browser, key).status == 401);
    key.touched = true;
    const auto proof = key.get(options_of(people.ask(browser, "POST", challenge)), origin);
    auto other = half(people, "erika");
    CHECK(people.ask(other, "POST", second_factor, proof).status == 401);  // of another session
    people.clock.pass(seconds(121));
    CHECK(people.ask(browser, "POST", second_factor, proof).status == 401);
    CHECK(people.ask(browser, "GET", "/v1/users").status == 401);
}

TEST_CASE("a copy of a key is refused and told of", "[security_key_desk]") {
    People people(with_keys());
    auto erika = people.signed_in("erika", {"admin"});
    SoftKey key;
    REQUIRE(registered(people, erika, key).status == 200);
    auto browser = half(people, "erika");
    key.counter = 10;
    People::keep(browser, shown(people, browser, key));
    key.counter = 4;  // what the copy has counted to
    auto thief = half(people, "erika");
    CHECK(shown(people, thief, key).status == 401);
    CHECK(people.ask(thief, "GET", "/v1/users").status == 401);
    const auto records = people.records(audit::Action::security_key_copied);
    REQUIRE(records.size() == 1);
    CHECK(records.front().object == "security key 1");
    CHECK(records.front().outcome == audit::Outcome::denied);
}

TEST_CASE("keys belong to one account", "[security_key_desk]") {
    People people(with_keys());
    auto erika = people.signed_in("erika", {"admin"});
    auto kim = people.signed_in("kim", {"admin"});
    SoftKey key;
    REQUIRE(registered(people, erika, key).status == 200);
    CHECK(registered(people, kim, key).status == 409);
    SoftKey own;
    own.id = {'o', 'w', 'n'};
    REQUIRE(registered(people, kim, own).status == 200);
    auto browser = half(people, "kim");
    CHECK(shown(people, browser, key).status == 401);
    people.named = "1";  // erika's
    CHECK(people.ask(kim, "DELETE", one_key).status == 400);
    People::keep(browser, shown(people, browser, own));
    auto handled = own.get(options_of(people.ask(kim, "POST", challenge)), origin);
    handled["user_handle"] = to_base64url(people.accounts->user_handle(1));
    CHECK(people.ask(kim, "POST", second_factor, handled).status == 401);
    handled = own.get(options_of(people.ask(kim, "POST", challenge)), origin);
    handled["user_handle"] = to_base64url(people.accounts->user_handle(2));
    CHECK(people.ask(kim, "POST", second_factor, handled).status == 200);
}

TEST_CASE("a key that was removed opens nothing, and who came by it is out", "[security_key_desk]") {
    People people(with_keys());
    auto erika = people.signed_in("erika", {"admin"});
    SoftKey key;
    REQUIRE(registered(people, erika, key).status == 200);
    auto thief = half(people, "erika");
    People::keep(thief, shown(people, thief, key));
    auto waiting = half(people, "erika");
    const auto proof = key.get(options_of(people.ask(waiting, "POST", challenge)), origin);
    people.named = "1";
    people.clock.pass(minutes(6));
    CHECK(people.ask(erika, "DELETE", one_key).status == 403);
    People::keep(erika,
                 people.ask(erika, "POST", "/v1/session/second-factor", {{"code", people.code(erika)}}));
    CHECK(people.ask(erika, "DELETE", one_key).status == 200);
    CHECK(people.ask(erika, "DELETE", one_key).status == 400);
    CHECK(people.ask(thief, "GET", "/v1/users").status == 401);
    CHECK(people.ask(waiting, "POST", second_factor, proof).status == 401);
    auto browser = half(people, "erika");
    CHECK(json::parse(people.ask(browser, "GET", "/v1/session").body).at("security_key") == false);
    CHECK(people.ask(browser, "POST", challenge).status == 409);
    CHECK(people.records(audit::Action::security_key_removed).front().object == "security key 1");
}

TEST_CASE("wrong proofs count like wrong codes", "[security_key_desk]") {
    People people(with_keys());
    auto erika = people.signed_in("erika", {"admin"});
    SoftKey key;
    REQUIRE(registered(people, erika, key).status == 200);
    auto browser = half(people, "erika");
    admin::HttpResponse last;
    for (int i = 0; i < 5; ++i)
        last = shown(people, browser, key, "https://attacker.example");
    CHECK(last.status == 401);
    CHECK(last.ends_session);
    CHECK(people.ask(browser, "GET", "/v1/session").status == 401);
    Browser again;
    again.address = "203.0.113.9";
    CHECK(people.ask(again, "POST", "/v1/session", {{"user", "erika"}, {"password", People::password}})
              .status == 429);
    CHECK(people.records(audit::Action::sign_in_delayed).size() == 1);
}

TEST_CASE("without a relying party nothing is offered", "[security_key_desk]") {
    People people;
    auto erika = people.signed_in("erika", {"admin"});
    const auto session = json::parse(people.ask(erika, "GET", "/v1/session").body);
    CHECK(session.at("security_keys_offered") == false);
    CHECK(session.at("security_key") == false);
    CHECK(people.ask(erika, "POST", registration).status == 409);
    CHECK(people.ask(erika, "POST", keys, {{"name", "x"}, {"client_data", "AA"}, {"attestation", "AA"}})
              .status == 409);
    CHECK(people.ask(erika, "POST", challenge).status == 409);
    CHECK(people
              .ask(erika, "POST", second_factor,
                   {{"id", "AA"}, {"client_data", "AA"}, {"authenticator_data", "AA"}, {"signature", "AA"}})
              .status == 409);
}

TEST_CASE("a name and octets are of their form", "[security_key_desk]") {
    People people(with_keys());
    auto erika = people.signed_in("erika", {"admin"});
    for (const auto& [name, client_data] :
         {std::pair("a\nb", "AA"), std::pair("", "AA"), std::pair("a", "A"), std::pair("a", "+/+/")})
        CHECK(people
                  .ask(erika, "POST", keys,
                       {{"name", name}, {"client_data", client_data}, {"attestation", "AA"}})
                  .status == 400);
}

}  // namespace edgeward::app

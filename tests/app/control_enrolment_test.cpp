#include "control_enrolment.hpp"

#include <nlohmann/json.hpp>

#include "control_request.hpp"
#include "enrolment/bench.hpp"
#include "enrolment/fake_broker.hpp"

namespace edgeward::app {
namespace {

using enrolment::Bench;
using nlohmann::json;

struct Office {
    explicit Office(bool with_accounts = true)
        : routes(enrolment_routes(&*bench.book, &bench.service(), with_accounts ? &accounts : nullptr)) {}
    std::pair<unsigned, json> ask(const std::string& pattern, std::vector<std::string> path,
                                  const json& body) {
        for (const auto& route : routes) {
            if (route.pattern != pattern) continue;
            admin::HttpRequest request;
            request.method = route.method;
            request.path = std::move(path);
            request.body = body.dump();
            request.peer_uid = 1000;
            const auto response = route.handler(request);
            return {response.status, json::parse(response.body)};
        }
        FAIL("no such route");
        return {};
    }
    Bench bench;
    enrolment::FakeBroker broker;
    enrolment::AccountDesk accounts{
        {*bench.book, broker, bench.clock, system_random(), bench.metrics,
         [this](audit::Event event) -> Result<void> {
             bench.events.push_back(std::move(event));
             return {};
         },
         [this](const enrolment::DeviceEntry& entry) { return bench.service().check_entry(entry); }, [] {}}};
    admin::Routes routes;
};

}  // namespace

TEST_CASE("a password is made by the control socket and shown once", "[control_enrolment]") {
    const std::string pattern = "/v1/devices/{device}/password";
    Office office;
    const auto [status, made] =
        office.ask(pattern, {"v1", "devices", "pump-7", "password"}, {{"class", "pump"}, {"ward", "ICU"}});
    REQUIRE(status == 200);
    CHECK(made.at("user") == "pump-7");
    CHECK(office.broker.accounts.at("pump-7").second == made.at("password"));
    CHECK((**office.bench.book->device("pump-7")).entry.location.ward == "ICU");
    CHECK(office.bench.events.front().actor == "user:1000");
    office.broker.away = true;
    CHECK(office.ask(pattern, {"v1", "devices", "pump-7", "password"}, {{"class", "pump"}}).first == 503);
    Office closed(false);
    CHECK(closed.ask(pattern, {"v1", "devices", "pump-7", "password"}, {{"class", "pump"}}).first == 409);
    CHECK(closed.broker.accounts.empty());
}

TEST_CASE("a token is made by the control socket and shown once", "[control_enrolment]") {
    Office office;
    const auto [status, made] =
        office.ask("/v1/device-tokens", {"v1", "device-tokens"},
                   {{"device", "pump-7"}, {"class", "pump"}, {"ward", "ICU"}, {"seconds", 600}});
    REQUIRE(status == 200);
    const auto token = made.at("token").get<std::string>();
    CHECK(token.size() == 43);  // 32 octets in base64url
    CHECK(made.at("expires") == to_rfc3339(office.bench.clock.now() + std::chrono::seconds(600)));
    const auto basic = "Basic " + to_base64(bytes_of("x:" + token));
    Bench::granted(office.bench.service().enrol({office.bench.asks("a", "pump-7"), basic, {}}));
    CHECK((**office.bench.book->device("pump-7")).entry.location.ward == "ICU");
    CHECK(office.bench.events.front().actor == "user:1000");
    CHECK(office.bench.events.front().object.find(token) == std::string::npos);
    for (const json& body :
         {json{{"class", "none"}}, json{{"class", 7}}, json{{"class", "pump"}, {"seconds", -1}},
          json{{"class", "pump"}, {"seconds", 1}}, json{{"class", "pump"}, {"ward", "\n"}},
          json{{"klass", "pump"}}})
        CHECK(office.ask("/v1/device-tokens", {"v1", "device-tokens"}, body).first == 400);
}

TEST_CASE("a waiting device is listed and approved or rejected", "[control_enrolment]") {
    Office office;
    const auto body = office.bench.asks("a", "pump-7");
    REQUIRE(Bench::waits(office.bench.service().enrol({body, {}, {}})));
    const auto [status, listed] =
        office.ask("/v1/device-requests", {"v1", "device-requests"}, json::object());
    REQUIRE(status == 200);
    const json& one = listed.at("requests").at(0);
    CHECK(one.at("device") == "pump-7");
    CHECK(one.at("state") == "waiting");
    CHECK(one.at("known") == false);
    const auto number = std::to_string(one.at("request").get<int>());
    const std::string approve = "/v1/device-requests/{number}/approve";
    CHECK(office.ask(approve, {"v1", "device-requests", "x", "approve"}, {{"class", "pump"}}).first == 400);
    CHECK(office.ask(approve, {"v1", "device-requests", number, "approve"}, {{"again", "yes"}}).first == 400);
    CHECK(office.ask(approve, {"v1", "device-requests", number, "approve"}, {{"class", "pump"}}).first ==
          200);
    Bench::granted(office.bench.service().enrol({body, {}, {}}));
    const auto other = office.bench.asks("b", "pump-7");
    REQUIRE(Bench::waits(office.bench.service().enrol({other, {}, {}})));
    const auto second = std::to_string(office.bench.book->requests()->front().number);
    // Its name is known: a person says so.
    CHECK(office.ask(approve, {"v1", "device-requests", second, "approve"}, {{"class", "pump"}}).first ==
          409);
    CHECK(office
              .ask("/v1/device-requests/{number}/reject", {"v1", "device-requests", second, "reject"},
                   json::object())
              .first == 200);
    CHECK(Bench::refusal(office.bench.service().enrol({other, {}, {}})) == ErrorKind::denied);
}

TEST_CASE("a device is revoked by the control socket", "[control_enrolment]") {
    Office office;
    const auto token = office.bench.token_for({"pump-7", "pump"});
    Bench::granted(office.bench.service().enrol({office.bench.asks("a", "pump-7"), token, {}}));
    const std::string pattern = "/v1/devices/{device}/revoke";
    const std::vector<std::string> path{"v1", "devices", "pump-7", "revoke"};
    CHECK(office.ask(pattern, path, {{"reason", "why not"}}).first == 400);
    CHECK(office.ask(pattern, {"v1", "devices", "nobody", "revoke"}, {{"reason", "lost"}}).first == 400);
    const auto [status, revoked] = office.ask(pattern, path, {{"reason", "lost"}});
    REQUIRE(status == 200);
    CHECK(revoked.at("certificates") == 1);
    CHECK((**office.bench.book->device("pump-7")).revoked);
}

TEST_CASE("without enrolment nothing is decided", "[control_enrolment]") {
    Office office;
    office.routes = enrolment_routes(nullptr, nullptr, nullptr);
    CHECK(office.ask("/v1/device-tokens", {"v1", "device-tokens"}, {{"class", "pump"}}).first == 409);
    CHECK(office.ask("/v1/device-requests", {"v1", "device-requests"}, json::object()).first == 409);
}

}  // namespace edgeward::app

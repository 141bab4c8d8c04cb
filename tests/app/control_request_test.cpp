#include "control_request.hpp"

#include <catch2/catch_test_macros.hpp>

#include "described_routes.hpp"

namespace edgeward::app {
namespace {

admin::HttpRequest request_of(std::string body) {
    admin::HttpRequest request;
    request.body = std::move(body);
    return request;
}

}  // namespace

TEST_CASE("the caller's user id is the actor", "[control_request]") {
    admin::HttpRequest request;
    CHECK(actor_of(request) == "user:unknown");
    request.peer_uid = 1000;
    CHECK(actor_of(request) == "user:1000");
    const auto event = make_event(request, audit::Action::quarantine_shown, "entry 1");
    CHECK(event.actor == "user:1000");
    CHECK(event.object == "entry 1");
    CHECK_FALSE(event.subject);
}

TEST_CASE("numbers are whole or refused", "[control_request]") {
    CHECK(*number_of("18446744073709551615", "id") == 18446744073709551615U);
    for (const char* text : {"", "-1", "1 ", " 1", "1.0", "0x1", "18446744073709551616", "one"}) {
        const auto number = number_of(text, "id");
        REQUIRE_FALSE(number);
        CHECK(number.error().message == "id: expected a whole number");
    }
    admin::HttpRequest request;
    CHECK(*number_in_query(request, "most", 7) == 7);
    request.query["most"] = "3";
    CHECK(*number_in_query(request, "most", 7) == 3);
    request.query["most"] = "many";
    CHECK_FALSE(number_in_query(request, "most", 7));
}

TEST_CASE("a body is an object that can be read in one way", "[control_request]") {
    CHECK(object_in_body(request_of(R"({"a":1})")));
    const std::string deep = std::string(100, '[') + std::string(100, ']');
    for (const std::string& body :
         {std::string(), std::string("[]"), std::string("1"), std::string("null"), std::string("{"),
          std::string(R"({"a":1}x)"), std::string(R"({"a":1,"a":2})"), std::string("{\"a\":\"\xff\"}"),
          "{\"a\":" + deep + "}"}) {
        const auto refused = object_in_body(request_of(body));
        REQUIRE_FALSE(refused);
        CHECK(refused.error().kind == ErrorKind::invalid_input);
    }
}

TEST_CASE("what is not as described does not reach the handler", "[control_request]") {
    int called = 0;
    const auto route = control_route("POST", "/v1/alarms/{alarm}/silence",
                                     [&called](const admin::HttpRequest&) -> Result<nlohmann::json> {
                                         ++called;
                                         return nlohmann::json::object();
                                     });
    REQUIRE(route.description == described("POST", "/v1/alarms/{alarm}/silence"));
    auto request = request_of(R"({"seconds":60})");
    request.path = {"v1", "alarms", "7", "silence"};
    CHECK(route.handler(request).status == 200);
    for (const char* body : {"", "{}", R"({"seconds":"60"})", R"({"seconds":60,"Erika Mustermann":1})"}) {
        request.body = body;
        const auto refused = route.handler(request);
        CHECK(refused.status == 400);
        CHECK(refused.body.find("Erika") == std::string::npos);
    }
    request.body = R"({"seconds":60})";
    request.query["Erika"] = "1";
    CHECK(route.handler(request).status == 400);
    CHECK(called == 1);
}

TEST_CASE("texts and times are taken as they are or refused", "[control_request]") {
    const auto object = nlohmann::json::parse(R"({"a":"x","n":null,"e":"","i":5,
        "t":"2026-11-23T18:00:00+01:00","local":"2026-11-23T18:00:00"})");
    CHECK(*text_in(object, "a", true) == "x");
    CHECK(text_in(object, "n", false)->empty());
    CHECK(text_in(object, "missing", false)->empty());
    for (const char* field : {"n", "e", "i", "missing"})
        CHECK_FALSE(text_in(object, field, true));
    CHECK_FALSE(text_in(object, "i", false));
    CHECK(to_rfc3339(*time_in(object, "t")) == "2026-11-23T17:00:00.000Z");
    for (const char* field : {"local", "a", "missing"})
        CHECK_FALSE(time_in(object, field));
}

TEST_CASE("a time may be left out, but not be wrong", "[control_request]") {
    const auto object =
        nlohmann::json::parse(R"({"t":"2026-11-23T18:00:00+01:00","n":null,"local":"2026-11-23"})");
    CHECK(*time_or_nothing_in(object, "t") == *time_in(object, "t"));
    CHECK(*time_or_nothing_in(object, "n") == std::nullopt);
    CHECK(*time_or_nothing_in(object, "missing") == std::nullopt);
    CHECK_FALSE(time_or_nothing_in(object, "local"));
}

TEST_CASE("what ends has a device and a time", "[control_request]") {
    admin::HttpRequest request;
    request.body = R"({"device":"m1","until":"2026-11-23T18:00:00+01:00"})";
    const auto ending = ending_in_body(request);
    REQUIRE(ending);
    CHECK(ending->device == "m1");
    CHECK(to_rfc3339(ending->until) == "2026-11-23T17:00:00.000Z");
    for (const char* wrong :
         {R"({"device":"m1"})", R"({"until":"2026-11-23T18:00:00Z"})", "{", R"({"x":1})"}) {
        request.body = wrong;
        CHECK_FALSE(ending_in_body(request));
    }
}

TEST_CASE("answers have the status of their error and stay JSON whatever is in them", "[control_request]") {
    CHECK(answer(nlohmann::json{{"a", 1}}).status == 200);
    CHECK(answer(nlohmann::json{{"a", 1}}).body == R"({"a":1})");
    CHECK(answer(failure(ErrorKind::invalid_input, "no")).status == 400);
    CHECK(answer(failure(ErrorKind::denied, "no")).status == 403);
    // Words of a peer need not be UTF-8.
    CHECK(nlohmann::json::accept(answer(nlohmann::json{{"a", "\xff"}}).body));
    const auto route =
        control_route("GET", "/v1/status", [](const admin::HttpRequest&) -> Result<nlohmann::json> {
            return failure(ErrorKind::corrupt, "no");
        });
    CHECK(route.exposure == admin::Exposure::control);
    CHECK(route.execution == admin::Execution::on_pool);
    CHECK(route.handler({}).status == 500);
    // Nothing can be asked that nothing describes.
    const auto other = control_route("GET", "/v1/x", [](const admin::HttpRequest&) {
        return Result<nlohmann::json>(nlohmann::json::object());
    });
    CHECK(other.description == nullptr);
    CHECK(other.handler({}).status == 500);
}

}  // namespace edgeward::app

#include <edgeward/admin/http.hpp>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

using namespace edgeward;
using admin::error_of;
using admin::error_response;

TEST_CASE("an error travels as JSON and comes back the same", "[http]") {
    const auto [kind, status] = GENERATE(table<ErrorKind, unsigned>({
        {ErrorKind::invalid_input, 400},
        {ErrorKind::denied, 403},
        {ErrorKind::rejected, 409},
        {ErrorKind::exhausted, 429},
        {ErrorKind::unavailable, 503},
        {ErrorKind::ambiguous, 503},
        {ErrorKind::corrupt, 500},
        {ErrorKind::misconfigured, 500},
    }));
    const auto response = error_response({kind, "open \"store\": locked"});
    CHECK(response.status == status);
    CHECK(response.content_type == "application/json");
    const auto error = error_of(response);
    REQUIRE(error);
    CHECK(error->kind == kind);
    CHECK(error->message == "open \"store\": locked");
}

TEST_CASE("the words of another system never leave with an error", "[http]") {
    const auto response = error_response({ErrorKind::rejected, "the peer said no", "PID-5 MUSTER"});
    CHECK(response.body == R"({"error":"rejected","message":"the peer said no"})");
}

TEST_CASE("an error message that is not UTF-8 still gives JSON", "[http]") {
    CHECK(error_of(error_response({ErrorKind::corrupt, "bad \xff octet"}))->kind == ErrorKind::corrupt);
}

TEST_CASE("a success is no error", "[http]") {
    CHECK_FALSE(error_of(admin::json_response(200, "{}")));
    CHECK_FALSE(error_of(admin::json_response(202, "")));
}

TEST_CASE("an error of unknown form is reported by its status", "[http]") {
    const std::string body = GENERATE("", "<html>", "[]", "{}", R"({"error":7,"message":"x"})",
                                      R"({"error":"strange","message":"x"})", R"({"error":"denied"})");
    const auto error = error_of({404, "text/html", body});
    REQUIRE(error);
    CHECK(error->kind == ErrorKind::unavailable);
    CHECK(error->message == "the daemon answered with status 404");
}

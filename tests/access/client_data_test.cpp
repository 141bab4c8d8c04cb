#include "client_data.hpp"

#include <catch2/catch_test_macros.hpp>

namespace edgeward::access {
namespace {

// RFC 4648 10: "foobar" is Zm9vYmFy.
const RelyingParty party{"edgeward.example", {"https://edgeward.example:9443", "https://edgeward.example"}};

Result<void> check(std::string_view json, std::string_view challenge = "foobar") {
    return check_client_data(bytes_of(json), "webauthn.get", bytes_of(challenge), party);
}

std::string statement(const std::string& more = {}) {
    return R"({"type":"webauthn.get","challenge":"Zm9vYmFy","origin":"https://edgeward.example:9443")" +
           more + "}";
}

}  // namespace

TEST_CASE("a browser's statement is taken with what later browsers add", "[client_data]") {
    CHECK(check(statement()));
    CHECK(check(statement(R"(,"crossOrigin":false)")));
    CHECK(check(statement(R"(,"crossOrigin":false,"other_keys_can_be_added_here":"x")")));
    CHECK(check(statement(R"(,"tokenBinding":{"status":"supported"})")));
    CHECK(check(R"({"origin":"https://edgeward.example","challenge":"Zm9vYmFy","type":"webauthn.get"})"));
}

TEST_CASE("every other statement is refused", "[client_data]") {
    for (
        const char* text :
        {"", "null", "[]", "{}", "{\"type\":\"webauthn.get\"}",
         R"({"type":"webauthn.create","challenge":"Zm9vYmFy","origin":"https://edgeward.example"})",
         R"({"type":"webauthn.get","challenge":"Zm9vYmF5","origin":"https://edgeward.example"})",
         R"({"type":"webauthn.get","challenge":"Zm9vYmFy=","origin":"https://edgeward.example"})",
         R"({"type":"webauthn.get","challenge":"","origin":"https://edgeward.example"})",
         R"({"type":"webauthn.get","challenge":["Zm9vYmFy"],"origin":"https://edgeward.example"})",
         R"({"type":"webauthn.get","challenge":"Zm9vYmFy","origin":"https://edgeward.example:9444"})",
         R"({"type":"webauthn.get","challenge":"Zm9vYmFy","origin":"http://edgeward.example:9443"})",
         R"({"type":"webauthn.get","challenge":"Zm9vYmFy","origin":"https://edgeward.example.attacker.example"})",
         R"({"type":"webauthn.get","challenge":"Zm9vYmFy","origin":"https://edgeward.example/"})",
         R"({"type":"webauthn.get","challenge":"Zm9vYmFy"})"}) {
        INFO(text);
        CHECK(check(text).error().kind == ErrorKind::invalid_input);
    }
    for (const char* more :
         {R"(,"crossOrigin":true)", R"(,"crossOrigin":null)", R"(,"crossOrigin":"false")",
          R"(,"topOrigin":"https://edgeward.example")", R"(,"tokenBinding":{"status":"present","id":"x"})",
          R"(,"tokenBinding":"supported")", R"(,"type":"webauthn.get")"}) {
        INFO(more);
        CHECK_FALSE(check(statement(more)));
    }
    CHECK_FALSE(check(statement() + "x"));
    CHECK_FALSE(check(statement(",\"more\":\"" + std::string(longest_client_data, 'x') + "\"")));
    CHECK_FALSE(check(R"({"type":"webauthn.get","challenge":"","origin":"https://edgeward.example"})", ""));
}

}  // namespace edgeward::access

#include <catch2/catch_test_macros.hpp>

#include <edgeward/admin/description.hpp>

using namespace edgeward::admin;
using nlohmann::json;

namespace {

json document() {
    const Descriptions routes{
        get("/health/live", "", "Lives.", schema::text()).by(Session::none).in_types({}, "text/plain"),
        get("/v1/things/{id}", "read-things", "Shows a thing.", schema::object({{"id", schema::whole()}}))
            .asked_with(schema::object({{"language?", schema::words({"de", "en"})}})),
        post("/v1/things/{id}/end", "end-things", "Ends it.", schema::object({{"reason", schema::text(1)}}),
             schema::object({}))
            .by(Session::fresh)
            .may_answer({409})};
    return json::parse(openapi_document(routes, "1.2.3"));
}

}  // namespace

// Names and places: OpenAPI Specification 3.1.0, sections 4.8.1 to 4.8.30. That whole documents hold against
// the specification is judged by tests/end_to_end/api_test.py with validators of others.
TEST_CASE("the document says what each route takes and gives", "[openapi]") {
    const auto made = document();
    CHECK(made.at("openapi") == "3.1.0");
    CHECK(made.at("info").at("version") == "1.2.3");
    const auto& ending = made.at("paths").at("/v1/things/{id}/end").at("post");
    CHECK(ending.at("operationId") == "post-v1-things-id-end");
    CHECK(ending.at("summary") == "Ends it.");
    CHECK(ending.at("tags") == json{"things"});
    CHECK(ending.at("x-policy-action") == "end-things");
    CHECK(ending.at("x-session") == "fresh");
    CHECK(ending.at("parameters").at(0) == json::parse(R"({"name":"id","in":"path","required":true,
                          "schema":{"type":"integer","minimum":0,"maximum":9223372036854775807}})"));
    CHECK(ending.at("requestBody").at("required") == true);
    CHECK(ending.at("security") == json::parse(R"([{"session":[],"csrf":[]}])"));
    for (const char* status : {"200", "400", "401", "403", "409", "413", "415", "429", "5XX"})
        CHECK(ending.at("responses").contains(status));
}

TEST_CASE("what only reads takes no body and no token", "[openapi]") {
    const auto made = document();
    const auto& showing = made.at("paths").at("/v1/things/{id}").at("get");
    CHECK_FALSE(showing.contains("requestBody"));
    CHECK(showing.at("security") == json::parse(R"([{"session":[]}])"));
    CHECK(showing.at("parameters").at(1).at("in") == "query");
    CHECK(showing.at("parameters").at(1).at("required") == false);
    CHECK_FALSE(showing.at("responses").contains("409"));
    const auto& living = made.at("paths").at("/health/live").at("get");
    // An answer may get further members, a request may not have any.
    CHECK(showing.at("responses").at("200").dump().find("additionalProperties") == std::string::npos);
    CHECK(made.at("paths")
              .at("/v1/things/{id}/end")
              .at("post")
              .at("requestBody")
              .dump()
              .find("\"additionalProperties\":false") != std::string::npos);
    CHECK(living.at("security") == json::array());
    CHECK(living.at("responses").at("200").at("content").contains("text/plain"));
    CHECK_FALSE(living.at("responses").contains("401"));
}

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <edgeward/admin/description.hpp>

using namespace edgeward;
using namespace edgeward::admin;

namespace {

Description route() {
    return get("/v1/letters/{destination}/{report}", "show", "Shows one.", schema::object({}))
        .asked_with(schema::object({{"most?", schema::whole(0, 100)}, {"depth?", schema::words({"rows"})}}));
}

HttpRequest request(std::string report, std::map<std::string, std::string, std::less<>> query) {
    HttpRequest made;
    made.path = {"v1", "letters", "kis", std::move(report)};
    made.query = std::move(query);
    return made;
}

}  // namespace

TEST_CASE("parameters of path and query are held against their form", "[description]") {
    CHECK(expect_parameters(route(), request("7", {})));
    CHECK(expect_parameters(route(), request("7", {{"most", "100"}, {"depth", "rows"}})));
    const auto [report, name, value] =
        GENERATE(table<const char*, const char*, const char*>({{"seven", "most", "1"},
                                                               {"-7", "most", "1"},
                                                               {"7.0", "most", "1"},
                                                               {"9223372036854775808", "most", "1"},
                                                               {"99999999999999999999", "most", "1"},
                                                               {"7", "most", "101"},
                                                               {"7", "most", ""},
                                                               {"7", "depth", "books"},
                                                               {"7", "Erika", "1"}}));
    const auto refused = expect_parameters(route(), request(report, {{name, value}}));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::invalid_input);
    CHECK(refused.error().message.find("Erika") == std::string::npos);
}

TEST_CASE("a description is found by method and pattern", "[description]") {
    const Descriptions all{get("/a", "", "Reads.", {}), post("/a", "", "Writes.", schema::object({}), {})};
    CHECK(find_description(all, "POST", "/a")->purpose == "Writes.");
    CHECK(find_description(all, "PUT", "/a") == nullptr);
    CHECK(find_description(all, "GET", "/b") == nullptr);
    CHECK(path_parameters("/v1/x/{one}/y/{two}") == std::vector<std::string>{"one", "two"});
    CHECK(path_parameters("/v1/x").empty());
}

TEST_CASE("more can be said of a description", "[description]") {
    const auto said = post("/a", "act", "Does.", schema::object({}), schema::text())
                          .by(Session::fresh)
                          .may_answer({409})
                          .or_503(schema::truth())
                          .in_types("text/plain", "application/pdf");
    CHECK(said.session == Session::fresh);
    CHECK(said.also == std::vector<unsigned>{409});
    CHECK(said.unready == schema::truth());
    CHECK(said.body_type == "text/plain");
    CHECK(said.answer_type == "application/pdf");
}

#include <edgeward/admin/control_client.hpp>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <random>
#include <tuple>

#include "target.hpp"

using namespace edgeward;
using admin::parse_target;

namespace {

using Path = std::vector<std::string>;
using Query = std::map<std::string, std::string, std::less<>>;

}  // namespace

TEST_CASE("a target is split and decoded", "[target]") {
    const auto [text, path, query] = GENERATE(table<std::string, Path, Query>({
        {"/", {}, {}},
        {"/health/live", {"health", "live"}, {}},
        {"/devices/icu%201", {"devices", "icu 1"}, {}},
        {"/a?limit=5&after=x%26y", {"a"}, {{"limit", "5"}, {"after", "x&y"}}},
        {"/a?flag", {"a"}, {{"flag", ""}}},
        {"/a?", {"a"}, {}},
        {"/?x=1", {}, {{"x", "1"}}},
        {"/a?sum=1+1", {"a"}, {{"sum", "1+1"}}},
        {"/a?path=/b?c", {"a"}, {{"path", "/b?c"}}},
        {"/%C3%A4rzte/%e2%82%ac", {"ärzte", "€"}, {}},
        {"/...", {"..."}, {}},
        {"/a:b@c;d=1,e", {"a:b@c;d=1,e"}, {}},
    }));
    CAPTURE(text);
    const auto target = parse_target(text);
    REQUIRE(target);
    CHECK(target->path == path);
    CHECK(target->query == query);
}

// FHIR R4 3.1.1.4.5: date=ge2010-01-01&date=le2011-12-31
TEST_CASE("a name that comes again is kept apart", "[target]") {
    const auto target = parse_target("/a?x=1&y=2&x=3&x=4");
    REQUIRE(target);
    CHECK(target->query == Query{{"x", "1"}, {"y", "2"}});
    CHECK(target->repeated == std::vector<std::pair<std::string, std::string>>{{"x", "3"}, {"x", "4"}});
}

// URL Standard, 5.1 application/x-www-form-urlencoded
TEST_CASE("a form is read as strictly as a query and a plus in it is a space", "[target]") {
    using Pairs = std::vector<std::pair<std::string, std::string>>;
    CHECK(admin::parse_form("a=1+2&b=%2B&a=%C3%A4&c") ==
          Pairs{{"a", "1 2"}, {"b", "+"}, {"a", "ä"}, {"c", ""}});
    CHECK(admin::parse_form("") == Pairs{});
    for (const char* broken : {"a=%", "a=%zz", "=1", "a=1&&b=2", "a=%00", "a=%ff", "a b=1", "a=|"})
        CHECK_FALSE(admin::parse_form(broken));
}

TEST_CASE("a target that two readers could understand differently is refused", "[target]") {
    const std::string text = GENERATE(values<std::string>({
        "",
        "health",
        "http://localhost/health",
        "//host/path",
        "*",
        "localhost:443",  // not origin-form
        "/a//b",
        "/a/",
        "/.",
        "/..",
        "/a/../b",
        "/a/./b",
        "/%2e%2E/b",
        "/a%2Fb",
        "/a%2fb",  // path tricks
        "/%",
        "/%4",
        "/%zz",
        "/%4g",
        "/a?x=%",
        "/%00",
        "/a?x=%0d%0aSet-Cookie:%20a",
        "/%7f",  // broken or control
        "/%c0%af",
        "/%ed%a0%80",
        "/%f4%90%80%80",
        "/%e2%82",
        "/%ff",
        "/%c2%85",
        "/\xc3\xa4",  // not UTF-8 text
        "/a#b",
        "/a b",
        "/a\tb",
        "/a\\b",
        "/a\"b",
        "/a<b",
        "/a|b",
        "/a[b",
        "/a?x={}",  // not RFC 3986
        "/a?=1",
        "/a?&x=1",
        "/a?x=1&&y=2",  // query tricks
    }));
    CAPTURE(text);
    const auto target = parse_target(text);
    REQUIRE_FALSE(target);
    CHECK(target.error().kind == ErrorKind::invalid_input);
    CHECK((text.size() < 2 || target.error().message.find(text) == std::string::npos));
}

TEST_CASE("a target that make_target builds reads back as it was", "[target]") {
    std::mt19937 random(20);
    const Path words{"ward 3", "a/b",  "ä€",   "x=1&y",    "%41",
                     "a+b",    "~-._", "?#[]", "quote\"'", "\xF0\x9F\xA9\xBA"};
    std::uniform_int_distribution<std::size_t> pick(0, words.size() - 1);
    for (int round = 0; round < 500; ++round) {
        Path path;
        std::map<std::string, std::string> query;
        for (std::size_t i = pick(random) % 4; i > 0; --i) {
            const std::string& word = words[pick(random)];
            if (word != "a/b") path.push_back(word);  // an encoded slash in a path is refused, see above
        }
        for (std::size_t i = pick(random) % 4; i > 0; --i)
            query[words[pick(random)]] = words[pick(random)];
        const auto target = parse_target(admin::make_target(path, query));
        REQUIRE(target);
        CHECK(target->path == path);
        CHECK(target->query == Query(query.begin(), query.end()));
    }
}

TEST_CASE("any octets give a target or an error and whatever is accepted is clean", "[target]") {
    std::mt19937 random(7);
    const std::string alphabet = "/%?&=ab.02fF#\\ \x01\x7f\xc3\xa4+";
    std::uniform_int_distribution<std::size_t> pick(0, alphabet.size() - 1);
    for (int round = 0; round < 20000; ++round) {
        std::string text = "/";
        for (std::size_t i = pick(random); i > 0; --i)
            text.push_back(alphabet[pick(random)]);
        const auto target = parse_target(text);
        if (!target) continue;
        for (const std::string& segment : target->path) {
            REQUIRE_FALSE(segment.empty());
            REQUIRE(segment != "..");
            REQUIRE(segment.find_first_of(std::string("/\x01\x7f\0", 4)) == std::string::npos);
        }
    }
}

TEST_CASE("percent-encoding leaves only unreserved characters", "[target]") {
    // RFC 3986 2.1 and 2.3.
    CHECK(admin::percent_encode("AZaz09-._~") == "AZaz09-._~");
    CHECK(admin::percent_encode(" /?%") == "%20%2F%3F%25");
    CHECK(admin::percent_encode("ä") == "%C3%A4");
}

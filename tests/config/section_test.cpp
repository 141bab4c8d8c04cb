#include <limits>

#include <catch2/catch_test_macros.hpp>
#include <edgeward/config/document.hpp>

#include "reading.hpp"

namespace edgeward::config {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view sample = R"(
name = "edge-1"
ready = true
count = 7
level = 0.25
wait = "5min"
at = "23:05"
room = "64KiB"
octets = 512
kind = "fhir"
topics = ["a", "b"]
words = ["on", 1.50, true]
certificate = "tls/server.pem"
absolute = "/etc/x.pem"
none = ""
[empty]
[[destination]]
name = "kis"
[[destination]]
name = "lis"
)";

TEST_CASE("settings that are there are read", "[section]") {
    Document document = Document::parse(sample, "/etc/edgeward/edgeward.toml");
    Section root = document.root();
    CHECK(root.text("name", "x") == "edge-1");
    CHECK(root.required_text("name") == "edge-1");
    CHECK(root.flag("ready", false));
    CHECK(root.whole_number("count", 1, 0, 10) == 7);
    CHECK(root.number("level", 1, 0, 1) == 0.25);
    CHECK(root.number("count", 1, 0, 10) == 7.0);
    CHECK(root.duration("wait", 1s, 0s, 1h) == 5min);
    CHECK(root.time_of_day("at", 2h) == 23h + 5min);
    CHECK(root.size("room", 1, 0, 1U << 20U) == 65536);
    CHECK(root.size("octets", 1, 0, 1U << 20U) == 512);
    CHECK(root.choice("kind", "hl7", {"hl7", "fhir"}) == "fhir");
    CHECK(root.texts("topics") == std::vector<std::string>{"a", "b"});
    CHECK(root.words("words") == std::vector<std::string>{"on", "1.50", "true"});
    CHECK(root.file("certificate", {}) == "/etc/edgeward/tls/server.pem");
    CHECK(root.file("absolute", {}) == "/etc/x.pem");
    CHECK(root.file("none", "x").empty());
    CHECK(document.sound());
}

TEST_CASE("settings that are not there give their fallback and no problem", "[section]") {
    Document document = Document::parse("", "x.toml");
    for (Section section : {document.root(), document.root().table("missing").table("deeper")}) {
        CHECK(section.text("a", "x") == "x");
        CHECK(section.flag("a", true));
        CHECK(section.whole_number("a", 3, 5, 10) == 3);  // a fallback is the module's own affair
        CHECK(section.number("a", 0.5, 1, 2) == 0.5);
        CHECK(section.number_text("a") == std::nullopt);
        CHECK(section.duration("a", 1s, 2s, 3s) == 1s);
        CHECK(section.time_of_day("a", 2h) == 2h);
        CHECK(section.time_zone("a", "UTC") == "UTC");
        CHECK(section.time_zone("a").empty());
        CHECK(section.size("a", 9, 0, 1) == 9);
        CHECK(section.choice("a", "x", {"y"}) == "x");
        CHECK(section.texts("a", {"x"}) == std::vector<std::string>{"x"});
        CHECK(section.words("a").empty());
        CHECK(section.file("a", "b/c") == "b/c");
        CHECK(section.tables("a").empty());
        CHECK(section.keys().empty());
        CHECK_FALSE(section.has("a"));
    }
    CHECK(document.sound());
}

TEST_CASE("limits belong to the range", "[section]") {
    Document document = Document::parse("a = 1\nb = 10\nc = 0\nd = 11\ne = nan\nf = \"0s\"\n", "x.toml");
    Section root = document.root();
    CHECK(root.whole_number("a", 5, 1, 10) == 1);
    CHECK(root.whole_number("b", 5, 1, 10) == 10);
    CHECK(document.sound());
    CHECK(root.whole_number("c", 5, 1, 10) == 5);
    CHECK(root.whole_number("d", 5, 1, 10) == 5);
    CHECK(root.number("e", 5, 1, 10) == 5);
    CHECK(root.duration("f", 1s, 0s, 1h) == 0ms);
    CHECK(document.problems().size() == 3);
}

TEST_CASE("a time zone is one this system knows, and none only where there is no fallback", "[section]") {
    // Names of the tz database, but for Berlin/Europe.
    Document document =
        Document::parse("a = \"\"\nb = \"\"\nc = \"Berlin/Europe\"\nd = \"Asia/Kolkata\"\n", "x.toml");
    Section root = document.root();
    CHECK(root.time_zone("a").empty());
    CHECK(root.time_zone("d", "UTC") == "Asia/Kolkata");
    REQUIRE(document.sound());
    root.time_zone("b", "Europe/Berlin");
    root.time_zone("c");
    root.time_zone("missing", "No/Such");
    CHECK(lines_of(document) ==
          std::vector<std::string>{
              "x.toml:1:1: missing: expected a time zone this system knows, such as Europe/Berlin",
              "x.toml:2:5: b: expected a time zone this system knows, such as Europe/Berlin",
              "x.toml:3:5: c: expected a time zone this system knows, such as Europe/Berlin"});
}

TEST_CASE("a limit without an end is not printed", "[section]") {
    Document document = Document::parse("a = -1\n", "x.toml");
    document.root().whole_number("a", 0, 0, std::numeric_limits<std::int64_t>::max());
    CHECK(document.problems().at(0).text == "expected a whole number of at least 0, got -1");
}

TEST_CASE("numbers keep the text of the file", "[section]") {
    Document document = Document::parse(
        "a = 0.10\nb = 1_000\nc = +2.50\nd = \"-0.010\"\ne = 1e3\nf = 0x1F\ng = inf\nh = \"1 \"\ni = true\n",
        "x.toml");
    Section root = document.root();
    CHECK(root.number_text("a") == "0.10");
    CHECK(root.number_text("b") == "1000");
    CHECK(root.number_text("c") == "2.50");
    CHECK(root.number_text("d") == "-0.010");
    CHECK(root.number_text("e") == "1e3");
    CHECK(document.sound());
    for (const std::string_view key : {"f", "g", "h", "i"})
        CHECK(root.number_text(key) == std::nullopt);
    CHECK(document.problems().size() == 4);
}

TEST_CASE("presence is known and a refused setting counts as absent", "[section]") {
    Document document = Document::parse("good = 1\nbad = \"x\"\n[table]\n", "x.toml");
    Section root = document.root();
    CHECK(root.has("good"));
    CHECK(root.has("bad"));
    root.whole_number("bad", 1, 1, 2);
    CHECK_FALSE(root.has("bad"));
    CHECK(root.has("table"));
    CHECK_FALSE(root.has("other"));
    CHECK(root.table("table").exists());
    CHECK_FALSE(root.table("other").exists());
}

TEST_CASE("tables know their path and place", "[section]") {
    Document document = Document::parse(sample, "x.toml");
    Section root = document.root();
    CHECK(root.path().empty());
    CHECK(root.where() == "x.toml:1:1");
    CHECK(root.where("count") == "x.toml:4:1");
    CHECK(root.table("empty").path() == "empty");
    CHECK(root.table("empty").where() == "x.toml:16:1");
    CHECK(root.table("empty").table("a b").path() == "empty.\"a b\"");
    const auto destinations = root.tables("destination");
    REQUIRE(destinations.size() == 2);
    CHECK(destinations[1].path() == "destination[2]");
    CHECK(destinations[1].where("name") == "x.toml:20:1");
    CHECK(destinations[1].where("missing") == destinations[1].where());
}

TEST_CASE("inline tables in a list are tables too and a mixed list is not", "[section]") {
    Document document = Document::parse("a = [{ n = 1 }, { n = 2 }]\nb = [{}, 1]\nc = []\n", "x.toml");
    Section root = document.root();
    auto tables = root.tables("a");
    REQUIRE(tables.size() == 2);
    CHECK(tables[1].whole_number("n", 0, 0, 9) == 2);
    CHECK(root.tables("c").empty());
    CHECK(document.sound());
    CHECK(root.tables("b").empty());
    CHECK(lines_of(document) ==
          std::vector<std::string>{"x.toml:2:5: b: expected tables under [[b]], got a list"});
}

TEST_CASE("asking for all keys makes them known", "[section]") {
    Document document = Document::parse("z = 1\na = 2\n[t]\nx = 1\n", "x.toml");
    CHECK(document.root().keys() == std::vector<std::string>{"z", "a", "t"});
    document.refuse_unread_keys();
    CHECK(document.sound());
}

TEST_CASE("problems of a module stand at the value or the table", "[section]") {
    Document document = Document::parse("[mqtt]\nhost = \"b\"\nport = 1\n", "x.toml");
    Section mqtt = document.root().table("mqtt");
    mqtt.problem("port", "expected a free port, got a taken one");
    mqtt.problem("port", "expected something else as well");
    mqtt.problem("missing", "expected a text, got nothing");
    mqtt.problem("", "expected a table that makes sense");
    document.root().table("nowhere").problem("x", "expected a text, got nothing");
    CHECK(lines_of(document) ==
          std::vector<std::string>{"x.toml:1:1: mqtt.missing: expected a text, got nothing",
                                   "x.toml:1:1: mqtt: expected a table that makes sense",
                                   "x.toml:1:1: nowhere.x: expected a text, got nothing",
                                   "x.toml:3:8: mqtt.port: expected a free port, got a taken one"});
}

TEST_CASE("copies of a section read the same table", "[section]") {
    Document document = Document::parse("a = 1\n", "x.toml");
    Section root = document.root();
    Section copy = root;
    CHECK(copy.whole_number("a", 0, 0, 9) == 1);
    document.refuse_unread_keys();
    CHECK(document.sound());
}

}  // namespace
}  // namespace edgeward::config

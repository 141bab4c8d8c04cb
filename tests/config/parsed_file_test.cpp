#include "parsed_file.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <string>

namespace edgeward::config {
namespace {

TEST_CASE("a value is cut from the file as it was written", "[parsed_file]") {
    ParsedFile file("x.toml", {});
    file.parse(
        "a = 1_000 # c\nb = -0.10e1\n'ü' = 0.100\nd = [1.50, 0x1F]\ne = { z = +7.0, y = true }\nf = "
        "2.50\r\ng=\"\"\"a\nb\"\"\"");
    const toml::table& root = file.root();
    CHECK(file.text_of(*root.get("a")) == "1_000");
    CHECK(file.text_of(*root.get("b")) == "-0.10e1");
    CHECK(file.text_of(*root.get("ü")) == "0.100");
    CHECK(file.text_of(*root.get("d")->as_array()->get(0)) == "1.50");
    CHECK(file.text_of(*root.get("d")->as_array()->get(1)) == "0x1F");
    CHECK(file.text_of(*root.get("e")->as_table()->get("z")) == "+7.0");
    CHECK(file.text_of(*root.get("f")) == "2.50");
    CHECK(file.text_of(*root.get("g")).empty());
}

TEST_CASE("values are described by what they are", "[parsed_file]") {
    ParsedFile file("x.toml", {});
    file.parse("a = 7\nb = \"t\"\nc = \"\"\nd = true\ne = [1]\nf = {}\ng = 1979-05-27\nh = 0.10\n");
    const auto described = [&](std::string_view key, std::string_view path) {
        return file.describe(*file.root().get(key), path);
    };
    CHECK(described("a", "x") == "7");
    CHECK(described("b", "x") == "\"t\"");
    CHECK(described("c", "x") == "an empty text");
    CHECK(described("d", "x") == "true");
    CHECK(described("e", "x") == "a list");
    CHECK(described("f", "x") == "a table");
    CHECK(described("g", "x") == "a date or time");
    CHECK(described("h", "x") == "0.10");
}

TEST_CASE("under a secret name neither texts nor numbers are shown", "[parsed_file]") {
    ParsedFile file("x.toml", {});
    file.parse("text = \"hunter2\"\nnumber = 4711\n");
    for (const std::string_view path : {"mqtt.password", "db.Passphrase", "client_secret", "apiToken",
                                        "tls.key", "KEYS[2]", "keys.source", "credential.x"}) {
        CAPTURE(path);
        CHECK(file.describe(*file.root().get("text"), path) == "a text");
        CHECK(file.describe(*file.root().get("number"), path) == "a number");
    }
    CHECK(file.describe(*file.root().get("number"), "mqtt.keepalive") == "4711");
}

TEST_CASE("a file that is no TOML is told in our own words what was expected", "[parsed_file]") {
    struct Row {
        std::string text;
        std::string place;
        std::string expected;
    };
    const auto row = GENERATE(values<Row>({{"a = 1\na = 2\n", ":2:5", "each key and table once"},
                                           {"[t]\n[t]\n", ":2:1", "each key and table once"},
                                           {"x = \n", ":1:5", "a value: a text in quotes"},
                                           {"host = localhost\n", ":1:8", "a value: a text in quotes"},
                                           {"x = \"open\n", ":1:10", "a text closed by its quote"},
                                           {"x = \"\\q\"\n", ":1:7", "a text closed by its quote"},
                                           {"x = [1, 2\n", ":1:11", "a list"},
                                           {"x = {a=1\n", ":1:9", "{ name = value"},
                                           {"x = 1 2\n", ":1:7", "the end of the line"},
                                           {"= 3\n", ":1:1", "a key, a [table]"},
                                           {"x 3\n", ":1:3", "= after the key"},
                                           {"[t\n", ":1:3", "a table header"},
                                           {"x = 1__0\n", ":1:7", "a whole number"},
                                           {"x = 2026-13-01\n", ":1:12", "a date or time"},
                                           {"\xff\xfe = 1\n", ":1:1", "UTF-8"}}));
    CAPTURE(row.text);
    ParsedFile file("x.toml", {});
    file.parse(row.text);
    REQUIRE(file.problems().size() == 1);
    const std::string said = file.problems()[0].to_string();
    CHECK(said.starts_with("x.toml" + row.place + ": not valid TOML: expected "));
    CHECK(said.find(row.expected) != std::string::npos);
}

TEST_CASE("a key is refused once", "[parsed_file]") {
    ParsedFile file("x.toml", {});
    file.parse("a = 1\n");
    CHECK_FALSE(file.is_refused(file.root(), "a"));
    file.refuse(file.root(), "a", "a", "first");
    file.refuse(file.root(), "a", "a", "second");
    CHECK(file.is_refused(file.root(), "a"));
    REQUIRE(file.problems().size() == 1);
    CHECK(file.problems()[0].text == "first");
    CHECK(file.problems()[0].column == 5);
}

TEST_CASE("keys come in file order", "[parsed_file]") {
    ParsedFile file("x.toml", {});
    file.parse("zeta = 1\nalpha = 2\nm.x = 3\nb = 4\n");
    CHECK(ParsedFile::keys_of(file.root()) == std::vector<std::string>{"zeta", "alpha", "m", "b"});
}

}  // namespace
}  // namespace edgeward::config

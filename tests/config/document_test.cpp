#include <edgeward/config/document.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <catch2/catch_test_macros.hpp>
#include <edgeward/core/file.hpp>

#include "reading.hpp"
#include "support/scratch_folder.hpp"

namespace edgeward::config {
namespace {

namespace fs = std::filesystem;

const fs::path testdata = fs::path(EDGEWARD_SOURCE_DIR) / "tests/config/testdata";

std::string joined(const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines)
        text += line + '\n';
    return text;
}

TEST_CASE("every bad file gives exactly its expected problems", "[document]") {
    std::size_t files = 0;
    for (const auto& entry : fs::directory_iterator(testdata)) {
        const std::string name = entry.path().filename().string();
        if (!name.ends_with(".bad.toml")) continue;
        ++files;
        CAPTURE(name);
        const auto text = read_file(entry.path());
        const auto expected = read_file(testdata / (name.substr(0, name.size() - 9) + ".expected"));
        REQUIRE(text);
        REQUIRE(expected);
        Document document = Document::parse(*text, name);
        read_sample_settings(document);
        CHECK_FALSE(document.sound());
        CHECK(joined(lines_of(document)) == *expected);
    }
    CHECK(files >= 10);
}

TEST_CASE("a sound file gives no problem", "[document]") {
    Document document = Document::parse("[mqtt]\nhost = \"broker\"\nport = 1883\n", "edgeward.toml");
    read_sample_settings(document);
    CHECK(document.sound());
    CHECK(document.problems().empty());
    CHECK(document.name() == "edgeward.toml");
}

TEST_CASE("a file is loaded and reported by its path", "[document]") {
    const support::ScratchFolder folder;
    const auto path = folder / "edgeward.toml";
    std::ofstream(path) << "[mqtt]\nhost = \"\"\n[store]\npath = \"data/store.db\"\n";
    Document document = Document::load(path);
    CHECK(document.root().table("store").file("path", "") == folder / "data/store.db");
    document.root().table("mqtt").required_text("host");
    CHECK(lines_of(document) ==
          std::vector{path.string() + ":2:8: mqtt.host: expected a text, got an empty text"});
}

TEST_CASE("a missing file is the only problem", "[document]") {
    const support::ScratchFolder folder;
    Document document = Document::load(folder / "missing.toml");
    read_sample_settings(document);
    const auto problems = document.problems();
    REQUIRE(problems.size() == 1);
    CHECK(problems[0].line == 0);
    CHECK(problems[0].path.empty());
    CHECK(problems[0].to_string().starts_with((folder / "missing.toml").string() +
                                              ": expected a readable file"));
}

TEST_CASE("octets that are not UTF-8 are a syntax error", "[document]") {
    for (const std::string_view text : std::initializer_list<std::string_view>{
             "a = \"\xFF\"\n", "\xC3", "a = 1\xF4\x90\x80\x80", std::string_view("a\x00 = 1", 6)}) {
        Document document = Document::parse(text, "x.toml");
        REQUIRE(document.problems().size() == 1);
        CHECK(document.problems()[0].text.starts_with("not valid TOML"));
    }
}

TEST_CASE("a syntax error is one line whatever octet it stumbles over", "[document]") {
    for (int octet = 1; octet < 0x20; ++octet) {
        const std::string text = "a =" + std::string(1, static_cast<char>(octet)) + "+1\n";
        const Document document = Document::parse(text, "x.toml");
        for (const std::string& line : lines_of(document)) {
            CHECK(std::none_of(line.begin(), line.end(), [](char c) { return c >= 0 && c < ' '; }));
        }
    }
}

TEST_CASE("nesting without end is a syntax error", "[document]") {
    Document document = Document::parse("a = " + std::string(100000, '['), "x.toml");
    CHECK(document.problems().size() == 1);
}

TEST_CASE("problems come in file order whatever the order of reading", "[document]") {
    Document document = Document::parse("a = 1\nb = 2\nc = 3\nd = 4\n", "x.toml");
    Section root = document.root();
    root.text("d", "");
    root.text("b", "");
    document.refuse_unread_keys();
    CHECK(joined(lines_of(document)) ==
          "x.toml:1:1: a: unknown setting\n"
          "x.toml:2:5: b: expected a text, got 2\n"
          "x.toml:3:1: c: unknown setting\n"
          "x.toml:4:5: d: expected a text, got 4\n");
}

TEST_CASE("a document may be moved while sections refer to it", "[document]") {
    Document first = Document::parse("port = \"x\"\n", "x.toml");
    Section root = first.root();
    const Document second = std::move(first);
    root.whole_number("port", 1, 1, 2);
    CHECK(lines_of(second) ==
          std::vector<std::string>{"x.toml:1:8: port: expected a whole number from 1 to 2, got \"x\""});
}

TEST_CASE("settings remember value and place and hide secrets", "[document]") {
    Document document = Document::parse("[mqtt]\nport = 1_883\npassword = \"hidden\"\n", "x.toml");
    Section mqtt = document.root().table("mqtt");
    mqtt.whole_number("port", 8883, 1, 65535);
    mqtt.text("password", "");
    mqtt.text("host", "a\"b\nc");
    mqtt.whole_number("port", 8883, 1, 65535);
    const auto& settings = document.settings();
    REQUIRE(settings.size() == 3);
    CHECK(settings[0].path == "mqtt.port");
    CHECK(settings[0].value == "1883");
    CHECK(settings[0].where == "x.toml:2:1");
    CHECK(settings[1].path == "mqtt.password");
    CHECK(settings[1].value.find("hidden") == std::string::npos);
    CHECK(settings[2].value == R"("a\"b\u000Ac")");
    CHECK(settings[2].where.empty());
}

}  // namespace
}  // namespace edgeward::config

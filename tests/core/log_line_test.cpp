#include "log_line.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

namespace edgeward::log {
namespace {

// date -u -d 2026-11-23T18:48:46Z +%s
const Instant some_time{std::chrono::milliseconds(1795459726123)};

std::string line(Format format, std::string_view event, const std::vector<Field>& fields,
                 Level level = Level::warning) {
    return format_line(format, level, some_time, event, fields);
}

TEST_CASE("the journal form carries the priority as systemd reads it", "[log_line]") {
    const std::vector<Field> fields = {{"destination", "kis"}, {"failures", 3}, {"reason", "timed out"}};
    CHECK(line(Format::journal, "destination answered again", fields) ==
          "<4>destination answered again destination=kis failures=3 reason=\"timed out\"");
    // sd-daemon(3): SD_DEBUG 7, SD_INFO 6, SD_WARNING 4, SD_ERR 3
    CHECK(line(Format::journal, "x", {}, Level::debug) == "<7>x");
    CHECK(line(Format::journal, "x", {}, Level::info) == "<6>x");
    CHECK(line(Format::journal, "x", {}, Level::error) == "<3>x");
}

TEST_CASE("the text form begins with time and level", "[log_line]") {
    CHECK(line(Format::text, "started", {{"version", "1.0"}}, Level::info) ==
          "2026-11-23T18:48:46.123Z info started version=1.0");
}

TEST_CASE("the json form is one object with typed values", "[log_line]") {
    const auto text =
        line(Format::json, "started", {{"count", -5}, {"ratio", 0.5}, {"ready", true}, {"name", "a\"b"}});
    const auto object = nlohmann::json::parse(text);
    CHECK(object["time"] == "2026-11-23T18:48:46.123Z");
    CHECK(object["level"] == "warning");
    CHECK(object["event"] == "started");
    CHECK(object["count"] == -5);
    CHECK(object["ratio"] == 0.5);
    CHECK(object["ready"] == true);
    CHECK(object["name"] == "a\"b");
    CHECK(object.size() == 7);
}

TEST_CASE("numbers json cannot say become null", "[log_line]") {
    const auto text = line(Format::json, "x", {{"value", std::numeric_limits<double>::infinity()}});
    CHECK(nlohmann::json::parse(text)["value"].is_null());
}

TEST_CASE("values that are not bare words are quoted", "[log_line]") {
    CHECK(line(Format::journal, "x", {{"v", ""}}) == "<4>x v=\"\"");
    CHECK(line(Format::journal, "x", {{"v", "a=b"}}) == "<4>x v=\"a=b\"");
    CHECK(line(Format::journal, "x", {{"v", "a\"b"}}) == "<4>x v=\"a\\\"b\"");
    CHECK(line(Format::journal, "x", {{"v", "C:\\x"}}) == "<4>x v=\"C:\\\\x\"");
    CHECK(line(Format::journal, "x", {{"v", "/dev/x:1-2_3.4"}}) == "<4>x v=/dev/x:1-2_3.4");
}

TEST_CASE("no octet of a value can start a line or move a cursor", "[log_line]") {
    std::string hostile;
    for (int octet = 0; octet < 256; ++octet)
        hostile += static_cast<char>(octet);
    hostile +=
        "\xC2\x9B"
        "31m \xE2\x80\xA8<3>forged \xE2\x80\xAE";  // CSI as one character, line separator, direction
    for (const Format format : {Format::journal, Format::text, Format::json}) {
        const std::string text = line(format, hostile, {{"value", hostile}, {hostile, 1}});
        CHECK(std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < 0x7F; }));
    }
    CHECK(nlohmann::json::accept(line(Format::json, hostile, {{"value", hostile}, {hostile, 1}})));
}

TEST_CASE("text beyond ASCII is escaped and reads back from json", "[log_line]") {
    const auto text = line(Format::json, "Gerät", {{"ort", "Zürich"}});
    const auto object = nlohmann::json::parse(text);
    CHECK(object["event"] == "Gerät");
    CHECK(object["ort"] == "Zürich");
    CHECK(line(Format::journal, "x", {{"ort", "Zürich"}}) == "<4>x ort=\"Z\\u00fcrich\"");
}

}  // namespace
}  // namespace edgeward::log

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <string>

#include "sample_message.hpp"
#include "time_reader.hpp"

using namespace edgeward;
using namespace edgeward::mapping;

namespace {

std::string read(TimeFormat format, NodeKind kind, std::string text, std::string_view zone = "UTC") {
    Node node;
    node.kind = kind;
    node.text = std::move(text);
    TimeRule rule;
    rule.format = format;
    const auto measured = read_time(rule, &node, sample::received, zone);
    return measured ? to_rfc3339(measured->time) : "refused";
}

}  // namespace

TEST_CASE("every time format means the same instant", "[time_reader]") {
    // date -u -d @1795459680 +%FT%TZ: 2026-11-23T18:48:00Z
    CHECK(read(TimeFormat::rfc3339, NodeKind::text, "2026-11-23T19:48:00+01:00") ==
          "2026-11-23T19:48:00.000+01:00");
    CHECK(read(TimeFormat::epoch_s, NodeKind::number, "1795459680") == "2026-11-23T18:48:00.000Z");
    CHECK(read(TimeFormat::epoch_s, NodeKind::number, "1795459680.25") == "2026-11-23T18:48:00.250Z");
    CHECK(read(TimeFormat::epoch_s, NodeKind::text, "1795459680") == "2026-11-23T18:48:00.000Z");
    CHECK(read(TimeFormat::epoch_ms, NodeKind::number, "1795459680123") == "2026-11-23T18:48:00.123Z");
    CHECK(read(TimeFormat::senml, NodeKind::number, "1795459680") == "2026-11-23T18:48:00.000Z");
    CHECK(read(TimeFormat::local, NodeKind::text, "2026-11-23T18:48:00") == "2026-11-23T18:48:00.000Z");
}

TEST_CASE("counts are shown in the zone of the device", "[time_reader]") {
    CHECK(read(TimeFormat::epoch_s, NodeKind::number, "1795459680", "Europe/Berlin") ==
          "2026-11-23T19:48:00.000+01:00");
    CHECK(read(TimeFormat::local, NodeKind::text, "2026-07-01 12:00:00", "Europe/Berlin") ==
          "2026-07-01T12:00:00.000+02:00");
}

TEST_CASE("small SenML times are relative to the time of receipt", "[time_reader]") {
    CHECK(read(TimeFormat::senml, NodeKind::number, "-5") == "2026-11-23T18:47:55.000Z");
    CHECK(read(TimeFormat::senml, NodeKind::number, "0") == "2026-11-23T18:48:00.000Z");
    CHECK(read(TimeFormat::senml, NodeKind::number, "-1e12") == "refused");
}

TEST_CASE("what is no time of the format is refused", "[time_reader]") {
    CHECK(read(TimeFormat::rfc3339, NodeKind::text, "2026-11-23T18:48:00") == "refused");
    CHECK(read(TimeFormat::rfc3339, NodeKind::text, "yesterday") == "refused");
    CHECK(read(TimeFormat::rfc3339, NodeKind::number, "1795459680") == "refused");
    CHECK(read(TimeFormat::epoch_s, NodeKind::text, "now") == "refused");
    CHECK(read(TimeFormat::epoch_s, NodeKind::boolean, "") == "refused");
    CHECK(read(TimeFormat::epoch_ms, NodeKind::number, "1e30") == "refused");
    CHECK(read(TimeFormat::local, NodeKind::text, "2026-11-23T18:48:00Z") == "refused");
}

TEST_CASE("a clock that was never set is no time", "[time_reader]") {
    CHECK(read(TimeFormat::rfc3339, NodeKind::text, "1970-01-01T00:03:12Z") == "refused");
    CHECK(read(TimeFormat::epoch_s, NodeKind::number, "946684799") == "refused");
    CHECK(read(TimeFormat::epoch_s, NodeKind::number, "946684800") == "2000-01-01T00:00:00.000Z");
    CHECK(read(TimeFormat::epoch_s, NodeKind::number, "99999999999") == "refused");
}

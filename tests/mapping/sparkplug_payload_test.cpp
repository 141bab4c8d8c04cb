#include "sparkplug_payload.hpp"

#include <catch2/catch_test_macros.hpp>

#include "sparkplug_sample.hpp"

using namespace edgeward;
using namespace edgeward::mapping;

namespace {

std::string reason(const std::string& octets) {
    const auto payload = parse_payload(bytes_of(octets));
    return payload ? "read" : payload.error().reason;
}

std::string metrics(std::size_t count, const std::string& metric) {
    std::string octets;
    for (std::size_t i = 0; i < count; ++i)
        octets.append("\x12").append(1, static_cast<char>(metric.size())).append(metric);
    return octets;
}

}  // namespace

TEST_CASE("a payload of Eclipse Tahu reads field by field", "[sparkplug_payload]") {
    const auto payload = parse_payload(sample::sparkplug("device_birth"));
    REQUIRE(payload);
    CHECK(payload->timestamp() == 1795459680000);
    CHECK(payload->seq() == 1);
    REQUIRE(payload->metrics_size() == 7);
    CHECK(payload->metrics(0).name() == "HR");
    CHECK(payload->metrics(0).alias() == 10);
    CHECK(payload->metrics(0).datatype() == 9);
    CHECK(payload->metrics(0).float_value() == 62.8F);
    CHECK(payload->metrics(0).properties().keys(0) == "engUnit");
    CHECK(payload->metrics(0).properties().values(0).string_value() == "bpm");
}

// Wire types and tags as https://protobuf.dev/programming-guides/encoding has them.
TEST_CASE("what is no payload is refused with its reason", "[sparkplug_payload]") {
    CHECK(reason("{\"HR\":62}") == "bad_sparkplug");
    CHECK(reason(std::string("\x12\x05\x0a", 3)) == "bad_sparkplug");          // a metric that is cut off
    CHECK(reason(std::string("\x12\x00", 2)) == "bad_sparkplug");              // neither name nor alias
    CHECK(reason(std::string("\x12\x03\x0a\x01\xff", 5)) == "bad_sparkplug");  // no UTF-8
    CHECK(reason(std::string("\x12\x07\x0a\x01h\x4a\x02\x0a\x00", 9)) == "bad_sparkplug");  // key, no value
    CHECK(reason(std::string("\x22\x12SPBV1.0_COMPRESSED")) == "bad_sparkplug");
    CHECK(reason(std::string((1U << 20U) + 1, '\0')) == "too_large");
    CHECK(reason("") == "read");  // a death of a device may say nothing
}

TEST_CASE("as many metrics are read as the limit says", "[sparkplug_payload]") {
    CHECK(reason(metrics(10'000, std::string("\x10\x01", 2))) == "read");
    CHECK(reason(metrics(10'001, std::string("\x10\x01", 2))) == "too_large");
}

#include <edgeward/core/bytes.hpp>

#include <catch2/catch_test_macros.hpp>

#include <chrono>

#include "observation_id.hpp"

using namespace edgeward;
using namespace edgeward::mapping;

namespace {

model::Observation heart_rate() {
    model::Observation observation;
    observation.code.mdc = 147842;
    observation.value = model::Quantity{*model::Decimal::parse("62.8"), "/min", ""};
    observation.effective.utc = Instant(std::chrono::milliseconds(1795459680000));
    observation.containment = 1;
    return observation;
}

}  // namespace

TEST_CASE("the name of an observation is what the documentation computes", "[observation_id]") {
    // Worked example of docs/mappings.md, made with Python:
    //   p = lambda b: len(b).to_bytes(4, "big") + b
    //   data = p(b"d1") + p(b"q" + (7).to_bytes(8, "big")) + p(b"t" + (1795459680000).to_bytes(8, "big"))
    //        + p(b"m" + (147842).to_bytes(8, "big")) + (1).to_bytes(2, "big") + p(b"")
    //        + b"\x01" + p(b"") + p(b"62.8") + p(b"/min")
    //   (1795459680000 // 3600000).to_bytes(4, "big").hex() + (1795459680000 % 3600000).to_bytes(3,
    //   "big").hex()
    //     + hashlib.sha256(data).hexdigest()[:18]
    const auto id = observation_id(heart_rate(), {"d1", 7, false});
    CHECK(to_hex(id.octets) == "00079c322bf200a21657fe9ee958edf5");
}

TEST_CASE("anything that tells measurements apart changes the name", "[observation_id]") {
    const IdFacts facts{"d1", 7, false};
    const auto id = observation_id(heart_rate(), facts);
    CHECK(observation_id(heart_rate(), facts) == id);
    CHECK(observation_id(heart_rate(), {"d2", 7, false}) != id);
    CHECK(observation_id(heart_rate(), {"d1", 8, false}) != id);
    CHECK(observation_id(heart_rate(), {"d1", std::nullopt, false}) != id);
    auto other = heart_rate();
    other.code.mdc = 149514;
    CHECK(observation_id(other, facts) != id);
    other = heart_rate();
    other.part = {1, 2};
    CHECK(observation_id(other, facts) != id);
    CHECK(result_key(other, facts) != result_key(heart_rate(), facts));
    other = heart_rate();
    other.containment = 2;
    CHECK(observation_id(other, facts) != id);
    other = heart_rate();
    other.body_site = "368209003";
    CHECK(observation_id(other, facts) != id);
    other = heart_rate();
    other.value = model::Quantity{*model::Decimal::parse("62.80"), "/min", ""};
    CHECK(observation_id(other, facts) != id);
    other = heart_rate();
    other.effective.utc += std::chrono::milliseconds(1);
    CHECK(observation_id(other, facts) != id);
}

TEST_CASE("a time of receipt counts only where the device has no sequence", "[observation_id]") {
    auto later = heart_rate();
    later.effective.utc += std::chrono::seconds(1);
    CHECK(observation_id(later, {"d1", 7, true}) == observation_id(heart_rate(), {"d1", 7, true}));
    CHECK(observation_id(later, {"d1", std::nullopt, true}) !=
          observation_id(heart_rate(), {"d1", std::nullopt, true}));
}

TEST_CASE("names grow with time", "[observation_id]") {
    auto later = heart_rate();
    later.effective.utc += std::chrono::hours(1);
    CHECK(observation_id(heart_rate(), {"d1", 7, false}) < observation_id(later, {"d1", 7, false}));
}

TEST_CASE("every kind of value and code has a name of its own", "[observation_id]") {
    std::vector<model::Observation> kinds(9, heart_rate());
    kinds[1].value = model::Text{"62.8"};
    kinds[2].value = model::CodedValue{"s", "62.8", ""};
    kinds[3].value = true;
    kinds[4].value = std::monostate();
    kinds[5].value =
        model::SampledData{{}, model::Decimal::from_integer(1), std::chrono::milliseconds(8), "/min", "62.8"};
    kinds[6].code = {0, "", "8867-4", "", "", "", ""};
    kinds[7].code = {0, "", "", "364075005", "", "", ""};
    kinds[8].code = {0, "", "", "", "", "urn:x", "hr"};
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        for (std::size_t j = i + 1; j < kinds.size(); ++j) {
            CAPTURE(i, j);
            CHECK(observation_id(kinds[i], {"d1", 7, false}) != observation_id(kinds[j], {"d1", 7, false}));
        }
    }
}

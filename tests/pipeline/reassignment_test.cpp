#include <edgeward/pipeline/reassignment.hpp>

#include <catch2/catch_test_macros.hpp>

#include <edgeward/core/bytes.hpp>
#include <edgeward/pipeline/inbound_pipeline.hpp>
#include <edgeward/pseudonym/pseudonymizer.hpp>

namespace edgeward::pipeline {
namespace {

model::Observation value(model::Category category, std::uint8_t number) {
    model::Observation made;
    made.id.octets.fill(number);
    made.category = category;
    made.value = true;
    return made;
}

model::Report report() {
    model::Report made;
    made.subject = pseudonym::recall(Bytes(16, 1)).value();
    made.device = "monitor-1";
    made.location = {"ICU", "1", "7"};
    made.by_place = true;
    made.observations = {value(model::Category::vital_sign, 0x11), value(model::Category::technical, 0x22)};
    return made;
}

}  // namespace

TEST_CASE("device data stays with nobody when a report changes its person", "[reassignment]") {
    const auto kept = about_person(report());
    REQUIRE(kept);
    REQUIRE(kept->observations.size() == 1);
    CHECK(kept->observations.front().category == model::Category::vital_sign);
    auto only_technical = report();
    only_technical.observations.erase(only_technical.observations.begin());
    CHECK_FALSE(about_person(only_technical));
}

// The digest by: (printf edgeward-reassigned-1; head -c 16 /dev/zero | tr '\0' '\021';
//                 head -c 16 /dev/zero | tr '\0' '\002') | sha256sum
TEST_CASE("an observation under another person has an id of its own for ever", "[reassignment]") {
    const auto other = pseudonym::recall(Bytes(16, 2)).value();
    const auto given = given_to(report(), other);
    CHECK(given.subject == other);
    CHECK(given.by_place);
    CHECK(to_hex(given.observations.front().id.octets) == "11111111111111da1f6d7d3d150fa56f");
    CHECK(given.observations.front().value == report().observations.front().value);
    CHECK(given_to(report(), other).observations.front().id == given.observations.front().id);
    CHECK(given_to(given, *report().subject).observations.front().id != report().observations.front().id);
}

TEST_CASE("what takes a report back names it and is else the same", "[reassignment]") {
    const auto back = taken_back(report(), 42);
    CHECK(back.takes_back == 42);
    CHECK(back.subject == report().subject);
    CHECK(back.observations == report().observations);
}

TEST_CASE("a held report is a message of its device whose octets are sealed", "[reassignment]") {
    const crypto::SealingKey key(Secret(Bytes(32, 5)));
    const auto inbound = held(report(), key);
    CHECK(inbound.device == "monitor-1");
    const auto& quarantined = std::get<store::Quarantined>(inbound.fate);
    CHECK(quarantined.reason == "no_association");
    CHECK(quarantined.sealed_payload.size() > model::encode_body(report()).size());
    const auto opened = open_quarantined(
        {1, {}, "monitor-1", "no_association", {}, quarantined.sealed_topic, quarantined.sealed_payload},
        key);
    REQUIRE(opened);
    CHECK(opened->topic.empty());
    CHECK(opened->payload == model::encode_body(report()));
}

TEST_CASE("only a device that stands at a bed has one", "[reassignment]") {
    device::Device device;
    device.location = {"ICU", "1", "7"};
    CHECK(fixed_bed_of(device).empty());
    device.at_bed = true;
    CHECK(fixed_bed_of(device) == "ICU^1^7");
}

TEST_CASE("versions of a result stay together under another person and apart from the first",
          "[reassignment]") {
    auto first = report();
    first.observations.front().result = {1};
    auto second = first;
    second.observations.front().id.octets[15] = 99;
    const auto other = pseudonym::recall(Bytes(16, 2)).value();
    const auto key = given_to(first, other).observations.front().result;
    CHECK(key != model::ResultKey{1});
    CHECK(given_to(second, other).observations.front().result == key);
    CHECK(given_to(report(), other).observations.front().result == model::ResultKey{});
    CHECK(taken_back(first, 1).observations.front().result == model::ResultKey{1});
}

}  // namespace edgeward::pipeline

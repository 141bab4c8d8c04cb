#include "acknowledgement_topic.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

namespace edgeward::notification {

TEST_CASE("the topic of an acknowledgement names principal and alarm", "[acknowledgement_topic]") {
    const auto said =
        parse_acknowledgement("alarms/acknowledge/nurse-1/7eed79ac-d3ab-88f8-964e-e652c182f483");
    REQUIRE(said);
    CHECK(said->principal == "nurse-1");
    CHECK(said->alarm == "7eed79ac-d3ab-88f8-964e-e652c182f483");
}

TEST_CASE("another topic names none", "[acknowledgement_topic]") {
    const auto* topic = GENERATE(values<const char*>(
        {"", "alarms/acknowledge", "alarms/acknowledge/", "alarms/acknowledge/nurse-1",
         "alarms/acknowledge/nurse-1/", "alarms/acknowledge//7", "alarms/acknowledge/nurse-1/7/8",
         "alarms/acknowledgenurse-1/7", "alarms/acknowledge/nurse 1/7", "alarms/acknowledge/nurse-1/7\n",
         "alarms/notices/nurse-1/7"}));
    CAPTURE(topic);
    CHECK_FALSE(parse_acknowledgement(topic));
    CHECK_FALSE(parse_acknowledgement("alarms/acknowledge/" + std::string(65, 'a') + "/7"));
}

}  // namespace edgeward::notification

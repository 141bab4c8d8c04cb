#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <string>

#include "topic_filter.hpp"

using namespace edgeward::mapping;

TEST_CASE("topics match filters as MQTT says", "[topic_filter]") {
    struct Row {
        const char* filter;
        const char* topic;
        bool matches;
    };
    // The examples of MQTT 5.0 §4.7.1.2, §4.7.1.3 and §4.7.2.
    const Row row =
        GENERATE(values<Row>({{"sport/tennis/player1/#", "sport/tennis/player1", true},
                              {"sport/tennis/player1/#", "sport/tennis/player1/ranking", true},
                              {"sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", true},
                              {"sport/#", "sport", true},
                              {"#", "a/b", true},
                              {"sport/tennis/+", "sport/tennis/player1", true},
                              {"sport/tennis/+", "sport/tennis/player1/ranking", false},
                              {"sport/+", "sport", false},
                              {"sport/+", "sport/", true},
                              {"+/+", "/finance", true},
                              {"/+", "/finance", true},
                              {"+", "/finance", false},
                              {"#", "$SYS/monitor", false},
                              {"+/monitor", "$SYS/monitor", false},
                              {"$SYS/#", "$SYS/monitor", true},
                              {"a/b", "a/b", true},
                              {"a/b", "a/c", false},
                              {"a/b", "a", false},
                              {"a", "a/b", false}}));
    CAPTURE(row.filter, row.topic);
    CHECK(matches_topic(row.filter, row.topic) == row.matches);
    CHECK(is_topic_filter(row.filter));
}

TEST_CASE("a wildcard must stand alone and a hash at the end", "[topic_filter]") {
    // MQTT 5.0 §4.7.1: not valid.
    const std::string filter =
        GENERATE(as<std::string>{}, "sport/tennis#", "sport/tennis/#/ranking", "sport+", "", "#/a");
    CAPTURE(filter);
    CHECK_FALSE(is_topic_filter(filter));
}

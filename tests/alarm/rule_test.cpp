#include <edgeward/alarm/rule.hpp>

#include <catch2/catch_test_macros.hpp>

namespace edgeward::alarm {

TEST_CASE("priorities are those of ISO/IEC 60601-1-8", "[rule]") {
    CHECK(parse_priority("low") == Priority::low);
    CHECK(parse_priority("medium") == Priority::medium);
    CHECK(parse_priority("high") == Priority::high);
    CHECK_FALSE(parse_priority("urgent"));
    CHECK(name_of(Priority::low) == "low");
    CHECK(name_of(Priority::medium) == "medium");
    CHECK(name_of(Priority::high) == "high");
    CHECK(Priority::low < Priority::high);
}

TEST_CASE("kinds have the words of the files", "[rule]") {
    CHECK(name_of(Kind::threshold) == "threshold");
    CHECK(name_of(Kind::trend) == "trend");
    CHECK(name_of(Kind::combination) == "combination");
    CHECK(name_of(Kind::missing) == "missing");
}

}  // namespace edgeward::alarm

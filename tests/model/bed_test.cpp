#include <edgeward/model/bed.hpp>

#include <catch2/catch_test_macros.hpp>

using edgeward::model::bed_name;

// PV1-3 is PL: point of care ^ room ^ bed (HL7 v2.6 3.4.3.3).
TEST_CASE("a bed is named as PV1-3 names it", "[bed]") {
    CHECK(bed_name({"ITS1", "Z2", "B3"}) == "ITS1^Z2^B3");
    CHECK(bed_name({"ITS1", "", "B3"}) == "ITS1^^B3");
    CHECK(bed_name({"", "", "B3"}) == "^^B3");
}

TEST_CASE("what is missing at the end of a bed's name leaves no trace", "[bed]") {
    CHECK(bed_name({"ITS1", "Z2", ""}) == "ITS1^Z2");
    CHECK(bed_name({"ITS1", "", ""}) == "ITS1");
    CHECK(bed_name({}).empty());
}

TEST_CASE("a bed of another facility is another bed", "[bed]") {
    CHECK(bed_name({"ITS1", "Z2", "B3"}, "KH2") == "ITS1^Z2^B3^KH2");
    CHECK(bed_name({"ITS1", "", ""}, "KH2") == "ITS1^^^KH2");
    CHECK(bed_name({}, "KH2").empty());
}

// What becomes of claimed reports: src/delivery/destination_admission.cpp.

#include <catch2/catch_test_macros.hpp>

#include "destination_flow.hpp"
#include "ward.hpp"

using namespace edgeward;
using namespace edgeward::delivery;
using support::eventually;

TEST_CASE("reports of a restricted person wait in their order until the restriction is lifted",
          "[destination_feed]") {
    Ward ward;
    FakePeer& peer = ward.peer("kis");
    ward.apply({kis()});
    ward.measure("a", "60");
    REQUIRE(ward.delivered("kis", 1));
    const auto subject = ward.vault->subject_of({"a", "KIS", "MR"}).value().pseudonym;
    const auto id =
        ward.vault->restrict_processing(subject, "accuracy_contested", policy::Restriction::all, "user:1")
            .value();
    for (const char* value : {"61", "62", "63"})
        ward.measure("a", value);
    ward.measure("b", "70");
    REQUIRE(ward.delivered("kis", 2));
    REQUIRE(eventually([&] { return ward.book("kis").parked == 3; }));
    ward.apply({kis()});  // a reload and a look at all that waits change nothing
    ward.service.look_again_at_restricted();
    ward.measure("b", "71");
    ward.measure("a", "64");
    REQUIRE(ward.delivered("kis", 3));
    REQUIRE(eventually([&] { return ward.book("kis").parked == 4; }));
    REQUIRE(ward.vault->lift_restriction(id, "user:1"));
    ward.service.look_again_at_restricted();
    REQUIRE(ward.delivered("kis", 7));
    CHECK(values_in(peer.messages()) == std::vector<std::string>{"60", "70", "71", "61", "62", "63", "64"});
    CHECK(ward.book("kis").filtered == 0);
}

#include <edgeward/dicom/arrival.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace edgeward;
using namespace edgeward::dicom;

TEST_CASE("the record of an object comes back and a damaged one is refused", "[arrival]") {
    Arrival arrival;
    arrival.object.name.fill(1);
    arrival.object.key.fill(2);
    arrival.object.octets = std::uint64_t{1} << 33U;
    arrival.object.transfer_syntax = "1.2.840.10008.1.2.1";
    arrival.object.sop_class = "1.2.840.10008.5.1.4.1.1.2";
    arrival.object.sop_instance = "1.2.3";
    arrival.content.fill(3);
    arrival.modality = "CT";
    arrival.patient_id = "4711";
    arrival.issuer = "KIS";
    arrival.time = "20240301112233";
    const Bytes octets = encode_arrival(arrival);
    const auto again = decode_arrival(octets);
    REQUIRE(again);
    CHECK(again->object == arrival.object);
    CHECK(again->content == arrival.content);
    CHECK(again->modality == "CT");
    CHECK(again->patient_id == "4711");
    CHECK(again->issuer == "KIS");
    CHECK(again->time == "20240301112233");
    for (std::size_t size = 0; size < octets.size(); ++size)
        CHECK_FALSE(decode_arrival(ByteView(octets).first(size)));
    Bytes longer = octets;
    longer.push_back(0);
    CHECK_FALSE(decode_arrival(longer));
}

#include <edgeward/dicom/object.hpp>

#include <catch2/catch_test_macros.hpp>

#include <nlohmann/json.hpp>

#include "part10.hpp"

using namespace edgeward::dicom;

TEST_CASE("texts are given by tag as UTF-8 and numbers and UIDs are not", "[texts]") {
    // dcmdump +U8 chrGerm.dcm
    const auto german = nlohmann::json::parse(read_object("chrGerm.dcm").texts());
    CHECK(german.at("00100010") == "Äneas^Rüdiger");
    CHECK_FALSE(german.contains("00080018"));
    CHECK_FALSE(german.contains("00280010"));
}

TEST_CASE("texts of sequences stand inside them", "[texts]") {
    // dcmdump CT_small.dcm: (0010,1002) OtherPatientIDsSequence with two items
    const auto ct = nlohmann::json::parse(read_object("CT_small.dcm").texts());
    REQUIRE(ct.at("00101002").size() == 2);
    CHECK(ct.at("00101002").at(0).at("00100020") == "ABCD1234");
    CHECK(ct.at("00100010") == "CompressedSamples^CT1");
}

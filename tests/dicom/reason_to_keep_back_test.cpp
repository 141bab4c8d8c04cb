#include <edgeward/dicom/deidentification.hpp>

#include <catch2/catch_test_macros.hpp>

#include "part10.hpp"

using namespace edgeward::dicom;

namespace {

Header header_of(std::string modality, std::string burned_in) {
    Header header;
    header.sop_class = "1.2.840.10008.5.1.4.1.1.2";  // CT Image Storage
    header.modality = std::move(modality);
    header.burned_in = std::move(burned_in);
    return header;
}

}  // namespace

TEST_CASE("what has names in its pixels or often has is kept back", "[reason_to_keep_back]") {
    CHECK(reason_to_keep_back(header_of("CT", "YES")) == "burned_in_annotation");
    CHECK(reason_to_keep_back(header_of("CT", "?")) == "burned_in_annotation");
    CHECK(reason_to_keep_back(header_of("US", "")) == "burned_in_annotation");
    CHECK(reason_to_keep_back(header_of("XC", "")) == "burned_in_annotation");
    CHECK_FALSE(reason_to_keep_back(header_of("US", "NO")));
    CHECK_FALSE(reason_to_keep_back(header_of("CT", "")));
    CHECK_FALSE(reason_to_keep_back(header_of("MR", "NO")));
}

TEST_CASE("a secondary capture is known by its class and by its conversion", "[reason_to_keep_back]") {
    CHECK(reason_to_keep_back(read_object("SC_rgb_small_odd.dcm").header()) == "burned_in_annotation");
    auto converted = header_of("CT", "");
    converted.conversion_type = "WSD";
    CHECK(reason_to_keep_back(converted) == "burned_in_annotation");
}

TEST_CASE("a face that can be recognised is kept back", "[reason_to_keep_back]") {
    auto head = header_of("MR", "NO");
    head.recognizable = "YES";
    CHECK(reason_to_keep_back(head) == "recognizable_features");
}

TEST_CASE("a report is kept back because its text is what it is", "[reason_to_keep_back]") {
    CHECK(reason_to_keep_back(read_object("test-SR.dcm").header()) == "text_content");
}

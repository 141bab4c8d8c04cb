#include "attribute_change.hpp"

#include <catch2/catch_test_macros.hpp>

#include <dcmtk/dcmdata/dctk.h>

using namespace edgeward::dicom;

namespace {

const Replacements replacements{"RES1-X",
                                [](std::string_view uid) { return "2.25." + std::to_string(uid.size()); }, 1};

template <typename Element>
std::string after(Element& element) {
    OFString text;
    element.getOFStringArray(text);
    return {text.c_str(), text.size()};
}

}  // namespace

TEST_CASE("a date moves over the ends of months and years", "[attribute_change]") {
    // date -d "2024-03-01 -1 day" +%Y%m%d, and so on
    CHECK(days_before("20240301", 1) == "20240229");
    CHECK(days_before("20230301", 1) == "20230228");
    CHECK(days_before("20240101", 366) == "20221231");
    CHECK(days_before("20240301112233.5+0100", 1) == "20240229112233.5+0100");
    CHECK_FALSE(days_before("2024", 1));
    CHECK_FALSE(days_before("20240231", 1));
    CHECK_FALSE(days_before("not-date", 1));
}

TEST_CASE("each value of a multi-valued attribute is changed", "[attribute_change]") {
    const AttributeChange change(replacements);
    DcmUniqueIdentifier uid(DcmTag(DCM_FailedSOPInstanceUIDList));
    uid.putString("1.2.3\\1.2.840.10008.1.2\\1.2.3.4");
    REQUIRE(change.rename(uid));
    CHECK(after(uid) == "2.25.5\\1.2.840.10008.1.2\\2.25.7");
    DcmDate date(DcmTag(DCM_DateOfLastCalibration));
    date.putString("20240301\\20240302");
    REQUIRE(change.move(date));
    CHECK(after(date) == "20240229\\20240301");
}

TEST_CASE("a date that is none cannot be moved", "[attribute_change]") {
    const AttributeChange change(replacements);
    DcmDateTime time(DcmTag(DCM_AcquisitionDateTime));
    time.putString("2024");
    CHECK_FALSE(change.move(time));
}

TEST_CASE("a dummy has the VR of what it stands for", "[attribute_change]") {
    const AttributeChange change(replacements);
    DcmDate date(DcmTag(DCM_SeriesDate));
    date.putString("20240301");
    REQUIRE(change.fill(date));
    CHECK(after(date) == "19000101");
    CHECK(date.checkValue("1").good());
    DcmPersonName name(DcmTag(DCM_ContentCreatorName));
    name.putString("Doe^John");
    REQUIRE(change.fill(name));
    CHECK(after(name) == "ANONYMIZED");
    DcmSequenceOfItems people(DcmTag(DCM_OperatorIdentificationSequence));
    people.insert(new DcmItem());
    people.insert(new DcmItem());
    REQUIRE(change.fill(people));
    CHECK(people.card() == 1);
}

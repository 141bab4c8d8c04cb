#include <edgeward/dicom/object.hpp>

#include <catch2/catch_test_macros.hpp>

#include "part10.hpp"

using namespace edgeward;
using namespace edgeward::dicom;

namespace {

std::string written(Object& object, const char* syntax) {
    auto writer = ObjectWriter::begin(object, syntax);
    REQUIRE(writer);
    std::string octets;
    for (;;) {
        const auto piece = writer->next();
        REQUIRE(piece);
        if (piece->empty()) return octets;
        CHECK(piece->size() <= std::size_t{64} << 10U);
        octets.append(text_of(*piece));
    }
}

}  // namespace

TEST_CASE("an object is written as it was read", "[object_writer]") {
    // MR_small has no sequences, whose lengths may be said in two ways, and no group lengths.
    auto object = read_object("MR_small.dcm");
    CHECK(written(object, "1.2.840.10008.1.2.1") == read_part10("MR_small.dcm").data_set);
    CHECK(written(object, "1.2.840.10008.1.2.1") == read_part10("MR_small.dcm").data_set);
}

TEST_CASE("an object is written in another uncompressed transfer syntax", "[object_writer]") {
    auto object = read_object("CT_small.dcm");
    const auto implicit = written(object, "1.2.840.10008.1.2");
    auto again = Object::read(octets_in_memory(implicit), "1.2.840.10008.1.2");
    REQUIRE(again);
    CHECK(again->texts() == object.texts());
    CHECK(again->header().sop_instance == object.header().sop_instance);
    CHECK_FALSE(ObjectWriter::begin(object, "1.2.840.10008.1.2.4.50"));
    CHECK_FALSE(ObjectWriter::begin(object, "1.2.840.10008.1.2.1.99"));
}

TEST_CASE("a large value goes out in pieces", "[object_writer]") {
    std::string octets(
        "\x08\x00\x60\x00"
        "CS\x02\x00"
        "CT",
        10);
    octets.append("\xE0\x7F\x10\x00OW\x00\x00\x00\x00\x80\x00", 12);
    octets.append(std::size_t{8} << 20U, 'p');
    auto object = Object::read(octets_in_memory(octets), "1.2.840.10008.1.2.1");
    REQUIRE(object);
    CHECK(written(*object, "1.2.840.10008.1.2.1") == octets);
}

TEST_CASE("the transfer syntaxes that are read are those of PS3.5 but for deflated and big endian",
          "[object_writer]") {
    for (const char* syntax : {"1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.4.50",
                               "1.2.840.10008.1.2.4.70", "1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.5"}) {
        CAPTURE(syntax);
        CHECK(reads(syntax));
    }
    CHECK_FALSE(reads("1.2.840.10008.1.2.1.99"));
    CHECK_FALSE(reads("1.2.840.10008.1.2.2"));
    CHECK_FALSE(reads("1.2.3"));
    CHECK(is_uncompressed("1.2.840.10008.1.2"));
    CHECK_FALSE(is_uncompressed("1.2.840.10008.1.2.4.50"));
}

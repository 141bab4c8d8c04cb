#include "stow_body.hpp"

#include <catch2/catch_test_macros.hpp>

#include "dicom/part10.hpp"

using namespace edgeward;
using namespace edgeward::transport;

// RFC 2387 and RFC 2046 section 5.1.1: delimiter lines around the part, the last with two hyphens more.
TEST_CASE("an object is one part with a file in it", "[stow_body]") {
    auto object = dicom::read_object("MR_small.dcm");
    auto body = StowBody::begin(object, "b0");
    REQUIRE(body);
    std::string octets;
    for (auto piece = body->next();; piece = body->next()) {
        REQUIRE(piece);
        if (piece->empty()) break;
        octets.append(text_of(*piece));
    }
    CHECK(body->next()->empty());
    const std::string opening = "--b0\r\nContent-Type: application/dicom\r\n\r\n";
    const std::string closing = "\r\n--b0--\r\n";
    REQUIRE(octets.starts_with(opening));
    REQUIRE(octets.ends_with(closing));
    const std::string file = octets.substr(opening.size(), octets.size() - opening.size() - closing.size());
    CHECK(file.substr(128, 4) == "DICM");
    // The data set of this file is written as it was read (object_writer_test).
    CHECK(file.ends_with(dicom::read_part10("MR_small.dcm").data_set));
}

// PS3.18 section 8.6.1.2.1.
TEST_CASE("the content type names what the part is", "[stow_body]") {
    CHECK(stow_content_type("b0") == "multipart/related; type=\"application/dicom\"; boundary=b0");
}

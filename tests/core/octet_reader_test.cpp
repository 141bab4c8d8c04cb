#include <edgeward/core/octet_reader.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace edgeward;

TEST_CASE("octets are read front to back", "[octet_reader]") {
    const Bytes octets{0x01, 0x02, 0x03, 0x00, 0x02, 'a', 'b', 0xFF};
    OctetReader reader(octets);
    CHECK(reader.number(1) == 1);
    CHECK(reader.number(2) == 0x0203);
    CHECK(reader.text(2) == "ab");
    CHECK_FALSE(reader.complete());
    CHECK(reader.take(1).front() == 0xFF);
    CHECK(reader.complete());
    CHECK(reader.take(0).empty());
    CHECK(reader.sound());
}

TEST_CASE("what is left is taken as a whole", "[octet_reader]") {
    const Bytes octets{1, 2, 3};
    OctetReader reader(octets);
    CHECK(reader.number(1) == 1);
    CHECK(to_hex(reader.rest()) == "0203");
    CHECK(reader.rest().empty());
    CHECK(reader.complete());
}

TEST_CASE("after a shortage everything is empty and stays unsound", "[octet_reader]") {
    const Bytes octets{0x05, 'a', 'b'};
    OctetReader reader(octets);
    CHECK(reader.left() == 3);
    CHECK(reader.text(1).empty());
    CHECK_FALSE(reader.sound());
    CHECK(reader.number(1) == 0);
    CHECK(reader.take(0).empty());
    CHECK_FALSE(reader.complete());

    OctetReader refused(octets);
    refused.fail();
    CHECK(refused.number(1) == 0);
    CHECK(refused.left() == 0);
    CHECK(refused.at_end());
    CHECK_FALSE(refused.complete());
}

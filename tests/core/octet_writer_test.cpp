#include <edgeward/core/octet_writer.hpp>

#include <catch2/catch_test_macros.hpp>
#include <edgeward/core/octet_reader.hpp>

#include <string>

using namespace edgeward;

TEST_CASE("octets are written front to back in network order", "[octet_writer]") {
    Bytes out;
    OctetWriter writer(out);
    writer.number(0x01, 1);
    writer.number(0xABCD'0203, 2);
    writer.text("ab", 2);
    writer.number(0x0102'0304'0506'0708, 8);
    writer.octets({});
    writer.number(0x0102'0304'0506'0708, 7);
    CHECK(to_hex(writer.written()) ==
          "01020300026162"
          "0102030405060708"
          "02030405060708");
    writer.finish();
    CHECK(to_hex(out) ==
          "01020300026162"
          "0102030405060708"
          "02030405060708");
}

TEST_CASE("what was there before is written over", "[octet_writer]") {
    Bytes out{9, 9, 9, 9};
    OctetWriter writer(out);
    CHECK(writer.written().empty());
    writer.number(1, 1);
    CHECK(to_hex(writer.written()) == "01");
    writer.finish();
    CHECK(to_hex(out) == "01");
}

TEST_CASE("a reader finds what a writer wrote, however long", "[octet_writer]") {
    Bytes out;
    OctetWriter writer(out);
    const std::string samples(100'000, 's');
    for (int i = 0; i < 100; ++i)
        writer.number(static_cast<std::uint64_t>(i), 4);
    writer.text(samples, 4);
    writer.finish();
    OctetReader reader(out);
    for (int i = 0; i < 100; ++i)
        REQUIRE(reader.number(4) == static_cast<std::uint64_t>(i));
    CHECK(reader.text(4) == samples);
    CHECK(reader.complete());
}

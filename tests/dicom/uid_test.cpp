#include <edgeward/dicom/object.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace edgeward::dicom;

TEST_CASE("a UUID becomes the UID of the standard's own example", "[uid]") {
    // PS3.5 annex B.2.
    CHECK(uid_of_uuid("f81d4fae-7dec-11d0-a765-00a0c91e6bf6") ==
          "2.25.329800735698586629295641978511506172918");
    CHECK(uid_of_uuid("00000000-0000-0000-0000-000000000000") == "2.25.0");
    // python3: uuid.UUID(int=2**128-1).int
    CHECK(uid_of_uuid("ffffffff-ffff-ffff-ffff-ffffffffffff") ==
          "2.25.340282366920938463463374607431768211455");
}

TEST_CASE("a UID is what PS3.5 section 9.1 says", "[uid]") {
    CHECK(is_uid("1.2.840.10008.5.1.4.1.1.2"));
    CHECK(is_uid("2.25.0"));
    CHECK_FALSE(is_uid(""));
    CHECK_FALSE(is_uid("1..2"));
    CHECK_FALSE(is_uid("1.02"));
    CHECK_FALSE(is_uid("1.2."));
    CHECK_FALSE(is_uid("1.2.a"));
    CHECK(is_uid("1." + std::string(62, '1')));
    CHECK_FALSE(is_uid("1." + std::string(63, '1')));
}

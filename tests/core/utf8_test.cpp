#include <edgeward/core/utf8.hpp>

#include <catch2/catch_test_macros.hpp>

namespace edgeward {
namespace {

std::string written(char32_t point) {
    std::string out;
    append_utf8(out, point);
    return out;
}

}  // namespace

// RFC 3629 §7
TEST_CASE("characters are written and read as the RFC's examples", "[utf8]") {
    CHECK(written(U'A') + written(0x2262) + written(0x0391) + written(U'.') == "A\xE2\x89\xA2\xCE\x91.");
    CHECK(written(0xD55C) + written(0xAD6D) == "\xED\x95\x9C\xEA\xB5\xAD");
    CHECK(written(0x233B4) == "\xF0\xA3\x8E\xB4");
    for (const char32_t point : {0x7FU, 0x80U, 0x7FFU, 0x800U, 0xFFFFU, 0x10000U, 0x10FFFFU}) {
        const auto read = first_character(written(point));
        CHECK(read.point == point);
        CHECK(read.octets == written(point).size());
    }
}

// RFC 3629 §3 and §10
TEST_CASE("longer forms, surrogates, cut and stray octets are no UTF-8", "[utf8]") {
    for (const std::string_view wrong :
         {"\xC0\x80", "\xC1\xBF", "\xE0\x80\xAF", "\xF0\x80\x80\xAF", "\xED\xA0\x80", "\xED\xBF\xBF",
          "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\x80", "\xE2\x89", "\xE2\x28\xA1", "\xFF"}) {
        CHECK(first_character(wrong).octets == 0);
        CHECK_FALSE(is_utf8(wrong));
    }
    CHECK(is_utf8(""));
    CHECK(is_utf8("Müller A\xE2\x89\xA2"));
    CHECK_FALSE(is_utf8("M\xFCller"));
}

}  // namespace edgeward

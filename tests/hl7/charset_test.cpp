#include "charset.hpp"

#include <array>
#include <string>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "message.hpp"

using namespace edgeward::hl7;

namespace {

std::string encoded(std::string_view text, Charset charset) {
    std::string out;
    REQUIRE(append_encoded(out, text, charset));
    return out;
}

bool carries(std::string_view text, Charset charset) {
    std::string out;
    return append_encoded(out, text, charset);
}

std::string utf8(char32_t point) {
    std::string out;
    const auto tail = [&](unsigned shift) {
        out.push_back(static_cast<char>(0x80U | ((point >> shift) & 0x3FU)));
    };
    if (point < 0x80U) {
        out.push_back(static_cast<char>(point));
    } else if (point < 0x800U) {
        out.push_back(static_cast<char>(0xC0U | (point >> 6U)));
        tail(0);
    } else if (point < 0x10000U) {
        out.push_back(static_cast<char>(0xE0U | (point >> 12U)));
        tail(6), tail(0);
    } else {
        out.push_back(static_cast<char>(0xF0U | (point >> 18U)));
        tail(12), tail(6), tail(0);
    }
    return out;
}

}  // namespace

// Octets from: printf 'Jörg Šimek €' | iconv -f utf-8 -t iso-8859-15 | xxd
TEST_CASE("German and Czech names fit ISO 8859-15", "[charset]") {
    CHECK(encoded("J\u00F6rg \u0160imek \u20AC", Charset::iso8859_15) == "J\xF6rg \xA6imek \xA4");
}

// printf 'Müßig' | iconv -f utf-8 -t iso-8859-1 | xxd
TEST_CASE("German names fit ISO 8859-1", "[charset]") {
    CHECK(encoded("M\u00FC\u00DFig", Charset::iso8859_1) == "M\xFC\xDFig");
}

TEST_CASE("a character the set does not carry is refused", "[charset]") {
    CHECK_FALSE(carries("\u20AC", Charset::iso8859_1));
    CHECK_FALSE(carries("\u0141\u00F3d\u017A", Charset::iso8859_15));
    CHECK_FALSE(carries("\u00A4", Charset::iso8859_15));
    CHECK_FALSE(carries("\u00FC", Charset::ascii));
    CHECK(carries("\u0141\u00F3d\u017A", Charset::utf8));
}

TEST_CASE("octets that are not UTF-8 are refused in every set", "[charset]") {
    const auto charset = GENERATE(Charset::utf8, Charset::ascii, Charset::iso8859_1, Charset::iso8859_15);
    // Lone tail, cut sequence, overlong slash, surrogate, beyond U+10FFFF, 8859-1 octet: RFC 3629 section 3.
    for (const std::string_view bad :
         {"\x80", "\xC3", "\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xFC"}) {
        CHECK_FALSE(carries(bad, charset));
    }
}

TEST_CASE("delimiters and control characters leave as escape sequences", "[charset]") {
    CHECK(encoded("a|b^c&d~e\\f", Charset::utf8) == "a\\F\\b\\S\\c\\T\\d\\R\\e\\E\\f");
    CHECK(encoded("a\rb\nc\x0B\x1C", Charset::ascii) == "a\\X0D\\b\\X0A\\c\\X0B\\\\X1C\\");
}

// Every character, alone: UTF-8 carries all, and reading gives back what was written.
TEST_CASE("every Unicode character survives writing and reading in UTF-8", "[charset]") {
    for (char32_t point = 0; point <= 0x10FFFFU; point += point < 0x3000U ? 1 : 257) {
        if (point >= 0xD800U && point <= 0xDFFFU) continue;
        const std::string text = utf8(point);
        std::string out;
        if (!append_encoded(out, text, Charset::utf8) || unescape(out) != text) {
            FAIL("code point " << static_cast<std::uint32_t>(point));
        }
    }
}

TEST_CASE("each single-octet set carries 256 characters once", "[charset]") {
    const auto charset = GENERATE(Charset::iso8859_1, Charset::iso8859_15);
    std::array<int, 256> seen{};
    for (char32_t point = 0; point < 0x3000U; ++point) {
        std::string out;
        if (!append_encoded(out, utf8(point), charset)) continue;
        const std::string octets = unescape(out);
        REQUIRE(octets.size() == 1);
        ++seen[static_cast<unsigned char>(octets[0])];
    }
    for (const int count : seen)
        CHECK(count == 1);
}

TEST_CASE("names for MSH-18 are those of table 0211 and absent for ASCII", "[charset]") {
    CHECK(msh18_of(Charset::utf8) == "UNICODE UTF-8");
    CHECK(msh18_of(Charset::iso8859_1) == "8859/1");
    CHECK(msh18_of(Charset::iso8859_15) == "8859/15");
    CHECK(msh18_of(Charset::ascii).empty());
}

// Octets from: printf 'Jörg Müßig €' | iconv -f utf-8 -t iso-8859-15 | xxd
TEST_CASE("what MSH-18 says is not believed against the octets", "[charset]") {
    const std::string_view utf8_octets = "J\xC3\xB6rg M\xC3\xBC\xC3\x9Fig";
    CHECK(charset_of(utf8_octets, "8859/1") == Charset::utf8);
    CHECK(charset_of(utf8_octets, "") == Charset::utf8);
    CHECK(charset_of("J\xF6rg", "UNICODE UTF-8") == Charset::iso8859_1);
    CHECK(charset_of("J\xF6rg", "") == Charset::iso8859_1);
    CHECK(charset_of("J\xF6rg \xA4", "8859/15") == Charset::iso8859_15);
    CHECK(charset_of("plain", "8859/15") == Charset::utf8);
}

TEST_CASE("single octets become UTF-8", "[charset]") {
    CHECK(to_utf8("J\xF6rg M\xFC\xDFig", Charset::iso8859_1) == "J\u00F6rg M\u00FC\u00DFig");
    CHECK(to_utf8("J\xF6rg \xA6imek \xA4", Charset::iso8859_15) == "J\u00F6rg \u0160imek \u20AC");
    CHECK(to_utf8("J\xC3\xB6rg", Charset::utf8) == "J\u00F6rg");
    CHECK(to_utf8("J\xF6rg", Charset::utf8) == "J\u00F6rg");
}

TEST_CASE("every octet of a single-octet set is read and written back", "[charset]") {
    const auto charset = GENERATE(Charset::iso8859_1, Charset::iso8859_15);
    for (int octet = 0x20; octet < 0x100; ++octet) {
        const std::string one(1, static_cast<char>(octet));
        std::string out;
        REQUIRE(append_encoded(out, to_utf8(one, charset), charset));
        CHECK(unescape(out) == one);
    }
}

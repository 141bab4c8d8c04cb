#include "folding.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace edgeward::dlp;
using namespace std::string_literals;

// The octets of each encoding were made with Python's codecs: 'Müßë Žák'.encode(…).
TEST_CASE("a name reads the same in every encoding", "[folding]") {
    const std::string wanted = "muesse zak";
    CHECK(fold("M\xC3\xBC\xC3\x9F\xC3\xAB \xC5\xBD\xC3\xA1k") == wanted);
    CHECK(fold("M\xFC\xDF\xEB \xB4\xE1k") == wanted);  // ISO 8859-15
    CHECK(fold("Mu\xCC\x88\xC3\x9F"
               "e\xCC\x88 Z\xCC\x8C"
               "a\xCC\x81k") == wanted);  // decomposed
    CHECK(fold("MUESSE ZAK") == wanted);
    CHECK(fold("M\0\xFC\0\xDF\0\xEB\0"s) == "muesse");           // UTF-16 LE
    CHECK(fold("\xFE\xFF\0M\0\xFC\0\xDF\0\xEB"s) == " muesse");  // UTF-16 BE with its mark
}

TEST_CASE("invisible characters are left out and blanks and dashes are one", "[folding]") {
    CHECK(fold("M\xC2\xADu\xE2\x80\x8Bs") == "mus");
    CHECK(fold("a\xC2\xA0"
               "b\xE2\x80\x93"
               "c\td") == "a b-c d");
    CHECK(fold("\xEF\xBC\xAD\xEF\xBD\x95") == "mu");  // full width
}

TEST_CASE("other scripts stay and are compared in lower case", "[folding]") {
    CHECK(fold("\xD0\x98\xD0\xB2") == "\xD0\xB8\xD0\xB2");
    CHECK(fold("\xCE\x91") == "\xCE\xB1");
}

TEST_CASE("an offset of folded text leads back to the raw one", "[folding]") {
    const std::string raw = "a\xC3\xBC\xC3\x9F-x";
    CHECK(fold(raw) == "auess-x");
    CHECK(source_of(raw, 0) == 0);
    CHECK(source_of(raw, 5) == 5);
    CHECK(source_of(raw, 6) == 6);
}

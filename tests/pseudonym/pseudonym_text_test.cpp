#include "pseudonym_text.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <edgeward/pseudonym/pseudonymizer.hpp>

namespace edgeward::pseudonym {
namespace {

// Computed with an independent implementation in Python.
const std::string good = "RES1-0123456789ACDEFGHJKLFN";

TEST_CASE("a well formed pseudonym is accepted as it is", "[pseudonym_text]") {
    const auto checked = check_text(good);
    REQUIRE(checked);
    CHECK(checked->text == good);
    CHECK_FALSE(checked->corrected);
}

TEST_CASE("small letters are not a mistake", "[pseudonym_text]") {
    const auto checked = check_text("res1-0123456789acdefghjklfn");
    REQUIRE(checked);
    CHECK(checked->text == good);
    CHECK_FALSE(checked->corrected);
}

TEST_CASE("letters that look like a symbol are read as that symbol", "[pseudonym_text]") {
    const auto checked = check_text("RES1-OI234S67b9ACDEFGHJKLFN");
    REQUIRE(checked);
    CHECK(checked->text == good);
    CHECK(checked->corrected);
}

TEST_CASE("one wrong symbol and one swap are mended and said so", "[pseudonym_text]") {
    const auto* const text = GENERATE("RES1-01234567892CDEFGHJKLFN", "RES1-0123456798ACDEFGHJKLFN",
                                      "RES1-0123456789ACDEFGHJKLNF", "RES1-0123456789ACDEFGHJKLFZ");
    CAPTURE(text);
    const auto checked = check_text(text);
    REQUIRE(checked);
    CHECK(checked->text == good);
    CHECK(checked->corrected);
}

TEST_CASE("texts of another form are refused without repeating them", "[pseudonym_text]") {
    const auto* const text = GENERATE(
        "", "RES1-", "1-0123456789ACDEFGHJKLFN", "RES2-0123456789ACDEFGHJKLFN", "RES10123456789ACDEFGHJKLFN",
        "RES1_0123456789ACDEFGHJKLFN", "RES1-0123456789ACDEFGHJKLF", "RES1-0123456789ACDEFGHJKLFN0",
        "ABCDEFGHI1-0123456789ACDEFGHJKLFN", "R S1-0123456789ACDEFGHJKLFN", "RES1-0123456789ACDEFGHJKL.N",
        "RES1-1023456789ACDEFGHJKLFN", "R\xC3\x84S1-0123456789ACDEFGHJKLFN");
    CAPTURE(text);
    const auto checked = check_text(text);
    REQUIRE_FALSE(checked);
    CHECK(checked.error().kind == ErrorKind::invalid_input);
    CHECK(checked.error().message.find("0123") == std::string::npos);
}

TEST_CASE("a prefix has one to eight capital letters and digits", "[pseudonym_text]") {
    CHECK(is_prefix("R"));
    CHECK(is_prefix("RESEARC8"));
    CHECK_FALSE(is_prefix(""));
    CHECK_FALSE(is_prefix("RESEARCH9"));
    CHECK_FALSE(is_prefix("res"));
    CHECK_FALSE(is_prefix("R-S"));
}

// 100 bits taken from the left, five at a time.
TEST_CASE("the text form takes the first hundred bits", "[pseudonym_text]") {
    CHECK(to_text(Bytes(32, 0x00), "A").substr(0, 23) == "A1-00000000000000000000");
    CHECK(to_text(Bytes(32, 0xFF), "A").substr(0, 23) == "A1-ZZZZZZZZZZZZZZZZZZZZ");
    Bytes digest(32, 0);
    digest[0] = 0b00001'000;
    digest[12] = 0b0001'1111;  // bits 96 to 99 end the 20th symbol, the others are not used
    CHECK(to_text(digest, "A").substr(0, 23) == "A1-10000000000000000001");
}

}  // namespace
}  // namespace edgeward::pseudonym

#include "tokens.hpp"

#include <catch2/catch_test_macros.hpp>

#include "persons.hpp"

using namespace edgeward::dlp;

namespace {

std::vector<Token> tokens_of(std::string_view folded) {
    static const HashKey key(invented::key());
    std::vector<Token> tokens;
    tokenize(folded, key, tokens);
    return tokens;
}

}  // namespace

TEST_CASE("words and numbers are tokens and what parts them is said", "[tokens]") {
    const auto tokens = tokens_of("ab-12c, 3.5\"x\"|y");
    REQUIRE(tokens.size() == 6);
    CHECK(tokens[1].begin == 3);
    CHECK(tokens[1].end == 6);
    CHECK(tokens[1].digits == 2);
    CHECK(tokens[1].joined);
    CHECK(tokens[2].joined);
    CHECK(tokens[2].is_number());
    CHECK(tokens[3].dotted);
    CHECK_FALSE(tokens[4].joined);  // a quotation mark
    CHECK(tokens[5].field);
}

TEST_CASE("the hash of what is put together follows from those of its pieces", "[tokens]") {
    const HashKey key(invented::key());
    const auto joined = HashKey::join(key.of("8465"), key.of("1973"));
    CHECK(joined.value == key.of("84651973").value);
    CHECK(joined.shift == key.of("84651973").shift);
    CHECK(key.of("84651973").value != key.of("84651974").value);
}

TEST_CASE("a UUID is one token", "[tokens]") {
    CHECK(tokens_of("urn:uuid:123e4567-edda-12d3-a456-426614174000\"").size() == 3);
    CHECK(tokens_of("123e4567-edda-12d3-a456-426614174000x").size() > 1);
    // In a search of FHIR the octets of "|" stand before it.
    CHECK(tokens_of("identifier=urn:h%7c01234567-0171-8456-8abc-426614174000\"").size() == 5);
    CHECK(tokens_of("7c01234567-0171-8456-8abc-426614174000").size() == 5);
}

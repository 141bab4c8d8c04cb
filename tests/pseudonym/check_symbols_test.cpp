#include "check_symbols.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <random>
#include <string>
#include <utility>

namespace edgeward::pseudonym {
namespace {

using Word = std::vector<Symbol>;

constexpr std::size_t data_symbols = 20;

Word word_of(std::string_view text) {
    Word word;
    for (const char letter : text)
        word.push_back(symbol_of(letter).value());
    return word;
}

// Fixed seeds: a failure is repeatable.
Word random_word(std::mt19937& random, std::size_t data = data_symbols) {
    Word word(data);
    for (auto& symbol : word)
        symbol = static_cast<Symbol>(random() % 32);
    const auto check = check_symbols(word);
    word.insert(word.end(), check.begin(), check.end());
    return word;
}

Symbol another(Symbol symbol, std::mt19937& random) {
    return static_cast<Symbol>((symbol + 1 + random() % 31) % 32);
}

// Identifiers of six data symbols that Mainzelliste issues or accepts: PQRYHQG0 from the documentation of its
// Python client, the others by its PIDGenerator.
TEST_CASE("identifiers of Mainzelliste are valid words", "[check_symbols]") {
    const auto* const text = GENERATE("PQRYHQG0", "000001AF", "ACDEFG65", "123456HH", "ZZZZZZTH", "pqryhqg0");
    CAPTURE(text);
    CHECK(is_valid(word_of(text)));
}

// Computed with an independent table-free implementation of the two sums in Python.
TEST_CASE("words of twenty data symbols have the published form", "[check_symbols]") {
    const auto* const text = GENERATE("00000000000000000001DU", "0123456789ACDEFGHJKLFN");
    CAPTURE(text);
    CHECK(is_valid(word_of(text)));
}

TEST_CASE("the alphabet has 32 symbols and none of B I O S", "[check_symbols]") {
    CHECK(alphabet.size() == 32);
    for (const char letter : std::string_view("BIOSbios-. \xC3\x84"))
        CHECK_FALSE(symbol_of(letter));
    for (std::size_t i = 0; i < alphabet.size(); ++i)
        CHECK(symbol_of(alphabet[i]) == static_cast<Symbol>(i));
}

TEST_CASE("words shorter than their check symbols are not valid", "[check_symbols]") {
    CHECK_FALSE(is_valid({}));
    CHECK_FALSE(is_valid(Word{0}));
}

TEST_CASE("six data symbols correct every wrong symbol and every swap", "[check_symbols]") {
    std::mt19937 random(6);
    for (int round = 0; round < 10; ++round) {
        const Word word = random_word(random, 6);
        for (std::size_t i = 0; i < word.size(); ++i) {
            for (unsigned value = 0; value < 32; ++value) {
                Word wrong = word;
                wrong[i] = static_cast<Symbol>(value);
                REQUIRE(repair(wrong) == word);
            }
        }
        for (std::size_t i = 0; i + 1 < word.size(); ++i) {
            Word wrong = word;
            std::swap(wrong[i], wrong[i + 1]);
            REQUIRE(repair(wrong) == word);
        }
    }
}

// Distance 3: one wrong symbol has no other word as near, but a swap may explain the same text. Then it is
// refused.
TEST_CASE("every wrong symbol is corrected to the right word or refused as ambiguous", "[check_symbols]") {
    std::mt19937 random(20);
    int corrected = 0;
    int refused = 0;
    for (int round = 0; round < 10; ++round) {
        const Word word = random_word(random);
        for (std::size_t i = 0; i < word.size(); ++i) {
            for (unsigned value = 0; value < 32; ++value) {
                Word wrong = word;
                wrong[i] = static_cast<Symbol>(value);
                const auto repaired = repair(wrong);
                CAPTURE(round, i, value);
                if (repaired) {
                    REQUIRE(*repaired == word);
                    ++corrected;
                } else {
                    // docs/pseudonym-format.md: only in data symbols 1 to 6, 19 and 20.
                    REQUIRE((i < 6 || i == 18 || i == 19));
                    ++refused;
                }
            }
        }
    }
    // About 1 in 32 of the wrong symbols at the eight positions.
    CHECK(refused < corrected / 50);
}

TEST_CASE("every swap of neighbours is noticed and never mended to another word", "[check_symbols]") {
    std::mt19937 random(21);
    for (int round = 0; round < 300; ++round) {
        const Word word = random_word(random);
        for (std::size_t i = 0; i + 1 < word.size(); ++i) {
            if (word[i] == word[i + 1]) continue;
            Word wrong = word;
            std::swap(wrong[i], wrong[i + 1]);
            CAPTURE(round, i);
            REQUIRE_FALSE(is_valid(wrong));
            const auto repaired = repair(wrong);
            // docs/pseudonym-format.md: data symbols 3 to 13 among themselves always; 13 with 14 and the two
            // check symbols unless each explains the text; the others never.
            if (i >= 2 && i <= 11) REQUIRE(repaired.has_value());
            if (i < 2 || (i > 12 && i < 20)) REQUIRE_FALSE(repaired.has_value());
            if (repaired) REQUIRE(*repaired == word);
        }
    }
}

TEST_CASE("any two wrong symbols are noticed", "[check_symbols]") {
    std::mt19937 random(2);
    for (int round = 0; round < 4; ++round) {
        const Word word = random_word(random);
        for (std::size_t i = 0; i < word.size(); ++i) {
            for (std::size_t j = i + 1; j < word.size(); ++j) {
                for (int sample = 0; sample < 60; ++sample) {
                    Word wrong = word;
                    wrong[i] = another(word[i], random);
                    wrong[j] = another(word[j], random);
                    CAPTURE(round, i, j);
                    REQUIRE_FALSE(is_valid(wrong));
                }
            }
        }
    }
}

}  // namespace
}  // namespace edgeward::pseudonym

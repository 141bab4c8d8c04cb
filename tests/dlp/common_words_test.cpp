#include "common_words.hpp"

#include <catch2/catch_test_macros.hpp>

using edgeward::dlp::is_common_word;

TEST_CASE("words of the code table and of the ward are common and rare names are not", "[common_words]") {
    for (const char* word : {"heart", "pressure", "puls", "koch", "koenig", "mark", "rate"})
        CHECK(is_common_word(word));
    for (const char* word : {"zwitscherling", "mueller", "schmidt", "yilmaz", "Heart"})
        CHECK_FALSE(is_common_word(word));
}

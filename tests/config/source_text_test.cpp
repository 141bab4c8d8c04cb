#include "source_text.hpp"

#include <catch2/catch_test_macros.hpp>

namespace edgeward::config {
namespace {

TEST_CASE("lines and columns count from one and a column is a code point", "[source_text]") {
    const SourceText text("first\nzweite Zeile äöü€𝛼x\n\nlast");
    CHECK(text.line(1) == "first");
    CHECK(text.line(3).empty());
    CHECK(text.line(4) == "last");
    CHECK(text.cut(1, 1, 3) == "fi");
    CHECK(text.cut(2, 14, 17) == "äöü");
    CHECK(text.cut(2, 17, 19) == "€𝛼");
    CHECK(text.cut(2, 19, 20) == "x");
    CHECK(text.cut(4, 1, 100) == "last");
}

TEST_CASE("places outside the text are empty", "[source_text]") {
    const SourceText text("one\n");
    CHECK(text.line(0).empty());
    CHECK(text.line(3).empty());
    CHECK(text.cut(0, 1, 2).empty());
    CHECK(text.cut(1, 0, 2).empty());
    CHECK(text.cut(1, 3, 3).empty());
    CHECK(text.cut(1, 9, 12).empty());
    CHECK(SourceText().line(1).empty());
}

TEST_CASE("a quotation stays on its line whatever it holds", "[source_text]") {
    CHECK(quotation("plain ä") == "\"plain ä\"");
    CHECK(quotation("a\"b\\c") == R"("a\"b\\c")");
    CHECK(quotation("a\nb\x1b[31m\x7f") == R"("a\u000Ab\u001B[31m\u007F")");
    CHECK(quotation("\xC2\x9B\xE2\x80\xA8\xE2\x80\xAE\xE2\x81\xA6") == R"("\u009B\u2028\u202E\u2066")");
    CHECK(quotation("") == "\"\"");
}

TEST_CASE("escaping leaves quotes and letters alone", "[source_text]") {
    CHECK(escaped("saw '\x01' or \"ä\"\\") == "saw '\\u0001' or \"ä\"\\");
    CHECK(escaped(std::string_view("\0", 1)) == "\\u0000");
    CHECK(escaped("").empty());
}

TEST_CASE("a quotation is cut after sixty characters unless told otherwise", "[source_text]") {
    CHECK(quotation(std::string(60, 'x')) == '"' + std::string(60, 'x') + '"');
    CHECK(quotation(std::string(61, 'x')) == '"' + std::string(60, 'x') + "…\"");
    std::string umlauts;
    for (int i = 0; i < 61; ++i)
        umlauts += "ü";
    CHECK(quotation(umlauts) == '"' + umlauts.substr(0, 120) + "…\"");
    CHECK(quotation(std::string(61, 'x'), 61) == '"' + std::string(61, 'x') + '"');
}

TEST_CASE("keys are bare where TOML allows it", "[source_text]") {
    CHECK(key_text("max_in-flight2") == "max_in-flight2");
    CHECK(key_text("a.b") == "\"a.b\"");
    CHECK(key_text("") == "\"\"");
    CHECK(key_text("a\nb") == R"("a\u000Ab")");
}

}  // namespace
}  // namespace edgeward::config

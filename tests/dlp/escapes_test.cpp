#include "escapes.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace edgeward::dlp;

namespace {

std::string meant(std::string_view escape) {
    const auto replacement = replacement_at(escape);
    if (!replacement) return "nothing";
    CHECK(replacement->taken <= escape.size());
    return replacement->text + std::string(escape.substr(replacement->taken));
}

}  // namespace

TEST_CASE("an escape stands for what its standard says and takes no more than itself", "[escapes]") {
    CHECK(meant("\\T\\x") == "&x");              // HL7 v2.5.1, 2.7.1
    CHECK(meant("\\X41C3BC\\x") == "A\u00FCx");  // 2.7.4
    CHECK(meant("\\C2842\\x") == "x");           // 2.7.2
    CHECK(meant("\\M2442\\x") == "x");
    CHECK(meant("\\Zab\\x") == "x");
    CHECK(meant("\\.sp2\\x") == " x");
    CHECK(meant("\\u00fcx") == "\u00FCx");  // RFC 8259, 7
    CHECK(meant("\\ud83d\\ude00x") == "\U0001F600x");
    CHECK(meant("&#252;x") == "\u00FCx");  // XML 1.0, 4.1
    CHECK(meant("&#xfc;x") == "\u00FCx");
    CHECK(meant("&amp;x") == "&x");
    CHECK(meant("%fcx") == "\xFCx");  // RFC 3986, 2.1
}

TEST_CASE("what is no escape stands for nothing", "[escapes]") {
    for (const char* text : {"\\", "\\X4\\", "\\X4G\\", "\\u12g4", "\\C28\\", "&x;", "&#;", "&#x;",
                             "&#99999999;", "&", "&amp", "%", "%4", "%g1", "\\Q\\", "x"})
        CHECK(meant(text) == "nothing");
}

#include <edgeward/access/qr_code.hpp>

#include <algorithm>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

namespace edgeward::access {
namespace {

constexpr auto address =
    "otpauth://totp/Edgeward:erika?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Edgeward&algorithm=SHA1&"
    "digits=6&period=30";

// ISO/IEC 18004, 6.3.3: a finder pattern.
const std::vector<std::string> finder{"1111111", "1000001", "1011101", "1011101",
                                      "1011101", "1000001", "1111111"};

bool has_finder(const std::vector<std::string>& modules, std::size_t row, std::size_t column) {
    for (std::size_t line = 0; line < finder.size(); ++line) {
        if (modules.at(row + line).substr(column, finder.size()) != finder[line]) return false;
    }
    return true;
}

}  // namespace

// That other programs read it: tests/end_to_end/people_test.py, with jsQR.
TEST_CASE("a code has the shape of the standard", "[qr_code]") {
    const auto* text = GENERATE(values<const char*>({"a", address}));
    const auto modules = qr_code(text);
    REQUIRE(modules);
    const std::size_t width = modules->size();
    CHECK((width - 17) % 4 == 0);  // 6.3.1: 21 modules in version 1, four more in each
    CHECK(
        std::all_of(modules->begin(), modules->end(), [&](const auto& row) { return row.size() == width; }));
    CHECK(has_finder(*modules, 0, 0));
    CHECK(has_finder(*modules, 0, width - 7));
    CHECK(has_finder(*modules, width - 7, 0));
    // 6.3.5: the timing pattern.
    for (std::size_t at = 8; at < width - 8; ++at)
        CHECK(modules->at(6)[at] == (at % 2 == 0 ? '1' : '0'));
}

TEST_CASE("what cannot be a code is refused", "[qr_code]") {
    CHECK_FALSE(qr_code(""));
    CHECK_FALSE(qr_code(std::string("a\0b", 3)));
    // 7.4, table 7: 2331 octets in the largest code of level M.
    CHECK(qr_code(std::string(2331, 'x')));
    const auto refused = qr_code(std::string(2332, 'x'));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::invalid_input);
}

TEST_CASE("a terminal shows dark on light with quiet around", "[qr_code]") {
    const auto drawn = draw_for_terminal({"10", "01"});
    const std::string quiet = "\x1b[30;47m          \x1b[0m\n";
    CHECK(drawn == quiet + quiet + "\x1b[30;47m    ▀▄    \x1b[0m\n" + quiet + quiet);
}

}  // namespace edgeward::access

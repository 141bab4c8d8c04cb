#include "patterns.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "folding.hpp"
#include "persons.hpp"

using namespace edgeward::dlp;

namespace {

struct Text {
    explicit Text(std::string_view raw) : folded(fold(raw)) {
        tokenize(folded, HashKey(invented::key()), tokens);
    }
    std::string folded;
    std::vector<Token> tokens;
};

bool any(const Text& text, std::size_t (*detect)(std::string_view, std::span<const Token>, std::size_t)) {
    for (std::size_t i = 0; i < text.tokens.size(); ++i) {
        if (detect(text.folded, text.tokens, i) > 0) return true;
    }
    return false;
}

bool is_date(std::string_view raw, std::uint32_t wanted) {
    const Text text(raw);
    for (std::size_t i = 0; i < text.tokens.size(); ++i) {
        for (const auto date : dates_at(text.folded, text.tokens, i)) {
            if (date == wanted) return true;
        }
    }
    return false;
}

}  // namespace

// A000500015: Wikipedia, Krankenversichertennummer; J012345677: gematik, example of VSDM 2; X110411319 is of
// gematik's test cards.
TEST_CASE("published insurance numbers have their check digit", "[patterns]") {
    for (const char* number : {"a000500015", "j012345677", "x110411319"})
        CHECK(is_kvnr(number));
    CHECK_FALSE(is_kvnr("a000500016"));
    CHECK_FALSE(is_kvnr("a00050015"));
    CHECK_FALSE(is_kvnr("1000500015"));
    // Printed as an example by HL7 Germany, but its digit is not that of the law.
    CHECK_FALSE(is_kvnr("g995030567"));
    CHECK(any(Text("KVNR J 012 345 677."), kvnr_at));
    CHECK(any(Text("j012-345-677"), kvnr_at));
    CHECK_FALSE(any(Text("J0123456771"), kvnr_at));
}

// The examples of the SWIFT IBAN registry.
TEST_CASE("the registry's examples are IBANs and one changed digit is none", "[patterns]") {
    const std::string example =
        GENERATE("DE89 3704 0044 0532 0130 00", "GB29NWBK60161331926819", "AT61 1904 3002 3457 3201",
                 "NO9386011117947", "CH93 0076 2011 6238 5295 7", "MT84MALT011000012345MTLCAST001S",
                 "FR14 2004 1010 0505 0001 3M02 606", "NL91ABNA0417164300", "PL61109010140000071219812874",
                 "LU28 0019 4006 4475 0000");
    CHECK(any(Text("IBAN: " + example), iban_at));
    std::string changed = example;
    changed[5] = changed[5] == '1' ? '2' : '1';
    CHECK_FALSE(any(Text(changed), iban_at));
}

TEST_CASE("German telephone numbers are found as people write them", "[patterns]") {
    for (const char* number :
         {"+49 30 23125 000", "+49 (0)89 1234567", "0049 171 3920000", "030/23125-000", "(0171) 39 200 00",
          "0171 3920000", "01713920000", "04131-55 12 34", "+49^30^23125000"})
        CHECK(any(Text(number), phone_at));
    for (const char* other :
         {"0.1712345 0.98", "012 034 056 078 091", "20261123194846.250+0100", "0011223344556677",
          "1 0171 3920000", "+1 202 5550123", "00:11:22:33:44:55", "0171"})
        CHECK_FALSE(any(Text(other), phone_at));
}

TEST_CASE("addresses of electronic mail are found and other signs of at are not", "[patterns]") {
    for (const std::string address : {"k.anarie@example.org", "x <a+b@mail.klinik-nord.de>"})
        CHECK(is_email(address, address.find('@')));
    for (const std::string other : {"5 @ 3", "@home", "a@b", "a@b.", "x@1.2"})
        CHECK_FALSE(is_email(other, other.find('@')));
}

TEST_CASE("a date is the same date in every form it is written in", "[patterns]") {
    for (const char* date : {"1937-04-29", "19370429", "29.04.1937", "29.4.1937", "29/04/1937", "04/29/1937",
                             "29. April 1937", "April 29, 1937", "29 apr 1937", "1937^04^29", "1937 04 29",
                             "29-Apr-1937", "1937/4/29", "*29.04.1937"})
        CHECK(is_date(date, 19370429));
    for (const char* other : {"1937-04-29T10:00", "19370429101500", "1937-04", "29.4.37", "1937-04-31"})
        CHECK_FALSE(is_date(other, 19370429));
    CHECK(date_of("1937-04-29") == 19370429U);
    CHECK_FALSE(date_of("1937-04"));
}

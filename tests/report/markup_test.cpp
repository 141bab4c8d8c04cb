#include "markup.hpp"

#include <catch2/catch_test_macros.hpp>

#include "sample.hpp"

using namespace edgeward::report;
using namespace edgeward::report::sample;

TEST_CASE("texts are escaped for markup and hold no character XML forbids", "[markup]") {
    CHECK(escaped("<a href=\"x\">'&'</a>") == "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;");
    CHECK(escaped("Qualität") == "Qualität");
    CHECK(escaped(std::string("a\x01\x1F\n\tb")) == "a  \n\tb");
    CHECK(escaped("a\xFFz") == "a\xEF\xBF\xBDz");
    CHECK(escaped("\xEF\xBF\xBF") == "\xEF\xBF\xBD");  // U+FFFF
}

TEST_CASE("a long text is cut at a character and says so", "[markup]") {
    CHECK(shortened("abc", 3) == "abc");
    CHECK(shortened("abcd", 3) == "ab\xE2\x80\xA6");
    CHECK(shortened("äöüß", 4) == "äöüß");
    CHECK(shortened("äöüßé", 4) == "äöü\xE2\x80\xA6");
    CHECK(shortened("", 4).empty());
}

TEST_CASE("a page is one file that others can read", "[markup][integration]") {
    Page page("Title <1>", Language::english);
    page.heading("Heading");
    page.paragraph("A & B");
    page.blank("Name");
    page.facts({{"what", "value"}});
    page.table({"one", "two"}, {{"1", "2"}, {"3", "4"}}, {"proven", "open"});
    const auto made = std::move(page).finish(installation());
    for (const char* kind : {"html", "xml"}) {
        const auto texts = texts_in(made, kind);
        for (const char* expected : {"Title <1>", "Heading", "A & B", "Name", "what", "value", "two", "4"})
            CHECK(has(texts, expected));
        CHECK(has(texts, "Configuration SHA-256 c0ffee; policies SHA-256 aa11"));
        CHECK(has(texts, "Measured at the running gateway: 2026-11-26T08:00:00.000Z"));
    }
    CHECK(has(made, "<html lang=\"en\">"));
    CHECK(has(made, "@page"));
}

TEST_CASE("a page without a measurement says that there is none", "[markup]") {
    auto unmeasured = installation();
    unmeasured.measured.reset();
    const auto made = Page("Titel", Language::german).finish(unmeasured);
    CHECK(has(made, "nicht gemessen: der Dienst lief nicht"));
    CHECK(has(made, "<html lang=\"de\">"));
}

#include "access_document.hpp"

#include <catch2/catch_test_macros.hpp>

#include "access_sample.hpp"

namespace edgeward::app {
namespace {

using report::Language;

using nlohmann::json;

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

std::string whole(Language language) {
    const AccessDocument document(language);
    return document.begin(sample::access_head()) + document.rows(sample::access_page().at("reports")) +
           document.end();
}

TEST_CASE("both languages say the same of the person", "[access_document]") {
    for (const auto language : {Language::german, Language::english}) {
        const auto text = whole(language);
        for (const char* content :
             {"M&#252;ller", "1964-08-12", "4711", "ITS1^1^1", "monitor-1", "research-hub", "art9-2h",
              "no_association", "urn:x|C-1 c1 (active) .6", "62 /min", "2026-11-23T12:00:00.000Z"}) {
            CAPTURE(content);
            CHECK(contains(text, std::string_view(content) == "M&#252;ller" ? "M\xc3\xbcller" : content));
        }
        CHECK(text.starts_with("<!DOCTYPE html>"));
        CHECK(text.ends_with("</html>\n"));
    }
    CHECK(contains(whole(Language::german), "<html lang=\"de\">"));
    CHECK(contains(whole(Language::german), "Auskunft nach Art. 15 DSGVO"));
    CHECK(contains(whole(Language::german), "Geburtsdatum"));
    CHECK(contains(whole(Language::english), "<html lang=\"en\">"));
    CHECK(contains(whole(Language::english), "Date of birth"));
}

TEST_CASE("a document needs nothing beside it and runs nothing", "[access_document]") {
    const auto text = whole(Language::german);
    for (const char* outside : {"<script", "<link", "<img", "http://", "https://", "src=", "@import", "url("})
        CHECK_FALSE(contains(text, outside));
    CHECK(contains(text, "default-src 'none'"));
}

TEST_CASE("whatever is in the data is text on the page", "[access_document]") {
    CHECK(report::escaped("<b a=\"x\" b='y'>&") == "&lt;b a=&quot;x&quot; b=&#39;y&#39;&gt;&amp;");
    auto head = sample::access_head();
    head["person"]["family"] = "<script>alert(1)</script>";
    head["recipients"][0]["destination"] = "\"><img>";
    auto page = sample::access_page();
    page["reports"][0]["observations"][0]["value"] = "</table><script>";
    const AccessDocument document(Language::english);
    const auto text = document.begin(head) + document.rows(page.at("reports"));
    CHECK_FALSE(contains(text, "<script"));
    CHECK_FALSE(contains(text, "<img"));
    CHECK(contains(text, "&lt;script&gt;alert(1)"));
}

TEST_CASE("free text is withheld and said to be", "[access_document]") {
    auto page = sample::access_page();
    page["reports"][0]["observations"][0]["withheld"] = true;
    page["reports"][0]["observations"][0]["value"] = nullptr;
    CHECK(contains(AccessDocument(Language::english).rows(page.at("reports")), "[free text;"));
    CHECK(contains(AccessDocument(Language::german).rows(page.at("reports")), "[Freitext;"));
}

}  // namespace
}  // namespace edgeward::app

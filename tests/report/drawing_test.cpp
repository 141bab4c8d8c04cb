#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "sample.hpp"

using namespace edgeward::report;
using namespace edgeward::report::sample;

TEST_CASE("the picture has every source and destination with what is declared", "[drawing][integration]") {
    const auto svg = dataflow_svg(installation(), Language::german);
    const auto texts = texts_in(svg, "xml");
    for (const char* expected :
         {"mqtt", "intake", "kis", "registry", "broker.example:8883", "kis.example:2575",
          "Behandlung, mit Identität", "Forschung, anonymisiert", "Vitalwerte, Laborwerte",
          "Behandlung, Art. 9 Abs. 2 lit. h DSGVO", "TLS mit Zertifikaten beider Seiten"})
        CHECK(has(texts, expected));
    CHECK(has(svg, "viewBox"));
    CHECK_FALSE(has(svg, "stroke-dasharray"));
}

TEST_CASE("a way without encryption is dashed", "[drawing]") {
    auto open = installation();
    open.destinations[0].encrypted = false;
    CHECK(has(dataflow_svg(open, Language::english), "stroke-dasharray"));
}

TEST_CASE("no name breaks the picture", "[drawing][integration]") {
    const auto language = GENERATE(Language::german, Language::english);
    const auto svg = dataflow_svg(hostile(), language);
    CHECK_FALSE(has(svg, "<script"));
    CHECK(has(texts_in(svg, "xml"), "<script>alert('x')</script>\"&"));
}

TEST_CASE("many destinations and none are drawn inside the picture", "[drawing][integration]") {
    auto many = installation();
    for (int i = 0; i < 40; ++i)
        many.destinations.push_back(many.destinations.front());
    const auto high = dataflow_svg(many, Language::english);
    CHECK(has(texts_in(high, "xml"), "registry"));
    many.destinations.clear();
    many.sources.clear();
    CHECK(has(texts_in(dataflow_svg(many, Language::english), "xml"), "Edgeward 0.1.0"));
}

#include <edgeward/fhir/xml_text.hpp>

#include <catch2/catch_test_macros.hpp>

namespace edgeward::fhir {
namespace {

std::string inside(const std::string& xml, std::string_view type) {
    const std::string head =
        R"(<?xml version="1.0" encoding="UTF-8"?><)" + std::string(type) + R"( xmlns="http://hl7.org/fhir")";
    REQUIRE(xml.starts_with(head));
    return xml.substr(head.size());
}

std::string made(std::string_view json) {
    auto xml = to_xml(json);
    REQUIRE(xml);
    return *std::move(xml);
}

}  // namespace

// FHIR R4 2.6.2 shows the pairs of both forms: value attributes, id as an attribute, extensions with url.
TEST_CASE("the examples of the specification", "[xml_text]") {
    CHECK(
        inside(
            made(R"({"resourceType":"Patient","id":"p","birthDate":"1970-03-30","_birthDate":{"id":"314159",
        "extension":[{"url":"http://example.org/fhir/StructureDefinition/text","valueString":"Easter 1970"}]}})"),
            "Patient") ==
        R"(><id value="p"/><birthDate id="314159" value="1970-03-30"><extension url="http://example.org/fhir/)"
        R"(StructureDefinition/text"><valueString value="Easter 1970"/></extension></birthDate></Patient>)");
    CHECK(inside(made(R"({"resourceType":"X","code":["au","nz"],"_code":[null,{"extension":[{"url":"u",
        "valueString":"Kiwi"}]}]})"),
                 "X") ==
          R"(><code value="au"/><code value="nz"><extension url="u"><valueString value="Kiwi"/>)"
          R"(</extension></code></X>)");
    CHECK(inside(made(R"({"resourceType":"X","_family":{"extension":[{"url":"u"}]}})"), "X") ==
          R"(><family><extension url="u"/></family></X>)");
    CHECK(inside(made(R"({"resourceType":"X","text":{"status":"generated",
        "div":"<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>text</p></div>"}})"),
                 "X") ==
          R"(><text><status value="generated"/><div xmlns="http://www.w3.org/1999/xhtml"><p>text</p>)"
          R"(</div></text></X>)");
}

TEST_CASE("a resource in a resource has an element of its own; a url elsewhere is one too", "[xml_text]") {
    CHECK(inside(
              made(R"({"resourceType":"Bundle","link":[{"relation":"self","url":"u"}],"entry":[{"fullUrl":"f",
        "resource":{"resourceType":"Device","id":"d"}}]})"),
              "Bundle") ==
          R"(><link><relation value="self"/><url value="u"/></link><entry><fullUrl value="f"/>)"
          R"(<resource><Device><id value="d"/></Device></resource></entry></Bundle>)");
    CHECK(inside(made(R"({"resourceType":"Observation","contained":[{"resourceType":"Patient","id":"p"}]})"),
                 "Observation") ==
          R"(><contained><Patient><id value="p"/></Patient></contained></Observation>)");
    CHECK(inside(made(R"({"resourceType":"X"})"), "X") == "/>");
}

TEST_CASE("numbers and truth keep their text", "[xml_text]") {
    CHECK(
        inside(
            made(R"({"resourceType":"X","a":37.10,"b":-0.50,"c":1E3,"d":18446744073709551615,"e":-7,"f":true,
        "g":false,"h":100000000000000000000.00})"),
            "X") ==
        R"(><a value="37.10"/><b value="-0.50"/><c value="1E3"/><d value="18446744073709551615"/>)"
        R"(<e value="-7"/><f value="true"/><g value="false"/><h value="100000000000000000000.00"/></X>)");
}

// XML 1.0: 2.2 characters, 2.4 escapes, 3.3.3 white space of attributes.
TEST_CASE("foreign text cannot leave its attribute", "[xml_text]") {
    CHECK(
        inside(
            made(
                R"({"resourceType":"X","a":"<b c=\"d\"> & 'e'\t\r\n","f":"\u0000\u0001\u007f\uFFFE\uFFFF\uFFFD",
        "g":"Größe \uD83D\uDE00"})"),
            "X") ==
        "><a value=\"&lt;b c=&quot;d&quot;&gt; &amp; 'e'&#9;&#13;&#10;\"/>"
        "<f value=\"\xEF\xBF\xBD\xEF\xBF\xBD\x7F\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"/>"
        "<g value=\"Gr\xC3\xB6\xC3\x9F"
        "e \xF0\x9F\x98\x80\"/></X>");
}

TEST_CASE("what is no resource is refused", "[xml_text]") {
    for (const char* text :
         {"", "{", "[]", "null", "{}", R"({"resourceType":7x})", R"({"resourceType":["X"]})"}) {
        const auto xml = to_xml(text);
        REQUIRE_FALSE(xml);
        CHECK(xml.error().kind == ErrorKind::invalid_input);
    }
    std::string deep = R"({"resourceType":"X","a":)";
    for (int i = 0; i < 64; ++i)
        deep += R"({"a":)";
    deep += "1" + std::string(65, '}');
    CHECK_FALSE(to_xml(deep));
}

}  // namespace edgeward::fhir

#include "narrative.hpp"

#include <catch2/catch_test_macros.hpp>

#include "samples.hpp"

using namespace edgeward;
using namespace edgeward::fhir;

// What ISiK Basismodul 4.0 wants in the text of ISiKBerichtSubSysteme: family name, birth date, patient
// number, status, type, date, title and author.
TEST_CASE("the letterhead says who, what, when and by whom", "[narrative]") {
    auto person = samples::person();
    person.family = "M<&>ller";
    CHECK(letterhead_div({person, "4711", "Typ A", "Titel", "Acme", "2026-11-26T05:00:00Z"}) ==
          "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>Name: M&lt;&amp;&gt;ller</p><p>Vorname: " +
              person.given + "</p><p>Geburtsdatum: " + person.birth_date +
              "</p><p>Patientennummer: 4711</p><p>Status: final</p><p>Typ: Typ A</p>"
              "<p>Datum: 2026-11-26T05:00:00Z</p><p>Titel: Titel</p><p>Autor: Acme</p></div>");
}

TEST_CASE("values stand in a table with their digits and what the device thinks of them", "[narrative]") {
    auto doubtful = samples::temperature(2, "37.0");
    doubtful.quality = model::Quality::questionable;
    auto invalid = samples::heart_rate();
    invalid.quality = model::Quality::invalid;
    auto text = samples::heart_rate();
    text.value = model::Text{"a <b>\n"};
    const auto div = values_div({doubtful, invalid, text});
    CHECK(div.find("<td>37.0 Cel (fraglich)</td>") != std::string::npos);
    CHECK(div.find("<td>kein Wert</td>") != std::string::npos);
    CHECK(div.find("<td>a &lt;b&gt; </td>") != std::string::npos);
}

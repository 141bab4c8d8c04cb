#include "words.hpp"

#include <catch2/catch_test_macros.hpp>

#include "sample.hpp"

using namespace edgeward;
using namespace edgeward::report;

TEST_CASE("everything has a name in both languages and the two differ", "[words]") {
    for (const auto purpose : {model::Purpose::treatment, model::Purpose::research, model::Purpose::quality,
                               model::Purpose::maintenance})
        CHECK(word_for(purpose, Language::german) != word_for(purpose, Language::english));
    for (const auto level : {model::IdentityLevel::identified, model::IdentityLevel::pseudonymous,
                             model::IdentityLevel::anonymised, model::IdentityLevel::technical})
        CHECK(word_for(level, Language::german) != word_for(level, Language::english));
    for (const auto category :
         {model::Category::vital_sign, model::Category::measurement, model::Category::setting,
          model::Category::laboratory, model::Category::technical})
        CHECK(word_for(category, Language::german) != word_for(category, Language::english));
    for (const char* basis : {"art9-2h", "art9-2j", "consent", "none"}) {
        CHECK(legal_basis(basis, Language::german) != legal_basis(basis, Language::english));
        CHECK(legal_basis(basis, Language::german) != basis);
    }
}

TEST_CASE("times are said in days where they are whole days", "[words]") {
    using std::chrono::hours;
    CHECK(duration(hours(24), Language::german) == "1 Tag");
    CHECK(duration(hours(24 * 30), Language::english) == "30 days");
    CHECK(duration(hours(36), Language::german) == "36 Stunden");
    CHECK(duration(hours(0), Language::german).empty());
}

TEST_CASE("encryption is said as it is", "[words]") {
    auto one =
        sample::destination("kis", model::Purpose::treatment, model::IdentityLevel::identified, "art9-2h");
    CHECK(encryption(one, Language::english) == "TLS with certificates of both sides");
    one.client_certificate = false;
    CHECK(encryption(one, Language::english) == "TLS");
    one.encrypted = false;
    CHECK(encryption(one, Language::english) == "not encrypted, on this machine only");
    CHECK(data_classes(one, Language::german) == "Vitalwerte, Laborwerte");
}

#include <edgeward/access/password_rule.hpp>

#include <string>

#include <catch2/catch_test_macros.hpp>

namespace edgeward::access {
namespace {

bool fine(std::string_view password, std::string_view account = "erika") {
    return check_new_password(account, password).has_value();
}

}  // namespace

TEST_CASE("a new password has 12 to 128 characters of UTF-8", "[password_rule]") {
    // OWASP ASVS 5.0, 6.2.1 and 6.2.9.
    CHECK_FALSE(fine("v8#kQz!mLp2"));
    CHECK(fine("v8#kQz!mLp2x"));
    CHECK(fine("correct horse battery staple"));
    CHECK(fine("für Öfen üben wir"));
    std::string longest;
    while (longest.size() < 128)
        longest += "v8#kQz!m";
    CHECK(fine(longest));
    CHECK_FALSE(fine(longest + "x"));
    CHECK_FALSE(fine("v8#kQz!mLp2x\xFF"));
}

TEST_CASE("the commonest passwords are refused however they are dressed up", "[password_rule]") {
    // The patterns that lead every list of leaked passwords: a word and a year, a repeated word, a row of
    // keys.
    for (const char* common :
         {"passwordpassword", "password1234", "Passwort2026!", "P@ssw0rd1234", "123456789012", "111111111111",
          "qwertyuiop12", "qwertzuiopas", "abcdefghijkl", "1q2w3e4r5t6y", "iloveyou1234", "Sommer2026!!",
          "Krankenhaus1", "administrator", "Willkommen123", "letmeinletmein", "aaaaaaaaaaaab",
          "edgeward2026"}) {
        CAPTURE(common);
        CHECK_FALSE(fine(common));
    }
}

TEST_CASE("a password does not hold the account's name", "[password_rule]") {
    CHECK_FALSE(fine("v8#Erika!mLp2x"));
    CHECK(fine("v8#Erika!mLp2x", "bob"));
    CHECK(fine("v8#bob!mLp2xQ", "bob"));  // a name of three letters is in many words
}

TEST_CASE("what is wrong is said without the password", "[password_rule]") {
    CHECK(check_new_password("erika", "short").error().message == "password: expected 12 to 128 characters");
    CHECK(check_new_password("erika", "Password1234").error().message ==
          "password: expected something that is not among the commonest passwords");
}

}  // namespace edgeward::access

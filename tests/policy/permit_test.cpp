#include <edgeward/policy/permit.hpp>

#include <type_traits>

#include <catch2/catch_test_macros.hpp>

using namespace edgeward;
using namespace edgeward::policy;
using model::IdentityLevel;
using model::Purpose;

static_assert(!std::is_default_constructible_v<Permit>);
static_assert(!std::is_constructible_v<Permit, std::string_view, DisclosureRequest>,
              "only the decider makes a permit");

namespace {

DisclosureRequest request(Purpose purpose, IdentityLevel level, std::string_view basis, Consent consent) {
    DisclosureRequest made;
    made.destination = "kis";
    made.purpose = purpose;
    made.level = level;
    made.legal_basis = basis;
    made.consent = consent;
    return made;
}

std::string denial(const DisclosureRequest& asked) {
    const auto answer = Decider::decide(asked);
    if (answer) return "permitted by " + std::string(answer->rule());
    REQUIRE(answer.error().kind == ErrorKind::denied);
    return answer.error().message;
}

}  // namespace

TEST_CASE("treatment on Art 9 2 h may be identified without consent", "[permit]") {
    const auto permit =
        Decider::decide(request(Purpose::treatment, IdentityLevel::identified, "art9-2h", Consent::denied));
    REQUIRE(permit);
    CHECK(permit->rule() == "treatment-may-identify");
    CHECK(permit->destination() == "kis");
    CHECK(permit->level() == IdentityLevel::identified);
}

TEST_CASE("treatment without its legal basis is denied", "[permit]") {
    CHECK(denial(request(Purpose::treatment, IdentityLevel::identified, "none", Consent::given)) ==
          "treatment-needs-art9-2h");
}

TEST_CASE("no secondary purpose is ever identified even with consent", "[permit]") {
    for (const auto purpose : {Purpose::research, Purpose::quality, Purpose::maintenance}) {
        CHECK(denial(request(purpose, IdentityLevel::identified, "consent", Consent::given)) ==
              "identity-only-for-treatment");
    }
}

TEST_CASE("secondary use needs a consent that is known and given", "[permit]") {
    CHECK(denial(request(Purpose::research, IdentityLevel::pseudonymous, "consent", Consent::unknown)) ==
          "secondary-use-needs-consent");
    CHECK(denial(request(Purpose::research, IdentityLevel::pseudonymous, "consent", Consent::denied)) ==
          "secondary-use-needs-consent");
    CHECK(
        Decider::decide(request(Purpose::research, IdentityLevel::pseudonymous, "consent", Consent::given)));
    CHECK(denial(request(Purpose::research, IdentityLevel::pseudonymous, "none", Consent::given)) ==
          "no-rule-permits");
}

TEST_CASE("technical data may go to anyone because it carries no person", "[permit]") {
    const auto permit =
        Decider::decide(request(Purpose::maintenance, IdentityLevel::technical, "none", Consent::unknown));
    REQUIRE(permit);
    CHECK(permit->rule() == "technical-data-carries-no-person");
}

TEST_CASE("test and demonstration values never reach a patient record", "[permit]") {
    auto asked = request(Purpose::treatment, IdentityLevel::identified, "art9-2h", Consent::given);
    asked.production = false;
    CHECK(denial(asked) == "no-test-data-in-patient-records");
}

#include <edgeward/policy/permit.hpp>

#include <type_traits>

#include <catch2/catch_test_macros.hpp>

#include "support/shipped_policy.hpp"

using namespace edgeward;
using namespace edgeward::policy;
using model::IdentityLevel;
using model::Purpose;
using support::shipped_policy;

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
    const auto answer = shipped_policy().decide(asked);
    if (answer) return "permitted by " + std::string(answer->rule());
    REQUIRE(answer.error().kind == ErrorKind::denied);
    return answer.error().message;
}

}  // namespace

TEST_CASE("treatment on Art 9 2 h may be identified without consent", "[permit]") {
    const auto permit = shipped_policy().decide(
        request(Purpose::treatment, IdentityLevel::identified, "art9-2h", Consent::denied));
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
    CHECK(shipped_policy().decide(
        request(Purpose::research, IdentityLevel::pseudonymous, "consent", Consent::given)));
    CHECK(denial(request(Purpose::research, IdentityLevel::pseudonymous, "none", Consent::given)) ==
          "no-rule-permits");
}

TEST_CASE("technical data may go to anyone because it carries no person", "[permit]") {
    const auto permit = shipped_policy().decide(
        request(Purpose::maintenance, IdentityLevel::technical, "none", Consent::unknown));
    REQUIRE(permit);
    CHECK(permit->rule() == "technical-data-carries-no-person");
}

TEST_CASE("test and demonstration values never reach a patient record", "[permit]") {
    auto asked = request(Purpose::treatment, IdentityLevel::identified, "art9-2h", Consent::given);
    asked.production = false;
    CHECK(denial(asked) == "no-test-data-in-patient-records");
}

TEST_CASE("without a policy everything is denied", "[permit]") {
    const auto answer =
        Decider().decide(request(Purpose::treatment, IdentityLevel::identified, "art9-2h", Consent::given));
    REQUIRE_FALSE(answer);
    CHECK(answer.error().kind == ErrorKind::denied);
    CHECK(answer.error().message == "no-rule-permits");
    CHECK_FALSE(Decider().decide(AdministrationRequest{0, {"system"}, "read-status"}).allowed);
}

TEST_CASE("what policies can see of a report is what was asked", "[permit]") {
    const auto loaded = parse_policies_of(
        "@id(\"all\") permit (principal, action == Action::\"disclose\", resource);\n"
        "@id(\"closed-ward\") forbid (principal == Destination::\"kis\", action == Action::\"disclose\", "
        "resource)\n"
        "when { resource.ward == \"PSY\" && resource.device like \"eeg-*\" };",
        "own.cedar");
    REQUIRE(loaded.problems.empty());
    auto asked = request(Purpose::treatment, IdentityLevel::identified, "art9-2h", Consent::unknown);
    asked.ward = "PSY";
    asked.device = "eeg-3";
    CHECK(loaded.decider.decide(asked).error().message == "closed-ward");
    asked.destination = "lis";
    CHECK(loaded.decider.decide(asked)->rule() == "all");
    asked.destination = "kis";
    asked.ward = "ICU";
    CHECK(loaded.decider.decide(asked)->rule() == "all");
}

TEST_CASE("root may do everything and a user without a role nothing", "[permit]") {
    for (const auto& action : administrative_actions()) {
        INFO(action);
        AdministrationRequest root{0, {"system"}, action, 1000};
        if (action != "approve-own-erasure" && action != "resolve-pseudonym")
            CHECK(shipped_policy().decide(root).rule() == "system-may-administer");
        CHECK_FALSE(shipped_policy().decide(AdministrationRequest{1000, {}, action}).allowed);
    }
}

TEST_CASE("whoever asked for an erasure does not approve it and nobody approves what nobody else asked for",
          "[permit]") {
    const std::vector<std::string> roles{"data-protection", "system"};
    const auto rule = [&](std::string_view action, std::optional<std::uint32_t> requester) {
        return std::string(
            shipped_policy().decide(AdministrationRequest{1000, roles, action, requester}).rule());
    };
    CHECK(rule("approve-erasure", 1001) != "erasure-needs-four-eyes");
    CHECK(shipped_policy().decide(AdministrationRequest{1000, roles, "approve-erasure", 1001}).allowed);
    CHECK(rule("approve-erasure", 1000) == "erasure-needs-four-eyes");
    CHECK(rule("approve-erasure", std::nullopt) == "erasure-needs-four-eyes");
    CHECK(rule("approve-own-erasure", std::nullopt) == "no-rule-permits");
    // The context is known to that action alone.
    CHECK(parse_policies_of(
              "@id(\"a\") permit (principal is User, action == Action::\"read-status\", resource) "
              "when { context.requester == 1 };",
              "a")
              .problems.size() == 1);
}

TEST_CASE("whose a pseudonym is may be asked by data protection and by nobody else", "[permit]") {
    const auto asked = [](std::vector<std::string> roles) {
        return shipped_policy().decide(AdministrationRequest{0, std::move(roles), "resolve-pseudonym"});
    };
    CHECK(asked({"data-protection"}).rule() == "data-protection-may-resolve-pseudonyms");
    CHECK(asked({"system", "data-protection"}).allowed);
    for (const char* role : {"system", "hospital-it", "medical-engineering", "auditor"}) {
        CHECK_FALSE(asked({role}).allowed);
    }
    CHECK_FALSE(asked({"auditor", "data-protection"}).allowed);
}

TEST_CASE("anonymised reports are for secondary use on a basis of their own", "[permit]") {
    const auto decided = [](Purpose purpose, std::string_view basis, Consent consent) {
        const auto made =
            shipped_policy().explain(request(purpose, IdentityLevel::anonymised, basis, consent));
        return std::string(made.rule());
    };
    CHECK(decided(Purpose::research, "art9-2j", Consent::unknown) == "anonymised-secondary-use");
    CHECK(decided(Purpose::quality, "consent", Consent::given) == "anonymised-secondary-use");
    CHECK(decided(Purpose::quality, "consent", Consent::unknown) == "secondary-use-needs-consent");
    CHECK(decided(Purpose::research, "art9-2j", Consent::denied) == "a-refusal-stops-anonymising");
    CHECK_FALSE(
        shipped_policy()
            .explain(request(Purpose::treatment, IdentityLevel::anonymised, "art9-2h", Consent::unknown))
            .allowed);
}

TEST_CASE("a restriction stops secondary use, and treatment only when it says all", "[permit]") {
    auto asked = request(Purpose::research, IdentityLevel::pseudonymous, "consent", Consent::given);
    CHECK(shipped_policy().decide(asked));
    asked.restriction = Restriction::secondary;
    CHECK(denial(asked) == "restriction-stops-secondary-use");
    asked = request(Purpose::treatment, IdentityLevel::identified, "art9-2h", Consent::unknown);
    asked.restriction = Restriction::secondary;
    CHECK(shipped_policy().decide(asked));
    asked.restriction = Restriction::all;
    CHECK(denial(asked) == "restriction-stops-all-use");
    for (const auto restriction : {Restriction::none, Restriction::secondary, Restriction::all})
        CHECK(parse_restriction(name_of(restriction)) == restriction);
    CHECK_FALSE(parse_restriction("some"));
}

TEST_CASE("an account is nobody else, whatever its number", "[permit]") {
    const auto loaded = parse_policies_of(
        "@id(\"by-name\") permit (principal == User::\"account:erika\", action == Action::\"read-status\", "
        "resource);\n"
        "@id(\"by-user\") permit (principal == User::\"1\", action == Action::\"read-books\", resource);\n"
        "@id(\"own-ward\") permit (principal, action == Action::\"list-alarms\", resource) "
        "when { principal.ward == context.ward && context.network == \"https\" };",
        "own.cedar");
    REQUIRE(loaded.problems.empty());
    AdministrationRequest asked;
    asked.uid = account_uid(1);
    asked.account = "erika";
    asked.ward = "ICU";
    asked.when.network = "https";
    const auto allowed = [&](std::string_view action) {
        asked.action = action;
        return loaded.decider.decide(asked).allowed;
    };
    CHECK(allowed("read-status"));
    CHECK_FALSE(allowed("read-books"));
    CHECK_FALSE(allowed("list-alarms"));
    asked.when.ward = "ICU";
    CHECK(allowed("list-alarms"));
    asked.account = "kim";
    CHECK_FALSE(allowed("read-status"));
    // Four eyes tell accounts from each other and from every user of the machine.
    const std::vector<std::string> roles{"data-protection"};
    const auto approves = [&](std::int64_t uid, std::int64_t requester) {
        return shipped_policy()
            .decide(AdministrationRequest{uid, roles, "approve-erasure", requester})
            .allowed;
    };
    CHECK_FALSE(approves(account_uid(1), account_uid(1)));
    CHECK(approves(account_uid(1), account_uid(2)));
    CHECK(approves(account_uid(1), 1));
    CHECK(account_uid(0) > 4294967295);
}

TEST_CASE("policies see the circumstances of a request", "[permit]") {
    const auto loaded = parse_policies_of(
        "@id(\"fresh-factor\") permit (principal, action == Action::\"create-backup\", resource) "
        "when { context.mfa_age <= 300 };\n"
        "@id(\"office-hours\") permit (principal, action == Action::\"read-books\", resource) "
        "when { context.weekday <= 5 && context.hour >= 8 && context.hour < 18 && context.network == "
        "\"local\" "
        "};\n"
        "@id(\"emergency\") permit (principal, action == Action::\"read-devices\", resource) "
        "when { context.break_glass };",
        "own.cedar");
    REQUIRE(loaded.problems.empty());
    const auto allowed = [&](std::string_view action, const Circumstances& when) {
        AdministrationRequest asked;
        asked.action = action;
        asked.when = when;
        return loaded.decider.decide(asked).allowed;
    };
    Circumstances when;
    CHECK_FALSE(allowed("create-backup", when));
    when.mfa_age = 301;
    CHECK_FALSE(allowed("create-backup", when));
    when.mfa_age = 300;
    CHECK(allowed("create-backup", when));
    when.hour = 8;
    when.weekday = 5;
    CHECK(allowed("read-books", when));
    when.hour = 18;
    CHECK_FALSE(allowed("read-books", when));
    when.hour = 17;
    when.weekday = 6;
    CHECK_FALSE(allowed("read-books", when));
    CHECK_FALSE(allowed("read-devices", when));
    when.break_glass = true;
    CHECK(allowed("read-devices", when));
    // A network there is none of can be asked for by no request.
    CHECK(
        parse_policies_of("@id(\"a\") permit (principal, action == Action::\"read-books\", resource) when { "
                          "context.network == \"moon\" };",
                          "a")
            .problems.size() == 1);
}

TEST_CASE("breaking the glass helps the ward and nobody else", "[permit]") {
    const auto rule = [](const std::string& role, std::string_view action, bool broken) {
        AdministrationRequest asked{1000, {role}, action};
        asked.when.break_glass = broken;
        return std::string(shipped_policy().decide(asked).rule());
    };
    CHECK(rule("hospital-it", "show-quarantine", false) == "no-rule-permits");
    CHECK(rule("hospital-it", "show-quarantine", true) == "break-glass-for-the-ward");
    CHECK(rule("medical-engineering", "assign-measurement", true) == "break-glass-for-the-ward");
    CHECK(rule("hospital-it", "access-person", true) == "no-rule-permits");
    CHECK(rule("hospital-it", "resolve-pseudonym", true) == "no-rule-permits");
    CHECK(rule("of-nobody", "show-quarantine", true) == "no-rule-permits");
    CHECK(rule("auditor", "show-quarantine", true) == "auditor-changes-nothing");
}

TEST_CASE("an action the schema does not know needs the right to everything", "[permit]") {
    CHECK(shipped_policy().decide(AdministrationRequest{0, {"system"}, "of-a-later-version"}).allowed);
    CHECK_FALSE(
        shipped_policy().decide(AdministrationRequest{1, {"hospital-it"}, "of-a-later-version"}).allowed);
    CHECK_FALSE(shipped_policy().decide(AdministrationRequest{0, {"hospital-it"}, "disclose"}).allowed);
}

#include <catch2/catch_test_macros.hpp>

#include "installation.hpp"
#include "support/shipped_policy.hpp"

namespace edgeward::app {
namespace {

std::string shipped() {
    return support::shipped_policies().string();
}

}  // namespace

TEST_CASE("policy check names every mistake with its place and exits 1", "[command_policy]") {
    const auto sound = run_edgeward({"policy", "check", shipped()});
    CHECK(sound.code == exit_success);
    CHECK(contains(sound.out, "sound, 27 policies, SHA-256 "));

    const support::ScratchFolder folder;
    folder.write("own.cedar",
                 "@id(\"a\") permit (principal, action == Action::\"disclos\", resource);\npermit;");
    const auto broken = run_edgeward({"policy", "check", folder.path().string()});
    CHECK(broken.code == exit_failure);
    CHECK(broken.out ==
          (folder / "own.cedar").string() +
              ":1:39: expected an action of the schema, got another; did you mean disclose?\n" +
              (folder / "own.cedar").string() +
              ":2:1: expected an @id of 1 to 64 of A-Z a-z 0-9 . _ - before the policy, got none\n");
    const auto as_json = run_edgeward({"--json", "policy", "check", folder.path().string()});
    CHECK(nlohmann::json::parse(as_json.out)["problems"].size() == 2);
}

TEST_CASE("policy explain shows what decides and exits 4 when denied", "[command_policy]") {
    const auto allowed =
        run_edgeward({"policy", "explain", "--policies", shipped(), "--purpose", "research", "--level",
                      "pseudonymous", "--legal-basis", "consent", "--consent", "given"});
    CHECK(allowed.code == exit_success);
    CHECK(allowed.out == "allow\n  decided by consented-secondary-use\n");
    const auto denied = run_edgeward({"policy", "explain", "--policies", shipped(), "--purpose", "research",
                                      "--level", "identified", "--legal-basis", "consent", "--test-data"});
    CHECK(denied.code == exit_denied);
    CHECK(denied.out ==
          "deny\n  decided by identity-only-for-treatment\n  decided by secondary-use-needs-consent\n"
          "  decided by no-test-data-in-patient-records\n");
    const auto action = run_edgeward({"--json", "policy", "explain", "--policies", shipped(), "--action",
                                      "export-audit", "--role", "auditor"});
    CHECK(action.code == exit_success);
    CHECK(nlohmann::json::parse(action.out) == nlohmann::json{{"decision", "allow"},
                                                              {"rule", "auditor-may-read-the-log"},
                                                              {"deciding", {"auditor-may-read-the-log"}},
                                                              {"errors", nlohmann::json::array()}});
    CHECK(run_edgeward({"policy", "explain", "--policies", shipped(), "--action", "fly"}).code == exit_usage);
}

TEST_CASE("policy explain takes a destination from the configuration", "[command_policy]") {
    const Installation here;
    here.append(
        "[[destination]]\nname = \"study\"\npurpose = \"research\"\nidentity_level = \"pseudonymous\"\n"
        "legal_basis = \"consent\"\nkind = \"hl7\"\n[destination.hl7]\nhost = \"h\"\n");
    const auto denied = here.run({"policy", "explain", "--destination", "study"});
    CHECK(denied.code == exit_denied);
    CHECK(contains(denied.out, "secondary-use-needs-consent"));
    CHECK(here.run({"policy", "explain", "--destination", "study", "--consent", "given"}).code ==
          exit_success);
    CHECK(here.run({"policy", "explain", "--destination", "nobody"}).code == exit_failure);
}

TEST_CASE("policy test exits 1 when a case is answered otherwise", "[command_policy]") {
    const auto sound = run_edgeward({"policy", "test", "--policies", shipped()});
    CHECK(sound.code == exit_success);
    CHECK(sound.out == "35 cases, 0 not as expected\n");
    const support::ScratchFolder folder;
    const auto cases = folder.write(
        "c.toml",
        "[[case]]\nname = \"all\"\nlevel = \"technical\"\nabout_person = false\nexpect = \"deny\"\n");
    const auto other = run_edgeward({"policy", "test", cases.string(), "--policies", shipped()});
    CHECK(other.code == exit_failure);
    CHECK(other.out == cases.string() +
                           ":1:1: all: expected deny, got allow by technical-data-carries-no-person\n"
                           "1 cases, 1 not as expected\n");
    const auto empty = folder.write("e.toml", "");
    CHECK(run_edgeward({"policy", "test", empty.string(), "--policies", shipped()}).code == exit_failure);
}

}  // namespace edgeward::app

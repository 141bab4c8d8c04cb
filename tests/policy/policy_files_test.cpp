#include <edgeward/policy/policy_files.hpp>

#include <catch2/catch_test_macros.hpp>

#include <edgeward/core/bytes.hpp>

#include "support/scratch_folder.hpp"
#include "support/shipped_policy.hpp"

using namespace edgeward;
using namespace edgeward::policy;

namespace {

constexpr const char* one = "@id(\"one\") permit (principal, action, resource);\n";
constexpr const char* two = "@id(\"two\") forbid (principal, action, resource);\n";

}  // namespace

TEST_CASE("every cedar file of a folder is read and nothing else", "[policy_files]") {
    const support::ScratchFolder folder;
    folder.write("b.cedar", one);
    folder.write("a.cedar", two);
    folder.write("cases.toml", "no policy");
    const auto loaded = load_policies(folder.path());
    REQUIRE(loaded.problems.empty());
    CHECK(loaded.decider.size() == 2);
    CHECK(load_policies(folder / "b.cedar").decider.size() == 1);
}

TEST_CASE("mistakes of all files are found at once and nothing is loaded", "[policy_files]") {
    const support::ScratchFolder folder;
    folder.write("a.cedar", std::string(one) + "permit;");
    folder.write("b.cedar", std::string(two) + one);
    const auto loaded = load_policies(folder.path());
    REQUIRE(loaded.problems.size() == 2);
    CHECK(
        loaded.problems[0].to_string().starts_with((folder / "a.cedar").string() + ":2:1: expected an @id"));
    CHECK(loaded.problems[1].to_string() == (folder / "b.cedar").string() +
                                                ":2:1: expected an @id of its own, got that of " +
                                                (folder / "a.cedar").string() + ":1");
    CHECK(loaded.decider.size() == 0);
}

TEST_CASE("a folder that is not there is a mistake and one without policies is not", "[policy_files]") {
    const support::ScratchFolder folder;
    CHECK(load_policies(folder.path()).problems.empty());
    CHECK(load_policies(folder.path()).decider.size() == 0);
    const auto missing = load_policies(folder / "none");
    REQUIRE(missing.problems.size() == 1);
    CHECK(missing.problems.front().text.starts_with("expected a readable folder of policies"));
}

// { sha256sum < a.cedar; sha256sum < b.cedar; } | cut -c1-64 | xxd -r -p | sha256sum
TEST_CASE("the digest of a set is over the digests of its files", "[policy_files]") {
    const support::ScratchFolder folder;
    folder.write("a.cedar", one);
    folder.write("b.cedar", two);
    const auto loaded = load_policies(folder.path());
    CHECK(to_hex(loaded.decider.digest()) ==
          "2df7698dcf3dd403e5be4ae57e39117551373b057c26e6e11d2018f60eb4c451");
    folder.write("b.cedar", std::string(two) + "// a remark\n");
    CHECK(load_policies(folder.path()).decider.digest() != loaded.decider.digest());
}

TEST_CASE("the shipped policies are sound", "[policy_files]") {
    CHECK(support::shipped_policy().size() >= 8);
}

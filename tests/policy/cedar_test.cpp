#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <random>

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include "policy_parser.hpp"
#include "random_case.hpp"
#include "support/program.hpp"
#include "support/scratch_folder.hpp"

// The engine beside Cedar itself (npm @cedar-policy/cedar-wasm) on random policies, entities and requests.
//
//   EDGEWARD_POLICY_CASES=120000 EDGEWARD_POLICY_SEED=1 .build/dev/tests/policy/edgeward_policy_tests
//   "[cedar]"
using namespace edgeward;
using namespace edgeward::policy;
using nlohmann::json;

namespace {

const std::filesystem::path peers = std::filesystem::path(EDGEWARD_SOURCE_DIR) / "tests/peers";

std::uint64_t setting(const char* name, std::uint64_t fallback) {
    const char* value = std::getenv(name);
    return value == nullptr ? fallback : std::strtoull(value, nullptr, 10);
}

json to_json(const EntityUid& uid) {
    return {{"type", uid.type}, {"id", uid.id}};
}

json to_json(const Value& value) {
    if (const auto* truth = value.truth()) return *truth;
    if (const auto* number = value.number()) return *number;
    if (const auto* text = value.text()) return *text;
    if (const auto* entity = value.entity()) return {{"__entity", to_json(*entity)}};
    if (const auto* set = value.set()) {
        json made = json::array();
        for (const auto& member : *set)
            made.push_back(to_json(member));
        return made;
    }
    json made = json::object();
    for (const auto& [name, field] : *value.record())
        made[name] = to_json(field);
    return made;
}

json to_json(const RandomCase& what) {
    json entities = json::array();
    for (const auto& entity : what.entities) {
        json parents = json::array();
        for (const auto& parent : entity.parents)
            parents.push_back(to_json(parent));
        entities.push_back({{"uid", to_json(entity.uid)},
                            {"attrs", to_json(Value::of_record(entity.attributes))},
                            {"parents", parents}});
    }
    json policies = json::object();
    for (std::size_t i = 0; i < what.policies.size(); ++i)
        policies["p" + std::to_string(i)] = what.policies[i];
    return {{"policies", policies},
            {"entities", entities},
            {"principal", to_json(what.request.principal)},
            {"action", to_json(what.request.action)},
            {"resource", to_json(what.request.resource)},
            {"context", to_json(Value::of_record(what.request.context))}};
}

// Our answer in the oracle's form; null: our reader does not take the policies.
json our_answer(const RandomCase& what) {
    std::vector<Policy> policies;
    for (const auto& text : what.policies) {
        auto parsed = parse_policies(text, "random.cedar");
        if (!parsed.problems.empty() || parsed.policies.size() != 1) {
            if (!what.mended) FAIL(parsed.problems.front().to_string() << "\n" << text);
            return nullptr;
        }
        parsed.policies.front().id = "p" + std::to_string(policies.size());
        policies.push_back(std::move(parsed.policies.front()));
    }
    Entities entities;
    for (const auto& entity : what.entities)
        entities.add(entity.uid, entity.attributes, entity.parents);
    const auto verdict = authorize(policies, what.request, entities);
    json reason = json::array();
    json errors = json::array();
    for (const auto* policy : verdict.deciding)
        reason.push_back(policy->id);
    for (const auto& error : verdict.errors)
        errors.push_back(error.policy->id);
    return {{"decision", verdict.allowed ? "allow" : "deny"}, {"reason", reason}, {"errors", errors}};
}

struct Tally {
    std::size_t allowed = 0;
    std::size_t forbidden = 0;
    std::size_t erring = 0;
    std::size_t changed = 0;  // texts that were changed and are policies still
};

void compare(const std::filesystem::path& asked, const std::vector<json>& ours, Tally& tally) {
    const support::ScratchFolder folder;
    const auto answers = folder / "answers";
    const std::string command = "node '" + (peers / "cedar_oracle.mjs").string() + "' '" + asked.string() +
                                "' > '" + answers.string() + "'";
    REQUIRE(std::system(command.c_str()) == 0);
    std::ifstream questions(asked);
    std::ifstream stream(answers);
    std::string question;
    std::string line;
    for (const auto& answer : ours) {
        REQUIRE(std::getline(questions, question));
        REQUIRE(std::getline(stream, line));
        const json theirs = json::parse(line);
        if (answer != theirs) {
            FAIL_CHECK(question << "\nours:   " << answer << "\ntheirs: " << theirs);
            return;
        }
        tally.allowed += answer["decision"] == "allow" ? 1U : 0U;
        tally.forbidden += answer["decision"] == "deny" && !answer["reason"].empty() ? 1U : 0U;
        tally.erring += answer["errors"].empty() ? 0U : 1U;
    }
    CHECK_FALSE(std::getline(stream, line));
}

void need_cedar() {
    if (!std::filesystem::exists(peers / "node_modules/@cedar-policy/cedar-wasm"))
        SKIP("tests/peers/install was not run");
}

}  // namespace

TEST_CASE("Cedar's own validator finds the shipped policies sound", "[cedar][integration]") {
    need_cedar();
    const support::ScratchFolder folder;
    const std::filesystem::path shipped = std::filesystem::path(EDGEWARD_SOURCE_DIR) / "config/policies";
    const auto judge = [&](const std::filesystem::path& policies) {
        support::Program cedar({"node", (peers / "cedar_oracle.mjs").string(), "--validate",
                                policies.string(), (shipped / "edgeward.cedarschema.json").string()},
                               folder / "verdict");
        REQUIRE(cedar.wait() == 0);
        return json::parse(cedar.output());
    };
    const auto sound = judge(shipped / "default.cedar");
    CHECK(sound == json{{"failed", json::array()}, {"errors", json::array()}, {"warnings", json::array()}});
    // It does find mistakes: an action that there is not.
    std::ofstream(folder / "wrong.cedar") << "permit (principal, action == Action::\"fly\", resource);";
    const auto wrong = judge(folder / "wrong.cedar");
    CHECK_FALSE(wrong.at("errors").empty());
}

TEST_CASE("random policies are decided as Cedar decides them", "[cedar][integration]") {
    need_cedar();
    const auto seed = setting("EDGEWARD_POLICY_SEED", std::random_device{}());
    const auto cases = setting("EDGEWARD_POLICY_CASES", 3000);
    std::cout << "EDGEWARD_POLICY_SEED=" << seed << '\n';
    RandomAuthor author(seed);
    Tally tally;
    for (std::size_t done = 0; done < cases;) {
        const support::ScratchFolder folder;
        std::vector<json> ours;
        std::ofstream questions(folder / "questions");
        while (ours.size() < 10'000 && done < cases) {
            const RandomCase what = author.write();
            json answer = our_answer(what);
            if (answer.is_null()) continue;
            tally.changed += what.mended ? 1U : 0U;
            questions << to_json(what).dump() << '\n';
            ours.push_back(std::move(answer));
            ++done;
        }
        questions.close();
        compare(folder / "questions", ours, tally);
    }
    std::cout << cases << " cases: " << tally.allowed << " allowed, " << tally.forbidden << " forbidden, "
              << tally.erring << " with errors, " << tally.changed << " with a changed text\n";
    // Otherwise the cases say little.
    CHECK(tally.allowed > cases / 20);
    CHECK(tally.forbidden > cases / 20);
    CHECK(tally.erring > cases / 20);
    CHECK(tally.changed > cases / 100);
}

#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <edgeward/config/document.hpp>
#include <edgeward/policy/permit.hpp>

// The policies of a folder: every *.cedar in it, in the order of their names.
namespace edgeward::policy {

struct LoadedPolicies {
    Decider decider;  // with a problem: denies everything
    std::vector<config::Problem> problems;
};

// Reads, parses and validates all of them against the gateway's schema; every mistake is found in one pass. A
// folder that cannot be read is a problem; one without policies denies everything.
LoadedPolicies load_policies(const std::filesystem::path& file_or_folder);
LoadedPolicies parse_policies_of(std::string_view text, const std::string& name);

// The schema in Cedar's JSON form (docs.cedarpolicy.com, Schema: JSON format), for other tools.
std::string schema_text();
// The names of actions somebody can ask the gateway for.
std::vector<std::string> administrative_actions();

}  // namespace edgeward::policy

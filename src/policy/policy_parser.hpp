#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <edgeward/config/document.hpp>

#include "expression.hpp"

namespace edgeward::policy {

struct ParsedPolicies {
    std::vector<Policy> policies;
    std::vector<config::Problem> problems;  // in file order, the first of each policy
};

// Reads Cedar's policy syntax as docs/policy.md describes it. Every policy must carry @id: audit records name
// policies by it.
ParsedPolicies parse_policies(std::string_view source, const std::string& file);

}  // namespace edgeward::policy

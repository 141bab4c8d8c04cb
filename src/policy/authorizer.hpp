#pragma once

#include <string>
#include <vector>

#include "evaluation.hpp"

namespace edgeward::policy {

struct EvaluationError {
    const Policy* policy;
    std::string text;  // "line:column: expected …, got …"
};

// Cedar's answer: allowed when a permit and no forbid applies; a policy in error does not apply.
struct Verdict {
    bool allowed = false;
    // Whose effect decided: the forbids that apply, else the permits; none: nothing permits. In the order of
    // the set.
    std::vector<const Policy*> deciding;
    std::vector<EvaluationError> errors;
};

Verdict authorize(const std::vector<Policy>& policies, const Request& request, const Entities& entities);

}  // namespace edgeward::policy

#pragma once

#include <vector>

#include <edgeward/config/document.hpp>

#include "expression.hpp"
#include "schema.hpp"

namespace edgeward::policy {

// What the schema says against a policy: names it does not know (with the nearest one), operations on types
// they are not for, comparisons that cannot be true, a policy that no request fits. In file order.
std::vector<config::Problem> validate(const Policy& policy, const Schema& schema);

}  // namespace edgeward::policy

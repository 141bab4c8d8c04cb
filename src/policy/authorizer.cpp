#include "authorizer.hpp"

namespace edgeward::policy {

Verdict authorize(const std::vector<Policy>& policies, const Request& request, const Entities& entities) {
    Verdict verdict;
    std::vector<const Policy*> forbids;
    Evaluation evaluation(request, entities);
    for (const auto& policy : policies) {
        const Value* applies = evaluation.value_of(policy.condition);
        if (applies == nullptr) {
            verdict.errors.push_back({&policy, evaluation.error()});
        } else if (*applies->truth()) {
            (policy.effect == Effect::forbid ? forbids : verdict.deciding).push_back(&policy);
        }
    }
    verdict.allowed = forbids.empty() && !verdict.deciding.empty();
    if (!forbids.empty()) verdict.deciding = std::move(forbids);
    return verdict;
}

}  // namespace edgeward::policy

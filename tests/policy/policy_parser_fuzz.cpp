#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include <edgeward/core/bytes.hpp>

#include "authorizer.hpp"
#include "policy_parser.hpp"
#include "validation.hpp"

// Every text is policies or has mistakes with a place; what parses can be validated and evaluated.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace edgeward::policy;
    const auto text = edgeward::text_of({data, size});
    const auto parsed = parse_policies(text, "fuzz.cedar");
    for (const auto& problem : parsed.problems) {
        if (problem.line == 0 || problem.column == 0 || problem.text.empty()) std::abort();
    }
    for (const auto& policy : parsed.policies)
        (void)validate(policy, gateway_schema());
    const Request request{{"User", "0"}, {"Action", "administer"}, {"Gateway", "this"}, {}};
    const auto verdict = authorize(parsed.policies, request, {});
    if (verdict.allowed && verdict.deciding.empty()) std::abort();
    if (verdict.deciding.size() + verdict.errors.size() > parsed.policies.size()) std::abort();
    return 0;
}

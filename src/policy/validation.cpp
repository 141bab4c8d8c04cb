#include "validation.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "typing.hpp"

namespace edgeward::policy {
namespace {

class Validation {
public:
    Validation(const Policy& policy, const Schema& schema) : policy_(policy), schema_(schema) {}

    std::vector<config::Problem> take() {
        check_names(policy_.condition);
        if (found_.empty()) check_types();
        std::vector<config::Problem> problems;
        for (const auto& [place, text] : found_)
            problems.push_back({policy_.file, place.first, place.second, {}, text});
        return problems;
    }

private:
    // The first mistake at a place: other kinds of requests often find the same one.
    void report(Position at, const std::string& text) { found_.try_emplace({at.line, at.column}, text); }

    template <typename List>
    void check_name(const List& known, const std::string& name, Position at, const std::string& what) {
        std::vector<std::string> names;
        names.reserve(known.size());
        for (const auto& each : known)
            names.push_back(each.name);
        if (std::find(names.begin(), names.end(), name) != names.end()) return;
        const auto near = config::nearest(name, names);
        report(at, "expected " + what + " of the schema, got another" +
                       (near ? "; did you mean " + *near + "?" : std::string()));
    }

    void check_names(const Expression& expression) {
        if (expression.operation == Operation::is && expression.name != "Action")
            check_name(schema_.entities, expression.name, expression.at, "an entity type");
        if (expression.operation == Operation::literal && expression.value.entity() != nullptr) {
            const EntityUid& uid = *expression.value.entity();
            if (uid.type == "Action") {
                check_name(schema_.actions, uid.id, expression.at, "an action");
            } else {
                check_name(schema_.entities, uid.type, expression.at, "an entity type");
            }
        }
        for (const auto& operand : expression.operands)
            check_names(operand);
    }

    void check_types() {
        bool fits = false;
        for (const auto& action : schema_.actions) {
            if (action.principal.empty()) continue;
            Typing typing({schema_, action},
                          [this](Position at, const std::string& text) { report(at, text); });
            const auto type = typing.type_of(policy_.condition);
            fits = fits || !type || type->always != false;
        }
        if (!fits) report(policy_.at, "expected a policy that can apply, got one that no request fits");
    }

    const Policy& policy_;
    const Schema& schema_;
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::string> found_;
};

}  // namespace

std::vector<config::Problem> validate(const Policy& policy, const Schema& schema) {
    return Validation(policy, schema).take();
}

}  // namespace edgeward::policy

#include <edgeward/policy/permit.hpp>

#include <utility>

#include "authorizer.hpp"
#include "disclosure_memory.hpp"
#include "schema.hpp"

namespace edgeward::policy {
namespace {

Value text(std::string_view value) {
    return Value(std::string(value));
}

EntityUid action_named(std::string_view name) {
    return {"Action", std::string(name)};
}

// The groups an action is in, as the schema says.
void add_action(Entities& to, const std::string& name) {
    const ActionType* known = gateway_schema().action(name);
    if (known == nullptr) return;
    std::vector<EntityUid> groups;
    for (const auto& group : known->member_of) {
        groups.push_back(action_named(group));
        add_action(to, group);
    }
    to.add(action_named(name), {}, std::move(groups));
}

Decision decision_of(const Verdict& verdict) {
    Decision made;
    made.allowed = verdict.allowed;
    for (const auto* policy : verdict.deciding)
        made.deciding.push_back(policy->id);
    for (const auto& error : verdict.errors)
        made.erring.push_back(error.policy->id + " at " + error.text);
    return made;
}

}  // namespace

std::string_view name_of(Consent consent) noexcept {
    switch (consent) {
        case Consent::unknown:
            return "unknown";
        case Consent::denied:
            return "denied";
        case Consent::given:
            return "given";
    }
    return "unknown";
}

namespace {

constexpr std::pair<Restriction, std::string_view> restrictions[] = {
    {Restriction::none, "none"}, {Restriction::secondary, "secondary"}, {Restriction::all, "all"}};

}  // namespace

std::string_view name_of(Restriction restriction) noexcept {
    for (const auto& [known, name] : restrictions) {
        if (known == restriction) return name;
    }
    return "all";
}

std::optional<Restriction> parse_restriction(std::string_view name) noexcept {
    for (const auto& [known, its_name] : restrictions) {
        if (its_name == name) return known;
    }
    return std::nullopt;
}

std::string_view Decision::rule() const noexcept {
    return deciding.empty() ? std::string_view("no-rule-permits") : std::string_view(deciding.front());
}

struct Decider::Policies {
    Policies(std::vector<Policy> policies, const crypto::Digest& of) : all(std::move(policies)), digest(of) {}

    std::vector<Policy> all;
    crypto::Digest digest;
    mutable DisclosureMemory memory;
};

Decider::Decider() : Decider(std::vector<Policy>(), crypto::sha256(ByteView{})) {}

Decider::Decider(std::vector<Policy> policies, const crypto::Digest& digest)
    : policies_(std::make_shared<const Policies>(std::move(policies), digest)) {}

std::size_t Decider::size() const noexcept {
    return policies_->all.size();
}

const crypto::Digest& Decider::digest() const noexcept {
    return policies_->digest;
}

Decision Decider::explain(const DisclosureRequest& asked) const {
    Request request{{"Destination", std::string(asked.destination)},
                    action_named("disclose"),
                    {"Report", "this"},
                    {{"consent", text(name_of(asked.consent))}}};
    Entities entities;
    entities.add(request.principal, {{"purpose", text(model::name_of(asked.purpose))},
                                     {"level", text(model::name_of(asked.level))},
                                     {"legal_basis", text(asked.legal_basis)}});
    entities.add(request.resource, {{"about_person", Value(asked.about_person)},
                                    {"production", Value(asked.production)},
                                    {"ward", text(asked.ward)},
                                    {"device", text(asked.device)},
                                    {"restriction", text(name_of(asked.restriction))}});
    return decision_of(authorize(policies_->all, request, entities));
}

Result<Permit> Decider::decide(const DisclosureRequest& request) const {
    const Decision decision =
        policies_->memory.recall(request, [this](const DisclosureRequest& asked) { return explain(asked); });
    if (!decision.allowed) return failure(ErrorKind::denied, std::string(decision.rule()));
    return Permit(decision.rule(), request);
}

Decision Decider::decide(const AdministrationRequest& asked) const {
    const ActionType* known = gateway_schema().action(asked.action);
    const bool can_be_asked = known != nullptr && known->principal == "User";
    const std::string action = can_be_asked ? known->name : "administer";
    const std::string user =
        asked.account.empty() ? std::to_string(asked.uid) : "account:" + std::string(asked.account);
    Request request{{"User", user}, action_named(action), {"Gateway", "this"}, {}};
    request.context = {{"break_glass", Value(asked.when.break_glass)},
                       {"network", text(asked.when.network)},
                       {"ward", text(asked.when.ward)},
                       {"mfa_age", Value(asked.when.mfa_age)},
                       {"weekday", Value(std::int64_t{asked.when.weekday})},
                       {"hour", Value(std::int64_t{asked.when.hour})}};
    if (action == "approve-erasure")  // four eyes
        request.context.emplace("requester", Value(asked.requester.value_or(asked.uid)));
    Entities entities;
    std::vector<EntityUid> roles;
    for (const auto& role : asked.roles) {
        roles.push_back({"Role", role});
        entities.add(roles.back(), {});
    }
    entities.add(request.principal, {{"uid", Value(asked.uid)}, {"ward", text(asked.ward)}},
                 std::move(roles));
    entities.add(request.resource, {});
    add_action(entities, action);
    return decision_of(authorize(policies_->all, request, entities));
}

}  // namespace edgeward::policy

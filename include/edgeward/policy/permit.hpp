#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <edgeward/core/result.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/model/disclosure.hpp>
#include <edgeward/model/observation.hpp>

// Who may get what, for which purpose. Default deny; a forbid beats any permit; the order of rules means
// nothing. Pure: no I/O, no clock. Threads: any.
namespace edgeward::policy {

// What the person has said about secondary use of the data, valid now and at measurement time.
enum class Consent : std::uint8_t { unknown, denied, given };

// A destination asking for one report.
struct DisclosureRequest {
    std::string_view destination;
    model::Purpose purpose = model::Purpose::treatment;
    model::IdentityLevel level = model::IdentityLevel::technical;
    std::string_view legal_basis;  // "art9-2h", "consent", "none"
    bool about_person = true;      // does the report have a subject?
    Consent consent = Consent::unknown;
    bool production = true;  // false: the report has test or demonstration values
};

// The answer yes, with its reason. Only module policy can make one; the vault discloses nothing without it.
class Permit {
public:
    [[nodiscard]] std::string_view rule() const noexcept { return rule_; }
    [[nodiscard]] const std::string& destination() const noexcept { return destination_; }
    [[nodiscard]] model::Purpose purpose() const noexcept { return purpose_; }
    [[nodiscard]] model::IdentityLevel level() const noexcept { return level_; }

private:
    friend class Decider;
    Permit(std::string_view rule, const DisclosureRequest& request)
        : rule_(rule), destination_(request.destination), purpose_(request.purpose), level_(request.level) {}
    std::string_view rule_;  // static storage
    std::string destination_;
    model::Purpose purpose_;
    model::IdentityLevel level_;
};

// Permits or denies; `denied` errors name the deciding rule.
class Decider {
public:
    [[nodiscard]] static Result<Permit> decide(const DisclosureRequest& request);
};

}  // namespace edgeward::policy

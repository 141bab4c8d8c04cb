#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <edgeward/core/result.hpp>
#include <edgeward/crypto/digest.hpp>
#include <edgeward/model/disclosure.hpp>

// Who may get what, for which purpose, and who may do what to the gateway. The answer comes from the
// hospital's policies, written in Cedar's language and with its semantics (docs/policy.md): default deny; a
// forbid beats any permit; the order of policies means nothing; a policy in error does not apply. Pure: no
// clock. Threads: any.
namespace edgeward::policy {

// What the person has said about secondary use of the data, valid now and at measurement time.
enum class Consent : std::uint8_t { unknown, denied, given };

// "unknown", "denied", "given", as policies say it.
std::string_view name_of(Consent consent) noexcept;

// How far a restriction of processing reaches (Art. 18 DSGVO): nothing is restricted, secondary use is, or
// everything but storing.
enum class Restriction : std::uint8_t { none, secondary, all };

// "none", "secondary", "all", as policies say it; nothing: another word.
std::string_view name_of(Restriction restriction) noexcept;
std::optional<Restriction> parse_restriction(std::string_view name) noexcept;

// A destination asking for one report.
struct DisclosureRequest {
    std::string_view destination;
    model::Purpose purpose = model::Purpose::treatment;
    model::IdentityLevel level = model::IdentityLevel::technical;
    std::string_view legal_basis;  // "art9-2h", "consent", "none"
    bool about_person = true;      // does the report have a subject?
    Consent consent = Consent::unknown;
    bool production = true;  // false: the report has test or demonstration values
    std::string_view ward;   // of the report; empty: none is known
    std::string_view device;
    Restriction restriction = Restriction::none;  // of the person's data
};

// In which circumstances a user asks.
struct Circumstances {
    // No second factor was shown: longer ago than any policy asks for.
    static constexpr std::int64_t no_second_factor = std::numeric_limits<std::int64_t>::max();

    bool break_glass = false;                 // the user says it is an emergency; the audit log says so too
    std::string_view network = "local";       // "local": the control socket; "https"
    std::string_view ward;                    // of what is asked about; empty: none, or more than one
    std::int64_t mfa_age = no_second_factor;  // seconds since the user showed a second factor
    int weekday = 1;                          // ISO 8601: 1 is Monday, 7 is Sunday
    int hour = 0;                             // 0 to 23, in the zone of the gateway
};

// A user asking the gateway to do something (docs/control-api.md).
struct AdministrationRequest {
    std::int64_t uid = 0;            // of a user of this machine; see account_uid()
    std::vector<std::string> roles;  // "system", and those of [[policy.role]]
    std::string_view action;         // "read-status"; one the schema does not know is judged as "administer"
    // Who asked first for what this user decides; nothing: the same user.
    std::optional<std::int64_t> requester = {};
    Circumstances when = {};
    std::string_view account = {};  // its name; empty: a user of this machine
    std::string_view ward = {};     // the account's; empty: none
};

// The number by which policies tell an account from other accounts and from users of the machine, whose ids
// have 32 bits. 0 is no account's.
constexpr std::int64_t account_uid(std::int64_t account) noexcept {
    return (std::int64_t{1} << 32U) + account;
}

// The answer and its reasons.
struct Decision {
    bool allowed = false;
    std::vector<std::string> deciding;  // ids of the policies that decide, in the order of the set
    std::vector<std::string> erring;  // "id at line:column: …" of those that are in error and were skipped
    // The first that decides; "no-rule-permits" when there is none.
    [[nodiscard]] std::string_view rule() const noexcept;
};

// The answer yes to a disclosure, with its reason. Only module policy can make one; the vault discloses
// nothing without it.
class Permit {
public:
    [[nodiscard]] const std::string& rule() const noexcept { return rule_; }
    [[nodiscard]] const std::string& destination() const noexcept { return destination_; }
    [[nodiscard]] model::Purpose purpose() const noexcept { return purpose_; }
    [[nodiscard]] model::IdentityLevel level() const noexcept { return level_; }

private:
    friend class Decider;
    Permit(std::string_view rule, const DisclosureRequest& request)
        : rule_(rule), destination_(request.destination), purpose_(request.purpose), level_(request.level) {}
    std::string rule_;
    std::string destination_;
    model::Purpose purpose_;
    model::IdentityLevel level_;
};

struct Policy;

// Permits or denies by one set of policies. A value: copies share the set.
class Decider {
public:
    // Without a policy: denies everything.
    Decider();
    // Policies that parse and validate; module policy alone can name the type.
    Decider(std::vector<Policy> policies, const crypto::Digest& digest);

    // `denied` errors name the deciding rule.
    [[nodiscard]] Result<Permit> decide(const DisclosureRequest& request) const;
    // The same answer with all its reasons, and without a permit.
    [[nodiscard]] Decision explain(const DisclosureRequest& request) const;
    [[nodiscard]] Decision decide(const AdministrationRequest& request) const;

    [[nodiscard]] std::size_t size() const noexcept;
    // SHA-256 of the set (docs/policy.md), which the audit log names.
    [[nodiscard]] const crypto::Digest& digest() const noexcept;

private:
    struct Policies;
    std::shared_ptr<const Policies> policies_;  // shared: it never changes, every flow decides by it
};

}  // namespace edgeward::policy

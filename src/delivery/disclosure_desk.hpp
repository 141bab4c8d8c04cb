#pragma once

#include <optional>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <edgeward/audit/record.hpp>
#include <edgeward/delivery/delivery_service.hpp>
#include <edgeward/policy/permit.hpp>

#include "anonymiser.hpp"
#include "lane_scheduler.hpp"

namespace edgeward::delivery {

// What the audit log says of a disclosure: level, purpose and legal basis, as they were then.
std::string disclosure_of(const DestinationSettings& settings);
// Writes records in the caller's transaction: all of them, or the error that must undo it.
Result<void> append_all(store::ObservationStore& store, const std::vector<audit::Event>& events);

// What one destination may see of claimed reports: policy, consent and filters decide, the data key opens,
// the report is reduced to the destination's identity level. No I/O but the vault's.
class DisclosureDesk {
public:
    DisclosureDesk(const DestinationSettings& settings, vault::IdentityVault& vault,
                   const crypto::SealingKey& technical_key, const Clock& clock, policy::Decider policy)
        : settings_(settings),
          vault_(vault),
          technical_key_(technical_key),
          clock_(clock),
          policy_(std::move(policy)),
          anonymiser_(settings.anonymised, settings.codes) {}

    // Ready to send, settled without sending (filtered, erased, dead; parked: processing of the person's data
    // is restricted, and the policies would let it go otherwise), or an Error: not now.
    using Answer = std::variant<Prepared, store::Settlement>;
    [[nodiscard]] Result<Answer> examine(store::Delivery row) const;

    // Asks once more, right before sending: a consent may have been withdrawn, or have ended, or processing
    // have been restricted since examine(). Nothing: it may go. Treatment is asked again only of whom a
    // restriction is in force.
    [[nodiscard]] Result<std::optional<store::Settlement>> decide_again(const Prepared& prepared) const;

    // The audit records of what `prepared` discloses: one per person, with count and a digest over report
    // numbers.
    [[nodiscard]] std::vector<audit::Event> records_of(const std::vector<Prepared>& prepared) const;

private:
    struct Opened {
        model::Report report;
        policy::Restriction restriction = policy::Restriction::none;  // of the person
    };
    [[nodiscard]] Result<std::variant<Opened, store::Settlement>> open(const store::Delivery& row) const;
    [[nodiscard]] Result<policy::DisclosureRequest> question(const model::Report& report,
                                                             std::string_view device, std::string_view ward,
                                                             Instant measured,
                                                             policy::Restriction restriction) const;
    // A permit, or how a report ends, or waits, that gets none.
    [[nodiscard]] std::variant<policy::Permit, store::Settlement> decide(
        const policy::DisclosureRequest& question, const store::Delivery& row) const;
    void reduce(model::Report& report) const;
    // The report of one person as an anonymised destination may see it.
    Result<void> anonymise(Prepared& prepared) const;
    [[nodiscard]] bool is_listed(const model::Observation& observation) const;

    const DestinationSettings& settings_;
    vault::IdentityVault& vault_;
    const crypto::SealingKey& technical_key_;
    const Clock& clock_;
    const policy::Decider policy_;
    const Anonymiser anonymiser_;
};

}  // namespace edgeward::delivery

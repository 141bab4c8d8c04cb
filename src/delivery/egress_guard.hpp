#pragma once

#include <map>
#include <optional>
#include <vector>

#include <edgeward/delivery/delivery_service.hpp>
#include <edgeward/dlp/inspector.hpp>

#include "lane_scheduler.hpp"

namespace edgeward::delivery {

// What stands between rendering and sending for a destination below level identified: the octets are
// inspected for persons the vault knows. One thread.
class EgressGuard {
public:
    EgressGuard(const DestinationSettings& settings, const DeliveryParts& parts,
                const device::DeviceRegistry& devices);

    // Does this destination get inspected messages only?
    [[nodiscard]] bool inspects() const noexcept { return inspector_.has_value(); }
    // Can an inspection be relied upon now? Until then nothing is rendered.
    [[nodiscard]] bool ready() const noexcept { return !inspector_ || parts_.vault.dictionary().complete(); }
    // The first trace of a person in the message of these reports; nothing: it may leave.
    [[nodiscard]] std::optional<dlp::Finding> inspect(const transport::OutboundMessage& message,
                                                      const std::vector<Prepared>& reports) const;
    // A report is blocked because of this.
    void count(dlp::Detector detector) { blocked_.at(detector).add(); }

private:
    const DeliveryParts& parts_;
    const device::DeviceRegistry& devices_;
    std::optional<dlp::Inspector> inspector_;
    std::map<dlp::Detector, metrics::Counter> blocked_;
};

// Words of the detectors that are off, for log and audit; empty: all look.
std::string unguarded(const DestinationSettings& settings);

}  // namespace edgeward::delivery

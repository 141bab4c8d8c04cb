// What of DestinationFlow stands between rendering and sending: inspection and volume budget.

#include <utility>

#include <edgeward/core/log.hpp>

#include "destination_flow.hpp"

namespace edgeward::delivery {
namespace {

constexpr std::chrono::seconds told_after{10};

}  // namespace

// Until the dictionary of persons is complete nothing is rendered: what cannot be inspected does not leave.
bool DestinationFlow::may_inspect() {
    if (guard_.ready()) {
        uninspected_since_ = {};
        trouble_.clear("dictionary", "what goes out can be inspected", {{"destination", settings_.name}});
        return true;
    }
    // At every start it takes a moment.
    const auto now = std::chrono::steady_clock::now();
    if (uninspected_since_ == MonotonicTime{}) uninspected_since_ = now;
    if (now - uninspected_since_ < told_after) return false;
    trouble_.raise("dictionary", "destination waits until the dictionary of persons is complete",
                   {{"destination", settings_.name}});
    return false;
}

// Nothing: the message may leave.
std::optional<DestinationFlow::Verdict> DestinationFlow::keep_back(const transport::OutboundMessage& message,
                                                                   const std::vector<Prepared>& batch) {
    if (!guard_.ready()) return Verdict::paused;
    if (const auto finding = guard_.inspect(message, batch)) {
        // Only the one report suffers.
        if (batch.size() > 1) return Verdict::split;
        block(batch.front(), *finding);
        return Verdict::settled;
    }
    if (message.objects.empty()) return over_volume(message.body.size());
    std::size_t octets = 0;
    for (const auto& report : batch)
        octets += report.report.object->octets;
    if (settings_.level == model::IdentityLevel::identified) return over_volume(octets);
    for (const auto& object : message.objects) {
        const auto reason = dicom::reason_to_keep_back(object->header());
        if (!reason) continue;
        if (batch.size() > 1) return Verdict::split;
        dead_letter(batch.front(), std::string(*reason), {});
        return Verdict::settled;
    }
    return over_volume(octets);
}

// The place is a segment and field or a JSON pointer; what stands there is told to nobody.
void DestinationFlow::block(const Prepared& report, const dlp::Finding& finding) {
    const std::string detector(dlp::name_of(finding.detector));
    guard_.count(finding.detector);
    trouble_.raise("dlp_" + detector, "a report that names a person was kept back",
                   {{"destination", settings_.name},
                    {"report", report.row.report},
                    {"detector", detector},
                    {"place", finding.place}});
    dead_letter(report, "dlp_" + detector, finding.place);
}

std::optional<DestinationFlow::Verdict> DestinationFlow::over_volume(std::size_t octets) {
    const auto excess = volume_.take(parts_.clock.now(), octets);
    if (excess && excess->pauses) {
        if (!std::exchange(over_volume_, true)) tell_volume(*excess);
        resume_at_ = std::max(resume_at_, after(excess->wait));
        say_status(false, "volume budget " + std::string(excess->limit) + " is used up");
        return Verdict::paused;
    }
    if (excess) tell_volume(*excess);
    if (std::exchange(over_volume_, false)) say_within_volume();
    return std::nullopt;
}

void DestinationFlow::tell_volume(const VolumeBudget::Excess& excess) {
    volume_exceeded_.add();
    trouble_.raise("volume",
                   excess.pauses ? "destination pauses: its volume budget is used up; its queue waits on disk"
                                 : "more leaves for a destination than usual",
                   {{"destination", settings_.name}, {"limit", excess.limit}});
    audit::Event event;
    event.actor = "gateway";
    event.action = audit::Action::volume_exceeded;
    event.object = settings_.name;
    event.rule = excess.limit;
    event.outcome = excess.pauses ? audit::Outcome::denied : audit::Outcome::success;
    parts_.writer.submit({[event](store::ObservationStore& store) { return store.append_audit(event); },
                          [](const Result<void>& result) {
                              if (!result)
                                  log::error("an audit record of a volume budget could not be written",
                                             {{"reason", result.error().message}});
                          }});
}

// The operator resumes the destination: what has left is forgiven.
void DestinationFlow::forgive_volume() {
    volume_.forgive(parts_.clock.now());
    if (!std::exchange(over_volume_, false)) return;
    resume_at_ = {};
    say_within_volume();
}

void DestinationFlow::say_within_volume() {
    trouble_.clear("volume", "destination goes on after its volume budget was used up",
                   {{"destination", settings_.name}});
    if (!suspect_) say_status(true, {});
}

}  // namespace edgeward::delivery

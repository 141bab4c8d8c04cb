#include "anchor_watch.hpp"

#include <utility>

#include <edgeward/core/log.hpp>

namespace edgeward::anchoring {

AnchorWatch::AnchorWatch(std::string name, std::chrono::milliseconds silence, Parts parts)
    : name_(std::move(name)),
      silence_(silence),
      parts_(parts),
      well_(parts_.metrics.gauge("edgeward_anchor_well",
                                 "1 while the SIEM or witness takes the audit log, 0 while it does not.",
                                 {{"anchor", name_}})),
      last_well_(parts_.metrics.gauge("edgeward_anchor_last_success_timestamp_seconds",
                                      "When the SIEM or witness has last taken everything there was.",
                                      {{"anchor", name_}})),
      contradicted_(parts_.metrics.gauge("edgeward_anchor_contradicted",
                                         "1 when the SIEM or witness knows another history of the audit log.",
                                         {{"anchor", name_}})),
      since_(parts_.clock.monotonic()) {}

void AnchorWatch::well() {
    {
        const std::lock_guard lock(mutex_);
        if (!trouble_.empty()) log::info("the audit log is taken again", {{"anchor", name_}});
        trouble_.clear();
    }
    since_ = parts_.clock.monotonic();
    well_.set(1);
    last_well_.set(std::chrono::duration<double>(parts_.clock.now().time_since_epoch()).count());
    if (std::exchange(lost_, false)) record(audit::Action::anchor_regained, {});
}

void AnchorWatch::trouble(const Error& error) {
    {
        const std::lock_guard lock(mutex_);
        if (trouble_.empty())
            log::warning("the audit log is not taken", {{"anchor", name_}, {"reason", error.message}});
        trouble_ = error.message;
    }
    well_.set(0);
    if (lost_ || parts_.clock.monotonic() - since_ < silence_) return;
    lost_ = true;
    record(audit::Action::anchor_lost, error.message);
}

void AnchorWatch::contradicted(const std::string& what) {
    {
        const std::lock_guard lock(mutex_);
        const bool known = !contradiction_.empty();
        contradiction_ = what;
        if (known) return;
    }
    log::error("the audit log is contradicted", {{"anchor", name_}, {"what", what}});
    contradicted_.set(1);
    record(audit::Action::log_contradicted, what);
}

void AnchorWatch::contradiction_over() {
    const std::lock_guard lock(mutex_);
    contradiction_.clear();
    contradicted_.set(0);
}

AnchorHealth AnchorWatch::health() const {
    const std::lock_guard lock(mutex_);
    const std::string& said = contradiction_.empty() ? trouble_ : contradiction_;
    return {name_, said.empty(), said};
}

void AnchorWatch::record(audit::Action action, const std::string& rule) {
    constexpr std::size_t longest = 255;  // of a text in an audit record
    audit::Event event;
    event.actor = "gateway";
    event.action = action;
    event.outcome =
        action == audit::Action::anchor_regained ? audit::Outcome::success : audit::Outcome::failure;
    event.object = name_;
    event.rule = rule.substr(0, longest);
    for (char& c : event.rule) {
        if (c < ' ' || c > '~') c = '?';
    }
    parts_.writer.submit({[event](store::ObservationStore& store) { return store.append_audit(event); },
                          [](const Result<void>& written) {
                              if (!written)
                                  log::error("an audit record about an anchor could not be written",
                                             {{"reason", written.error().message}});
                          }});
}

}  // namespace edgeward::anchoring

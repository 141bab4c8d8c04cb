#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <edgeward/notification/alarm_service.hpp>

#include "alarm_metrics.hpp"
#include "sending.hpp"

namespace edgeward::notification {

// Between the engine, the store and the sending: what a step leads to. Threads: any.
struct AlarmDesk {
    AlarmDesk(AlarmSettings chosen, alarm::RuleSet rules, policy::Decider decider, const AlarmParts& given);
    AlarmDesk(const AlarmDesk&) = delete;
    AlarmDesk& operator=(const AlarmDesk&) = delete;
    ~AlarmDesk() = default;

    [[nodiscard]] AlarmFigures figures_now() const;
    [[nodiscard]] Result<std::string> permit(const TargetSettings& target, const alarm::Alarm& alarm) const;
    // Without texts when it is gone.
    [[nodiscard]] alarm::Rule rule_of(const std::string& name) const;
    // What targets were told of and goes on.
    [[nodiscard]] std::vector<Telling> going_on() const;
    void settle(const store::AlarmNotice& notice, Ending ending, const std::string& rule);
    void acknowledged_by_topic(const std::string& topic, const std::function<void()>& done);

    // The steps as they are committed. What is to be told of them waits until on_disk().
    std::vector<store::AlarmChange> prepare(const std::vector<alarm::Change>& changes);
    // What is raised is told ahead of the commit: the id stays the same when the message comes again, and
    // that notice says that it is repeated.
    void tell_early(const std::vector<store::AlarmChange>& changes, bool repeated);
    void on_disk(const std::vector<store::AlarmChange>& changes);
    void save(const std::vector<alarm::Change>& changes);
    Result<void> save_and_wait(const std::vector<alarm::Change>& changes);
    void forget(const std::vector<model::Pseudonym>& subjects);

    using Key = std::pair<std::string, std::uint64_t>;  // alarm, sequence
    struct Waiting {
        std::vector<Telling> tellings;
        bool early = false;  // told before the commit
    };

    const AlarmSettings settings;
    const AlarmParts parts;
    mutable std::mutex mutex;  // of the following four
    alarm::Engine engine;
    std::atomic<bool> attentive;
    policy::Decider policies;
    std::map<Key, Waiting> waiting;  // for their commit
    AlarmMetrics figures;
    Sending sending;

private:
    Sending::Parts sending_parts();
};

}  // namespace edgeward::notification

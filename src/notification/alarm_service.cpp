#include <edgeward/notification/alarm_service.hpp>

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include <edgeward/core/background_thread.hpp>
#include <edgeward/core/log.hpp>
#include <edgeward/model/bed.hpp>

#include "alarm_desk.hpp"
#include "change_maker.hpp"

namespace edgeward::notification {
namespace {

constexpr std::chrono::milliseconds tick{200};
constexpr std::chrono::hours seen_again{48};  // so long a message may come again after its alarm has ended

}  // namespace

struct AlarmService::State : AlarmDesk {
    using AlarmDesk::AlarmDesk;

    Result<void> recall();
    void attend();
    void watch_time();

    bool running = false;
    BackgroundThread time{"ew-alarm"};
};

Result<void> AlarmService::State::recall() {
    auto known = parts.reader.alarms(parts.clock.now() - seen_again);
    if (!known) return failure(std::move(known.error()));
    std::map<std::string, alarm::Alarm> opened;
    for (const auto& row : known->alarms) {
        if (auto alarm = opened_form(row, parts.vault, parts.technical_key))
            opened.emplace(row.alarm.id, *std::move(alarm));
    }
    std::vector<alarm::Alarm> all;
    all.reserve(opened.size());
    for (const auto& [id, alarm] : opened)
        all.push_back(alarm);
    {
        const std::lock_guard lock(mutex);
        engine.recall(std::move(all));
        attentive = !engine.idle();
    }
    std::vector<Telling> due;
    for (const auto& notice : known->notices) {
        const auto alarm = opened.find(notice.alarm);
        if (alarm != opened.end()) due.push_back({notice, alarm->second, rule_of(alarm->second.rule), true});
    }
    if (!opened.empty() || !due.empty())
        log::info("alarms go on", {{"known", opened.size()}, {"notices_waiting", due.size()}});
    sending.push(std::move(due), true);
    return {};
}

void AlarmService::State::attend() {
    const Instant now = parts.clock.now();
    for (const auto& device : parts.devices()) {
        alarm::Presence presence{device.id, device.mapping, device.location, {}, !device.associated};
        if (device.associated) {
            const auto there = parts.vault.subject_at(
                device.id, now, device.at_bed ? model::bed_name(device.location) : std::string());
            // More than one, or a vault that cannot say: who was there is taken to be there.
            if (!there) continue;
            if (*there) presence.who = (*there)->pseudonym;
        }
        std::vector<alarm::Change> changes;
        {
            const std::lock_guard lock(mutex);
            changes = engine.attend(presence, now);
        }
        save(changes);
        if (time.stopping()) return;
    }
}

void AlarmService::State::watch_time() {
    MonotonicTime attend_at = parts.clock.monotonic();
    while (time.pause(tick)) {
        if (!attentive) continue;
        if (parts.clock.monotonic() >= attend_at) {
            attend();
            attend_at = parts.clock.monotonic() + settings.attend_interval;
        }
        std::vector<alarm::Change> changes;
        {
            const std::lock_guard lock(mutex);
            changes = engine.turn(parts.clock.now());
            attentive = !engine.idle();
        }
        save(changes);
    }
}

AlarmService::AlarmService(std::unique_ptr<State> state) : state_(std::move(state)) {}

AlarmService::~AlarmService() {
    stop();
}

Result<std::unique_ptr<AlarmService>> AlarmService::open(AlarmSettings settings, alarm::RuleSet rules,
                                                         policy::Decider policies, const AlarmParts& parts) {
    auto state = std::make_unique<State>(std::move(settings), std::move(rules), std::move(policies), parts);
    if (auto opened = state->sending.open(); !opened) return failure(std::move(opened.error()));
    return std::unique_ptr<AlarmService>(new AlarmService(std::move(state)));
}

Result<void> AlarmService::start() {
    state_->running = true;
    state_->sending.start();
    if (auto recalled = state_->recall(); !recalled)
        return failure(std::move(recalled.error()).during("alarms"));
    state_->time.start([this] { state_->watch_time(); });
    return {};
}

void AlarmService::stop() {
    if (!state_->running) return;
    state_->running = false;
    state_->time.stop();
    state_->sending.stop();
}

bool AlarmService::watching() const {
    return state_->attentive;
}

void AlarmService::look(const model::Report& report, std::string_view mapping, bool repeated,
                        std::vector<store::AlarmChange>& changes) {
    std::vector<alarm::Change> steps;
    {
        const std::lock_guard lock(state_->mutex);
        steps = state_->engine.see(report, mapping);
    }
    if (steps.empty()) return;
    auto made = state_->prepare(steps);
    state_->tell_early(made, repeated);
    std::ranges::move(made, std::back_inserter(changes));
}

void AlarmService::on_disk(const std::vector<store::AlarmChange>& changes) {
    state_->on_disk(changes);
}

std::vector<alarm::Alarm> AlarmService::alarms() const {
    auto all = state_->figures_now().alarms;
    std::erase_if(all, [](const alarm::Alarm& one) { return one.state == alarm::State::pending; });
    std::ranges::sort(all, {}, &alarm::Alarm::onset);
    return all;
}

std::string AlarmService::text_of(const alarm::Alarm& alarm, const std::string& language) const {
    return text_of_rule(state_->rule_of(alarm.rule), language);
}

Result<void> AlarmService::acknowledge(std::string_view id, std::string_view actor) {
    Result<std::optional<alarm::Change>> step = std::optional<alarm::Change>();
    {
        const std::lock_guard lock(state_->mutex);
        step = state_->engine.acknowledge(id, actor, state_->parts.clock.now());
    }
    if (!step) return failure(std::move(step.error()));
    return *step ? state_->save_and_wait({**step}) : Result<void>();
}

Result<void> AlarmService::silence(std::string_view id, Instant until, std::string_view actor) {
    Result<std::optional<alarm::Change>> step = std::optional<alarm::Change>();
    {
        const std::lock_guard lock(state_->mutex);
        step = state_->engine.silence(id, until, actor);
    }
    if (!step) return failure(std::move(step.error()));
    return *step ? state_->save_and_wait({**step}) : Result<void>();
}

void AlarmService::replace(alarm::RuleSet rules, policy::Decider policies) {
    std::vector<alarm::Change> changes;
    {
        const std::lock_guard lock(state_->mutex);
        changes = state_->engine.replace(std::move(rules), state_->parts.clock.now());
        state_->policies = std::move(policies);
        state_->attentive = !state_->engine.idle();
    }
    state_->save(changes);
}

void AlarmService::take_back(const alarm::TakenBack& taken) {
    std::vector<alarm::Change> changes;
    {
        const std::lock_guard lock(state_->mutex);
        changes = state_->engine.take_back(taken, state_->parts.clock.now());
    }
    state_->save(changes);
}

void AlarmService::forget(const std::vector<model::Pseudonym>& subjects) {
    state_->forget(subjects);
}

}  // namespace edgeward::notification

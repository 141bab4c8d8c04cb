#include "alarm_desk.hpp"

#include <algorithm>
#include <memory>

#include <edgeward/core/log.hpp>

#include "acknowledgement_topic.hpp"
#include "change_maker.hpp"

namespace edgeward::notification {
namespace {

alarm::EngineSettings engine_settings(const AlarmSettings& settings) {
    alarm::EngineSettings made;
    made.oldest_value = settings.oldest_value;
    for (const auto& stage : settings.stages)
        made.stages.push_back({stage.after, stage.least_priority});
    return made;
}

bool is_one_of(const std::vector<model::Pseudonym>& subjects, const std::optional<model::Pseudonym>& one) {
    return one && std::ranges::find(subjects, *one) != subjects.end();
}

}  // namespace

AlarmDesk::AlarmDesk(AlarmSettings chosen, alarm::RuleSet rules, policy::Decider decider,
                     const AlarmParts& given)
    : settings(std::move(chosen)),
      parts(given),
      engine(std::move(rules), engine_settings(settings)),
      attentive(!engine.idle()),
      policies(std::move(decider)),
      figures(parts.metrics, [this] { return figures_now(); }),
      sending(settings, sending_parts()) {}

AlarmFigures AlarmDesk::figures_now() const {
    const std::lock_guard lock(mutex);
    return {engine.alarms(), engine.ignored()};
}

Sending::Parts AlarmDesk::sending_parts() {
    return {parts.credentials,
            parts.clock,
            parts.metrics,
            parts.random,
            parts.broker,
            [this](const TargetSettings& target, const alarm::Alarm& alarm) { return permit(target, alarm); },
            [this](const store::AlarmNotice& notice, Ending ending, const std::string& rule) {
                settle(notice, ending, rule);
            },
            [this](const std::string& topic, const std::function<void()>& done) {
                acknowledged_by_topic(topic, done);
            },
            [this] { return going_on(); }};
}

Result<std::string> AlarmDesk::permit(const TargetSettings& target, const alarm::Alarm& alarm) const {
    policy::DisclosureRequest request;
    request.destination = target.name;
    request.purpose = target.purpose;
    request.level = target.level;
    request.legal_basis = target.legal_basis;
    request.about_person = alarm.subject.has_value();
    request.ward = alarm.location.ward;
    request.device = alarm.device;
    if (alarm.subject) {
        const auto subject = parts.vault.subject(*alarm.subject);
        if (!subject) return failure(subject.error());
        if (*subject) request.restriction = (*subject)->restriction;
    }
    // Consent is of secondary use alone, as with destinations.
    if (alarm.subject && target.purpose != model::Purpose::treatment) {
        const auto said = parts.vault.consent(*alarm.subject, target.purpose, parts.clock.now(), alarm.onset);
        if (!said) return failure(said.error());
        request.consent = *said;
    }
    const std::lock_guard lock(mutex);
    const auto permitted = policies.decide(request);
    if (!permitted) return failure(permitted.error());
    return permitted->rule();
}

alarm::Rule AlarmDesk::rule_of(const std::string& name) const {
    const std::lock_guard lock(mutex);
    const auto& rules = engine.rules().rules;
    const auto known = std::ranges::find(rules, name, &alarm::Rule::name);
    if (known != rules.end()) return *known;
    alarm::Rule gone;
    gone.name = name;
    return gone;
}

std::vector<Telling> AlarmDesk::going_on() const {
    std::vector<Telling> made;
    for (const auto& alarm : figures_now().alarms) {
        if (alarm.state == alarm::State::pending) continue;
        const auto rule = rule_of(alarm.rule);
        // Everybody its stages have told is told of an acknowledgement.
        for (auto& target : targets_of(settings, {alarm::Step::acknowledged, alarm, {}, {}}))
            made.push_back({{alarm.id, alarm.sequence, std::move(target), alarm::Step::raised, alarm.onset},
                            alarm,
                            rule,
                            true});
    }
    return made;
}

void AlarmDesk::settle(const store::AlarmNotice& notice, Ending ending, const std::string& rule) {
    audit::Event event;
    event.actor = "target:" + notice.target;
    event.action = audit::Action::alarm_told;
    event.object =
        notice.alarm + " " + std::to_string(notice.sequence) + " " + std::string(alarm::name_of(notice.step));
    const auto target = std::ranges::find(settings.targets, notice.target, &TargetSettings::name);
    if (target != settings.targets.end()) {
        event.object.append(" ").append(model::name_of(target->level));
        event.object.append(" ").append(model::name_of(target->purpose));
        event.object.append(" ").append(target->legal_basis);
    }
    event.rule = rule;
    if (ending == Ending::denied) event.outcome = audit::Outcome::denied;
    if (ending == Ending::refused) event.outcome = audit::Outcome::failure;
    (void)parts.writer.submit(
        {[notice, event](store::ObservationStore& store) { return store.settle_notice(notice, event); },
         [](const Result<void>& result) {
             if (!result)
                 log::warning(
                     "that a target was told of an alarm could not be recorded; it will be told again",
                     {{"reason", result.error().message}});
         }});
}

std::vector<store::AlarmChange> AlarmDesk::prepare(const std::vector<alarm::Change>& changes) {
    std::vector<store::AlarmChange> made;
    for (const auto& change : changes) {
        figures.count(change);
        const bool at_raise = change.step == alarm::Step::raised && change.alarm.raised;
        const Instant when = at_raise ? *change.alarm.raised : parts.clock.now();
        made.push_back(committed_form(settings, change, when, parts.vault, parts.technical_key));
        if (made.back().notices.empty()) continue;
        Waiting told_later;
        const auto rule = rule_of(change.alarm.rule);
        for (const auto& notice : made.back().notices)
            told_later.tellings.push_back({notice, change.alarm, rule, false});
        const std::lock_guard lock(mutex);
        waiting.insert_or_assign({change.alarm.id, change.alarm.sequence}, std::move(told_later));
    }
    return made;
}

void AlarmDesk::tell_early(const std::vector<store::AlarmChange>& changes, bool repeated) {
    for (const auto& change : changes) {
        if (change.step != alarm::Step::raised) continue;
        std::vector<Telling> now;
        {
            const std::lock_guard lock(mutex);
            const auto known = waiting.find({change.row.alarm.id, change.row.alarm.sequence});
            if (known == waiting.end()) continue;
            known->second.early = true;
            now = known->second.tellings;
        }
        for (auto& telling : now)
            telling.repeated = repeated;
        sending.push(std::move(now), false);
    }
}

void AlarmDesk::on_disk(const std::vector<store::AlarmChange>& changes) {
    for (const auto& change : changes) {
        Waiting due;
        {
            const std::lock_guard lock(mutex);
            auto known = waiting.extract({change.row.alarm.id, change.row.alarm.sequence});
            if (known.empty()) continue;
            due = std::move(known.mapped());
        }
        if (due.early)
            sending.on_disk(change.notices);
        else
            sending.push(std::move(due.tellings), true);
    }
}

void AlarmDesk::save(const std::vector<alarm::Change>& changes) {
    if (changes.empty()) return;
    const auto made = std::make_shared<const std::vector<store::AlarmChange>>(prepare(changes));
    (void)parts.writer.submit(
        {[made](store::ObservationStore& store) { return store.save_alarms(*made); },
         [this, made](const Result<void>& result) {
             if (result) return on_disk(*made);
             log::error("steps of alarms could not be written", {{"reason", result.error().message}});
         }});
}

Result<void> AlarmDesk::save_and_wait(const std::vector<alarm::Change>& changes) {
    const auto made = prepare(changes);
    auto saved = parts.writer.run([&](store::ObservationStore& store) { return store.save_alarms(made); });
    if (saved) on_disk(made);
    return saved;
}

void AlarmDesk::acknowledged_by_topic(const std::string& topic, const std::function<void()>& done) {
    const auto said = parse_acknowledgement(topic);
    if (!said) {
        log::warning("an acknowledgement of an alarm came on a topic that names none");
        return done();
    }
    const std::string actor = "principal:" + said->principal;
    if (std::ranges::find(settings.principals, said->principal) == settings.principals.end()) {
        audit::Event event;
        event.actor = actor;
        event.action = audit::Action::access_denied;
        event.object = "acknowledge-alarm";
        event.rule = "alarm.principals";
        event.outcome = audit::Outcome::denied;
        (void)parts.writer.submit(
            {[event](store::ObservationStore& store) { return store.append_audit(event); },
             [done](const Result<void>& result) {
                 if (result) done();
             }});
        return;
    }
    Result<std::optional<alarm::Change>> step = std::optional<alarm::Change>();
    {
        const std::lock_guard lock(mutex);
        step = engine.acknowledge(said->alarm, actor, parts.clock.now());
    }
    if (!step) log::info("an acknowledgement came for an alarm that does not go on");
    if (!step || !*step) return done();
    const auto made = std::make_shared<const std::vector<store::AlarmChange>>(prepare({**step}));
    (void)parts.writer.submit({[made](store::ObservationStore& store) { return store.save_alarms(*made); },
                               [this, made, done](const Result<void>& result) {
                                   if (!result) return;  // the broker keeps it and brings it again
                                   on_disk(*made);
                                   done();
                               }});
}

void AlarmDesk::forget(const std::vector<model::Pseudonym>& subjects) {
    {
        const std::lock_guard lock(mutex);
        engine.forget(subjects);
        std::erase_if(waiting, [&](const auto& entry) {
            const auto& tellings = entry.second.tellings;
            return !tellings.empty() && is_one_of(subjects, tellings.front().alarm.subject);
        });
    }
    sending.forget(subjects);
}

}  // namespace edgeward::notification

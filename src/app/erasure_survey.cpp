#include "erasure_survey.hpp"

#include <algorithm>
#include <limits>

namespace edgeward::app {
namespace {

using store::DeliveryState;

constexpr std::size_t looked_at = 5000;  // reports, between two of which others may read
constexpr std::string_view actor_prefix = "destination:";

std::uint64_t count_in(const ReportSurvey& survey, const std::string& destination,
                       std::initializer_list<DeliveryState> states) {
    const auto known = survey.deliveries.find(destination);
    if (known == survey.deliveries.end()) return 0;
    std::uint64_t count = 0;
    for (const auto state : states) {
        const auto some = known->second.find(state);
        if (some != known->second.end()) count += some->second;
    }
    return count;
}

bool is_for_treatment(const std::string& destination, const std::vector<delivery::DestinationStatus>& all) {
    const auto known = std::ranges::find(all, destination, &delivery::DestinationStatus::name);
    return known == all.end() || known->purpose == model::Purpose::treatment;
}

// Adds one audit record to what the log says.
class Evidence {
public:
    Evidence(const std::vector<model::Pseudonym>& subjects, std::uint64_t request)
        : subjects_(subjects),
          rule_(erasure_rule(request)),
          request_(" request " + std::to_string(request)) {}

    void see(const audit::Record& record) {
        const audit::Event& event = record.event;
        const bool theirs = event.subject && std::ranges::find(subjects_, *event.subject) != subjects_.end();
        switch (event.action) {
            case audit::Action::disclosed:
                if (theirs) recipient_of(event, record.time).disclosed += event.count;
                return;
            case audit::Action::delivered:
                if (theirs) recipient_of(event, record.time).delivered += event.count;
                return;
            case audit::Action::alarm_told:
                if (theirs && event.outcome == audit::Outcome::success) see_told(event, record.time);
                return;
            case audit::Action::reports_removed:
                if (event.rule == rule_) counts_.count("reports", event.count);
                return;
            case audit::Action::deliveries_erased:
                if (event.rule == rule_ || theirs)
                    counts_.count("delivery " + destination_of(event), event.count);
                return;
            case audit::Action::alarm_ended:
                if (event.rule == rule_) counts_.count("alarms", event.count);
                return;
            case audit::Action::quarantine_erased:
                if ((' ' + event.object).ends_with(request_)) counts_.count("held-messages", event.count);
                return;
            default:
                return;
        }
    }
    ErasureEvidence take() {
        ErasureEvidence made;
        for (auto& [name, recipient] : recipients_)
            made.recipients.push_back(std::move(recipient));
        made.erased = std::move(counts_.erased);
        return made;
    }

private:
    // A target of alarms: "alarm-target:<name>", which no destination is called.
    void see_told(const audit::Event& event, Instant time) {
        auto& recipient = recipient_of(event, time);
        recipient.disclosed += event.count;
        recipient.delivered += event.count;
    }
    static std::string destination_of(const audit::Event& event) {
        const std::string_view actor = event.actor;
        if (actor.starts_with("target:")) return "alarm-" + event.actor;
        return std::string(actor.starts_with(actor_prefix) ? actor.substr(actor_prefix.size()) : actor);
    }
    vault::ErasureCertificate::Recipient& recipient_of(const audit::Event& event, Instant time) {
        const std::string name = destination_of(event);
        auto [place, fresh] = recipients_.try_emplace(name);
        auto& recipient = place->second;
        recipient.destination = name;
        recipient.first = fresh ? time : std::min(recipient.first, time);
        recipient.last = fresh ? time : std::max(recipient.last, time);
        return recipient;
    }

    const std::vector<model::Pseudonym>& subjects_;
    const std::string rule_;
    const std::string request_;
    std::map<std::string, vault::ErasureCertificate::Recipient> recipients_;
    vault::ErasureCertificate counts_;
};

}  // namespace

Result<store::HeldMessages> held_messages(store::StoreReader& reader,
                                          const crypto::SealingKey& quarantine_key,
                                          const vault::PersonFinder& person, std::uint64_t after,
                                          Instant now) {
    return store::find_held(reader, quarantine_key, after,
                            [&](std::string_view text) { return person.is_named_in(text, now); });
}

std::uint64_t ReportSurvey::waiting_at(const std::string& destination) const {
    return count_in(*this, destination,
                    {DeliveryState::pending, DeliveryState::parked, DeliveryState::again});
}

std::uint64_t ReportSurvey::dead_at(const std::string& destination) const {
    return count_in(*this, destination, {DeliveryState::dead});
}

Result<ReportSurvey> survey_reports(store::StoreReader& reader,
                                    const std::vector<model::Pseudonym>& subjects) {
    const auto theirs = [&](const model::Pseudonym& one) {
        return std::ranges::find(subjects, one) != subjects.end();
    };
    ReportSurvey survey;
    for (std::uint64_t after = 0;;) {
        const auto some = reader.reports_of(theirs, after, looked_at);
        if (!some) return failure(some.error());
        survey.reports += some->reports.size();
        for (const auto& [destination, states] : some->deliveries) {
            for (const auto& [state, count] : states)
                survey.deliveries[destination][state] += count;
        }
        if (some->looked_to == 0) return survey;
        after = some->looked_to;
    }
}

std::string undelivered(const ReportSurvey& survey,
                        const std::vector<delivery::DestinationStatus>& destinations) {
    std::string text;
    for (const auto& [name, states] : survey.deliveries) {
        const auto waiting = survey.waiting_at(name);
        const auto dead = survey.dead_at(name);
        if (waiting + dead == 0 || !is_for_treatment(name, destinations)) continue;
        text.append(text.empty() ? "" : "; ").append(name).append(": ").append(std::to_string(waiting));
        text.append(" waiting, ").append(std::to_string(dead)).append(" dead-lettered");
    }
    return text;
}

Result<ErasureEvidence> erasure_evidence(store::StoreReader& reader,
                                         const std::vector<model::Pseudonym>& subjects,
                                         std::uint64_t request) {
    Evidence evidence(subjects, request);
    auto read = reader.export_audit(
        1, std::numeric_limits<std::size_t>::max(),
        [&](const audit::Record& record) { evidence.see(record); }, [](std::string_view) {});
    if (!read) return failure(std::move(read.error()));
    return evidence.take();
}

std::string erasure_rule(std::uint64_t request) {
    return "erasure request " + std::to_string(request);
}

}  // namespace edgeward::app

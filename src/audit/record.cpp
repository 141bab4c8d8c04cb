#include <edgeward/audit/record.hpp>

#include <edgeward/core/octet_reader.hpp>
#include <edgeward/pseudonym/pseudonymizer.hpp>

#include <algorithm>
#include <array>
#include <optional>

namespace edgeward::audit {
namespace {

constexpr std::uint8_t format_version = 1;
constexpr std::size_t longest_text = 255;
constexpr std::size_t subject_octets = 16;

constexpr std::array<std::string_view, 47> action_names = {"started",
                                                           "stopped",
                                                           "batch_stored",
                                                           "quarantined",
                                                           "refused",
                                                           "disclosed",
                                                           "delivered",
                                                           "dead_lettered",
                                                           "filtered",
                                                           "dead_letter_retried",
                                                           "quarantine_listed",
                                                           "quarantine_shown",
                                                           "quarantine_replayed",
                                                           "quarantine_expired",
                                                           "person_admitted",
                                                           "consent_recorded",
                                                           "association_changed",
                                                           "configuration_loaded",
                                                           "configuration_refused",
                                                           "audit_exported",
                                                           "key_used",
                                                           "dead_letter_listed",
                                                           "dead_letter_shown",
                                                           "association_listed",
                                                           "books_device",
                                                           "books_destination",
                                                           "books_reconciled",
                                                           "books_differ",
                                                           "intake_stopped",
                                                           "intake_resumed",
                                                           "destination_paused",
                                                           "destination_draining",
                                                           "destination_resumed",
                                                           "reports_replayed",
                                                           "device_condition_began",
                                                           "device_condition_ended",
                                                           "reports_removed",
                                                           "backup_created",
                                                           "backup_verified",
                                                           "backup_removed",
                                                           "restored",
                                                           "person_erased",
                                                           "egress_unguarded",
                                                           "volume_exceeded",
                                                           "policy_loaded",
                                                           "access_denied",
                                                           "reassigned"};
static_assert(action_names.size() == static_cast<std::size_t>(Action::reassigned));

// Numbers that do not follow on those.
struct NamedAction {
    Action action;
    std::string_view name;
};
constexpr std::array later_names = {NamedAction{Action::erasure_requested, "erasure_requested"},
                                    NamedAction{Action::erasure_approved, "erasure_approved"},
                                    NamedAction{Action::erasure_rejected, "erasure_rejected"},
                                    NamedAction{Action::legal_hold_changed, "legal_hold_changed"},
                                    NamedAction{Action::deliveries_erased, "deliveries_erased"},
                                    NamedAction{Action::quarantine_erased, "quarantine_erased"},
                                    NamedAction{Action::erasure_certified, "erasure_certified"},
                                    NamedAction{Action::erasure_read, "erasure_read"},
                                    NamedAction{Action::consent_imported, "consent_imported"},
                                    NamedAction{Action::consent_shown, "consent_shown"},
                                    NamedAction{Action::recipients_listed, "recipients_listed"},
                                    NamedAction{Action::person_accessed, "person_accessed"},
                                    NamedAction{Action::person_rectified, "person_rectified"},
                                    NamedAction{Action::restriction_changed, "restriction_changed"},
                                    NamedAction{Action::restrictions_listed, "restrictions_listed"},
                                    NamedAction{Action::glass_broken, "glass_broken"},
                                    NamedAction{Action::pseudonym_resolved, "pseudonym_resolved"},
                                    NamedAction{Action::alarm_raised, "alarm_raised"},
                                    NamedAction{Action::alarm_acknowledged, "alarm_acknowledged"},
                                    NamedAction{Action::alarm_escalated, "alarm_escalated"},
                                    NamedAction{Action::alarm_ended, "alarm_ended"},
                                    NamedAction{Action::alarm_told, "alarm_told"},
                                    NamedAction{Action::alarms_listed, "alarms_listed"},
                                    NamedAction{Action::alarm_silenced, "alarm_silenced"},
                                    NamedAction{Action::signed_in, "signed_in"},
                                    NamedAction{Action::second_factor_shown, "second_factor_shown"},
                                    NamedAction{Action::sign_in_failed, "sign_in_failed"},
                                    NamedAction{Action::sign_in_delayed, "sign_in_delayed"},
                                    NamedAction{Action::signed_out, "signed_out"},
                                    NamedAction{Action::account_changed, "account_changed"},
                                    NamedAction{Action::credentials_changed, "credentials_changed"},
                                    NamedAction{Action::accounts_listed, "accounts_listed"},
                                    NamedAction{Action::anchor_lost, "anchor_lost"},
                                    NamedAction{Action::anchor_regained, "anchor_regained"},
                                    NamedAction{Action::log_contradicted, "log_contradicted"},
                                    NamedAction{Action::device_requested, "device_requested"},
                                    NamedAction{Action::device_approved, "device_approved"},
                                    NamedAction{Action::device_rejected, "device_rejected"},
                                    NamedAction{Action::device_enrolled, "device_enrolled"},
                                    NamedAction{Action::enrolment_refused, "enrolment_refused"},
                                    NamedAction{Action::device_revoked, "device_revoked"},
                                    NamedAction{Action::device_token_made, "device_token_made"},
                                    NamedAction{Action::capabilities_changed, "capabilities_changed"},
                                    NamedAction{Action::records_queried, "records_queried"},
                                    NamedAction{Action::query_refused, "query_refused"},
                                    NamedAction{Action::device_password_made, "device_password_made"},
                                    NamedAction{Action::device_password_ended, "device_password_ended"},
                                    NamedAction{Action::commitment_requested, "commitment_requested"},
                                    NamedAction{Action::commitment_reported, "commitment_reported"},
                                    NamedAction{Action::commitment_unreported, "commitment_unreported"},
                                    NamedAction{Action::security_key_registered, "security_key_registered"},
                                    NamedAction{Action::security_key_removed, "security_key_removed"},
                                    NamedAction{Action::security_key_copied, "security_key_copied"}};

constexpr std::array<std::string_view, 3> outcome_names = {"success", "failure", "denied"};

// Text in a record is shown on terminals and in exports with tabs between the columns: printable ASCII only.
bool is_record_text(std::string_view text) {
    return text.size() <= longest_text &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

void put(Bytes& out, std::string_view text) {
    out.push_back(static_cast<std::uint8_t>(text.size()));
    out.insert(out.end(), text.begin(), text.end());
}

Result<void> check(const Event& event) {
    if (event.actor.empty()) return failure(ErrorKind::invalid_input, "an audit record needs an actor");
    if (!is_record_text(event.actor) || !is_record_text(event.object) || !is_record_text(event.rule))
        return failure(ErrorKind::invalid_input,
                       "an audit text is not printable ASCII of at most 255 octets");
    if (name_of(event.action).empty() || name_of(event.outcome).empty())
        return failure(ErrorKind::invalid_input, "an audit record has an action or outcome without a name");
    return {};
}

}  // namespace

std::string_view name_of(Action action) noexcept {
    const auto index = static_cast<std::size_t>(action) - 1;  // 0 wraps and is out of range too
    if (index < action_names.size()) return action_names[index];
    const auto* const later = std::find_if(later_names.begin(), later_names.end(),
                                           [&](const NamedAction& one) { return one.action == action; });
    return later == later_names.end() ? std::string_view() : later->name;
}

std::string_view name_of(Outcome outcome) noexcept {
    const auto index = static_cast<std::size_t>(outcome);
    return index < outcome_names.size() ? outcome_names[index] : std::string_view();
}

Result<Bytes> canonical(Instant time, const Event& event) {
    if (auto checked = check(event); !checked) return failure(std::move(checked.error()));
    Bytes out;
    out.reserve(71 + event.actor.size() + event.object.size() + event.rule.size());
    out.push_back(format_version);
    append_big_endian(out, static_cast<std::uint64_t>(time.time_since_epoch().count()), 8);
    out.push_back(static_cast<std::uint8_t>(event.action));
    out.push_back(static_cast<std::uint8_t>(event.outcome));
    append_big_endian(out, event.count, 8);
    put(out, event.actor);
    put(out, event.subject ? text_of(event.subject->octets()) : std::string_view());
    put(out, event.object);
    put(out, event.rule);
    out.insert(out.end(), event.details.begin(), event.details.end());
    return out;
}

Result<std::pair<Instant, Event>> parse_canonical(ByteView octets) {
    OctetReader in(octets);
    if (in.number(1) != format_version)
        return failure(ErrorKind::invalid_input, "audit record of an unknown version");
    Event event;
    const Instant time{std::chrono::milliseconds(static_cast<std::int64_t>(in.number(8)))};
    event.action = static_cast<Action>(in.number(1));
    event.outcome = static_cast<Outcome>(in.number(1));
    event.count = in.number(8);
    event.actor = in.text(1);
    const ByteView subject = in.take(static_cast<std::size_t>(in.number(1)));
    event.object = in.text(1);
    event.rule = in.text(1);
    const ByteView details = in.take(event.details.size());
    if (!in.complete() || (!subject.empty() && subject.size() != subject_octets))
        return failure(ErrorKind::invalid_input, "audit record with wrong lengths");
    std::copy(details.begin(), details.end(), event.details.begin());
    if (!subject.empty()) {
        auto pseudonym = pseudonym::recall(subject);
        if (!pseudonym) return failure(std::move(pseudonym.error()));
        event.subject = *pseudonym;
    }
    if (auto checked = check(event); !checked) return failure(std::move(checked.error()));
    return std::pair(time, std::move(event));
}

crypto::Digest link_digest(const crypto::Digest& previous, std::uint64_t sequence, ByteView octets) {
    Bytes number;
    number.reserve(8);
    append_big_endian(number, sequence, 8);
    return crypto::sha256({previous, number, octets});
}

}  // namespace edgeward::audit

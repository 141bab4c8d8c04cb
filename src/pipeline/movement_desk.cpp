#include <edgeward/pipeline/movement_desk.hpp>

#include <algorithm>

#include <edgeward/core/bytes.hpp>
#include <edgeward/crypto/digest.hpp>
#include <edgeward/model/bed.hpp>

namespace edgeward::pipeline {
namespace {

using hl7::AdtEvent;
using hl7::MessageFault;
using hl7::MovementAction;
using vault::Movement;
using vault::MovementKind;

std::string fingerprint_of(std::string_view sender, std::string_view octets) {
    std::string whole(sender);
    whole.append(1, '\0').append(octets);
    return to_hex(crypto::sha256(bytes_of(whole)));
}

std::optional<MovementKind> kind_of(AdtEvent event, bool has_bed) {
    switch (event) {
        case AdtEvent::admit:
            return MovementKind::arrival;
        case AdtEvent::register_outpatient:
            return has_bed ? MovementKind::arrival : MovementKind::demographics;
        case AdtEvent::transfer:
            return MovementKind::transfer;
        case AdtEvent::change_class:
            return has_bed ? MovementKind::transfer : MovementKind::demographics;
        case AdtEvent::discharge:
            return MovementKind::departure;
        case AdtEvent::pre_admit:
        case AdtEvent::update:
            return MovementKind::demographics;
        case AdtEvent::cancel_admit:
            return MovementKind::arrival_cancelled;
        case AdtEvent::cancel_transfer:
            return MovementKind::transfer_cancelled;
        case AdtEvent::cancel_discharge:
            return MovementKind::departure_cancelled;
        case AdtEvent::merge:
            return MovementKind::merge;
        case AdtEvent::move_account:
            return MovementKind::account_move;
        case AdtEvent::move_visit:
            return MovementKind::visit_move;
        case AdtEvent::change_movement:
        case AdtEvent::other:
            return std::nullopt;
    }
    return std::nullopt;
}

bool is_movement(MovementKind kind) {
    return kind == MovementKind::arrival || kind == MovementKind::transfer || kind == MovementKind::departure;
}

bool is_cancellation(MovementKind kind) {
    return kind == MovementKind::transfer_cancelled || kind == MovementKind::departure_cancelled;
}

// Z99 of IHE PAM: its ZBE says which movement, and ZBE-6 what it was.
std::optional<MessageFault> read_change(const hl7::MovementMark& mark, Movement& movement) {
    movement.mark = mark.id;
    if (mark.action == MovementAction::cancel) {
        movement.kind = MovementKind::cancellation;
        return std::nullopt;
    }
    const auto original = mark.original ? kind_of(*mark.original, !movement.bed.empty()) : std::nullopt;
    if (original && is_movement(*original)) {
        movement.kind = *original;
        return std::nullopt;
    }
    if (mark.action == MovementAction::insert)
        return MessageFault{101, "ZBE", 6, 1, "expected the event of the movement"};
    movement.corrects = true;
    return std::nullopt;
}

void read_mark(const hl7::MovementMark& mark, Movement& movement) {
    if (is_movement(movement.kind)) {
        movement.mark = mark.id;
        if (mark.action == MovementAction::cancel) movement.kind = MovementKind::cancellation;
    } else if (is_cancellation(movement.kind)) {
        if (mark.action == MovementAction::cancel) movement.mark = mark.id;
    } else if (movement.kind == MovementKind::demographics && mark.action != MovementAction::insert) {
        movement.mark = mark.id;
        movement.corrects = mark.action == MovementAction::update;
        if (mark.action == MovementAction::cancel) movement.kind = MovementKind::cancellation;
    }
}

// Where a contradiction to what is known shows in the message.
MessageFault unknown_in(const vault::MovementMessage& message) {
    const Movement& first = message.movements.front();
    MessageFault fault{204, "PV1", 19, 1, "expected a movement, visit or account that is known here"};
    if (!first.mark.empty()) {
        fault.segment = "ZBE";
        fault.field = 1;
    } else if (first.kind == MovementKind::account_move || first.kind == MovementKind::visit_move) {
        fault.segment = "MRG";
        fault.field = first.kind == MovementKind::account_move ? 3 : 5;
    }
    return fault;
}

MessageFault fault_of(const Error& error, const vault::MovementMessage& message) {
    if (error.kind != ErrorKind::invalid_input) return {207, {}, 0, 0, "not committed; send it again"};
    if (error.message == vault::movement_unknown) return unknown_in(message);
    if (error.message == vault::movement_conflict)
        return {205, "PID", 3, 1, "expected one person, whose visit and movement these are"};
    return {102, "PID", 3, 1, "expected identifiers that this person can have"};
}

}  // namespace

std::vector<AdtSender> read_adt_senders(config::Section section) {
    std::vector<AdtSender> senders;
    for (auto one : section.tables("sender")) {
        AdtSender sender;
        sender.name = one.text("name", "");
        sender.authority = one.required_text("authority", "the name of an [[authority]]");
        sender.facility = one.text("facility", "");
        sender.zone = one.time_zone("zone");
        senders.push_back(std::move(sender));
    }
    return senders;
}

tl::expected<std::optional<vault::MovementMessage>, MessageFault> movements_of(const hl7::AdtMessage& message,
                                                                               const AdtSender& sender,
                                                                               Instant now) {
    if (message.event == AdtEvent::other) return std::nullopt;
    vault::MovementMessage made{sender.authority, message.trigger + ' ' + sender.name, {}, {}};
    for (const auto& group : message.groups) {
        Movement movement;
        movement.patient = group.patient;
        movement.account = group.account;
        movement.bed = model::bed_name(group.place, group.other_facility);
        movement.recorded = message.recorded ? message.recorded->utc : now;
        movement.happened = message.occurred ? message.occurred->utc : movement.recorded;
        movement.merged = group.merged;
        movement.merged_account = group.merged_account;
        movement.merged_visit = group.merged_visit;
        if (const auto kind = kind_of(message.event, !movement.bed.empty())) {
            movement.kind = *kind;
            if (message.mark) read_mark(*message.mark, movement);
        } else if (auto wrong = read_change(*message.mark, movement)) {
            return tl::unexpected(*std::move(wrong));
        }
        made.movements.push_back(std::move(movement));
    }
    return made;
}

MovementDesk::MovementDesk(std::vector<AdtSender> senders,
                           std::map<std::string, hl7::Designator, std::less<>> authorities, Parts parts)
    : senders_(std::move(senders)), authorities_(std::move(authorities)), parts_(std::move(parts)) {}

void MovementDesk::count(const AdtSender& sender, const char* outcome) {
    parts_.metrics
        .counter("edgeward_adt_messages_total", "Messages of patient administration, by what became of them.",
                 {{"sender", sender.name}, {"outcome", outcome}})
        .add();
}

hl7::AdtReading MovementDesk::reading_for(const AdtSender& sender) const {
    return {sender.zone.empty() ? parts_.zone() : sender.zone, sender.authority, sender.facility,
            authorities_, !sender.zone.empty()};
}

std::optional<MessageFault> MovementDesk::commit(const AdtSender& sender,
                                                 const vault::MovementMessage& message) {
    const auto outcome = parts_.commit(message, "sender:" + sender.name);
    if (!outcome) {
        auto fault = fault_of(outcome.error(), message);
        if (hl7::is_rejection(fault)) {
            count(sender, "unavailable");
            trouble_.raise("vault", "messages of patient administration cannot be committed",
                           {{"kind", name_of(outcome.error().kind)}, {"reason", outcome.error().message}});
        }
        return fault;
    }
    trouble_.clear("vault", "messages of patient administration are committed again");
    count(sender, *outcome == vault::MovementOutcome::repeated ? "repeated" : "applied");
    if (*outcome == vault::MovementOutcome::done) parts_.moved();
    return std::nullopt;
}

std::optional<MessageFault> MovementDesk::take(const AdtSender& sender, std::string_view octets) {
    const auto message = hl7::read_adt(octets, reading_for(sender));
    if (!message) return message.error();
    auto movements = movements_of(*message, sender, parts_.clock.now());
    if (!movements) return std::move(movements.error());
    if (!*movements) {
        count(sender, "ignored");
        return std::nullopt;
    }
    (*movements)->fingerprint = fingerprint_of(sender.name, octets);
    return commit(sender, **movements);
}

std::optional<std::string> MovementDesk::answer(std::string_view sender, std::string_view octets) {
    const auto known = std::ranges::find(senders_, sender, &AdtSender::name);
    if (known == senders_.end()) return std::nullopt;  // the listener names configured ones only
    const auto fault = take(*known, octets);
    if (fault && fault->condition != 207) {
        count(*known, "refused");
        trouble_.raise(known->name + ' ' + fault->to_string(),
                       "a message of patient administration is refused",
                       {{"sender", known->name}, {"reason", fault->to_string()}});
    }
    const auto header = hl7::read_header(octets).value_or(hl7::MessageHeader{});
    const MessageFault* why = fault ? &*fault : nullptr;
    const auto code = hl7::answer_code(header, why);
    if (!code) return std::nullopt;
    // The same message gets the same answer.
    const std::string id = "EW" + fingerprint_of(known->name, octets).substr(0, 16);
    const int offset = zone_offset_minutes(parts_.clock.now(), reading_for(*known).zone).value_or(0);
    return hl7::write_acknowledgement(header, *code, why, {id, {parts_.clock.now(), offset}});
}

}  // namespace edgeward::pipeline

#include "movement_book.hpp"

#include <algorithm>

#include "identity_codec.hpp"

namespace edgeward::vault {
namespace {

// A sender that repeats a message does so within hours; what is older is taken anew, by its own times.
constexpr std::chrono::hours message_memory{24 * 31};
// Authority of fingerprints in their keyed hash.
constexpr const char* fingerprint_scope = "movement message";

tl::unexpected<Error> refused(std::string_view word) {
    return failure(ErrorKind::invalid_input, std::string(word));
}

// What the message leaves empty stays as it was.
model::Identity filled(model::Identity identity, const model::Identity& before) {
    const auto fill = [](std::string& text, const std::string& known) {
        if (text.empty()) text = known;
    };
    fill(identity.family, before.family);
    fill(identity.given, before.given);
    fill(identity.birth_date, before.birth_date);
    fill(identity.visit_number, before.visit_number);
    if (identity.sex.empty() || identity.sex == "unknown") identity.sex = before.sex;
    return identity;
}

}  // namespace

crypto::Digest MovementBook::number(std::string_view text) const {
    return tables_.persons.lookup({std::string(text), std::string(scope_), {}});
}

Result<void> MovementBook::leave_record(audit::Action action, const model::Pseudonym& subject) {
    audit::Event event;
    event.actor = actor_;
    event.action = action;
    event.object = word_;
    event.subject = subject;
    return tables_.changes.add(event, now_);
}

Result<MovementOutcome> MovementBook::take(const MovementMessage& message) {
    scope_ = message.scope;
    word_ = message.word;
    const auto fingerprint = tables_.persons.lookup({message.fingerprint, fingerprint_scope, {}});
    const auto known = tables_.visits.knows_message(fingerprint);
    if (!known) return failure(known.error());
    if (*known) return MovementOutcome::repeated;
    for (const auto& movement : message.movements) {
        if (auto taken = take(movement); !taken) return failure(std::move(taken.error()));
    }
    return tables_.visits.remember_message(fingerprint, now_, now_ - message_memory).map([] {
        return MovementOutcome::done;
    });
}

Result<void> MovementBook::take(const Movement& movement) {
    const auto person = person_of(movement);
    if (!person) return failure(person.error());
    switch (movement.kind) {
        case MovementKind::arrival:
        case MovementKind::transfer:
        case MovementKind::departure:
            return put(movement, *person);
        case MovementKind::demographics:
            return movement.corrects ? correct(movement, *person) : Result<void>();
        case MovementKind::arrival_cancelled:
            return cancel_visit(movement, *person);
        case MovementKind::transfer_cancelled:
            return cancel_newest(movement, *person, MovementKind::transfer);
        case MovementKind::departure_cancelled:
            return cancel_newest(movement, *person, MovementKind::departure);
        case MovementKind::cancellation:
            return cancel_marked(movement, *person);
        case MovementKind::merge:
            return merge(movement, *person);
        case MovementKind::account_move:
            return move_account(movement, *person);
        case MovementKind::visit_move:
            return move_visit(movement, *person);
    }
    return refused(movement_unknown);
}

Result<Person> MovementBook::person_of(const Movement& movement) {
    const auto& identity = movement.patient;
    if (auto fine = check_identity(identity); !fine) return failure(std::move(fine.error()));
    std::optional<Person> person;
    for (const auto& identifier : identity.identifiers) {
        auto found = tables_.persons.find(identifier);
        if (!found) return failure(std::move(found.error()));
        if (!*found) continue;
        if (person && person->id != (*found)->id) return refused(movement_conflict);
        person = **std::move(found);
    }
    if (person) {
        const auto before = tables_.persons.identity_of(person->subject.pseudonym);
        if (!before) return failure(before.error());
        if (auto replaced = tables_.persons.replace(*person, filled(identity, *before)); !replaced)
            return failure(std::move(replaced.error()));
    } else {
        auto added = tables_.persons.add(identity, now_);
        if (!added) return failure(std::move(added.error()));
        person = *std::move(added);
    }
    if (auto left = leave_record(audit::Action::person_admitted, person->subject.pseudonym); !left)
        return failure(std::move(left.error()));
    return *std::move(person);
}

Result<std::optional<VisitRow>> MovementBook::visit_of(const Movement& movement, const Person& person) {
    const auto& stated = movement.patient.visit_number;
    auto visit =
        stated.empty() ? tables_.visits.find_unnumbered(person.id) : tables_.visits.find(number(stated));
    if (visit && *visit && (*visit)->person != person.id) return refused(movement_conflict);
    return visit;
}

Result<VisitRow> MovementBook::visit_made(const Movement& movement, const Person& person) {
    auto found = visit_of(movement, person);
    if (!found) return failure(std::move(found.error()));
    auto visit = *found;
    if (!visit) {
        const auto& stated = movement.patient.visit_number;
        const auto added =
            tables_.visits.add(person.id, stated.empty() ? std::nullopt : std::optional(number(stated)));
        if (!added) return failure(added.error());
        visit = *added;
    }
    if (!movement.account.empty()) {
        if (auto set = tables_.visits.set_account(visit->id, number(movement.account)); !set)
            return failure(std::move(set.error()));
    }
    return *visit;
}

Result<void> MovementBook::put(const Movement& movement, const Person& person) {
    const auto visit = visit_made(movement, person);
    if (!visit) return failure(visit.error());
    const bool is_undone = visit->cancelled && movement.recorded <= *visit->cancelled;
    MovementRow row{0,        visit->id, movement.kind, movement.bed, movement.happened, movement.recorded,
                    is_undone};
    std::optional<crypto::Digest> mark;
    std::optional<MovementRow> known;
    if (!movement.mark.empty()) {
        mark = number(movement.mark);
        auto found = tables_.visits.find_movement(*mark);
        if (!found) return failure(std::move(found.error()));
        known = *std::move(found);
    }
    if (known && known->visit != visit->id) return refused(movement_conflict);
    if (known && movement.recorded < known->recorded) return {};
    if (known) row.id = known->id;
    // Told again under another control id: a cancellation must not leave the other one behind.
    if (!mark) {
        const auto told = tables_.visits.has_same(row);
        if (!told) return failure(told.error());
        if (*told) return {};
    }
    auto written = known ? tables_.visits.change_movement(row) : tables_.visits.add_movement(row, mark);
    if (!written) return written;
    if (auto left = leave_record(audit::Action::association_changed, person.subject.pseudonym); !left)
        return left;
    return refresh(visit->id);
}

// A message about a person's data that tells a known movement anew.
Result<void> MovementBook::correct(const Movement& movement, const Person& person) {
    auto known = tables_.visits.find_movement(number(movement.mark));
    if (!known) return failure(std::move(known.error()));
    if (!*known) return refused(movement_unknown);
    MovementRow row = **known;
    if (auto owned = check_visit(row.visit, person); !owned) return owned;
    if (movement.recorded < row.recorded) return {};
    if (row.kind != MovementKind::departure) row.bed = movement.bed;
    row.happened = movement.happened;
    row.recorded = movement.recorded;
    row.cancelled = false;
    if (auto left = leave_record(audit::Action::association_changed, person.subject.pseudonym); !left)
        return left;
    return tables_.visits.change_movement(row).and_then([&] { return refresh(row.visit); });
}

Result<void> MovementBook::cancel_visit(const Movement& movement, const Person& person) {
    const auto visit = visit_of(movement, person);
    if (!visit) return failure(visit.error());
    if (!*visit) return refused(movement_unknown);
    const auto cancelled = tables_.visits.cancel_all((*visit)->id, movement.recorded);
    if (!cancelled) return failure(cancelled.error());
    if (*cancelled == 0) return refused(movement_unknown);
    if (auto left = leave_record(audit::Action::association_changed, person.subject.pseudonym); !left)
        return left;
    return refresh((*visit)->id);
}

Result<void> MovementBook::cancel_newest(const Movement& movement, const Person& person, MovementKind kind) {
    if (!movement.mark.empty()) return cancel_marked(movement, person);
    const auto visit = visit_of(movement, person);
    if (!visit) return failure(visit.error());
    if (!*visit) return refused(movement_unknown);
    auto newest = tables_.visits.newest((*visit)->id, kind);
    if (!newest) return failure(std::move(newest.error()));
    // Back to the bed it led to: that transfer is not the one that is cancelled, so that one is gone already.
    const bool is_back =
        *newest && kind == MovementKind::transfer && !movement.bed.empty() && (*newest)->bed == movement.bed;
    if (!*newest || is_back) return refused(movement_unknown);
    return cancel(**std::move(newest), movement, person);
}

Result<void> MovementBook::cancel_marked(const Movement& movement, const Person& person) {
    auto known = tables_.visits.find_movement(number(movement.mark));
    if (!known) return failure(std::move(known.error()));
    if (!*known) return refused(movement_unknown);
    if (auto owned = check_visit((*known)->visit, person); !owned) return owned;
    return cancel(**std::move(known), movement, person);
}

Result<void> MovementBook::cancel(MovementRow row, const Movement& movement, const Person& person) {
    if (auto left = leave_record(audit::Action::association_changed, person.subject.pseudonym); !left)
        return left;
    row.cancelled = true;
    row.recorded = std::max(row.recorded, movement.recorded);
    return tables_.visits.change_movement(row).and_then([&] { return refresh(row.visit); });
}

Result<void> MovementBook::merge(const Movement& movement, const Person& survivor) {
    for (const auto& identifier : movement.merged) {
        auto ended = tables_.persons.find(identifier);
        if (!ended) return failure(std::move(ended.error()));
        if (*ended && (*ended)->id == survivor.id) continue;
        Result<void> merged;
        if (*ended) {
            merged = tables_.persons.merge(**ended, survivor).and_then([&] {
                return leave_record(audit::Action::association_changed, (*ended)->subject.pseudonym);
            });
        } else {
            auto identity = tables_.persons.identity_of(survivor.subject.pseudonym);
            if (!identity) return failure(std::move(identity.error()));
            identity->identifiers.push_back(identifier);
            merged = tables_.persons.replace(survivor, *std::move(identity));
        }
        if (!merged) return merged;
    }
    return leave_record(audit::Action::association_changed, survivor.subject.pseudonym);
}

Result<void> MovementBook::check_owner(const Movement& movement, std::int64_t owner) {
    for (const auto& identifier : movement.merged) {
        const auto person = tables_.persons.find(identifier);
        if (!person) return failure(person.error());
        if (!*person || (*person)->id != owner) return refused(movement_conflict);
    }
    return {};
}

Result<void> MovementBook::check_visit(std::int64_t visit, const Person& person) {
    const auto owned = tables_.visits.of_person(person.id);
    if (!owned) return failure(owned.error());
    if (std::ranges::find(*owned, visit) == owned->end()) return refused(movement_conflict);
    return {};
}

Result<void> MovementBook::give(std::int64_t visit, const Person& person) {
    const auto stays = tables_.stays.of_visit(visit);
    if (!stays) return failure(stays.error());
    return tables_.visits.give(visit, person.id).and_then([&] { return note(*stays); }).and_then([&] {
        return leave_record(audit::Action::association_changed, person.subject.pseudonym);
    });
}

Result<void> MovementBook::move_account(const Movement& movement, const Person& person) {
    const auto visits = tables_.visits.of_account(number(movement.merged_account));
    if (!visits) return failure(visits.error());
    if (visits->empty()) return refused(movement_unknown);
    for (const auto& visit : *visits) {
        if (auto owned = check_owner(movement, visit.person); !owned) return owned;
        if (auto given = give(visit.id, person); !given) return given;
    }
    return {};
}

Result<void> MovementBook::move_visit(const Movement& movement, const Person& person) {
    const auto visit = tables_.visits.find(number(movement.merged_visit));
    if (!visit) return failure(visit.error());
    if (!*visit) return refused(movement_unknown);
    if (auto owned = check_owner(movement, (*visit)->person); !owned) return owned;
    const auto& stated = movement.patient.visit_number;
    if (!stated.empty() && stated != movement.merged_visit) {
        const auto other = tables_.visits.find(number(stated));
        if (!other) return failure(other.error());
        if (*other) return refused(movement_conflict);
        if (auto done = tables_.visits.renumber((*visit)->id, number(stated)); !done) return done;
    }
    return give((*visit)->id, person);
}

Result<void> MovementBook::refresh(std::int64_t visit) {
    const auto movements = tables_.visits.movements(visit);
    if (!movements) return failure(movements.error());
    const auto different = tables_.stays.replace(visit, stays_after(*movements));
    if (!different) return failure(different.error());
    return note(*different);
}

Result<void> MovementBook::note(const std::vector<BedSpan>& different) {
    for (const auto& span : different) {
        if (auto noted = tables_.place_changes.add_bed(span.bed, span.from, span.until); !noted) return noted;
    }
    return {};
}

}  // namespace edgeward::vault

#pragma once

#include <string_view>
#include <vector>

#include <edgeward/vault/movement.hpp>

#include "change_table.hpp"
#include "person_table.hpp"
#include "place_change_table.hpp"
#include "stay_table.hpp"
#include "visit_table.hpp"

namespace edgeward::vault {

// Takes what patient administration tells into the tables, in the caller's transaction, and leaves a change
// record of each person it concerns. What does not fit what is known refuses the whole message.
class MovementBook {
public:
    struct Tables {
        PersonTable& persons;
        VisitTable& visits;
        StayTable& stays;
        ChangeTable& changes;
        PlaceChangeTable& place_changes;
    };
    MovementBook(const Tables& tables, Instant now, std::string_view actor)
        : tables_(tables), now_(now), actor_(actor) {}

    // Errors as IdentityVault::move().
    Result<MovementOutcome> take(const MovementMessage& message);

private:
    Result<void> take(const Movement& movement);
    Result<Person> person_of(const Movement& movement);
    Result<std::optional<VisitRow>> visit_of(const Movement& movement, const Person& person);
    Result<VisitRow> visit_made(const Movement& movement, const Person& person);
    Result<void> put(const Movement& movement, const Person& person);
    Result<void> correct(const Movement& movement, const Person& person);
    Result<void> cancel_visit(const Movement& movement, const Person& person);
    Result<void> cancel_newest(const Movement& movement, const Person& person, MovementKind kind);
    Result<void> cancel_marked(const Movement& movement, const Person& person);
    Result<void> cancel(MovementRow row, const Movement& movement, const Person& person);
    Result<void> merge(const Movement& movement, const Person& survivor);
    Result<void> move_account(const Movement& movement, const Person& person);
    Result<void> move_visit(const Movement& movement, const Person& person);
    Result<void> give(std::int64_t visit, const Person& person);
    // The merged person of the message, whose visit moves, has it.
    Result<void> check_owner(const Movement& movement, std::int64_t owner);
    Result<void> check_visit(std::int64_t visit, const Person& person);
    Result<void> refresh(std::int64_t visit);
    Result<void> note(const std::vector<BedSpan>& different);
    Result<void> leave_record(audit::Action action, const model::Pseudonym& subject);
    [[nodiscard]] crypto::Digest number(std::string_view text) const;

    Tables tables_;
    Instant now_;
    std::string_view actor_;
    std::string_view scope_ = {};
    std::string_view word_ = {};
};

}  // namespace edgeward::vault

#include "delivery_queue.hpp"

#include <algorithm>

#include "statements.hpp"

namespace edgeward::store {
namespace {

// A report that is pending again counts as pending.
std::size_t index_of(DeliveryState state) noexcept {
    return state == DeliveryState::again ? 0 : static_cast<std::size_t>(state);
}

bool is_stuck(DeliveryState state) noexcept {
    return state == DeliveryState::parked || state == DeliveryState::dead;
}

// What a claimed report ends as when nothing happened to it meanwhile.
bool is_end(DeliveryState state) noexcept {
    return state == DeliveryState::delivered || state == DeliveryState::dead ||
           state == DeliveryState::filtered;
}

bool is_delivered(DeliveryState state) noexcept {
    return state == DeliveryState::delivered;
}

audit::Action action_of(DeliveryState state) noexcept {
    if (state == DeliveryState::delivered) return audit::Action::delivered;
    if (state == DeliveryState::erased) return audit::Action::deliveries_erased;
    return state == DeliveryState::dead ? audit::Action::dead_lettered : audit::Action::filtered;
}

audit::Outcome outcome_of(DeliveryState state) noexcept {
    if (state == DeliveryState::delivered || state == DeliveryState::erased) return audit::Outcome::success;
    return state == DeliveryState::dead ? audit::Outcome::failure : audit::Outcome::denied;
}

std::string span_of(std::uint64_t first, std::uint64_t last) {
    if (first == last) return "report " + std::to_string(first);
    return "reports " + std::to_string(first) + "-" + std::to_string(last);
}

}  // namespace

std::string_view name_of(DestinationMode mode) noexcept {
    switch (mode) {
        case DestinationMode::running:
            return "running";
        case DestinationMode::paused:
            return "paused";
        case DestinationMode::draining:
            return "draining";
    }
    return "unknown";
}

Result<DeliveryQueue> DeliveryQueue::open(database::Connection& connection) {
    auto prepared = prepare_all<statements>(
        connection,
        {"SELECT id, name, active, low_water, offered, pending, parked, delivered, dead, filtered, erased, "
         "mode "
         "FROM destination ORDER BY id",
         "INSERT INTO destination(name, active, low_water) VALUES(?1, 1, ?2) ON CONFLICT DO NOTHING",
         "UPDATE destination SET active = ?2 WHERE id = ?1",
         "UPDATE destination SET mode = ?2, mode_since = ?3, mode_actor = ?4, mode_reason = ?5 WHERE id = ?1",
         "UPDATE destination SET low_water = ?2, offered = ?3, pending = ?4, parked = ?5, delivered = ?6, "
         "dead = ?7, "
         "filtered = ?8, erased = ?9 WHERE id = ?1",
         "INSERT INTO delivery(destination, report, state, attempts) VALUES(?1, ?2, 0, 0)",
         "SELECT d.state, r.subject, r.digest FROM delivery d JOIN report r ON r.number = d.report "
         "WHERE d.destination = ?1 AND d.report = ?2",
         "UPDATE delivery SET state = ?3, attempts = ?4, retry_at = ?5, settled_at = ?6, reason = ?7, "
         "sealed_foreign = ?8, subject = ?9 WHERE destination = ?1 AND report = ?2",
         "UPDATE delivery SET state = ?3, attempts = ?4, retry_at = ?5, settled_at = ?6, reason = ?7, "
         "sealed_foreign = ?8, subject = ?9 WHERE destination = ?1 AND report = ?2 AND state = 0",
         "SELECT report FROM delivery WHERE destination = ?1 AND report > ?2 AND state = 0 ORDER BY report "
         "LIMIT 1",
         "SELECT report FROM delivery WHERE destination = ?1 AND state = 1 UNION ALL "
         "SELECT report FROM delivery WHERE destination = ?1 AND state = 3",
         "SELECT d.state FROM delivery d JOIN report r ON r.number = d.report "
         "WHERE d.destination = ?1 AND d.report = ?2 AND length(r.sealed) > 0 "
         "AND NOT EXISTS(SELECT 1 FROM withdrawal w WHERE w.report = d.report)",
         "UPDATE delivery SET state = 6, attempts = 0, retry_at = NULL, settled_at = NULL, reason = NULL, "
         "sealed_foreign = NULL, subject = NULL WHERE destination = ?1 AND report = ?2",
         "INSERT OR IGNORE INTO delivery(destination, report, state, attempts) "
         "SELECT ?1, taken_back_by, 6, 0 FROM withdrawal WHERE report = ?2"});
    if (!prepared) return failure(std::move(prepared.error()));
    DeliveryQueue queue;
    queue.sql_ = std::move(*prepared);
    if (auto loaded = queue.reload(); !loaded) return failure(std::move(loaded.error()));
    return queue;
}

Result<void> DeliveryQueue::reload() {
    database::Statement& select = sql_[select_all];
    const ResetAtEnd guard(select);
    Destinations read;
    for (auto row = select.step();; row = select.step()) {
        if (!row) return failure(std::move(row.error()));
        if (!*row) break;
        Destination destination;
        destination.id = select.integer(0);
        destination.name = select.text(1);
        destination.active = select.integer(2) != 0;
        destination.low_water = unsigned_of(select.integer(3));
        destination.offered = select.integer(4);
        for (std::size_t state = 0; state < destination.by_state.size(); ++state)
            destination.by_state[state] = select.integer(5 + static_cast<int>(state));
        destination.mode = static_cast<DestinationMode>(select.integer(11));
        read.push_back(std::move(destination));
    }
    destinations_ = std::move(read);
    return {};
}

Result<void> DeliveryQueue::set_destinations(const std::vector<std::string>& names, std::uint64_t newest) {
    for (const Destination& destination : destinations_) {
        const bool active = std::find(names.begin(), names.end(), destination.name) != names.end();
        if (active == destination.active) continue;
        auto updated =
            run(sql_[set_active].bind(1, destination.id).bind(2, static_cast<std::int64_t>(active)));
        if (!updated) return updated;
    }
    for (const std::string& name : names) {
        if (find(name)) continue;
        auto inserted =
            run(sql_[insert_destination].bind(1, std::string_view(name)).bind(2, signed_of(newest)));
        if (!inserted) return inserted;
    }
    if (auto saved = save(); !saved) return saved;  // reload() reads what the table says
    return reload();
}

Result<DeliveryQueue::Destination*> DeliveryQueue::find(std::string_view name) {
    const auto place =
        std::find_if(destinations_.begin(), destinations_.end(),
                     [name](const Destination& destination) { return destination.name == name; });
    if (place == destinations_.end()) return failure(ErrorKind::invalid_input, "no such destination");
    return &*place;
}

void DeliveryQueue::count_offered(Destination& destination) noexcept {
    ++destination.offered;
    ++destination.by_state[index_of(DeliveryState::pending)];
    destination.changed = true;
}

Result<void> DeliveryQueue::offer_to(Destination& destination, std::uint64_t report) {
    auto inserted = run(sql_[insert_delivery].bind(1, destination.id).bind(2, signed_of(report)));
    if (inserted) count_offered(destination);
    return inserted;
}

Result<void> DeliveryQueue::offer(std::uint64_t report) {
    for (Destination& destination : destinations_) {
        if (!destination.active || destination.mode == DestinationMode::draining) continue;
        if (auto offered = offer_to(destination, report); !offered) return offered;
    }
    return {};
}

Result<DeliveryQueue::Row> DeliveryQueue::row_of(std::int64_t destination, std::uint64_t report) {
    const auto row = find_row(destination, report);
    if (!row) return failure(row.error());
    if (!*row) return failure(ErrorKind::invalid_input, "the report was never queued for this destination");
    return **row;
}

Result<std::optional<DeliveryQueue::Row>> DeliveryQueue::find_row(std::int64_t destination,
                                                                  std::uint64_t report) {
    database::Statement& select = sql_[select_row];
    const ResetAtEnd guard(select);
    auto found = select.bind(1, destination).bind(2, signed_of(report)).step();
    if (!found) return failure(std::move(found.error()));
    if (!*found) return std::nullopt;
    Row row;
    row.state = static_cast<DeliveryState>(select.integer(0));
    const auto subject = subject_in(select, 1);
    if (!subject) return failure(subject.error());
    const auto digest = digest_in(select, 2);
    if (!digest) return failure(digest.error());
    row.subject = *subject;
    row.digest = *digest;
    return row;
}

Result<std::int64_t> DeliveryQueue::write(Sql which, std::int64_t destination, const Settlement& settlement,
                                          const Row& row, Instant now) {
    const bool parked = settlement.state == DeliveryState::parked;
    database::Statement& update = sql_[which];
    update.bind(1, destination)
        .bind(2, signed_of(settlement.report))
        .bind(3, static_cast<std::int64_t>(settlement.state))
        .bind(4, static_cast<std::int64_t>(settlement.attempts));
    const auto bind_or_null = [&update](int parameter, bool present, auto value) {
        if (present)
            update.bind(parameter, value);
        else
            update.bind_null(parameter);
    };
    bind_or_null(5, parked, count_of(settlement.retry_at));
    bind_or_null(6, !parked, count_of(now));
    bind_or_null(7, !settlement.reason.empty(), std::string_view(settlement.reason));
    bind_or_null(8, !settlement.sealed_foreign.empty(), ByteView(settlement.sealed_foreign));
    bind_or_null(9, parked, row.subject ? ByteView(row.subject->octets()) : ByteView());
    return update.run();
}

void DeliveryQueue::move(Destination& destination, DeliveryState from, DeliveryState to) noexcept {
    --destination.by_state[index_of(from)];
    ++destination.by_state[index_of(to)];
    destination.changed = true;
}

Result<void> DeliveryQueue::turn(Destination& destination, const Settlement& settlement, const Row& row,
                                 Instant now) {
    auto written = write(update_row, destination.id, settlement, row, now);
    if (!written) return failure(std::move(written.error()));
    move(destination, row.state, settlement.state);
    return {};
}

Result<bool> DeliveryQueue::end_claimed(Destination& destination, const Settlement& settlement,
                                        const Row& row, Instant now) {
    auto changed = write(update_pending, destination.id, settlement, row, now);
    if (!changed) return failure(std::move(changed.error()));
    if (*changed == 0) return false;
    move(destination, row.state, settlement.state);
    return true;
}

void DeliveryQueue::vouch(const Settlement& settlement, const Row& row, std::map<GroupKey, Group>& groups) {
    Group& group = groups[{settlement.state, row.subject, settlement.reason}];
    group.first = group.count == 0 ? settlement.report : std::min(group.first, settlement.report);
    group.last = std::max(group.last, settlement.report);
    ++group.count;
    append_big_endian(group.vouched, settlement.report, 8);
    group.vouched.insert(group.vouched.end(), row.digest.begin(), row.digest.end());
}

Result<void> DeliveryQueue::settle_one(Destination& destination, const Settlement& settlement, Instant now,
                                       std::map<GroupKey, Group>& groups) {
    if (settlement.claimed && is_end(settlement.state)) {
        const Row claimed{DeliveryState::pending, settlement.claimed->subject, settlement.claimed->digest};
        const auto ended = end_claimed(destination, settlement, claimed, now);
        if (!ended) return failure(ended.error());
        if (*ended) {
            vouch(settlement, claimed, groups);
            return {};
        }
    }
    auto row = row_of(destination.id, settlement.report);
    if (!row) return failure(std::move(row.error()));
    if (row->state == DeliveryState::filtered && settlement.state != DeliveryState::filtered)
        return follow(destination, settlement.report);
    if (!is_waiting(row->state)) return {};  // ended before, or erased while it was under way
    const bool parks = settlement.state == DeliveryState::parked;
    if (settlement.state == DeliveryState::pending || settlement.state == DeliveryState::again ||
        (settlement.state == DeliveryState::erased && !row->subject) || (parks && !row->subject))
        return failure(ErrorKind::invalid_input, "a report cannot be settled as that");
    if (auto turned = turn(destination, settlement, *row, now); !turned) return turned;
    if (!parks) vouch(settlement, *row, groups);
    return {};
}

Result<std::vector<audit::Event>> DeliveryQueue::settle(std::string_view name,
                                                        const std::vector<Settlement>& settlements,
                                                        std::uint64_t newest, Instant now) {
    auto destination = find(name);
    if (!destination) return failure(std::move(destination.error()));
    std::map<GroupKey, Group> groups;
    for (const Settlement& settlement : settlements) {
        auto settled = settle_one(**destination, settlement, now, groups);
        if (!settled) return failure(std::move(settled.error()));
    }
    if (auto raised = raise_low_water(**destination, newest); !raised)
        return failure(std::move(raised.error()));
    std::vector<audit::Event> events;
    for (const auto& [key, group] : groups) {
        const auto& [state, subject, reason] = key;
        audit::Event event;
        event.actor = "destination:" + std::string(name);
        event.action = action_of(state);
        event.subject = subject;
        event.object = span_of(group.first, group.last);
        event.outcome = outcome_of(state);
        event.rule = reason;
        event.details = crypto::sha256(group.vouched);
        event.count = group.count;
        events.push_back(std::move(event));
    }
    return events;
}

Result<void> DeliveryQueue::raise_low_water(Destination& destination, std::uint64_t newest) {
    database::Statement& select = sql_[next_pending];
    const ResetAtEnd guard(select);
    auto row = select.bind(1, destination.id).bind(2, signed_of(destination.low_water)).step();
    if (!row) return failure(std::move(row.error()));
    const std::uint64_t low_water = *row ? unsigned_of(select.integer(0)) - 1 : newest;
    destination.changed = destination.changed || low_water != destination.low_water;
    destination.low_water = low_water;
    return {};
}

Result<std::vector<std::uint64_t>> DeliveryQueue::stuck(std::int64_t destination) {
    database::Statement& select = sql_[select_stuck];
    const ResetAtEnd guard(select);
    select.bind(1, destination);
    std::vector<std::uint64_t> reports;
    for (auto row = select.step();; row = select.step()) {
        if (!row) return failure(std::move(row.error()));
        if (!*row) return reports;
        reports.push_back(unsigned_of(select.integer(0)));
    }
}

// Into state `again`, which has an index: the low-water mark and the order of the others stay.
Result<bool> DeliveryQueue::release(Destination& destination, std::uint64_t report, Released may_be) {
    DeliveryState state{};
    {
        database::Statement& select = sql_[select_state];
        const ResetAtEnd guard(select);
        auto row = select.bind(1, destination.id).bind(2, signed_of(report)).step();
        if (!row) return failure(std::move(row.error()));
        if (!*row) return false;
        state = static_cast<DeliveryState>(select.integer(0));
    }
    if (!may_be(state)) return false;
    auto released = run(sql_[release_row].bind(1, destination.id).bind(2, signed_of(report)));
    if (!released) return failure(std::move(released.error()));
    --destination.by_state[index_of(state)];
    ++destination.by_state[index_of(DeliveryState::again)];
    destination.changed = true;
    return true;
}

Result<std::uint64_t> DeliveryQueue::release_all(Destination& destination,
                                                 const std::vector<std::uint64_t>& reports, Released may_be) {
    std::uint64_t count = 0;
    for (const std::uint64_t report : reports) {
        auto released = release(destination, report, may_be);
        if (!released) return failure(std::move(released.error()));
        count += *released ? 1 : 0;
    }
    return count;
}

Result<std::uint64_t> DeliveryQueue::retry(std::string_view name, const std::vector<std::uint64_t>& reports) {
    auto destination = find(name);
    if (!destination) return failure(std::move(destination.error()));
    Result<std::vector<std::uint64_t>> wanted = reports;
    if (reports.empty()) wanted = stuck((*destination)->id);
    if (!wanted) return failure(std::move(wanted.error()));
    return release_all(**destination, *wanted, is_stuck);
}

Result<std::uint64_t> DeliveryQueue::replay(std::string_view name,
                                            const std::vector<std::uint64_t>& reports) {
    auto destination = find(name);
    if (!destination) return failure(std::move(destination.error()));
    return release_all(**destination, reports, is_delivered);
}

Result<bool> DeliveryQueue::set_mode(std::string_view name, DestinationMode mode, std::string_view actor,
                                     std::string_view reason, Instant now) {
    auto found = find(name);
    if (!found) return failure(std::move(found.error()));
    Destination& destination = **found;
    if (destination.mode == mode) return false;
    auto updated = run(sql_[update_mode]
                           .bind(1, destination.id)
                           .bind(2, static_cast<std::int64_t>(mode))
                           .bind(3, count_of(now))
                           .bind(4, actor)
                           .bind(5, reason));
    if (!updated) return failure(std::move(updated.error()));
    destination.mode = mode;
    return true;
}

Result<void> DeliveryQueue::save() {
    for (Destination& destination : destinations_) {
        if (!destination.changed) continue;
        database::Statement& update = sql_[save_destination];
        update.bind(1, destination.id).bind(2, signed_of(destination.low_water)).bind(3, destination.offered);
        for (std::size_t state = 0; state < destination.by_state.size(); ++state)
            update.bind(4 + static_cast<int>(state), destination.by_state[state]);
        if (auto saved = run(update); !saved) return saved;
        destination.changed = false;
    }
    return {};
}

}  // namespace edgeward::store

// What SqlcipherVault does as a BedRegister.

#include <algorithm>

#include "movement_book.hpp"
#include "sqlcipher_vault.hpp"
#include "transaction.hpp"

namespace edgeward::vault {

Result<MovementOutcome> SqlcipherVault::move(const MovementMessage& message, std::string_view actor) {
    const std::lock_guard lock(database_mutex_);
    auto outcome = in_transaction(tables_.database, [&] {
        const MovementBook::Tables tables{tables_.persons, tables_.visits, tables_.stays, tables_.changes,
                                          tables_.place_changes};
        return MovementBook(tables, clock_.now(), actor).take(message);
    });
    const auto merges = [](const Movement& movement) { return movement.kind == MovementKind::merge; };
    if (std::ranges::any_of(message.movements, merges))
        cache_.clear();  // identifiers lead elsewhere
    else
        cache_.forget_spans();
    return outcome;
}

Result<std::int64_t> SqlcipherVault::place(const BedPlacement& placement, std::string_view actor) {
    const std::lock_guard lock(database_mutex_);
    auto id = in_transaction(tables_.database, [&]() -> Result<std::int64_t> {
        auto added = tables_.placements.add(placement);
        if (!added) return added;
        return tables_.place_changes.add_device(placement.device, placement.from, placement.until)
            .and_then([&] {
                return leave_record(actor, audit::Action::association_changed, "place " + placement.device,
                                    {});
            })
            .map([&] { return *added; });
    });
    cache_.forget_spans();
    return id;
}

Result<void> SqlcipherVault::end_placement(std::string_view device, Instant until, std::string_view actor) {
    const std::lock_guard lock(database_mutex_);
    auto ended = tables_.database.transaction([&]() -> Result<void> {
        return tables_.placements.end(device, until)
            .and_then([&] { return tables_.place_changes.add_device(device, until, std::nullopt); })
            .and_then([&] {
                return leave_record(actor, audit::Action::association_changed,
                                    "unplace " + std::string(device), {});
            });
    });
    cache_.forget_spans();
    return ended;
}

Result<std::vector<BedPlacement>> SqlcipherVault::placements(std::string_view device) {
    const std::lock_guard lock(database_mutex_);
    return tables_.placements.of_device(device);
}

Result<std::vector<Stay>> SqlcipherVault::named(const std::vector<StayRow>& rows) {
    std::vector<Stay> stays;
    for (const auto& row : rows) {
        const auto identity = tables_.persons.identity_of(row.subject);
        if (!identity) return failure(identity.error());
        stays.push_back({row.span.bed, identity->identifiers.front(), row.span.from, row.span.until});
    }
    return stays;
}

Result<std::vector<Stay>> SqlcipherVault::stays_in(std::string_view bed, std::size_t most) {
    const std::lock_guard lock(database_mutex_);
    const auto rows = tables_.stays.in_bed(bed, most);
    if (!rows) return failure(rows.error());
    return named(*rows);
}

Result<std::vector<Stay>> SqlcipherVault::stays_of(const model::PatientIdentifier& identifier,
                                                   std::size_t most) {
    const std::lock_guard lock(database_mutex_);
    const auto person = tables_.persons.find(identifier);
    if (!person) return failure(person.error());
    if (!*person) return std::vector<Stay>{};
    const auto rows = tables_.stays.of_person((*person)->id, most);
    if (!rows) return failure(rows.error());
    return named(*rows);
}

Result<std::optional<PlaceChange>> SqlcipherVault::unexamined_change() {
    const std::lock_guard lock(database_mutex_);
    return tables_.place_changes.oldest();
}

Result<void> SqlcipherVault::change_examined(std::int64_t id) {
    const std::lock_guard lock(database_mutex_);
    return tables_.place_changes.remove(id);
}

Result<std::vector<std::string>> SqlcipherVault::devices_at(std::string_view bed, Instant from,
                                                            std::optional<Instant> until) {
    const std::lock_guard lock(database_mutex_);
    return tables_.placements.devices_at(bed, from, until.value_or(Instant::max()));
}

}  // namespace edgeward::vault

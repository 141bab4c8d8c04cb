// What SqlcipherReader knows of requests for storage commitment.

#include <edgeward/store/commitment_log.hpp>

#include "query.hpp"
#include "statements.hpp"
#include "store_reader.hpp"

namespace edgeward::store {
namespace {

// What destinations say of one report. Only what they have committed themselves to counts as kept.
struct States {
    bool kept = false;
    bool failed = false;
    bool waits = false;

    void add(std::string_view destination, DeliveryState state, std::string_view reason,
             const std::set<std::string>& archives) {
        if (state == DeliveryState::delivered && reason == delivered_and_committed) {
            kept = true;
            return;
        }
        if (state == DeliveryState::filtered || !archives.contains(std::string(destination))) return;
        const bool waiting = state == DeliveryState::pending || state == DeliveryState::parked ||
                             state == DeliveryState::again;
        (waiting ? waits : failed) = true;
    }
    // Nothing: it waits.
    [[nodiscard]] std::optional<Kept> verdict() const {
        if (failed) return Kept::failed;
        if (waits) return std::nullopt;
        return kept ? Kept::committed : Kept::failed;
    }
};

Result<States> states_of(database::Statement& deliveries, std::int64_t report,
                         const std::set<std::string>& archives) {
    States states;
    auto done = query(
        deliveries, [report](database::Statement& sql) { sql.bind(1, report); },
        [&](const database::Statement& row) -> Result<void> {
            states.add(row.text(0), static_cast<DeliveryState>(row.integer(1)), row.text(2), archives);
            return {};
        });
    if (!done) return failure(std::move(done.error()));
    return states;
}

}  // namespace

Result<std::vector<OpenCommitment>> SqlcipherReader::open_commitments() {
    const std::lock_guard lock(mutex_);
    std::vector<OpenCommitment> open;
    auto done = query(connection_, "SELECT id, sender, uid, taken, decided FROM commitment ORDER BY id",
                      no_parameters, [&](const database::Statement& row) -> Result<void> {
                          OpenCommitment one;
                          one.number = unsigned_of(row.integer(0));
                          one.sender = row.text(1);
                          one.transaction = row.text(2);
                          one.taken = instant_of(row.integer(3));
                          one.decided = database::time_in(row, 4);
                          open.push_back(std::move(one));
                          return {};
                      });
    if (!done) return failure(std::move(done.error()));
    return open;
}

Result<CommitmentReader::CommitmentLook> SqlcipherReader::look_at_commitment(
    std::uint64_t number, const std::set<std::string>& archives, std::size_t most) {
    const std::lock_guard lock(mutex_);
    auto objects = connection_.prepare(
        "SELECT position, report FROM commitment_object WHERE request = ?1 AND kept IS NULL ORDER BY "
        "position");
    if (!objects) return failure(std::move(objects.error()));
    // The other way round SQLite would walk over the whole queue for each report.
    auto deliveries = connection_.prepare(
        "SELECT n.name, d.state, d.reason FROM destination n CROSS JOIN delivery d ON d.destination = n.id "
        "AND d.report = ?1");
    if (!deliveries) return failure(std::move(deliveries.error()));
    const ResetAtEnd guard(*objects);
    objects->bind(1, signed_of(number));
    CommitmentLook look;
    while (look.verdicts.size() < most) {
        const auto row = objects->step();
        if (!row) return failure(row.error());
        look.all = !*row;
        if (look.all) return look;
        const auto states = states_of(*deliveries, objects->integer(1), archives);
        if (!states) return failure(states.error());
        const auto verdict = states->verdict();
        look.waits = !verdict;
        if (look.waits) return look;
        look.verdicts.emplace_back(unsigned_of(objects->integer(0)), *verdict);
    }
    return look;
}

Result<std::vector<CommitmentObject>> SqlcipherReader::commitment_objects(std::uint64_t number) {
    const std::lock_guard lock(mutex_);
    std::vector<CommitmentObject> objects;
    auto done = query(
        connection_,
        "SELECT class, instance, kept FROM commitment_object WHERE request = ?1 ORDER BY position",
        [&](database::Statement& sql) { sql.bind(1, signed_of(number)); },
        [&](const database::Statement& row) -> Result<void> {
            CommitmentObject one{std::string(row.text(0)), std::string(row.text(1)), {}};
            if (!row.is_null(2)) one.kept = static_cast<Kept>(row.integer(2));
            objects.push_back(std::move(one));
            return {};
        });
    if (!done) return failure(std::move(done.error()));
    return objects;
}

}  // namespace edgeward::store

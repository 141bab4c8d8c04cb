#include "quarantine.hpp"

#include "statements.hpp"

namespace edgeward::store {
namespace {

constexpr std::uint64_t most_rebuilt = std::uint64_t{64} << 20U;

}  // namespace

Result<Quarantine> Quarantine::open(database::Connection& connection) {
    auto prepared = prepare_all<statements>(
        connection,
        {"INSERT INTO quarantine(device, received, reason, detail, topic, payload) "
         "VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
         "SELECT device, reason FROM quarantine WHERE id = ?1", "DELETE FROM quarantine WHERE id = ?1",
         "SELECT device, reason, count(*) FROM quarantine WHERE received < ?1 GROUP BY device, reason",
         "DELETE FROM quarantine WHERE received < ?1",
         "SELECT coalesce(sum(length(topic) + length(payload)), 0) FROM quarantine"});
    if (!prepared) return failure(std::move(prepared.error()));
    Quarantine quarantine;
    quarantine.sql_ = std::move(*prepared);
    return quarantine;
}

Result<crypto::Digest> Quarantine::add(const Inbound& message, const Quarantined& fate, std::int64_t device) {
    auto inserted = run(sql_[insert]
                            .bind(1, device)
                            .bind(2, count_of(message.received))
                            .bind(3, std::string_view(fate.reason))
                            .bind(4, std::string_view(fate.detail))
                            .bind(5, ByteView(fate.sealed_topic))
                            .bind(6, ByteView(fate.sealed_payload)));
    if (!inserted) return failure(std::move(inserted.error()));
    return crypto::sha256({fate.sealed_topic, fate.sealed_payload});
}

Result<std::optional<Quarantine::Taken>> Quarantine::take_if_there(std::uint64_t id) {
    Taken taken;
    {
        const ResetAtEnd guard(sql_[select]);
        auto row = sql_[select].bind(1, signed_of(id)).step();
        if (!row) return failure(std::move(row.error()));
        if (!*row) return std::nullopt;
        taken.device = sql_[select].integer(0);
        taken.reason = sql_[select].text(1);
    }
    if (auto removed = run(sql_[remove].bind(1, signed_of(id))); !removed)
        return failure(std::move(removed.error()));
    return taken;
}

Result<Quarantine::Taken> Quarantine::take(std::uint64_t id) {
    auto taken = take_if_there(id);
    if (!taken) return failure(std::move(taken.error()));
    if (!*taken) return failure(ErrorKind::invalid_input, "no such quarantine entry");
    return **std::move(taken);
}

// secure_delete overwrites removed cells; but a cell that moved to another page while the tree was balanced
// leaves its copy in the gap of the old one. Clearing the table overwrites its pages whole.
Result<bool> Quarantine::rebuild(database::Connection& connection) {
    {
        const ResetAtEnd guard(sql_[octets]);
        auto row = sql_[octets].step();
        if (!row) return failure(std::move(row.error()));
        if (unsigned_of(sql_[octets].integer(0)) > most_rebuilt) return false;
    }
    auto rebuilt = connection.execute(
        "CREATE TEMP TABLE kept AS SELECT * FROM quarantine; DELETE FROM quarantine;"
        "INSERT INTO quarantine SELECT * FROM temp.kept; DROP TABLE temp.kept");
    return rebuilt.map([] { return true; });
}

Result<std::vector<Quarantine::Taken>> Quarantine::expire(Instant before) {
    std::vector<Taken> taken;
    {
        database::Statement& old = sql_[group_old];
        const ResetAtEnd guard(old);
        old.bind(1, count_of(before));
        for (auto row = old.step();; row = old.step()) {
            if (!row) return failure(std::move(row.error()));
            if (!*row) break;
            taken.push_back({old.integer(0), std::string(old.text(1)), unsigned_of(old.integer(2))});
        }
    }
    if (taken.empty()) return taken;
    auto removed = run(sql_[remove_old].bind(1, count_of(before)));
    if (!removed) return failure(std::move(removed.error()));
    return taken;
}

}  // namespace edgeward::store

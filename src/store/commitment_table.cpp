#include "commitment_table.hpp"

#include <algorithm>

#include <edgeward/crypto/digest.hpp>
#include <edgeward/store/object_files.hpp>

#include "query.hpp"
#include "sqlcipher_store.hpp"
#include "statements.hpp"

namespace edgeward::store {
namespace {

// The same request again, or another one under its UID?
crypto::Digest content_of(const std::vector<CommitmentObject>& objects) {
    Bytes octets;
    for (const auto& object : objects) {
        for (const auto& text : {object.sop_class, object.sop_instance}) {
            append_big_endian(octets, text.size(), 4);
            octets.insert(octets.end(), text.begin(), text.end());
        }
    }
    return crypto::sha256(octets);
}

std::optional<std::uint64_t> number_in(const database::Statement& row, int column) {
    if (row.is_null(column)) return std::nullopt;
    return unsigned_of(row.integer(column));
}

void bind_number(database::Statement& sql, int parameter, const std::optional<std::uint64_t>& number) {
    if (number)
        sql.bind(parameter, signed_of(*number));
    else
        sql.bind_null(parameter);
}

}  // namespace

Result<CommitmentTable> CommitmentTable::open(database::Connection& connection) {
    auto prepared = prepare_all<statements>(
        connection,
        {"SELECT content FROM commitment WHERE sender = ?1 AND uid = ?2",
         "SELECT count(*) FROM commitment WHERE sender = ?1",
         "INSERT INTO commitment(sender, uid, content, taken) VALUES(?1, ?2, ?3, ?4)",
         "SELECT max(id) FROM commitment",
         // The one that came last, and one that is held before all: nobody keeps what the sender has now.
         "SELECT o.class, o.report, o.quarantine FROM object o WHERE o.instance = ?1 AND "
         "(EXISTS(SELECT 1 FROM report WHERE number = o.report AND length(sealed) > 0) OR "
         "EXISTS(SELECT 1 FROM quarantine WHERE id = o.quarantine)) "
         "ORDER BY o.quarantine IS NULL, o.report DESC LIMIT 1",
         "INSERT INTO commitment_object(request, position, class, instance, report, quarantine, kept) "
         "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
         "UPDATE commitment_object SET kept = ?3 WHERE request = ?1 AND position = ?2 AND kept IS NULL",
         "UPDATE commitment_object SET kept = 3 WHERE request = ?1 AND kept IS NULL",
         "UPDATE commitment SET decided = ?2 WHERE id = ?1 AND decided IS NULL",
         "SELECT sender FROM commitment WHERE id = ?1",
         "SELECT count(*), count(*) FILTER (WHERE kept = 0) FROM commitment_object WHERE request = ?1",
         "DELETE FROM commitment_object WHERE request = ?1", "DELETE FROM commitment WHERE id = ?1",
         "UPDATE commitment_object SET kept = 3 WHERE request IN "
         "(SELECT request FROM commitment_object WHERE report = ?1)",
         "DELETE FROM commitment_object WHERE report = ?1",
         "UPDATE commitment_object SET kept = 3 WHERE request IN "
         "(SELECT request FROM commitment_object WHERE quarantine = ?1)",
         "DELETE FROM commitment_object WHERE quarantine = ?1",
         "SELECT id FROM commitment c WHERE NOT EXISTS(SELECT 1 FROM commitment_object WHERE request = "
         "c.id)"});
    if (!prepared) return failure(std::move(prepared.error()));
    CommitmentTable table;
    table.sql_ = std::move(*prepared);
    return table;
}

Result<std::optional<CommitmentTaken>> CommitmentTable::reason_not_to_take(const AskedCommitment& asked,
                                                                           std::size_t most_open,
                                                                           ByteView content) {
    std::optional<CommitmentTaken> reason;
    auto done = query(
        sql_[find_same],
        [&](database::Statement& sql) { sql.bind(1, asked.sender).bind(2, asked.transaction); },
        [&](const database::Statement& row) -> Result<void> {
            const bool same = std::ranges::equal(row.octets(0), content);
            reason = same ? CommitmentTaken::same_again : CommitmentTaken::other_content;
            return {};
        });
    if (!done) return failure(std::move(done.error()));
    if (reason) return reason;
    done = query(
        sql_[count_open], [&](database::Statement& sql) { sql.bind(1, asked.sender); },
        [&](const database::Statement& row) -> Result<void> {
            if (unsigned_of(row.integer(0)) >= most_open) reason = CommitmentTaken::too_many;
            return {};
        });
    if (!done) return failure(std::move(done.error()));
    return reason;
}

Result<CommitmentTable::Found> CommitmentTable::find(const std::string& sender,
                                                     const CommitmentObject& object) {
    const auto key = object_key(sender, object.sop_instance);
    Found found;
    found.kept = Kept::unknown;
    auto done = query(
        sql_[find_object], [&](database::Statement& sql) { sql.bind(1, ByteView(key)); },
        [&](const database::Statement& row) -> Result<void> {
            found.report = number_in(row, 1);
            found.held = number_in(row, 2);
            found.kept.reset();
            if (found.held) found.kept = Kept::failed;
            if (row.text(0) != object.sop_class) found.kept = Kept::other_class;
            return {};
        });
    if (!done) return failure(std::move(done.error()));
    return found;
}

Result<void> CommitmentTable::add(std::uint64_t number, std::uint64_t position,
                                  const CommitmentObject& object, const Found& found) {
    database::Statement& insert = sql_[insert_object];
    insert.bind(1, signed_of(number))
        .bind(2, signed_of(position))
        .bind(3, object.sop_class)
        .bind(4, object.sop_instance);
    bind_number(insert, 5, found.report);
    bind_number(insert, 6, found.held);
    if (found.kept)
        insert.bind(7, static_cast<std::int64_t>(*found.kept));
    else
        insert.bind_null(7);
    return run(insert);
}

Result<CommitmentTable::Taken> CommitmentTable::take(const AskedCommitment& asked, std::size_t most_open,
                                                     Instant now) {
    const auto content = content_of(asked.objects);
    const auto reason = reason_not_to_take(asked, most_open, content);
    if (!reason) return failure(reason.error());
    if (*reason) return Taken{**reason, 0};
    auto inserted = run(sql_[insert_request]
                            .bind(1, asked.sender)
                            .bind(2, asked.transaction)
                            .bind(3, ByteView(content))
                            .bind(4, count_of(now)));
    if (!inserted) return failure(std::move(inserted.error()));
    Taken taken;
    auto numbered =
        query(sql_[last_number], no_parameters, [&](const database::Statement& row) -> Result<void> {
            taken.number = unsigned_of(row.integer(0));
            return {};
        });
    if (!numbered) return failure(std::move(numbered.error()));
    for (std::size_t i = 0; i < asked.objects.size(); ++i) {
        const auto found = find(asked.sender, asked.objects[i]);
        if (!found) return failure(found.error());
        if (auto added = add(taken.number, i, asked.objects[i], *found); !added)
            return failure(std::move(added.error()));
    }
    return taken;
}

Result<void> CommitmentTable::settle(std::uint64_t number, const CommitmentVerdicts& verdicts) {
    for (const auto& [position, kept] : verdicts) {
        auto set = run(sql_[set_kept]
                           .bind(1, signed_of(number))
                           .bind(2, signed_of(position))
                           .bind(3, static_cast<std::int64_t>(kept)));
        if (!set) return set;
    }
    return {};
}

Result<void> CommitmentTable::decide(std::uint64_t number, Instant now) {
    if (auto failed = run(sql_[fail_open].bind(1, signed_of(number))); !failed) return failed;
    return run(sql_[set_decided].bind(1, signed_of(number)).bind(2, count_of(now)));
}

Result<std::optional<CommitmentTable::Ended>> CommitmentTable::end(std::uint64_t number) {
    std::optional<Ended> ended;
    const auto bind = [number](database::Statement& sql) { sql.bind(1, signed_of(number)); };
    auto done = query(sql_[select_request], bind, [&](const database::Statement& row) -> Result<void> {
        ended = Ended{number, std::string(row.text(0)), 0, 0};
        return {};
    });
    if (!done) return failure(std::move(done.error()));
    if (!ended) return ended;
    done = query(sql_[count_objects], bind, [&](const database::Statement& row) -> Result<void> {
        ended->objects = unsigned_of(row.integer(0));
        ended->committed = unsigned_of(row.integer(1));
        return {};
    });
    if (done) done = run(sql_[remove_objects].bind(1, signed_of(number)));
    if (done) done = run(sql_[remove_request].bind(1, signed_of(number)));
    if (!done) return failure(std::move(done.error()));
    return ended;
}

Result<std::vector<CommitmentTable::Ended>> CommitmentTable::forget(
    Sql fail_with, Sql remove_them, const std::vector<std::uint64_t>& numbers) {
    for (const std::uint64_t number : numbers) {
        for (const Sql step : {fail_with, remove_them}) {
            if (auto done = run(sql_[step].bind(1, signed_of(number))); !done)
                return failure(std::move(done.error()));
        }
    }
    std::vector<std::uint64_t> empty;
    auto done = query(sql_[select_empty], no_parameters, [&](const database::Statement& row) -> Result<void> {
        empty.push_back(unsigned_of(row.integer(0)));
        return {};
    });
    if (!done) return failure(std::move(done.error()));
    std::vector<Ended> ended;
    for (const std::uint64_t number : empty) {
        const auto one = end(number);
        if (!one) return failure(one.error());
        if (*one) ended.push_back(**one);
    }
    return ended;
}

Result<std::vector<CommitmentTable::Ended>> CommitmentTable::forget_reports(
    const std::vector<std::uint64_t>& reports) {
    return forget(fail_with_report, forget_report, reports);
}

Result<std::vector<CommitmentTable::Ended>> CommitmentTable::forget_held(
    const std::vector<std::uint64_t>& ids) {
    return forget(fail_with_quarantined, forget_quarantined, ids);
}

namespace {

audit::Event event_of(audit::Action action, const CommitmentTable::Ended& ended, std::string rule) {
    audit::Event event;
    event.actor = "sender:" + ended.sender;
    event.action = action;
    event.object = "request " + std::to_string(ended.number) + ": " + std::to_string(ended.committed) +
                   " of " + std::to_string(ended.objects) + " committed";
    event.outcome = ended.committed == ended.objects ? audit::Outcome::success : audit::Outcome::failure;
    event.rule = std::move(rule);
    return event;
}

}  // namespace

Result<CommitmentTaken> SqlcipherStore::take_commitment(const AskedCommitment& asked, std::size_t most_open) {
    return change([&]() -> Result<CommitmentTaken> {
        const auto taken = parts_->commitments.take(asked, most_open, clock_->now());
        if (!taken) return failure(taken.error());
        if (taken->outcome != CommitmentTaken::taken) return taken->outcome;
        audit::Event event;
        event.actor = "sender:" + asked.sender;
        event.action = audit::Action::commitment_requested;
        event.object = "request " + std::to_string(taken->number);
        event.count = asked.objects.size();
        if (auto appended = parts_->audit.append(std::move(event)); !appended)
            return failure(std::move(appended.error()));
        return CommitmentTaken::taken;
    });
}

Result<void> SqlcipherStore::settle_commitment(std::uint64_t number, const CommitmentVerdicts& verdicts,
                                               bool last) {
    return change([&]() -> Result<void> {
        if (auto settled = parts_->commitments.settle(number, verdicts); !settled) return settled;
        return last ? parts_->commitments.decide(number, clock_->now()) : Result<void>{};
    });
}

Result<void> SqlcipherStore::end_commitment(std::uint64_t number, const std::string& not_told_why) {
    return change([&]() -> Result<void> {
        const auto ended = parts_->commitments.end(number);
        if (!ended) return failure(ended.error());
        if (!*ended) return {};
        const auto action =
            not_told_why.empty() ? audit::Action::commitment_reported : audit::Action::commitment_unreported;
        return parts_->audit.append(event_of(action, **ended, not_told_why));
    });
}

Result<void> SqlcipherStore::append_forgotten(const Result<std::vector<CommitmentTable::Ended>>& ended) {
    if (!ended) return failure(ended.error());
    for (const auto& one : *ended) {
        auto event = event_of(audit::Action::commitment_unreported, one, "erased");
        event.outcome = audit::Outcome::failure;
        if (auto appended = parts_->audit.append(std::move(event)); !appended) return appended;
    }
    return {};
}

}  // namespace edgeward::store

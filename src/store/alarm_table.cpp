#include "alarm_table.hpp"

#include <edgeward/pseudonym/pseudonymizer.hpp>

#include "query.hpp"
#include "sqlcipher_store.hpp"
#include "statements.hpp"
#include "store_reader.hpp"

namespace edgeward::store {
namespace {

template <typename Enum>
std::int64_t number_of(Enum word) {
    return static_cast<std::int64_t>(word);
}

}  // namespace

Result<AlarmTable> AlarmTable::open(database::Connection& connection) {
    auto prepared = prepare_all<statements>(
        connection,
        {"INSERT INTO alarm(id, rule, subject, device, by_place, priority, state, stage, sequence, onset, "
         "noticed, seen, raised, acknowledged, ended, due, silent_until, actor, sealed) VALUES(?1, ?2, ?3, "
         "?4, "
         "?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19) "
         "ON CONFLICT(id) DO UPDATE SET state = excluded.state, stage = excluded.stage, sequence = "
         "excluded.sequence, seen = excluded.seen, raised = excluded.raised, acknowledged = "
         "excluded.acknowledged, ended = excluded.ended, due = excluded.due, silent_until = "
         "excluded.silent_until, actor = excluded.actor, sealed = excluded.sealed "
         "WHERE excluded.sequence > alarm.sequence",
         "DELETE FROM alarm WHERE id = ?1 AND state = 1",
         "INSERT OR IGNORE INTO alarm_notice(alarm, sequence, target, step, time) VALUES(?1, ?2, ?3, ?4, ?5)",
         "DELETE FROM alarm_notice WHERE alarm = ?1 AND sequence = ?2 AND target = ?3",
         "SELECT subject FROM alarm WHERE id = ?1 AND subject IS NOT NULL",
         "SELECT DISTINCT subject FROM alarm WHERE subject IS NOT NULL",
         "DELETE FROM alarm_notice WHERE alarm IN (SELECT id FROM alarm WHERE subject = ?1)",
         "DELETE FROM alarm WHERE subject = ?1",
         "DELETE FROM alarm WHERE state = 4 AND ended < ?1 AND NOT EXISTS(SELECT 1 FROM alarm_notice n WHERE "
         "n.alarm = alarm.id)"});
    if (!prepared) return failure(std::move(prepared.error()));
    AlarmTable table;
    table.sql_ = std::move(*prepared);
    return table;
}

Result<void> AlarmTable::save(const AlarmChange& change) {
    const alarm::Alarm& alarm = change.row.alarm;
    if (change.step == alarm::Step::dropped) return run(sql_[drop_row].bind(1, std::string_view(alarm.id)));
    database::Statement& sql = sql_[save_row];
    sql.bind(1, std::string_view(alarm.id))
        .bind(2, std::string_view(alarm.rule))
        .bind(4, std::string_view(alarm.device))
        .bind(5, std::int64_t{alarm.by_place})
        .bind(6, number_of(alarm.priority))
        .bind(7, number_of(alarm.state))
        .bind(8, std::int64_t{alarm.stage})
        .bind(9, signed_of(alarm.sequence))
        .bind(10, count_of(alarm.onset))
        .bind(11, count_of(alarm.noticed))
        .bind(12, count_of(alarm.seen))
        .bind(18, std::string_view(alarm.actor))
        .bind(19, ByteView(change.row.sealed));
    if (alarm.subject)
        sql.bind(3, ByteView(alarm.subject->octets()));
    else
        sql.bind_null(3);
    bind_time(sql, 13, alarm.raised);
    bind_time(sql, 14, alarm.acknowledged);
    bind_time(sql, 15, alarm.ended);
    bind_time(sql, 16, alarm.due);
    bind_time(sql, 17, alarm.silent_until);
    if (auto saved = run(sql); !saved) return saved;
    for (const AlarmNotice& notice : change.notices) {
        database::Statement& add = sql_[add_notice];
        add.bind(1, std::string_view(notice.alarm))
            .bind(2, signed_of(notice.sequence))
            .bind(3, std::string_view(notice.target))
            .bind(4, number_of(notice.step))
            .bind(5, count_of(notice.time));
        if (auto added = run(add); !added) return added;
    }
    return {};
}

Result<AlarmTable::Settled> AlarmTable::settle(const AlarmNotice& notice) {
    auto changed = sql_[end_notice]
                       .bind(1, std::string_view(notice.alarm))
                       .bind(2, signed_of(notice.sequence))
                       .bind(3, std::string_view(notice.target))
                       .run();
    if (!changed) return failure(std::move(changed.error()));
    Settled settled;
    settled.there = *changed > 0;
    auto read = query(
        sql_[select_subject], [&](database::Statement& sql) { sql.bind(1, std::string_view(notice.alarm)); },
        [&](const database::Statement& row) -> Result<void> {
            auto subject = pseudonym::recall(row.octets(0));
            if (!subject) return failure(ErrorKind::corrupt, "the subject of an alarm is no pseudonym");
            settled.subject = *subject;
            return {};
        });
    if (!read) return failure(std::move(read.error()));
    return settled;
}

Result<std::uint64_t> AlarmTable::erase(const std::function<bool(const model::Pseudonym&)>& theirs) {
    std::vector<model::Pseudonym> subjects;
    auto read =
        query(sql_[select_subjects], no_parameters, [&](const database::Statement& row) -> Result<void> {
            const auto subject = pseudonym::recall(row.octets(0));
            if (!subject) return failure(ErrorKind::corrupt, "the subject of an alarm is no pseudonym");
            if (theirs(*subject)) subjects.push_back(*subject);
            return {};
        });
    if (!read) return failure(std::move(read.error()));
    std::uint64_t erased = 0;
    for (const model::Pseudonym& subject : subjects) {
        const ByteView octets = subject.octets();
        if (auto gone = run(sql_[erase_notices].bind(1, octets)); !gone)
            return failure(std::move(gone.error()));
        auto rows = sql_[erase_rows].bind(1, octets).run();
        if (!rows) return failure(std::move(rows.error()));
        erased += static_cast<std::uint64_t>(*rows);
    }
    return erased;
}

Result<std::uint64_t> AlarmTable::retire(Instant before) {
    auto rows = sql_[retire_rows].bind(1, count_of(before)).run();
    if (!rows) return failure(std::move(rows.error()));
    return static_cast<std::uint64_t>(*rows);
}

Result<void> SqlcipherStore::save_alarms(const std::vector<AlarmChange>& changes) {
    return change([&]() -> Result<void> {
        for (const AlarmChange& one : changes) {
            if (auto saved = parts_->alarms.save(one); !saved) return saved;
            if (!one.event) continue;
            if (auto appended = parts_->audit.append(*one.event); !appended) return appended;
        }
        return {};
    });
}

Result<void> SqlcipherStore::settle_notice(const AlarmNotice& notice, const audit::Event& event) {
    return change([&]() -> Result<void> {
        const auto settled = parts_->alarms.settle(notice);
        if (!settled) return failure(settled.error());
        if (!settled->there) return {};  // the person was erased, or it was settled before
        audit::Event complete = event;
        complete.subject = settled->subject;
        return parts_->audit.append(std::move(complete));
    });
}

Result<std::uint64_t> SqlcipherStore::erase_alarms(const std::function<bool(const model::Pseudonym&)>& theirs,
                                                   const std::string& rule) {
    return change([&]() -> Result<std::uint64_t> {
        auto erased = parts_->alarms.erase(theirs);
        if (!erased || *erased == 0) return erased;
        audit::Event event;
        event.actor = "gateway";
        event.action = audit::Action::alarm_ended;
        event.object = "alarms erased";
        event.rule = rule;
        event.count = *erased;
        if (auto appended = parts_->audit.append(std::move(event)); !appended)
            return failure(std::move(appended.error()));
        return erased;
    });
}

Result<std::uint64_t> SqlcipherStore::retire_alarms(Instant before) {
    return change([&] { return parts_->alarms.retire(before); });
}

Result<AlarmReader::KnownAlarms> SqlcipherReader::alarms(Instant ended_since) {
    const std::lock_guard lock(mutex_);
    KnownAlarms known;
    auto read = query(
        connection_,
        "SELECT id, rule, subject, device, by_place, priority, state, stage, sequence, onset, noticed, seen, "
        "raised, acknowledged, ended, due, silent_until, actor, sealed FROM alarm WHERE state < 4 OR ended "
        ">= "
        "?1 OR EXISTS(SELECT 1 FROM alarm_notice n WHERE n.alarm = alarm.id) ORDER BY onset, id",
        [&](database::Statement& sql) { sql.bind(1, count_of(ended_since)); },
        [&](const database::Statement& row) -> Result<void> {
            SealedAlarm one;
            alarm::Alarm& alarm = one.alarm;
            alarm.id = row.text(0);
            alarm.rule = row.text(1);
            if (!row.is_null(2)) {
                auto subject = pseudonym::recall(row.octets(2));
                if (!subject) return failure(ErrorKind::corrupt, "the subject of an alarm is no pseudonym");
                alarm.subject = *subject;
            }
            alarm.device = row.text(3);
            alarm.by_place = row.integer(4) != 0;
            alarm.priority = static_cast<alarm::Priority>(row.integer(5));
            alarm.state = static_cast<alarm::State>(row.integer(6));
            alarm.stage = static_cast<std::uint32_t>(row.integer(7));
            alarm.sequence = unsigned_of(row.integer(8));
            alarm.onset = instant_of(row.integer(9));
            alarm.noticed = instant_of(row.integer(10));
            alarm.seen = instant_of(row.integer(11));
            alarm.raised = time_in(row, 12);
            alarm.acknowledged = time_in(row, 13);
            alarm.ended = time_in(row, 14);
            alarm.due = time_in(row, 15);
            alarm.silent_until = time_in(row, 16);
            alarm.actor = row.text(17);
            const ByteView sealed = row.octets(18);
            one.sealed.assign(sealed.begin(), sealed.end());
            known.alarms.push_back(std::move(one));
            return {};
        });
    if (!read) return failure(std::move(read.error()));
    read =
        query(connection_,
              "SELECT alarm, sequence, target, step, time FROM alarm_notice ORDER BY time, alarm, sequence, "
              "target",
              no_parameters, [&](const database::Statement& row) -> Result<void> {
                  AlarmNotice notice;
                  notice.alarm = row.text(0);
                  notice.sequence = unsigned_of(row.integer(1));
                  notice.target = row.text(2);
                  notice.step = static_cast<alarm::Step>(row.integer(3));
                  notice.time = instant_of(row.integer(4));
                  known.notices.push_back(std::move(notice));
                  return {};
              });
    if (!read) return failure(std::move(read.error()));
    return known;
}

}  // namespace edgeward::store

#include "books.hpp"

#include "statements.hpp"

namespace edgeward::store {
namespace {

constexpr std::string_view actor_prefix = "device:";
constexpr std::string_view object_prefix = "device ";

}  // namespace

void add_entry(InboundBook& book, BookEntry entry, std::string_view reason, std::uint64_t count) {
    switch (entry) {
        case BookEntry::received:
            book.received += count;
            break;
        case BookEntry::stored:
            book.stored += count;
            break;
        case BookEntry::quarantined:
            book.quarantined += count;
            book.quarantined_by_reason[std::string(reason)] += count;
            break;
        case BookEntry::refused:
            book.refused += count;
            book.refused_messages[std::string(reason)] += count;
            if (reason == "duplicate") book.duplicates += count;
            break;
        case BookEntry::reports:
            book.reports += count;
            break;
        case BookEntry::observations:
            book.observations += count;
            break;
        case BookEntry::refused_values:
            book.refused_values[std::string(reason)] += count;
            break;
        case BookEntry::unlisted:
            book.unlisted += count;
            break;
    }
}

std::string device_actor(std::string_view device) {
    return device.empty() ? std::string("gateway") : std::string(actor_prefix).append(device);
}

std::string expired_object(std::string_view device, Instant before) {
    std::string text;
    if (!device.empty()) text.append(object_prefix).append(device).append(" ");
    return text.append("received before ").append(to_rfc3339(before));
}

std::string erased_object(std::string_view device, std::string_view why) {
    std::string text;
    if (!device.empty()) text.append(object_prefix).append(device).append(" ");
    return text.append(why);
}

std::string_view device_in_actor(std::string_view actor) {
    return actor.starts_with(actor_prefix) ? actor.substr(actor_prefix.size()) : std::string_view();
}

std::string_view device_in_expired(std::string_view object) {
    if (!object.starts_with(object_prefix)) return {};
    object.remove_prefix(object_prefix.size());
    return object.substr(0, object.find(' '));
}

Result<Books> Books::open(database::Connection& connection) {
    auto prepared = prepare_all<statements>(
        connection, {"SELECT id FROM device WHERE name = ?1", "INSERT INTO device(name) VALUES(?1)",
                     "INSERT INTO inbound_book(device, entry, reason, count) VALUES(?1, ?2, ?3, ?4) "
                     "ON CONFLICT DO UPDATE SET count = count + excluded.count",
                     "SELECT name FROM device WHERE id = ?1",
                     "INSERT OR REPLACE INTO meta(name, value) VALUES('books_reported', ?1)"});
    if (!prepared) return failure(std::move(prepared.error()));
    Books books;
    books.sql_ = std::move(*prepared);
    books.connection_ = &connection;
    return books;
}

Result<std::int64_t> Books::device(std::string_view name) {
    const std::string key(name);
    if (const auto known = devices_.find(key); known != devices_.end()) return known->second;
    {
        database::Statement& select = sql_[select_device];
        const ResetAtEnd guard(select);
        auto row = select.bind(1, name).step();
        if (!row) return failure(std::move(row.error()));
        if (*row) return devices_[key] = select.integer(0);
    }
    if (auto inserted = run(sql_[insert_device].bind(1, name)); !inserted)
        return failure(std::move(inserted.error()));
    return devices_[key] = connection_->last_row_id();
}

Result<std::string> Books::name_of(std::int64_t device) {
    database::Statement& select = sql_[select_name];
    const ResetAtEnd guard(select);
    auto row = select.bind(1, device).step();
    if (!row) return failure(std::move(row.error()));
    if (!*row) return failure(ErrorKind::corrupt, "a stored message names no device");
    return std::string(select.text(0));
}

Result<void> Books::note_report(Instant due) {
    const std::string value = std::to_string(count_of(due));
    return run(sql_[put_reported].bind(1, std::string_view(value)));
}

void Books::add(std::int64_t device, BookEntry entry, std::string_view reason, std::int64_t count) {
    if (count != 0) changes_[{device, entry, std::string(reason)}] += count;
}

Result<void> Books::save() {
    for (const auto& [key, count] : changes_) {
        const auto& [device, entry, reason] = key;
        auto added = run(sql_[add_count]
                             .bind(1, device)
                             .bind(2, static_cast<std::int64_t>(entry))
                             .bind(3, std::string_view(reason))
                             .bind(4, count));
        if (!added) return added;
    }
    changes_.clear();
    return {};
}

void Books::go_back(const Changes& changes) {
    changes_ = changes;
    devices_.clear();
}

}  // namespace edgeward::store

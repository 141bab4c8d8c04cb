#include "books.hpp"

#include "statements.hpp"

namespace edgeward::store {

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
    }
}

Result<Books> Books::open(database::Connection& connection) {
    auto prepared = prepare_all<statements>(
        connection, {"SELECT id FROM device WHERE name = ?1", "INSERT INTO device(name) VALUES(?1)",
                     "INSERT INTO inbound_book(device, entry, reason, count) VALUES(?1, ?2, ?3, ?4) "
                     "ON CONFLICT DO UPDATE SET count = count + excluded.count"});
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
        const RowGuard guard(select);
        auto row = select.bind(1, name).step();
        if (!row) return failure(std::move(row.error()));
        if (*row) return devices_[key] = select.integer(0);
    }
    if (auto inserted = run(sql_[insert_device].bind(1, name)); !inserted)
        return failure(std::move(inserted.error()));
    return devices_[key] = connection_->last_row_id();
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

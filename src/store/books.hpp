#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>

#include <edgeward/core/result.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/database/database.hpp>
#include <edgeward/store/books.hpp>

namespace edgeward::store {

// Lines of the inbound books, as numbered in inbound_book.entry.
enum class BookEntry : std::uint8_t {
    received = 1,
    stored = 2,
    quarantined = 3,  // by reason
    refused = 4,      // by reason
    reports = 5,
    observations = 6,
    refused_values = 7,  // by reason
    unlisted = 8,
};

// Adds one line of the inbound books to a book.
void add_entry(InboundBook& book, BookEntry entry, std::string_view reason, std::uint64_t count);

// How audit records name devices, so that a recount can tell whose messages they stand for: the actor of
// refusals and quarantines ("device:monitor-1", "gateway" for devices that are not known), the object of
// expiries and erasures ("device monitor-1 received before …", "device monitor-1 request 3").
std::string device_actor(std::string_view device);
std::string expired_object(std::string_view device, Instant before);
std::string erased_object(std::string_view device, std::string_view why);
// The device named by such a record; empty: not known.
std::string_view device_in_actor(std::string_view actor);
std::string_view device_in_expired(std::string_view object);

// The inbound books per device: counted in memory, written once before each commit. Works inside the caller's
// transaction. One thread.
class Books {
public:
    static Result<Books> open(database::Connection& connection);

    // The number of a device, made when it is not known. The empty name stands for unknown devices.
    Result<std::int64_t> device(std::string_view name);
    // corrupt: no device has that number.
    Result<std::string> name_of(std::int64_t device);
    // Remembers when the newest reconciliation report was due.
    Result<void> note_report(Instant due);
    void add(std::int64_t device, BookEntry entry, std::string_view reason, std::int64_t count);
    // Writes what was counted since the last save.
    Result<void> save();

    using Changes = std::map<std::tuple<std::int64_t, BookEntry, std::string>, std::int64_t, std::less<>>;
    [[nodiscard]] const Changes& changes() const noexcept { return changes_; }
    // After a rollback: what had been counted by then, and no device taken for known.
    void go_back(const Changes& changes);

private:
    enum Sql : std::uint8_t {
        select_device,
        insert_device,
        add_count,
        select_name,
        put_reported,
        statements
    };
    std::array<database::Statement, statements> sql_;
    database::Connection* connection_ = nullptr;
    std::unordered_map<std::string, std::int64_t> devices_;
    Changes changes_;
};

}  // namespace edgeward::store

#include <edgeward/store/recount.hpp>

#include <optional>
#include <set>

#include "book_rows.hpp"
#include "books.hpp"
#include "query.hpp"
#include "sqlcipher_store.hpp"
#include "statements.hpp"

namespace edgeward::store {
namespace {

using database::Connection;
using database::Statement;

constexpr std::uintmax_t most_log_octets = std::uintmax_t{512} << 20U;
// Steps of SQLite's machine between two questions whether to give up: less than a millisecond.
constexpr int steps_between_questions = 20'000;

Result<std::map<std::int64_t, std::string>> names_in(Connection& connection, std::string_view sql) {
    std::map<std::int64_t, std::string> names;
    auto done = query(connection, sql, no_parameters, [&](const Statement& row) -> Result<void> {
        names[row.integer(0)] = row.text(1);
        return {};
    });
    if (!done) return failure(std::move(done.error()));
    return names;
}

// Rows are counted here and not by GROUP BY, which would sort them all in memory.
Result<void> count_reports(Connection& connection, Ledger& ledger) {
    struct Counts {
        std::uint64_t reports = 0, stored = 0;
    };
    std::map<std::int64_t, Counts> by_device;
    auto done = query(connection, "SELECT device, leads FROM report", no_parameters,
                      [&](const Statement& row) -> Result<void> {
                          Counts& counts = by_device[row.integer(0)];
                          ++counts.reports;
                          counts.stored += unsigned_of(row.integer(1));
                          return {};
                      });
    if (!done) return done;
    auto names = names_in(connection, "SELECT id, name FROM device");
    if (!names) return failure(std::move(names.error()));
    for (const auto& [device, counts] : by_device) {
        const auto name = names->find(device);
        if (name == names->end()) return failure(ErrorKind::corrupt, "a stored report names no device");
        InboundBook& book = ledger.devices[name->second];
        book.reports = counts.reports;
        book.stored = counts.stored;
    }
    return {};
}

// What a question with one row of one number says.
Result<std::uint64_t> number_of(Connection& connection, std::string_view sql) {
    std::uint64_t number = 0;
    auto done = query(connection, sql, no_parameters, [&](const Statement& row) -> Result<void> {
        number = unsigned_of(row.integer(0));
        return {};
    });
    if (!done) return failure(std::move(done.error()));
    return number;
}

Result<void> count_quarantined(Connection& connection, Ledger& ledger) {
    return query(connection,
                 "SELECT v.name, q.reason, count(*) FROM quarantine q JOIN device v ON v.id = q.device "
                 "GROUP BY q.device, q.reason",
                 no_parameters, [&](const Statement& row) -> Result<void> {
                     add_entry(ledger.devices[std::string(row.text(0))], BookEntry::quarantined, row.text(1),
                               unsigned_of(row.integer(2)));
                     return {};
                 });
}

Result<void> count_refused(Connection& connection, Ledger& ledger) {
    return query(
        connection, "SELECT canonical FROM audit", no_parameters, [&](const Statement& row) -> Result<void> {
            const auto record = audit::parse_canonical(row.octets(0));
            if (!record) return failure(ErrorKind::corrupt, "a stored audit record cannot be read");
            const audit::Event& event = record->second;
            const auto refuse = [&](std::string_view device, std::string_view reason) {
                add_entry(ledger.devices[std::string(device)], BookEntry::refused, reason, event.count);
            };
            if (event.action == audit::Action::refused) refuse(device_in_actor(event.actor), event.object);
            if (event.action == audit::Action::quarantine_expired)
                refuse(device_in_expired(event.object), "quarantine_expired");
            if (event.action == audit::Action::quarantine_erased)
                refuse(device_in_expired(event.object), "erased");
            return {};
        });
}

void add_state(DestinationBook& book, DeliveryState state, std::uint64_t count) {
    book.offered += count;
    switch (state) {
        case DeliveryState::pending:
        case DeliveryState::again:
            book.pending += count;
            break;
        case DeliveryState::parked:
            book.pending += count;
            book.parked += count;
            break;
        case DeliveryState::delivered:
            book.delivered += count;
            break;
        case DeliveryState::dead:
            book.dead += count;
            break;
        case DeliveryState::filtered:
            book.filtered += count;
            break;
        case DeliveryState::erased:
            book.erased += count;
            break;
    }
}

Result<void> count_deliveries(Connection& connection, Ledger& ledger) {
    std::map<std::int64_t, DestinationBook> by_number;
    auto done = query(connection, "SELECT destination, state FROM delivery", no_parameters,
                      [&](const Statement& row) -> Result<void> {
                          add_state(by_number[row.integer(0)], static_cast<DeliveryState>(row.integer(1)), 1);
                          return {};
                      });
    if (!done) return done;
    auto names = names_in(connection, "SELECT id, name FROM destination");
    if (!names) return failure(std::move(names.error()));
    for (const auto& [number, name] : *names)
        ledger.destinations[name] = by_number[number];
    return {};
}

Result<Ledger> count_rows(Connection& connection, std::uint64_t& observations) {
    Ledger ledger;
    auto done = count_reports(connection, ledger);
    if (done) done = count_quarantined(connection, ledger);
    if (done) done = count_refused(connection, ledger);
    if (done) done = count_deliveries(connection, ledger);
    if (!done) return failure(std::move(done.error()));
    for (auto& [device, book] : ledger.devices)
        book.received = book.stored + book.quarantined + book.refused;
    auto counted =
        number_of(connection,
                  "SELECT (SELECT count(*) FROM observation_id) + "
                  "coalesce((SELECT value FROM retention WHERE name = 'observations_forgotten'), 0)");
    if (!counted) return failure(std::move(counted.error()));
    observations = *counted;
    return ledger;
}

Result<Ledger> read_books(Connection& connection) {
    auto devices = read_device_books(connection);
    if (!devices) return failure(std::move(devices.error()));
    auto destinations = read_destination_books(connection);
    if (!destinations) return failure(std::move(destinations.error()));
    return Ledger{std::move(*devices), std::move(*destinations)};
}

std::string title_of_device(const std::string& device) {
    return device.empty() ? "unknown devices" : "device " + device;
}

// Names of both sides, each once.
template <typename Book>
std::set<std::string> names_of(const std::map<std::string, Book>& left,
                               const std::map<std::string, Book>& right) {
    std::set<std::string> names;
    for (const auto* side : {&left, &right}) {
        for (const auto& [name, book] : *side)
            names.insert(name);
    }
    return names;
}

template <typename Book>
const Book& book_of(const std::map<std::string, Book>& books, const std::string& name) {
    static const Book empty{};
    const auto place = books.find(name);
    return place == books.end() ? empty : place->second;
}

template <typename Book>
struct Line {
    const char* name;
    std::uint64_t Book::*count;
};
constexpr Line<InboundBook> device_lines[] = {{"received", &InboundBook::received},
                                              {"stored", &InboundBook::stored},
                                              {"quarantined", &InboundBook::quarantined},
                                              {"refused", &InboundBook::refused},
                                              {"reports", &InboundBook::reports}};
constexpr Line<DestinationBook> destination_lines[] = {
    {"offered", &DestinationBook::offered}, {"delivered", &DestinationBook::delivered},
    {"pending", &DestinationBook::pending}, {"parked", &DestinationBook::parked},
    {"dead", &DestinationBook::dead},       {"filtered", &DestinationBook::filtered},
    {"erased", &DestinationBook::erased}};

template <typename Book, std::size_t N>
void compare(const std::string& title, const Book& kept, const Book& counted, const Line<Book> (&lines)[N],
             std::vector<Difference>& found) {
    for (const auto& line : lines) {
        if (kept.*line.count != counted.*line.count)
            found.push_back({title, line.name, kept.*line.count, counted.*line.count});
    }
}

void compare(const Ledger& kept, const Ledger& counted, std::vector<Difference>& found) {
    for (const std::string& name : names_of(kept.devices, counted.devices))
        compare(title_of_device(name), book_of(kept.devices, name), book_of(counted.devices, name),
                device_lines, found);
    for (const std::string& name : names_of(kept.destinations, counted.destinations))
        compare("destination " + name, book_of(kept.destinations, name), book_of(counted.destinations, name),
                destination_lines, found);
}

}  // namespace

InboundBook Ledger::total() const {
    InboundBook total;
    const auto add_all = [](std::map<std::string, std::uint64_t>& to, const auto& from) {
        for (const auto& [reason, count] : from)
            to[reason] += count;
    };
    for (const auto& [device, book] : devices) {
        total.received += book.received;
        total.stored += book.stored;
        total.quarantined += book.quarantined;
        total.refused += book.refused;
        total.reports += book.reports;
        total.observations += book.observations;
        total.duplicates += book.duplicates;
        total.unlisted += book.unlisted;
        add_all(total.refused_messages, book.refused_messages);
        add_all(total.refused_values, book.refused_values);
        add_all(total.quarantined_by_reason, book.quarantined_by_reason);
    }
    return total;
}

std::vector<Difference> imbalances(const Ledger& ledger) {
    std::vector<Difference> found;
    for (const auto& [device, book] : ledger.devices) {
        if (!book.balances())
            found.push_back({title_of_device(device), "received", book.received,
                             book.stored + book.quarantined + book.refused});
    }
    for (const auto& [name, book] : ledger.destinations) {
        if (!book.balances())
            found.push_back({"destination " + name, "offered", book.offered,
                             book.delivered + book.pending + book.dead + book.filtered + book.erased});
    }
    return found;
}

Result<Reconciler> Reconciler::open(const StoreSettings& settings, const crypto::KeyRing& keys) {
    auto key = keys.key(crypto::key_name::store);
    if (!key) return failure(std::move(key.error()));
    return Reconciler(settings.folder / store_file, std::move(*key));
}

Result<Reconciliation> Reconciler::reconcile(Depth depth, const std::function<bool()>& give_up) const {
    auto connection = open_snapshot(file_, key_);
    if (!connection) return failure(std::move(connection.error()));
    const std::string log = file_.string() + "-wal";
    connection->give_up_when(steps_between_questions, [&give_up, log, depth] {
        if (depth == Depth::books) return give_up();
        std::error_code none;
        const auto size = std::filesystem::file_size(log, none);
        return give_up() || (!none && size > most_log_octets);
    });
    Reconciliation made;
    auto newest = number_of(*connection, "SELECT coalesce(max(sequence), 0) FROM audit");
    if (!newest) return failure(std::move(newest.error()));
    made.as_of = *newest;
    auto kept = read_books(*connection);
    if (!kept) return failure(std::move(kept.error()));
    made.kept = std::move(*kept);
    made.differences = imbalances(made.kept);
    if (depth == Depth::books) return made;
    std::uint64_t observations = 0;
    auto counted = count_rows(*connection, observations);
    if (!counted) return failure(std::move(counted.error()).during("count the rows"));
    compare(made.kept, *counted, made.differences);
    const std::uint64_t kept_observations = made.kept.total().observations;
    if (kept_observations != observations)
        made.differences.push_back({"all devices", "observations", kept_observations, observations});
    made.counted = std::move(*counted);
    return made;
}

}  // namespace edgeward::store

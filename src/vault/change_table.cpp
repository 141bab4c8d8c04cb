#include "change_table.hpp"

#include <array>
#include <utility>

#include <edgeward/core/random.hpp>

#include "prepared.hpp"

namespace edgeward::vault {

Result<ChangeTable> ChangeTable::prepare(database::Connection& database) {
    ChangeTable table;
    auto prepared =
        prepare_all(database, {{table.insert_, "INSERT INTO changes(name, record) VALUES(?1, ?2)"},
                               {table.oldest_, "SELECT name, record FROM changes ORDER BY id LIMIT 1"},
                               {table.remove_, "DELETE FROM changes WHERE name = ?1"}});
    if (!prepared) return failure(std::move(prepared.error()));
    return table;
}

Result<void> ChangeTable::add(const audit::Event& event, Instant now) {
    const auto record = audit::canonical(now, event);
    if (!record) return failure(record.error());
    std::array<std::uint8_t, 16> name{};
    system_random().fill(name);
    const auto inserted = insert_.bind(1, ByteView(name)).bind(2, ByteView(*record)).run();
    if (!inserted) return failure(inserted.error());
    return {};
}

Result<std::optional<ChangeRecord>> ChangeTable::oldest() {
    const ResetAtEnd reset(oldest_);
    const auto row = oldest_.step();
    if (!row) return failure(row.error());
    if (!*row) return std::nullopt;
    auto parsed = audit::parse_canonical(oldest_.octets(1));
    if (!parsed) return failure(ErrorKind::corrupt, "the record of a change in the vault cannot be read");
    return ChangeRecord{to_hex(oldest_.octets(0)), parsed->first, std::move(parsed->second)};
}

Result<void> ChangeTable::remove(std::string_view name) {
    Bytes octets;
    if (!from_hex(name, octets))
        return failure(ErrorKind::invalid_input, "the name of a change is no hexadecimal text");
    const auto removed = remove_.bind(1, ByteView(octets)).run();
    if (!removed) return failure(removed.error());
    return {};
}

}  // namespace edgeward::vault

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include <edgeward/core/result.hpp>
#include <edgeward/database/database.hpp>
#include <edgeward/store/object_files.hpp>

namespace edgeward::store {

// The table object: which files there are, and whose. Works inside the caller's transaction. One thread.
class ObjectTable {
public:
    static Result<ObjectTable> open(database::Connection& connection);

    // Of a report that was stored; nothing: of a repetition, which nobody owns. A file that was a quarantined
    // message's changes its owner.
    Result<void> give_to_report(const ObjectFile& file, std::optional<std::uint64_t> report);
    // Of the message that was quarantined last.
    Result<void> give_to_quarantine(const ObjectFile& file);
    Result<void> forget(const std::vector<model::ObjectName>& names);

private:
    enum Sql : std::uint8_t { of_report, of_quarantine, remove, statements };
    std::array<database::Statement, statements> sql_;
};

// The files that have an owner, in the order of their names.
Result<std::vector<ObjectFile>> owned_objects(database::Connection& connection);

}  // namespace edgeward::store

#include "object_table.hpp"

#include "query.hpp"
#include "sqlcipher_store.hpp"
#include "statements.hpp"
#include "store_reader.hpp"

namespace edgeward::store {
namespace {

Result<model::ObjectName> name_in(const database::Statement& row) {
    model::ObjectName name{};
    const ByteView octets = row.octets(0);
    if (octets.size() != name.size())
        return failure(ErrorKind::corrupt, "the name of an object has a wrong length");
    std::copy(octets.begin(), octets.end(), name.begin());
    return name;
}

}  // namespace

crypto::Digest object_key(std::string_view sender, std::string_view sop_instance) {
    constexpr std::uint8_t end = 0;  // of the sender's name
    return crypto::sha256(
        {bytes_of("edgeward-instance-1 "), bytes_of(sender), ByteView(&end, 1), bytes_of(sop_instance)});
}

Result<ObjectTable> ObjectTable::open(database::Connection& connection) {
    auto prepared = prepare_all<statements>(
        connection, {"INSERT INTO object(name, report, octets, instance, class) VALUES(?1, ?2, ?3, ?4, ?5) "
                     "ON CONFLICT(name) DO UPDATE SET report = excluded.report, quarantine = NULL",
                     "INSERT INTO object(name, quarantine, octets, instance, class) VALUES(?1, "
                     "(SELECT max(id) FROM quarantine), ?3, ?4, ?5) "
                     "ON CONFLICT(name) DO UPDATE SET quarantine = excluded.quarantine",
                     "DELETE FROM object WHERE name = ?1"});
    if (!prepared) return failure(std::move(prepared.error()));
    ObjectTable table;
    table.sql_ = std::move(*prepared);
    return table;
}

namespace {

Result<void> insert_file(database::Statement& insert, const ObjectFile& file) {
    insert.bind(1, ByteView(file.name)).bind(3, signed_of(file.octets)).bind(5, file.sop_class);
    if (file.instance)
        insert.bind(4, ByteView(*file.instance));
    else
        insert.bind_null(4);
    return run(insert);
}

}  // namespace

Result<void> ObjectTable::give_to_report(const ObjectFile& file, std::optional<std::uint64_t> report) {
    if (report)
        sql_[of_report].bind(2, signed_of(*report));
    else
        sql_[of_report].bind_null(2);
    return insert_file(sql_[of_report], file);
}

Result<void> ObjectTable::give_to_quarantine(const ObjectFile& file) {
    return insert_file(sql_[of_quarantine], file);
}

Result<void> ObjectTable::forget(const std::vector<model::ObjectName>& names) {
    for (const auto& name : names) {
        if (auto removed = run(sql_[remove].bind(1, ByteView(name))); !removed) return removed;
    }
    return {};
}

Result<std::vector<ObjectFile>> owned_objects(database::Connection& connection) {
    std::vector<ObjectFile> files;
    auto done = query(connection,
                      "SELECT name, octets FROM object o WHERE EXISTS(SELECT 1 FROM report WHERE number = "
                      "o.report AND length(sealed) > 0) OR EXISTS(SELECT 1 FROM quarantine WHERE id = "
                      "o.quarantine) ORDER BY name",
                      no_parameters, [&](const database::Statement& row) -> Result<void> {
                          const auto name = name_in(row);
                          if (!name) return failure(name.error());
                          files.push_back({*name, unsigned_of(row.integer(1))});
                          return {};
                      });
    if (!done) return failure(std::move(done.error()));
    return files;
}

Result<void> SqlcipherStore::forget_objects(const std::vector<model::ObjectName>& names) {
    return change([&] { return parts_->objects.forget(names); });
}

Result<std::vector<model::ObjectName>> SqlcipherReader::ownerless_objects(std::size_t most) {
    const std::lock_guard lock(mutex_);
    std::vector<model::ObjectName> names;
    auto done = query(
        connection_,
        "SELECT name FROM object o WHERE NOT EXISTS(SELECT 1 FROM report WHERE number = o.report AND "
        "length(sealed) > 0) AND NOT EXISTS(SELECT 1 FROM quarantine WHERE id = o.quarantine) LIMIT ?1",
        [&](database::Statement& sql) { sql.bind(1, limit_of(most)); },
        [&](const database::Statement& row) -> Result<void> {
            const auto name = name_in(row);
            if (!name) return failure(name.error());
            names.push_back(*name);
            return {};
        });
    if (!done) return failure(std::move(done.error()));
    return names;
}

Result<bool> SqlcipherReader::knows_object(const model::ObjectName& name) {
    const std::lock_guard lock(mutex_);
    bool known = false;
    auto done = query(
        connection_, "SELECT 1 FROM object WHERE name = ?1",
        [&](database::Statement& sql) { sql.bind(1, ByteView(name)); },
        [&](const database::Statement&) -> Result<void> {
            known = true;
            return {};
        });
    if (!done) return failure(std::move(done.error()));
    return known;
}

Result<ObjectTotals> SqlcipherReader::object_totals() {
    const std::lock_guard lock(mutex_);
    ObjectTotals totals;
    auto done = query(connection_, "SELECT count(*), coalesce(sum(octets), 0) FROM object", no_parameters,
                      [&](const database::Statement& row) -> Result<void> {
                          totals.files = unsigned_of(row.integer(0));
                          totals.octets = unsigned_of(row.integer(1));
                          return {};
                      });
    if (!done) return failure(std::move(done.error()));
    return totals;
}

}  // namespace edgeward::store

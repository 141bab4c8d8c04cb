#include <edgeward/store/examination.hpp>

#include <edgeward/audit/export.hpp>
#include <edgeward/audit/verifier.hpp>
#include <edgeward/crypto/signature.hpp>
#include <edgeward/pseudonym/pseudonymizer.hpp>
#include <edgeward/store/recount.hpp>

#include "object_table.hpp"
#include "query.hpp"
#include "row_check.hpp"
#include "sqlcipher_store.hpp"
#include "store_reader.hpp"

namespace edgeward::store {
namespace {

using database::Connection;
using database::Statement;

Result<std::int64_t> check_pages(const std::filesystem::path& folder, const crypto::KeyRing& keys) {
    const auto key = keys.key(crypto::key_name::store);
    if (!key) return failure(key.error());
    auto connection = Connection::open(folder / store_file, *key, database::Access::read_write);
    if (!connection) return failure(std::move(connection.error()));
    // First, as the check reads the file itself: a page that was being written while it was copied may be
    // torn there, and is whole in the log.
    if (auto moved = connection->checkpoint(); !moved) return failure(std::move(moved.error()));
    if (auto sound = connection->check_integrity(); !sound) return failure(std::move(sound.error()));
    return connection->schema_version();
}

// By the verifier the auditor uses.
Result<void> check_chain(StoreReader& reader, const crypto::KeyRing& keys, const ChainState& chain) {
    const auto seed = keys.key(crypto::key_name::audit_signing);
    if (!seed) return failure(seed.error());
    audit::VerifierSettings settings;
    settings.key = crypto::public_key_of(*seed);
    settings.origin = chain.origin;
    auto verifier = audit::Verifier::open(std::move(settings));
    if (!verifier) return failure(std::move(verifier.error()));
    if (chain.sequence == 0) return {};
    audit::ExportWriter writer(chain.origin, [&](std::string_view octets) { verifier->feed(octets); });
    auto read = reader.export_audit(
        1, SIZE_MAX, [&](const audit::Record& record) { writer.record(record); },
        [&](std::string_view note) { writer.checkpoint(note); });
    if (!read) return read;
    writer.end();
    const audit::Verdict verdict = verifier->finish();
    if (verdict.finding == audit::Finding::none) return {};
    return failure(ErrorKind::corrupt, "the audit chain does not verify: " + verdict.explanation +
                                           " (record " + std::to_string(verdict.first_bad) + ")");
}

Result<void> name_subjects(const std::filesystem::path& folder, const crypto::KeyRing& keys,
                           const std::function<void(const model::Pseudonym&)>& subject) {
    if (!subject) return {};
    const auto key = keys.key(crypto::key_name::store);
    if (!key) return failure(key.error());
    auto connection = Connection::open(folder / store_file, *key, database::Access::read_only);
    if (!connection) return failure(std::move(connection.error()));
    return query(*connection, "SELECT DISTINCT subject FROM report WHERE subject IS NOT NULL", no_parameters,
                 [&](const Statement& row) -> Result<void> {
                     const auto person = pseudonym::recall(row.octets(0));
                     if (!person) return failure(ErrorKind::corrupt, "a stored subject is no pseudonym");
                     subject(*person);
                     return {};
                 });
}

Result<void> check_content(const StoreSettings& settings, const crypto::KeyRing& keys, StoreReader& reader,
                           Examination& found) {
    auto chain = reader.chain();
    if (!chain) return failure(std::move(chain.error()));
    found.chain = std::move(*chain);
    if (auto sound = check_chain(reader, keys, found.chain); !sound) return sound;
    const auto reconciler = Reconciler::open(settings, keys);
    if (!reconciler) return failure(reconciler.error());
    auto books = reconciler->reconcile(Depth::rows);
    if (!books) return failure(std::move(books.error()));
    if (!books->differences.empty())
        return failure(ErrorKind::corrupt, "the books are not what the rows give");
    found.inbound = books->kept.total();
    found.destinations = std::move(books->kept.destinations);
    const auto rows = check_rows(settings, keys);
    if (!rows) return failure(rows.error());
    if (rows->first_bad != 0) {
        return failure(ErrorKind::corrupt, "report " + std::to_string(rows->first_bad) +
                                               " or its batch is not what the audit log recorded");
    }
    found.reports_checked = rows->reports;
    found.batches_checked = rows->batches;
    return {};
}

}  // namespace

Result<database::Snapshot> begin_snapshot(const std::filesystem::path& folder, const crypto::KeyRing& keys) {
    const auto key = keys.key(crypto::key_name::store);
    if (!key) return failure(key.error());
    return database::Snapshot::begin(folder / store_file, *key);
}

Result<std::vector<ObjectFile>> objects_in(database::Snapshot& snapshot) {
    return owned_objects(snapshot.connection());
}

Result<std::vector<ObjectFile>> objects_in(const std::filesystem::path& folder, const crypto::KeyRing& keys) {
    const auto key = keys.key(crypto::key_name::store);
    if (!key) return failure(key.error());
    auto connection = Connection::open(folder / store_file, *key, database::Access::read_write);
    if (!connection) return failure(std::move(connection.error()));
    return owned_objects(*connection);
}

Result<Examination> examine(const std::filesystem::path& folder, const crypto::KeyRing& keys,
                            const std::function<void(const model::Pseudonym&)>& subject) {
    const auto failed = [](Error error) { return failure(std::move(error).during("examine store.db")); };
    Examination found;
    const auto version = check_pages(folder, keys);
    if (!version) return failed(version.error());
    found.schema_version = *version;
    StoreSettings settings;
    settings.folder = folder;
    {
        auto store = SqlcipherStore::open(settings, keys, system_clock());  // migrates an older version
        if (!store) return failed(std::move(store.error()));
    }
    // Readers need the write-ahead log there: this connection keeps it.
    const auto key = keys.key(crypto::key_name::store);
    auto keeper = Connection::open(folder / store_file, *key, database::Access::read_write);
    if (!keeper) return failed(std::move(keeper.error()));
    auto reader = SqlcipherReader::open(settings, keys);
    if (!reader) return failed(std::move(reader.error()));
    if (auto sound = check_content(settings, keys, **reader, found); !sound)
        return failed(std::move(sound.error()));
    if (auto named = name_subjects(folder, keys, subject); !named) return failed(std::move(named.error()));
    auto objects = owned_objects(*keeper);
    if (!objects) return failed(std::move(objects.error()));
    found.objects = *std::move(objects);
    return found;
}

Result<void> read_audit(const std::filesystem::path& folder, const crypto::KeyRing& keys,
                        const std::function<void(const audit::Event&)>& see) {
    const auto key = keys.key(crypto::key_name::store);
    if (!key) return failure(key.error());
    auto connection = open_snapshot(folder / store_file, *key);
    if (!connection) return failure(std::move(connection.error()));
    return query(*connection, "SELECT canonical FROM audit ORDER BY sequence", no_parameters,
                 [&](const database::Statement& row) -> Result<void> {
                     const auto record = audit::parse_canonical(row.octets(0));
                     if (!record) return failure(ErrorKind::corrupt, "a stored audit record cannot be read");
                     see(record->second);
                     return {};
                 });
}

}  // namespace edgeward::store

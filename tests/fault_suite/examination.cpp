#include "examination.hpp"

#include <edgeward/audit/export.hpp>
#include <edgeward/audit/verifier.hpp>
#include <edgeward/core/bytes.hpp>
#include <edgeward/core/file.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/crypto/key_ring.hpp>
#include <edgeward/crypto/signature.hpp>
#include <edgeward/database/database.hpp>
#include <edgeward/store/recount.hpp>
#include <edgeward/vault/identity_vault.hpp>

#include "row_check.hpp"
#include "sqlcipher_store.hpp"
#include "store_reader.hpp"

namespace edgeward::fault_suite {
namespace {

using database::Access;
using database::Connection;

Result<crypto::KeyRing> open_ring(const Installation& installation) {
    const auto hex = read_file(installation.key_file);
    if (!hex) return failure(hex.error());
    Bytes octets;
    if (hex->size() < 64 || !from_hex(hex->substr(0, 64), octets))
        return failure(ErrorKind::misconfigured, "the key file has no 64 hexadecimal digits");
    const auto text = read_file(installation.folder / "keyring");
    if (!text) return failure(text.error());
    return crypto::KeyRing::unwrap(*text, Secret(std::move(octets)));
}

Result<Connection> open_to_read(const Installation& installation, const crypto::KeyRing& keys,
                                std::string_view name) {
    const auto key = keys.key(name);
    if (!key) return failure(key.error());
    return Connection::open(installation.folder / (std::string(name) + ".db"), *key, Access::read_only);
}

// Notes the gateway works by: older ones make it do something twice, and no record depends on them.
bool is_note(std::string_view table) {
    return table == "meta" || table == "device_watch" || table == "retention";
}

// Every value of every row of every table but the notes, as SQL literals.
Result<void> add_content(Connection& connection, std::string& content) {
    auto tables = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name");
    if (!tables) return failure(std::move(tables.error()));
    for (;;) {
        auto more = tables->step();
        if (!more) return failure(std::move(more.error()));
        if (!*more) return {};
        const std::string table(tables->text(0));
        if (is_note(table)) continue;
        auto columns = connection.prepare(
            "SELECT group_concat('quote(\"' || name || '\")', '||''|''||') FROM "
            "pragma_table_info('" +
            table + "')");
        if (!columns) return failure(std::move(columns.error()));
        if (auto row = columns->step(); !row) return failure(std::move(row.error()));
        auto rows = connection.prepare("SELECT " + std::string(columns->text(0)) + " FROM \"" + table +
                                       "\" ORDER BY 1");
        if (!rows) return failure(std::move(rows.error()));
        content += table + "\n";
        for (auto row = rows->step();; row = rows->step()) {
            if (!row) return failure(std::move(row.error()));
            if (!*row) break;
            content.append(rows->text(0)).append("\n");
        }
    }
}

Result<void> check_books(const store::StoreSettings& settings, const crypto::KeyRing& keys) {
    const auto reconciler = store::Reconciler::open(settings, keys);
    if (!reconciler) return failure(reconciler.error());
    const auto found = reconciler->reconcile(store::Depth::rows);
    if (!found) return failure(found.error());
    if (found->differences.empty()) return {};
    const store::Difference& first = found->differences.front();
    return failure(ErrorKind::corrupt, "counters differ from a recount: " + first.book + ", " + first.line);
}

Result<void> check_log(const store::StoreSettings& settings, const crypto::KeyRing& keys,
                       const Installation& installation) {
    auto reader = store::SqlcipherReader::open(settings, keys);
    if (!reader) return failure(std::move(reader.error()));
    const auto chain = (*reader)->chain();
    if (!chain) return failure(chain.error());
    const auto seed = keys.key(crypto::key_name::audit_signing);
    if (!seed) return failure(seed.error());
    auto verifier = audit::Verifier::open({crypto::public_key_of(*seed), {}, 1, installation.anchors});
    if (!verifier) return failure(std::move(verifier.error()));
    audit::ExportWriter writer(chain->origin, [&verifier](std::string_view line) { verifier->feed(line); });
    auto exported = (*reader)->export_audit(
        1, chain->sequence, [&writer](const audit::Record& record) { writer.record(record); },
        [&writer](std::string_view note) { writer.checkpoint(note); });
    if (!exported) return exported;
    if (chain->sequence > 0) writer.end();
    const audit::Verdict verdict = verifier->finish();
    if (verdict.finding == audit::Finding::none) return {};
    return failure(ErrorKind::corrupt,
                   std::string(audit::name_of(verdict.finding)) + ": " + verdict.explanation);
}

Result<void> check_digests(const store::StoreSettings& settings, const crypto::KeyRing& keys) {
    const auto checked = store::check_rows(settings, keys);
    if (!checked) return failure(checked.error());
    if (checked->first_bad == 0) return {};
    return failure(ErrorKind::corrupt,
                   "report " + std::to_string(checked->first_bad) + " does not fit its digest");
}

// The checks in their order; the name of the one that is running stands in `at`.
Result<crypto::Digest> look(const Installation& installation, bool open_as_gateway, std::string& at) {
    at = "key ring";
    const auto keys = open_ring(installation);
    if (!keys) return failure(keys.error());
    store::StoreSettings settings;
    settings.folder = installation.folder;
    std::unique_ptr<vault::IdentityVault> vault;
    std::unique_ptr<store::SqlcipherStore> opened;
    if (open_as_gateway) {
        at = "start";
        auto vault_opened = vault::open_vault(installation.folder, *keys);
        if (!vault_opened) return failure(std::move(vault_opened.error()));
        vault = std::move(*vault_opened);
        auto store_opened = store::SqlcipherStore::open(settings, *keys, system_clock());
        if (!store_opened) return failure(std::move(store_opened.error()));
        opened = std::move(*store_opened);
    }
    std::string content;
    for (const std::string_view name : {crypto::key_name::vault, crypto::key_name::store}) {
        at = "page authentication";
        auto connection = open_to_read(installation, *keys, name);
        if (!connection) return failure(std::move(connection.error()));
        if (auto sound = connection->check_integrity(); !sound) return failure(std::move(sound.error()));
        if (auto read = add_content(*connection, content); !read) return failure(std::move(read.error()));
    }
    at = "rows against digests";
    if (auto rows = check_digests(settings, *keys); !rows) return failure(std::move(rows.error()));
    at = "books against recount";
    if (auto books = check_books(settings, *keys); !books) return failure(std::move(books.error()));
    at = "audit log";
    if (auto log = check_log(settings, *keys, installation); !log) return failure(std::move(log.error()));
    return crypto::sha256(bytes_of(content));
}

}  // namespace

Examination examine(const Installation& installation, bool open_as_gateway) {
    Examination found;
    std::string at;
    auto content = look(installation, open_as_gateway, at);
    if (content) {
        found.content = *content;
    } else {
        found.detected_by = at;
        found.problem = content.error().message;
    }
    return found;
}

}  // namespace edgeward::fault_suite

#include "audit_log.hpp"

#include <edgeward/crypto/signature.hpp>

#include <algorithm>
#include <limits>

#include "statements.hpp"

namespace edgeward::store {
namespace {

constexpr std::chrono::milliseconds nothing_to_sign{3'600'000};

}  // namespace

AuditLog::AuditLog(const StoreSettings& settings, Secret seed, const Clock& clock)
    : interval_(settings.checkpoint_interval),
      records_(std::max<std::uint64_t>(settings.checkpoint_records, 1)),
      seed_(std::move(seed)),
      clock_(&clock) {}

Result<AuditLog> AuditLog::open(database::Connection& connection, const StoreSettings& settings, Secret seed,
                                const Clock& clock) {
    AuditLog log(settings, std::move(seed), clock);
    auto prepared = prepare_all<statements>(
        connection, {"INSERT INTO audit(sequence, canonical, digest) VALUES(?1, ?2, ?3)",
                     "INSERT INTO audit_checkpoint(size, note) VALUES(?1, ?2)",
                     "UPDATE audit_tree SET size = ?1, edge = ?2 WHERE id = 1",
                     "SELECT size, note FROM audit_checkpoint ORDER BY size DESC LIMIT 1",
                     "SELECT sequence, canonical, digest FROM audit WHERE sequence >= ?1 ORDER BY sequence",
                     "SELECT size, edge FROM audit_tree WHERE id = 1",
                     "SELECT 1 FROM meta WHERE name = 'appended_once' AND value = ?1",
                     "INSERT INTO meta(name, value) VALUES('appended_once', ?1) "
                     "ON CONFLICT(name) DO UPDATE SET value = excluded.value",
                     "SELECT value FROM meta WHERE name = 'seen ' || ?1",
                     "INSERT INTO meta(name, value) VALUES('seen ' || ?1, ?2) "
                     "ON CONFLICT(name) DO UPDATE SET value = excluded.value"});
    if (!prepared) return failure(std::move(prepared.error()));
    log.sql_ = std::move(*prepared);
    if (auto read = log.read_origin(connection); !read) return failure(std::move(read.error()));
    if (auto loaded = log.reload(); !loaded)
        return failure(std::move(loaded.error()).during("check the audit chain"));
    return log;
}

Result<void> AuditLog::read_origin(database::Connection& connection) {
    auto select = connection.prepare("SELECT value FROM meta WHERE name = 'installation'");
    if (!select) return failure(std::move(select.error()));
    auto row = select->step();
    if (!row) return failure(std::move(row.error()));
    if (!*row) return failure(ErrorKind::corrupt, "the store has no installation id");
    origin_ = "edgeward/";
    origin_.append(select->text(0));
    return {};
}

Result<audit::Checkpoint> AuditLog::read_checkpoint() {
    database::Statement& select = sql_[select_note];
    const ResetAtEnd guard(select);
    auto row = select.step();
    if (!row) return failure(std::move(row.error()));
    if (!*row) return audit::Checkpoint{};
    auto checkpoint = audit::verify_checkpoint(select.text(1), crypto::public_key_of(seed_));
    if (!checkpoint || checkpoint->origin != origin_ || signed_of(checkpoint->size) != select.integer(0))
        return failure(ErrorKind::corrupt, "the newest checkpoint is not a valid one of this installation");
    return std::move(*checkpoint);
}

// Links the checkpoint's own record and every one after it again; the former must be the one that was signed.
Result<audit::HashChain> AuditLog::read_chain(const audit::Checkpoint& from) {
    database::Statement& select = sql_[select_tail];
    const ResetAtEnd guard(select);
    const std::uint64_t first = from.size < 2 ? 1 : from.size - 1;
    select.bind(1, signed_of(first));
    std::uint64_t sequence = first - 1;
    crypto::Digest head{};
    for (auto row = select.step();; row = select.step()) {
        if (!row) return failure(std::move(row.error()));
        if (!*row) break;
        ++sequence;
        auto digest = digest_in(select, 2);
        if (!digest) return failure(std::move(digest.error()));
        const bool before_signed = first > 1 && sequence == first;
        const bool linked = before_signed || *digest == audit::link_digest(head, sequence, select.octets(1));
        const bool is_signed = sequence != from.size || *digest == from.head;
        if (!linked || !is_signed || unsigned_of(select.integer(0)) != sequence)
            return failure(ErrorKind::corrupt, "a record of the audit chain is not the one that was linked");
        head = *digest;
    }
    if (sequence < from.size)
        return failure(ErrorKind::corrupt, "the audit chain ends before its newest checkpoint");
    return audit::HashChain(sequence, head);
}

Result<audit::MerkleTree> AuditLog::read_tree() {
    database::Statement& select = sql_[select_tree];
    const ResetAtEnd guard(select);
    auto row = select.step();
    if (!row) return failure(std::move(row.error()));
    if (!*row) return failure(ErrorKind::corrupt, "the store has no Merkle edge");
    const ByteView octets = select.octets(1);
    constexpr std::size_t size = std::tuple_size_v<crypto::Digest>;
    std::vector<crypto::Digest> edge(octets.size() / size);
    for (std::size_t i = 0; i < edge.size(); ++i)
        std::copy_n(octets.begin() + static_cast<std::ptrdiff_t>(i * size), size, edge[i].begin());
    return audit::MerkleTree::restore(unsigned_of(select.integer(0)), std::move(edge));
}

Result<void> AuditLog::reload() {
    auto checkpoint = read_checkpoint();
    if (!checkpoint) return failure(std::move(checkpoint.error()));
    auto chain = read_chain(*checkpoint);
    if (!chain) return failure(std::move(chain.error()));
    auto tree = read_tree();
    if (!tree) return failure(std::move(tree.error()));
    if (tree->size() != chain->sequence() ||
        (tree->size() == checkpoint->size && tree->size() > 0 && tree->root() != checkpoint->root))
        return failure(ErrorKind::corrupt, "the saved Merkle edge is not of this audit chain");
    at_ = Position{*chain, std::move(*tree), chain->sequence(), checkpoint->size, clock_->monotonic()};
    return {};
}

Result<void> AuditLog::append(audit::Event event) {
    auto record = at_.chain.append(clock_->now(), std::move(event));
    if (!record) return failure(std::move(record.error()));
    at_.tree.append(record->digest);
    return run(sql_[insert_record]
                   .bind(1, signed_of(record->sequence))
                   .bind(2, ByteView(record->octets))
                   .bind(3, ByteView(record->digest)));
}

Result<void> AuditLog::append_once(std::string_view name, audit::Event event) {
    database::Statement& select = sql_[select_last_name];
    {
        const ResetAtEnd guard(select);
        const auto known = select.bind(1, name).step();
        if (!known) return failure(known.error());
        if (*known) return {};
    }
    if (auto appended = append(std::move(event)); !appended) return appended;
    return run(sql_[keep_last_name].bind(1, name));
}

Result<bool> AuditLog::append_on_change(std::string_view what, std::string_view value, audit::Event event) {
    bool changed = false;
    {
        database::Statement& select = sql_[select_seen];
        const ResetAtEnd guard(select);
        const auto known = select.bind(1, what).step();
        if (!known) return failure(known.error());
        if (*known && select.text(0) == value) return false;
        changed = *known;
    }
    if (changed) {
        if (auto appended = append(std::move(event)); !appended) return failure(std::move(appended.error()));
    }
    if (auto kept = run(sql_[keep_seen].bind(1, what).bind(2, value)); !kept)
        return failure(std::move(kept.error()));
    return changed;
}

Result<void> AuditLog::sign() {
    const std::uint64_t size = at_.chain.sequence();
    if (size == at_.checkpoint) return {};
    const std::string note =
        audit::sign_checkpoint({origin_, size, at_.tree.root(), at_.chain.head(), clock_->now()}, seed_);
    auto inserted = run(sql_[insert_note].bind(1, signed_of(size)).bind(2, std::string_view(note)));
    if (!inserted) return inserted;
    at_.checkpoint = size;
    at_.signed_at = clock_->monotonic();
    return {};
}

std::chrono::milliseconds AuditLog::until_due() const {
    const std::uint64_t waiting = at_.chain.sequence() - at_.checkpoint;
    if (waiting == 0) return nothing_to_sign;
    if (waiting >= records_) return std::chrono::milliseconds(0);
    const auto passed =
        std::chrono::duration_cast<std::chrono::milliseconds>(clock_->monotonic() - at_.signed_at);
    return std::max(interval_ - passed, std::chrono::milliseconds(0));
}

Result<void> AuditLog::sign_when_due() {
    if (until_due() > std::chrono::milliseconds(0)) return {};
    return sign();
}

Result<void> AuditLog::save() {
    if (at_.saved == at_.tree.size()) return {};
    Bytes edge;
    for (const crypto::Digest& subtree : at_.tree.edge())
        edge.insert(edge.end(), subtree.begin(), subtree.end());
    auto updated = run(sql_[update_tree].bind(1, signed_of(at_.tree.size())).bind(2, ByteView(edge)));
    if (updated) at_.saved = at_.tree.size();
    return updated;
}

}  // namespace edgeward::store

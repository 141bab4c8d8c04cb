#include <algorithm>

#include "query.hpp"
#include "statements.hpp"
#include "store_reader.hpp"

// The part of the reader that reads the audit chain.
namespace edgeward::store {
namespace {

using database::Statement;

// Records read while the lock is held: an export of millions must not keep the deliveries from claiming, nor
// the write-ahead log from being moved.
constexpr std::uint64_t piece_records = 500;

bool take_digest(ByteView octets, crypto::Digest& digest) {
    if (octets.size() != digest.size()) return false;
    std::copy(octets.begin(), octets.end(), digest.begin());
    return true;
}

}  // namespace

struct SqlcipherReader::Piece {
    std::vector<audit::Record> records;
    std::map<std::uint64_t, std::string> notes;  // by size
};

Result<ChainState> SqlcipherReader::chain() {
    const std::lock_guard lock(mutex_);
    ChainState state;
    auto done = query(
        connection_,
        "SELECT (SELECT value FROM meta WHERE name = 'installation'), a.sequence, a.digest, c.size, c.note "
        "FROM "
        "(SELECT 1) LEFT JOIN (SELECT sequence, digest FROM audit ORDER BY sequence DESC LIMIT 1) a "
        "LEFT JOIN (SELECT size, note FROM audit_checkpoint ORDER BY size DESC LIMIT 1) c",
        no_parameters, [&](const Statement& row) -> Result<void> {
            state.origin = "edgeward/" + std::string(row.text(0));
            state.sequence = unsigned_of(row.integer(1));
            if (state.sequence > 0 && !take_digest(row.octets(2), state.head))
                return failure(ErrorKind::corrupt, "a stored digest has a wrong length");
            state.checkpoint = unsigned_of(row.integer(3));
            state.checkpoint_note = row.text(4);
            return {};
        });
    if (!done) return failure(std::move(done.error()));
    return state;
}

Result<crypto::Digest> SqlcipherReader::digest_before(std::uint64_t first) {
    crypto::Digest digest{};
    if (first <= 1) return digest;
    bool found = false;
    auto done = query(
        connection_, "SELECT digest FROM audit WHERE sequence = ?1",
        [&](Statement& sql) { sql.bind(1, signed_of(first - 1)); },
        [&](const Statement& row) -> Result<void> {
            found = take_digest(row.octets(0), digest);
            return {};
        });
    if (!done) return failure(std::move(done.error()));
    if (!found) return failure(ErrorKind::invalid_input, "the audit chain has no such record");
    return digest;
}

Result<SqlcipherReader::Piece> SqlcipherReader::read_piece(std::uint64_t from, std::uint64_t last,
                                                           const crypto::Digest& previous) {
    Piece piece;
    crypto::Digest head = previous;
    auto done = query(
        connection_,
        "SELECT sequence, canonical, digest FROM audit WHERE sequence BETWEEN ?1 AND ?2 ORDER BY sequence",
        [&](Statement& sql) {
            sql.bind(1, signed_of(from)).bind(2, signed_of(std::min(last, from + piece_records - 1)));
        },
        [&](const Statement& row) -> Result<void> {
            auto content = audit::parse_canonical(row.octets(1));
            audit::Record record;
            if (!content || !take_digest(row.octets(2), record.digest))
                return failure(ErrorKind::corrupt, "a stored audit record cannot be read");
            record.sequence = unsigned_of(row.integer(0));
            record.time = content->first;
            record.event = std::move(content->second);
            record.octets.assign(row.octets(1).begin(), row.octets(1).end());
            record.previous = head;
            head = record.digest;
            piece.records.push_back(std::move(record));
            return {};
        });
    if (!done) return failure(std::move(done.error()));
    if (auto read = read_notes(from, piece); !read) return failure(std::move(read.error()));
    return piece;
}

Result<void> SqlcipherReader::read_notes(std::uint64_t from, Piece& piece) {
    if (piece.records.empty()) return {};
    return query(
        connection_, "SELECT size, note FROM audit_checkpoint WHERE size BETWEEN ?1 AND ?2",
        [&](Statement& sql) {
            sql.bind(1, signed_of(from)).bind(2, signed_of(piece.records.back().sequence));
        },
        [&](const Statement& row) -> Result<void> {
            piece.notes.emplace(unsigned_of(row.integer(0)), std::string(row.text(1)));
            return {};
        });
}

Result<void> SqlcipherReader::export_audit(std::uint64_t first, std::size_t most,
                                           const std::function<void(const audit::Record&)>& record,
                                           const std::function<void(std::string_view note)>& checkpoint) {
    const auto state = chain();
    if (!state) return failure(state.error());
    std::uint64_t next = std::max<std::uint64_t>(first, 1);
    if (next > state->sequence || most == 0) return {};
    const std::uint64_t last = next + std::min<std::uint64_t>(most - 1, state->sequence - next);
    std::optional<crypto::Digest> head;
    while (next <= last) {
        const auto piece = read_locked(next, last, head);
        if (!piece) return failure(piece.error());
        if (piece->records.empty())
            return failure(ErrorKind::corrupt, "a record is missing from the audit chain");
        for (const audit::Record& one : piece->records) {
            record(one);
            const auto note = piece->notes.find(one.sequence);
            if (note != piece->notes.end()) checkpoint(note->second);
        }
        head = piece->records.back().digest;
        next = piece->records.back().sequence + 1;
    }
    return {};
}

Result<SqlcipherReader::Piece> SqlcipherReader::read_locked(std::uint64_t from, std::uint64_t last,
                                                            const std::optional<crypto::Digest>& head) {
    const std::lock_guard lock(mutex_);
    auto previous = head ? Result<crypto::Digest>(*head) : digest_before(from);
    if (!previous) return failure(std::move(previous.error()));
    return read_piece(from, last, *previous);
}

}  // namespace edgeward::store

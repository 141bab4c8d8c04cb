#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include <edgeward/audit/hash_chain.hpp>
#include <edgeward/audit/record.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/core/secret.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/database/database.hpp>
#include <edgeward/store/observation_store.hpp>

namespace edgeward::store {

// The audit chain inside store.db: appended to in the transaction of what it records, signed in the same.
// Works inside the caller's transaction. One thread.
class AuditLog {
public:
    // Verifies what is there from the newest checkpoint on: links, saved Merkle edge, signature. corrupt
    // otherwise.
    static Result<AuditLog> open(database::Connection& connection, const StoreSettings& settings, Secret seed,
                                 const Clock& clock);

    Result<void> append(audit::Event event);
    // Appends unless the last one appended so had the same name.
    Result<void> append_once(std::string_view name, audit::Event event);
    // When another value of `what` was remembered.
    Result<bool> append_on_change(std::string_view what, std::string_view value, audit::Event event);
    // Signs a checkpoint when the chain has grown since the last one.
    Result<void> sign();
    // The same when as many records or as much time as the settings say have passed.
    Result<void> sign_when_due();
    // Writes the Merkle edge; before every commit.
    Result<void> save();
    // How long until sign_when_due() has something to do.
    [[nodiscard]] std::chrono::milliseconds until_due() const;

    // Where the log stands, to go back to when a transaction or savepoint is rolled back.
    struct Position {
        audit::HashChain chain;
        audit::MerkleTree tree;
        std::uint64_t saved = 0;       // records the saved edge covers
        std::uint64_t checkpoint = 0;  // records the newest checkpoint covers
        MonotonicTime signed_at;
    };
    [[nodiscard]] const Position& position() const noexcept { return at_; }
    void go_back(const Position& position) { at_ = position; }
    // Reads the position from the tables, verifying it as open() does.
    Result<void> reload();

private:
    AuditLog(const StoreSettings& settings, Secret seed, const Clock& clock);
    Result<void> read_origin(database::Connection& connection);
    Result<audit::Checkpoint> read_checkpoint();
    Result<audit::HashChain> read_chain(const audit::Checkpoint& from);
    Result<audit::MerkleTree> read_tree();

    enum Sql : std::uint8_t {
        insert_record,
        insert_note,
        update_tree,
        select_note,
        select_tail,
        select_tree,
        select_last_name,
        keep_last_name,
        select_seen,
        keep_seen,
        statements
    };
    std::array<database::Statement, statements> sql_;
    std::chrono::milliseconds interval_;
    std::uint64_t records_;
    Secret seed_;
    const Clock* clock_;
    std::string origin_;
    Position at_;
};

}  // namespace edgeward::store

#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <edgeward/core/bytes.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/core/secret.hpp>

// SQLCipher connections for the store and the vault: raw 256-bit keys, WAL, synchronous=FULL, secure_delete,
// foreign keys, a busy timeout, no ATTACH (and VACUUM by rebuild() alone), no extension, bounded limits: a
// value has at most 64 MiB, a statement 999 parameters. Files are readable by their owner only. Writers
// checkpoint every 1000 pages, readers never. cipher_memory_security stays off: it is one switch for the
// process and cuts group commits to a third (80,000 to 30,000 rows/s of 800 octets); what must not stay in
// memory is sealed before it gets here, and core dumps are off.
//
// Errors by kind: unavailable (busy, locked, device error), exhausted (disk or memory full), corrupt (not a
// database under this key, malformed, page authentication failed), misconfigured (cannot open; read-only; a
// statement that does not fit the schema; the linked library does not encrypt), invalid_input (a constraint,
// a value out of bounds). Authentic is not fresh: an old page or file put back is not noticed here
// (docs/audit-format.md: anchors do). Threads: one connection, one thread at a time.
namespace edgeward::database {

// A prepared statement, reused; finalised with its connection's owner. Parameters count from 1, columns from
// 0.
class Statement {
public:
    Statement() = default;
    Statement(Statement&&) noexcept;
    Statement& operator=(Statement&&) noexcept;
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;
    ~Statement();

    // Octets and texts must live until the statement is reset (they are bound without a copy). A mistake
    // shows at the next step. Every execution binds all its parameters: a reset forgets them.
    Statement& bind(int parameter, std::int64_t value);
    Statement& bind(int parameter, std::string_view text);
    Statement& bind(int parameter, ByteView octets);
    Statement& bind_null(int parameter);

    // One step: true when a row is there, false at the end. After an error the statement is reset.
    Result<bool> step();
    // Runs a statement without rows to its end and resets it; gives the number of rows it changed.
    Result<std::int64_t> run();
    void reset();

    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] std::string_view text(int column) const;  // valid until the next step or reset
    [[nodiscard]] ByteView octets(int column) const;        // valid until the next step or reset
    [[nodiscard]] bool is_null(int column) const;

private:
    friend class Connection;
    explicit Statement(void* handle) noexcept : handle_(handle) {}
    void* handle_ = nullptr;
    int bind_error_ = 0;
};

enum class Access : std::uint8_t { read_write_create, read_write, read_only };

class Connection {
public:
    static Result<Connection> open(const std::filesystem::path& file, const Secret& key, Access access);
    Connection(Connection&&) noexcept;
    Connection& operator=(Connection&&) noexcept;
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection();

    [[nodiscard]] Result<Statement> prepare(std::string_view sql);
    // One or several statements without parameters; rows are dropped unread and not checked.
    Result<void> execute(const char* sql);
    // BEGIN IMMEDIATE … COMMIT around `work`; rolled back when it fails. Not nested.
    Result<void> transaction(const std::function<Result<void>()>& work);
    [[nodiscard]] std::int64_t last_row_id() const;
    // Rows this connection has added, changed or deleted since it was opened, those of transactions that were
    // rolled back among them: what was read while it says the same is still so, as far as this connection
    // goes.
    [[nodiscard]] std::int64_t changes() const;
    // PRAGMA user_version, the schema version.
    [[nodiscard]] Result<std::int64_t> schema_version();
    Result<void> set_schema_version(std::int64_t version);
    // Every page read and authenticated (PRAGMA cipher_integrity_check, integrity_check). corrupt names no
    // content.
    Result<void> check_integrity();
    // Asks from now on after about so many steps of SQLite's machine whether to give up; true ends the
    // statement that runs, which then fails as unavailable.
    void give_up_when(int steps, std::function<bool()> question);
    // Writes every page anew out of the rows that are there (VACUUM), so that no octet of a deleted one is
    // left between the cells of a page. In memory: needs as much as the file has, and a checkpoint()
    // afterwards.
    Result<void> rebuild();
    // Moves the WAL into the database file and truncates it. unavailable when a reader still holds it after
    // `patience`.
    Result<void> checkpoint(std::chrono::milliseconds patience = std::chrono::seconds(5));

private:
    friend class ConnectionHandle;
    struct State;
    explicit Connection(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

// Octets that all connections of the process hold in memory together: page caches, statements, locks.
std::uint64_t memory_in_use();

// Proves that the linked library encrypts, before any real file is opened (a transitive libsqlite3 silently
// turns encryption off): cipher_version is there, the run-time library is the one compiled against, a fresh
// file under `folder` has no SQLite header and no canary octets, and a wrong key cannot open it.
// misconfigured otherwise.
Result<void> prove_encryption(const std::filesystem::path& folder);

}  // namespace edgeward::database

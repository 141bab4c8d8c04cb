#pragma once

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
// cipher_memory_security, foreign keys, a busy timeout, no ATTACH, no extension, bounded limits.
//
// Errors by kind: unavailable (busy, locked), exhausted (disk or memory full), corrupt (not a database under this key,
// malformed, page authentication failed), misconfigured (cannot open; the linked library does not encrypt).
// Threads: one connection, one thread at a time.
namespace edgeward::database {

// A prepared statement, reused; finalised with its connection's owner. Parameters count from 1, columns from 0.
class Statement {
public:
    Statement() = default;
    Statement(Statement&&) noexcept;
    Statement& operator=(Statement&&) noexcept;
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;
    ~Statement();

    // Octets and texts must live until the statement is reset (they are bound without a copy).
    Statement& bind(int parameter, std::int64_t value);
    Statement& bind(int parameter, std::string_view text);
    Statement& bind(int parameter, ByteView octets);
    Statement& bind_null(int parameter);

    // One step: true when a row is there, false at the end.
    Result<bool> step();
    // Runs a statement without rows to its end and resets it; gives the number of rows it changed.
    Result<std::int64_t> run();
    void reset();

    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] std::string_view text(int column) const;   // valid until the next step or reset
    [[nodiscard]] ByteView octets(int column) const;         // valid until the next step or reset
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
    // One or several statements without parameters or rows.
    Result<void> execute(const char* sql);
    // BEGIN IMMEDIATE … COMMIT around `work`; rolled back when it fails. Not nested.
    Result<void> transaction(const std::function<Result<void>()>& work);
    [[nodiscard]] std::int64_t last_row_id() const;
    // PRAGMA user_version, the schema version.
    [[nodiscard]] Result<std::int64_t> schema_version();
    Result<void> set_schema_version(std::int64_t version);
    // Every page read and authenticated (PRAGMA cipher_integrity_check, integrity_check). corrupt names no content.
    Result<void> check_integrity();
    // Moves the WAL into the database file and truncates it. unavailable when a reader holds it.
    Result<void> checkpoint();

private:
    struct State;
    explicit Connection(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

// Proves that the linked library encrypts, before any real file is opened (a transitive libsqlite3 silently turns
// encryption off): cipher_version is there, the run-time library is the one compiled against, a fresh file under
// `folder` has no SQLite header and no canary octets, and a wrong key cannot open it. misconfigured otherwise.
Result<void> prove_encryption(const std::filesystem::path& folder);

}  // namespace edgeward::database

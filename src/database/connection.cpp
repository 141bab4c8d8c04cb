#include <fcntl.h>
#include <sqlcipher/sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <limits>
#include <string>
#include <utility>

#include <edgeward/database/database.hpp>

#include "connection_handle.hpp"
#include "encryption_proof.hpp"
#include "library.hpp"
#include "sqlite_error.hpp"

namespace edgeward::database {

struct Connection::State {
    State() = default;
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    // close_v2: a statement that outlives its connection keeps the handle alive until it is finalised.
    ~State() { sqlite3_close_v2(handle); }
    // Opens the file as one whose pages are authenticated in that way. `code`: SQLite's; SQLITE_NOTADB: it is
    // not, or the key is wrong.
    static Result<std::unique_ptr<State>> open(const std::filesystem::path& file, const Secret& key,
                                               Access access, const char* page_mac, int& code);
    sqlite3* handle = nullptr;
    std::function<bool()> give_up;
};

namespace {

constexpr std::size_t key_octets = 32;
constexpr int busy_milliseconds = 5000;

struct Option {
    int name;
    int value;
};

// No statement can attach a file, load code, change the schema table or grow without bound.
constexpr Option limits[] = {
    {SQLITE_LIMIT_ATTACHED, 0},          {SQLITE_LIMIT_LENGTH, 64 << 20},
    {SQLITE_LIMIT_SQL_LENGTH, 1 << 20},  {SQLITE_LIMIT_EXPR_DEPTH, 100},
    {SQLITE_LIMIT_COMPOUND_SELECT, 50},  {SQLITE_LIMIT_COLUMN, 200},
    {SQLITE_LIMIT_VARIABLE_NUMBER, 999}, {SQLITE_LIMIT_TRIGGER_DEPTH, 10},
    {SQLITE_LIMIT_WORKER_THREADS, 0},    {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000},
};
constexpr Option switches[] = {
    {SQLITE_DBCONFIG_DEFENSIVE, 1}, {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
    {SQLITE_DBCONFIG_DQS_DDL, 0},   {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
    {SQLITE_DBCONFIG_DQS_DML, 0},   {SQLITE_DBCONFIG_ENABLE_FKEY, 1},
};

// secure_delete overwrites deleted rows; the WAL returns to 64 MiB after a burst.
constexpr auto session_pragmas =
    "PRAGMA synchronous=FULL;"
    "PRAGMA secure_delete=ON;"
    "PRAGMA foreign_keys=ON;"
    "PRAGMA trusted_schema=OFF;"
    "PRAGMA cell_size_check=ON;"
    "PRAGMA temp_store=MEMORY;"
    "PRAGMA mmap_size=0;"
    "PRAGMA journal_size_limit=67108864;";

// Makes the file before SQLite would with wider permissions; the WAL and its index inherit them. An existing
// file is never opened here: closing any descriptor of a file drops the POSIX locks this process holds on it.
Result<void> make_private(const std::filesystem::path& file, Access access) {
    if (access == Access::read_write_create) {
        const int descriptor = ::open(file.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR);
        if (descriptor >= 0) {
            ::close(descriptor);
            return {};
        }
        if (errno == ENOSPC || errno == EDQUOT)
            return failure(ErrorKind::exhausted, "cannot make the file: no room");
    }
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0) {
        return failure(kind_of_opening(errno),
                       std::string("cannot make or find the file: ") + std::strerror(errno));
    }
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0 && ::chmod(file.c_str(), S_IRUSR | S_IWUSR) != 0) {
        return failure(ErrorKind::misconfigured, "the file is open to others and cannot be made private");
    }
    return {};
}

// SQLCipher's raw key form x'<64 hex digits>': no passphrase derivation.
int set_key(sqlite3* handle, const Secret& key) {
    static constexpr std::string_view digits = "0123456789abcdef";
    std::array<char, 2 * key_octets + 3> text{'x', '\''};
    std::size_t at = 2;
    for (const std::uint8_t octet : key.reveal()) {
        text[at++] = digits[octet >> 4U];
        text[at++] = digits[octet & 0xFU];
    }
    text[at] = '\'';
    const int code = sqlite3_key_v2(handle, "main", text.data(), static_cast<int>(text.size()));
    wipe(text.data(), text.size());
    return code;
}

int run_sql(sqlite3* handle, const char* sql) {
    return sqlite3_exec(handle, sql, nullptr, nullptr, nullptr);
}

Result<void> harden(sqlite3* handle, Access access) {
    sqlite3_extended_result_codes(handle, 1);
    sqlite3_busy_timeout(handle, busy_milliseconds);
    watch_authentication(handle);
    for (const auto& limit : limits)
        sqlite3_limit(handle, limit.name, limit.value);
    for (const auto& change : switches) {
        if (const int code = sqlite3_db_config(handle, change.name, change.value, nullptr);
            code != SQLITE_OK) {
            return failure(sqlite_error(handle, code, "harden"));
        }
    }
    // Only the writer moves the WAL: several checkpointers can lose commits (SQLite 3.7.0 to 3.51.2).
    const int no_checkpoint = access == Access::read_only ? 1 : 0;
    sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, no_checkpoint, nullptr);
    return {};
}

// How the pages of a file are authenticated: those made here by SHA-256, for which processors have
// instructions; SHA-512 is SQLCipher's own choice, and that of files that are older (docs/adr/0069).
constexpr std::array page_macs{"PRAGMA cipher_hmac_algorithm=HMAC_SHA256",
                               "PRAGMA cipher_hmac_algorithm=HMAC_SHA512"};

// The first page is read here: a wrong key shows now.
Result<void> unlock(sqlite3* handle, const Secret& key, const char* page_mac, int& code) {
    // SQLCipher writes its failures to stderr otherwise; ours are values.
    if (code = run_sql(handle, "PRAGMA cipher_log_level=NONE"); code != SQLITE_OK)
        return failure(sqlite_error(handle, code, "quiet the cipher log"));
    if (code = set_key(handle, key); code != SQLITE_OK)
        return failure(sqlite_error(handle, code, "set the key"));
    if (code = run_sql(handle, page_mac); code != SQLITE_OK)
        return failure(sqlite_error(handle, code, "set how pages are authenticated"));
    if (code = run_sql(handle, "SELECT count(*) FROM sqlite_schema"); code != SQLITE_OK)
        return failure(sqlite_error(handle, code, "read with the key"));
    return {};
}

Result<void> use_wal(Connection& connection) {
    auto mode = connection.prepare("PRAGMA journal_mode=WAL");
    if (!mode) return failure(std::move(mode.error()));
    auto row = mode->step();
    if (!row) return failure(std::move(row.error()));
    if (!*row || mode->text(0) != "wal") {
        return failure(ErrorKind::misconfigured, "the file system does not support a write-ahead log");
    }
    return {};
}

// True when the first row's text is `expected`, or there is no row and `expected` is empty.
Result<bool> answers(Connection& connection, std::string_view sql, std::string_view expected) {
    auto statement = connection.prepare(sql);
    if (!statement) return failure(std::move(statement.error()));
    auto row = statement->step();
    if (!row) return failure(std::move(row.error()));
    return *row ? statement->text(0) == expected : expected.empty();
}

}  // namespace

Result<std::unique_ptr<Connection::State>> Connection::State::open(const std::filesystem::path& file,
                                                                   const Secret& key, Access access,
                                                                   const char* page_mac, int& code) {
    auto state = std::make_unique<State>();
    const int flags =
        (access == Access::read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) | SQLITE_OPEN_NOMUTEX;
    code = sqlite3_open_v2(file.c_str(), &state->handle, flags, prepare_library());
    if (code != SQLITE_OK) return failure(sqlite_error(state->handle, code, "open the file"));
    if (auto hard = harden(state->handle, access); !hard) return failure(std::move(hard.error()));
    auto unlocked = unlock(state->handle, key, page_mac, code);
    if (unlocked) return state;
    // Who cannot read the file leaves its write-ahead log alone.
    sqlite3_db_config(state->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    return failure(std::move(unlocked.error()));
}

Connection::Connection(std::unique_ptr<State> state) : state_(std::move(state)) {}
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;
Connection::~Connection() = default;

sqlite3* ConnectionHandle::of(Connection& connection) noexcept {
    return connection.state_->handle;
}

Result<Connection> Connection::open(const std::filesystem::path& file, const Secret& key, Access access) {
    const auto failed = [](Error error) { return failure(std::move(error).during("open database")); };
    if (auto library = require_encrypting_library(); !library) return failed(std::move(library.error()));
    if (key.size() != key_octets)
        return failed({ErrorKind::misconfigured, "the key does not have 32 octets"});
    if (auto made = make_private(file, access); !made) return failed(std::move(made.error()));

    int code = SQLITE_OK;
    auto state = State::open(file, key, access, page_macs.front(), code);
    if (!state && (code & 0xFF) == SQLITE_NOTADB)
        state = State::open(file, key, access, page_macs.back(), code);
    if (!state) return failed(std::move(state.error()));

    Connection connection(*std::move(state));
    if (auto set = connection.execute(session_pragmas); !set) return failed(std::move(set.error()));
    if (access == Access::read_only) return connection;
    if (auto wal = use_wal(connection); !wal) return failed(std::move(wal.error()));
    return connection;
}

Result<Statement> Connection::prepare(std::string_view sql) {
    sqlite3_stmt* handle = nullptr;
    const int code = sqlite3_prepare_v3(state_->handle, sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &handle, nullptr);
    if (code != SQLITE_OK) return failure(sqlite_error(state_->handle, code, "prepare a statement"));
    return Statement(handle);
}

Result<void> Connection::execute(const char* sql) {
    const int code = run_sql(state_->handle, sql);
    if (code != SQLITE_OK) return failure(sqlite_error(state_->handle, code, "run a statement"));
    return {};
}

Result<void> Connection::transaction(const std::function<Result<void>()>& work) {
    if (auto begun = execute("BEGIN IMMEDIATE"); !begun) return begun;
    const auto roll_back = [this] {
        // Severe failures have rolled back by themselves; closing does it in any case.
        if (sqlite3_get_autocommit(state_->handle) == 0) run_sql(state_->handle, "ROLLBACK");
    };
    try {
        auto done = work();
        if (done) done = execute("COMMIT");
        if (!done) roll_back();
        return done;
    } catch (...) {
        roll_back();
        throw;
    }
}

std::int64_t Connection::last_row_id() const {
    return sqlite3_last_insert_rowid(state_->handle);
}

std::int64_t Connection::changes() const {
    return sqlite3_total_changes64(state_->handle);
}

Result<std::int64_t> Connection::schema_version() {
    auto statement = prepare("PRAGMA user_version");
    if (!statement) return failure(std::move(statement.error()));
    auto row = statement->step();
    if (!row) return failure(std::move(row.error()));
    return statement->integer(0);
}

Result<void> Connection::set_schema_version(std::int64_t version) {
    if (version < 0 || version > std::numeric_limits<std::int32_t>::max()) {
        return failure(ErrorKind::invalid_input, "a schema version has 31 bits");
    }
    return execute(("PRAGMA user_version=" + std::to_string(version)).c_str());
}

Result<void> Connection::check_integrity() {
    struct Check {
        const char* sql;
        std::string_view expected;
        const char* message;
    };
    static constexpr Check checks[] = {
        {"PRAGMA cipher_integrity_check", "", "check integrity: a page fails authentication"},
        {"PRAGMA integrity_check(1)", "ok", "check integrity: the database is malformed"},
        {"PRAGMA foreign_key_check", "", "check integrity: a row points to nothing"},
    };
    for (const auto& check : checks) {
        auto fine = answers(*this, check.sql, check.expected);
        if (!fine) return failure(std::move(fine.error()).during("check integrity"));
        if (!*fine) return failure(ErrorKind::corrupt, check.message);
    }
    return {};
}

void Connection::give_up_when(int steps, std::function<bool()> question) {
    state_->give_up = std::move(question);
    sqlite3_progress_handler(
        state_->handle, steps,
        [](void* state) { return static_cast<const State*>(state)->give_up() ? 1 : 0; }, state_.get());
}

Result<void> Connection::checkpoint(std::chrono::milliseconds patience) {
    sqlite3_busy_timeout(state_->handle, static_cast<int>(patience.count()));
    const int code =
        sqlite3_wal_checkpoint_v2(state_->handle, "main", SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
    sqlite3_busy_timeout(state_->handle, busy_milliseconds);
    if (code != SQLITE_OK) return failure(sqlite_error(state_->handle, code, "move the write-ahead log"));
    return {};
}

Result<void> Connection::rebuild() {
    // VACUUM attaches the copy it makes; nothing else may attach.
    sqlite3_limit(state_->handle, SQLITE_LIMIT_ATTACHED, 1);
    auto built = execute("VACUUM");
    sqlite3_limit(state_->handle, SQLITE_LIMIT_ATTACHED, 0);
    return built;
}

}  // namespace edgeward::database

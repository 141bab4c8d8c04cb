#include <edgeward/database/snapshot.hpp>

#include <sqlcipher/sqlite3.h>

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>

#include "connection_handle.hpp"
#include "sqlite_error.hpp"
#include "wal_prefix.hpp"

namespace edgeward::database {
namespace {

constexpr std::string_view plain_magic = "SQLite format 3";

Result<sqlite3_file*> file_of(sqlite3* handle, int which) {
    sqlite3_file* file = nullptr;
    const int code = sqlite3_file_control(handle, "main", which, &file);
    if (code != SQLITE_OK) return failure(sqlite_error(handle, code, "find the open file"));
    if (file == nullptr || file->pMethods == nullptr)
        return failure(ErrorKind::misconfigured, "the database has no write-ahead log open");
    return file;
}

// Through SQLite's own descriptors: closing another descriptor of the file would drop the locks this process
// holds on it (POSIX), and below the cipher, which works on pages after they are read.
Result<void> read_from(sqlite3_file* file, std::uint64_t offset, std::span<std::uint8_t> out) {
    constexpr std::size_t most = std::size_t{1} << 30U;
    if (out.size() > most) return failure(ErrorKind::invalid_input, "too much to read at once");
    const int code = file->pMethods->xRead(file, out.data(), static_cast<int>(out.size()),
                                           static_cast<sqlite3_int64>(offset));
    if (code == SQLITE_OK) return {};
    if (code == SQLITE_IOERR_SHORT_READ)
        return failure(ErrorKind::invalid_input, "the file ends before the octets asked for");
    return failure(ErrorKind::unavailable, "the file cannot be read");
}

Result<std::uint64_t> size_of(sqlite3_file* file) {
    sqlite3_int64 size = 0;
    if (file->pMethods->xFileSize(file, &size) != SQLITE_OK || size < 0)
        return failure(ErrorKind::unavailable, "the size of the file cannot be read");
    return static_cast<std::uint64_t>(size);
}

}  // namespace

struct Snapshot::State {
    explicit State(Connection opened) : connection(std::move(opened)) {}
    Connection connection;
    sqlite3_file* file = nullptr;
    sqlite3_file* log = nullptr;
    std::uint64_t file_size = 0;
    std::uint64_t log_size = 0;
    WalHeader log_header{};

    Result<void> hold();
    Result<void> measure();
};

// A read transaction begins with the first read.
Result<void> Snapshot::State::hold() {
    if (auto begun = connection.execute("BEGIN"); !begun) return begun;
    auto first = connection.prepare("SELECT count(*) FROM sqlite_schema");
    if (!first) return failure(std::move(first.error()));
    const auto row = first->step();
    if (!row) return failure(row.error());
    return {};
}

Result<void> Snapshot::State::measure() {
    sqlite3* handle = ConnectionHandle::of(connection);
    auto found = file_of(handle, SQLITE_FCNTL_FILE_POINTER);
    if (!found) return failure(std::move(found.error()));
    auto log_found = file_of(handle, SQLITE_FCNTL_JOURNAL_POINTER);
    if (!log_found) return failure(std::move(log_found.error()));
    file = *found;
    log = *log_found;
    const auto size = size_of(file);
    const auto whole_log = size_of(log);
    if (!size) return failure(size.error());
    if (!whole_log) return failure(whole_log.error());
    file_size = *size;
    const auto committed = committed_prefix(
        *whole_log,
        [this](std::uint64_t offset, std::span<std::uint8_t> out) { return read_from(log, offset, out); });
    if (!committed) return failure(committed.error());
    log_size = *committed;
    if (log_size == 0) return {};
    return read_from(log, 0, log_header);
}

Snapshot::Snapshot(std::unique_ptr<State> state) : state_(std::move(state)) {}
Snapshot::Snapshot(Snapshot&&) noexcept = default;
Snapshot& Snapshot::operator=(Snapshot&&) noexcept = default;
Snapshot::~Snapshot() = default;

Result<Snapshot> Snapshot::begin(const std::filesystem::path& file, const Secret& key) {
    const auto failed = [](Error error) { return failure(std::move(error).during("begin a snapshot")); };
    auto connection = Connection::open(file, key, Access::read_only);
    if (!connection) return failed(std::move(connection.error()));
    auto state = std::make_unique<State>(*std::move(connection));
    if (auto held = state->hold(); !held) return failed(std::move(held.error()));
    if (auto measured = state->measure(); !measured) return failed(std::move(measured.error()));
    std::array<std::uint8_t, plain_magic.size()> head{};
    if (state->file_size >= head.size()) {
        if (auto read = read_from(state->file, 0, head); !read) return failed(std::move(read.error()));
    }
    if (text_of(head) == plain_magic)
        return failed({ErrorKind::misconfigured, "the database on disk is not encrypted"});
    return Snapshot(std::move(state));
}

Result<Snapshot> Snapshot::begin_alone(const std::filesystem::path& file, const Secret& key) {
    const auto failed = [](Error error) { return failure(std::move(error).during("begin a snapshot")); };
    auto holder = Connection::open(file, key, Access::read_write);
    if (!holder) return failed(std::move(holder.error()));
    if (auto held = holder->execute("BEGIN IMMEDIATE"); !held) return failed(std::move(held.error()));
    auto snapshot = begin(file, key);
    if (auto let_go = holder->execute("ROLLBACK"); !let_go) return failed(std::move(let_go.error()));
    return snapshot;
}

std::uint64_t Snapshot::file_size() const noexcept {
    return state_->file_size;
}

std::uint64_t Snapshot::log_size() const noexcept {
    return state_->log_size;
}

Result<void> Snapshot::read_file(std::uint64_t offset, std::span<std::uint8_t> out) {
    if (offset > state_->file_size || out.size() > state_->file_size - offset)
        return failure(ErrorKind::invalid_input, "beyond the end of the snapshot");
    return read_from(state_->file, offset, out);
}

Result<void> Snapshot::read_log(std::uint64_t offset, std::span<std::uint8_t> out) {
    if (offset > state_->log_size || out.size() > state_->log_size - offset)
        return failure(ErrorKind::invalid_input, "beyond the end of the snapshot");
    auto read = read_from(state_->log, offset, out);
    if (read) return read;
    // Emptied because the file has it all: log_is_whole() says so, what is read here does not matter.
    const auto whole = log_is_whole();
    if (!whole || *whole) return read;
    std::ranges::fill(out, std::uint8_t{0});
    return {};
}

Result<bool> Snapshot::log_is_whole() {
    if (state_->log_size == 0) return true;
    const auto size = size_of(state_->log);
    if (!size) return failure(size.error());
    if (*size < state_->log_size) return false;
    WalHeader header{};
    if (auto read = read_from(state_->log, 0, header); !read) return failure(std::move(read.error()));
    return header == state_->log_header;
}

Result<std::uint64_t> Snapshot::log_growth() {
    return size_of(state_->log);
}

Connection& Snapshot::connection() noexcept {
    return state_->connection;
}

}  // namespace edgeward::database

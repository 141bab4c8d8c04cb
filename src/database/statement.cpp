#include <sqlcipher/sqlite3.h>

#include <utility>

#include <edgeward/database/database.hpp>

#include "sqlite_error.hpp"

namespace edgeward::database {
namespace {

sqlite3_stmt* native(void* handle) noexcept {
    return static_cast<sqlite3_stmt*>(handle);
}

// A null pointer would bind NULL instead of an empty value.
constexpr char empty_value = '\0';

// SQLCipher zeroes a page that fails authentication and reports it with the *next* page read. When there is
// none, as for the last page of a long value, SQLite would hand out zeros as data. Its error code still says
// so while a row or the end of a statement is being reported: that is where these look.
thread_local const sqlite3_stmt* unauthentic = nullptr;

int note_unauthentic(unsigned /*event*/, void* handle, void* statement, void* /*detail*/) {
    const int code = sqlite3_errcode(static_cast<sqlite3*>(handle));
    if (code == SQLITE_ERROR) unauthentic = static_cast<const sqlite3_stmt*>(statement);
    return 0;
}

}  // namespace

void watch_authentication(sqlite3* handle) {
    sqlite3_trace_v2(handle, SQLITE_TRACE_ROW | SQLITE_TRACE_PROFILE, note_unauthentic, handle);
}

Statement::Statement(Statement&& other) noexcept
    : handle_(std::exchange(other.handle_, nullptr)),
      bind_error_(std::exchange(other.bind_error_, SQLITE_OK)) {}

Statement& Statement::operator=(Statement&& other) noexcept {
    if (this != &other) {
        sqlite3_finalize(native(handle_));
        handle_ = std::exchange(other.handle_, nullptr);
        bind_error_ = std::exchange(other.bind_error_, SQLITE_OK);
    }
    return *this;
}

Statement::~Statement() {
    sqlite3_finalize(native(handle_));
}

Statement& Statement::bind(int parameter, std::int64_t value) {
    const int code = sqlite3_bind_int64(native(handle_), parameter, value);
    if (bind_error_ == SQLITE_OK) bind_error_ = code;
    return *this;
}

Statement& Statement::bind(int parameter, std::string_view text) {
    const char* data = text.empty() ? &empty_value : text.data();
    const int code =
        sqlite3_bind_text64(native(handle_), parameter, data, text.size(), SQLITE_STATIC, SQLITE_UTF8);
    if (bind_error_ == SQLITE_OK) bind_error_ = code;
    return *this;
}

Statement& Statement::bind(int parameter, ByteView octets) {
    const void* data = octets.empty() ? static_cast<const void*>(&empty_value) : octets.data();
    const int code = sqlite3_bind_blob64(native(handle_), parameter, data, octets.size(), SQLITE_STATIC);
    if (bind_error_ == SQLITE_OK) bind_error_ = code;
    return *this;
}

Statement& Statement::bind_null(int parameter) {
    const int code = sqlite3_bind_null(native(handle_), parameter);
    if (bind_error_ == SQLITE_OK) bind_error_ = code;
    return *this;
}

Result<bool> Statement::step() {
    auto* connection = sqlite3_db_handle(native(handle_));
    if (bind_error_ != SQLITE_OK) {
        Error error = sqlite_error(connection, bind_error_, "bind a parameter");
        reset();
        return failure(std::move(error));
    }
    forget_error(connection);
    unauthentic = nullptr;
    int code = sqlite3_step(native(handle_));
    if ((code == SQLITE_ROW || code == SQLITE_DONE) && unauthentic == native(handle_)) code = SQLITE_CORRUPT;
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    Error error = sqlite_error(connection, code, "run a statement");
    reset();
    return failure(std::move(error));
}

Result<std::int64_t> Statement::run() {
    auto* connection = sqlite3_db_handle(native(handle_));
    const auto before = sqlite3_total_changes64(connection);
    auto row = step();
    while (row && *row)
        row = step();
    if (!row) return failure(std::move(row.error()));
    // A statement that changes no table leaves the count of the one before it.
    const auto changed = sqlite3_total_changes64(connection) == before ? 0 : sqlite3_changes64(connection);
    reset();
    return changed;
}

void Statement::reset() {
    sqlite3_reset(native(handle_));
    sqlite3_clear_bindings(native(handle_));  // they point into the caller's memory
    bind_error_ = SQLITE_OK;
}

std::int64_t Statement::integer(int column) const {
    return sqlite3_column_int64(native(handle_), column);
}

std::string_view Statement::text(int column) const {
    const auto* data = sqlite3_column_text(native(handle_), column);
    if (data == nullptr) return {};
    return text_of({data, static_cast<std::size_t>(sqlite3_column_bytes(native(handle_), column))});
}

ByteView Statement::octets(int column) const {
    const auto* data = static_cast<const std::uint8_t*>(sqlite3_column_blob(native(handle_), column));
    if (data == nullptr) return {};
    return {data, static_cast<std::size_t>(sqlite3_column_bytes(native(handle_), column))};
}

bool Statement::is_null(int column) const {
    return sqlite3_column_type(native(handle_), column) == SQLITE_NULL;
}

}  // namespace edgeward::database

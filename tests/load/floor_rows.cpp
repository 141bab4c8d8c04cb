// The floor of storing: the rows of the gateway's store inserted straight into SQLCipher, in batches of the
// same size, with the same durability.
//
//   load_floor_rows --file FILE --count N --batch B --observations K --destinations D --sealed OCTETS
//
// Prints one JSON object.

#include <sqlcipher/sqlite3.h>

#include <array>
#include <iostream>
#include <random>
#include <vector>

#include "options.hpp"
#include "tls_peer.hpp"

namespace edgeward::load {
namespace {

constexpr const char* key = "x'0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20'";
constexpr const char* begin =
    "PRAGMA cipher_hmac_algorithm=HMAC_SHA256; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA "
    "secure_delete=ON; PRAGMA cache_size=-32768;"
    "CREATE TABLE report(number INTEGER PRIMARY KEY, subject BLOB, device INTEGER, received INTEGER,"
    " effective INTEGER, leads INTEGER, digest BLOB, sealed BLOB);"
    "CREATE TABLE observation_id(id BLOB PRIMARY KEY, report INTEGER) WITHOUT ROWID;"
    "CREATE TABLE delivery(destination INTEGER, report INTEGER, state INTEGER, attempts INTEGER, retry_at "
    "INTEGER,"
    " settled_at INTEGER, reason TEXT, sealed_foreign BLOB, subject BLOB, PRIMARY KEY(destination, report))"
    " WITHOUT ROWID;"
    "CREATE TABLE audit(sequence INTEGER PRIMARY KEY, canonical BLOB, digest BLOB)";

class Rows {
public:
    explicit Rows(const std::string& file) {
        check(sqlite3_open(file.c_str(), &database_));
        check(sqlite3_key(database_, key, 67));
        execute(begin);
        report_ = prepare("INSERT INTO report VALUES(?1, ?2, 1, ?1, ?1, 1, ?3, ?4)");
        id_ = prepare("INSERT OR IGNORE INTO observation_id VALUES(?1, ?2)");
        delivery_ =
            prepare("INSERT INTO delivery(destination, report, state, attempts) VALUES(?1, ?2, 0, 0)");
        audit_ = prepare("INSERT INTO audit VALUES(?1, ?2, ?3)");
    }
    void execute(const char* sql) { check(sqlite3_exec(database_, sql, nullptr, nullptr, nullptr)); }
    void add_message(long long number, long long observations, long long destinations, long long sealed);
    void add_batch(long long number);

private:
    void check(int code) {
        if (code != SQLITE_OK) give_up(std::string("SQLCipher: ") + sqlite3_errmsg(database_));
    }
    sqlite3_stmt* prepare(const char* sql) {
        sqlite3_stmt* made = nullptr;
        check(sqlite3_prepare_v2(database_, sql, -1, &made, nullptr));
        return made;
    }
    void bind(sqlite3_stmt* statement, int at, std::size_t octets) {
        check(sqlite3_bind_blob(statement, at, noise_.data() + random_() % 1024, static_cast<int>(octets),
                                SQLITE_STATIC));
    }
    static void run(sqlite3_stmt* statement) {
        if (sqlite3_step(statement) != SQLITE_DONE) give_up("SQLCipher cannot insert");
        sqlite3_reset(statement);
    }

    std::minstd_rand random_{1};
    std::vector<unsigned char> noise_ = std::vector<unsigned char>(65536);
    sqlite3* database_ = nullptr;
    sqlite3_stmt *report_ = nullptr, *id_ = nullptr, *delivery_ = nullptr, *audit_ = nullptr;
};

void Rows::add_message(long long number, long long observations, long long destinations, long long sealed) {
    sqlite3_bind_int64(report_, 1, number);
    bind(report_, 2, 16);
    bind(report_, 3, 32);
    bind(report_, 4, static_cast<std::size_t>(sealed));
    run(report_);
    for (long long i = 0; i < observations; ++i) {
        std::array<std::uint64_t, 2> id{__builtin_bswap64(static_cast<std::uint64_t>(number)),
                                        random_()};  // grows
        sqlite3_bind_blob(id_, 1, id.data(), sizeof id, SQLITE_STATIC);
        sqlite3_bind_int64(id_, 2, number);
        run(id_);
    }
    for (long long i = 1; i <= destinations; ++i) {
        sqlite3_bind_int64(delivery_, 1, i);
        sqlite3_bind_int64(delivery_, 2, number);
        run(delivery_);
    }
}

void Rows::add_batch(long long number) {
    sqlite3_bind_int64(audit_, 1, number);
    bind(audit_, 2, 150);
    bind(audit_, 3, 32);
    run(audit_);
}

}  // namespace
}  // namespace edgeward::load

int main(int count, char** words) {
    using namespace edgeward::load;  // NOLINT(google-build-using-namespace)
    const Options options(count, words);
    Rows rows(options.text("file"));
    const long long wanted = options.number("count");
    const long long batch = options.number("batch");
    const double cpu = cpu_microseconds();
    const std::uint64_t begun = monotonic_ns();
    for (long long number = 0; number < wanted;) {
        rows.execute("BEGIN IMMEDIATE");
        for (long long i = 0; i < batch && number < wanted; ++i)
            rows.add_message(++number, options.number("observations"), options.number("destinations"),
                             options.number("sealed"));
        rows.add_batch(number);
        rows.execute("COMMIT");
    }
    std::cout << R"({"messages":)" << wanted << R"(,"cpu_us":)"
              << static_cast<long long>(cpu_microseconds() - cpu) << R"(,"elapsed_ns":)"
              << monotonic_ns() - begun << "}" << std::endl;
    return 0;
}

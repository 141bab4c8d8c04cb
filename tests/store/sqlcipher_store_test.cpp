#include "sqlcipher_store.hpp"

#include <catch2/catch_test_macros.hpp>

#include "bench.hpp"

namespace edgeward::store {
namespace {

struct Opened {
    Folder folder;
    crypto::KeyRing keys = crypto::KeyRing::generate();
    StandingClock clock;
    StoreSettings settings;
    std::unique_ptr<SqlcipherStore> store;

    Opened() {
        settings.folder = folder.path();
        store = std::move(SqlcipherStore::open(settings, keys, clock).value());
    }
    std::int64_t number(const std::string& sql) {
        auto connection = database::Connection::open(settings.folder / store_file,
                                                     keys.key(crypto::key_name::store).value(),
                                                     database::Access::read_only);
        auto statement = connection.value().prepare(sql);
        return statement.value().step().value() ? statement->integer(0) : -1;
    }
};

Job recording(std::vector<Inbound> messages) {
    return {[messages = std::move(messages)](ObservationStore& store) { return store.record(messages); }, {}};
}

// Changes rows, chain, counters and the queue, and then fails.
Job failing_after_changes() {
    return {
        [](ObservationStore& store) -> Result<void> {
            must(store.set_destinations({"kis", "spare"}));
            must(store.record({stored_message(500, 2, 4, "new-device"), quarantined_message("no_mapping")}));
            must(store.settle("kis", {ended(1)}));
            return failure(ErrorKind::rejected, "the job says no");
        },
        {}};
}

}  // namespace

TEST_CASE("a failing job of a group undoes only itself", "[sqlcipher_store]") {
    Opened opened;
    std::vector<Result<void>> results;
    const std::vector<Job> jobs = {
        {[](ObservationStore& store) { return store.set_destinations({"kis"}); }, {}},
        recording({stored_message(1)}),
        failing_after_changes(),
        recording({stored_message(11, 2, 1, "new-device")}),
        {[](ObservationStore& store) { return store.settle("kis", {ended(99)}); }, {}},
        {[](ObservationStore&) -> Result<void> { return failure(ErrorKind::denied, "touched nothing"); }, {}},
        recording({stored_message(500)})};
    REQUIRE(opened.store->commit(jobs, results));
    CHECK(results[0]);
    CHECK(results[1]);
    REQUIRE_FALSE(results[2]);
    CHECK(results[2].error().message == "the job says no");
    CHECK(results[3]);
    REQUIRE_FALSE(results[4]);
    CHECK(results[4].error().kind == ErrorKind::invalid_input);
    CHECK_FALSE(results[5]);
    CHECK(results[6]);
    CHECK(opened.number("SELECT count(*) FROM report") == 3);
    CHECK(opened.number("SELECT max(number) FROM report") == 3);
    CHECK(opened.number("SELECT count(*) FROM quarantine") == 0);
    CHECK(opened.number("SELECT count(*) FROM destination") == 1);
    CHECK(opened.number("SELECT pending FROM destination") == 3);
    CHECK(opened.number("SELECT delivered FROM destination") == 0);
    CHECK(opened.number("SELECT sum(count) FROM inbound_book WHERE entry = 1") == 3);
    CHECK(opened.number("SELECT count(*) FROM audit") == 3);
    // Chain, Merkle edge and rows agree.
    REQUIRE(opened.store->finish());
    opened.store.reset();
    CHECK(SqlcipherStore::open(opened.settings, opened.keys, opened.clock));
}

TEST_CASE("whichever job of a group fails the others are what they are without it", "[sqlcipher_store]") {
    for (std::size_t failing = 0; failing < 4; ++failing) {
        Opened opened;
        std::vector<Result<void>> results;
        REQUIRE(opened.store->commit(
            {{[](ObservationStore& store) { return store.set_destinations({"kis"}); }, {}},
             recording({stored_message(1)})},
            results));
        std::vector<Job> jobs;
        for (std::uint64_t i = 0; i < 4; ++i)
            jobs.push_back(i == failing ? failing_after_changes()
                                        : recording({stored_message(100 + 10 * i)}));
        REQUIRE(opened.store->commit(jobs, results));
        CAPTURE(failing);
        CHECK_FALSE(results[failing]);
        CHECK(opened.number("SELECT count(*) FROM report") == 4);
        CHECK(opened.number("SELECT pending FROM destination WHERE name = 'kis'") == 4);
        CHECK(opened.number("SELECT count(*) FROM device WHERE name = 'new-device'") == 0);
        CHECK(opened.number("SELECT size FROM audit_tree") == 4);
    }
}

TEST_CASE("the file tells nothing without the key", "[sqlcipher_store]") {
    Opened opened;
    std::vector<Result<void>> results;
    REQUIRE(opened.store->commit({recording({stored_message(1, 2, 1, "canary-device-name")})}, results));
    REQUIRE(opened.store->finish());
    for (const auto& entry : std::filesystem::directory_iterator(opened.folder.path())) {
        std::FILE* file = std::fopen(entry.path().c_str(), "rb");
        REQUIRE(file != nullptr);
        std::string content(std::filesystem::file_size(entry.path()), '\0');
        content.resize(std::fread(content.data(), 1, content.size(), file));
        std::fclose(file);
        CHECK(content.find("canary-device-name") == std::string::npos);
        CHECK(content.find("SQLite format 3") == std::string::npos);
    }
    const auto other = SqlcipherStore::open(opened.settings, crypto::KeyRing::generate(), opened.clock);
    REQUIRE_FALSE(other);
    CHECK(other.error().kind == ErrorKind::corrupt);
}

TEST_CASE("a reconciliation report is in the log, remembered and signed at once", "[sqlcipher_store]") {
    Bench bench;
    CHECK_FALSE(bench.reader().books_reported().value());
    REQUIRE(bench.change([](ObservationStore& store) { return store.begin_reports(at_second(-1)); }));
    CHECK(bench.reader().books_reported().value() == at_second(-1));
    audit::BooksReport report;
    report.due = at_second(5);
    report.devices = {{"monitor-1", 3, 2, 1, 0}};
    REQUIRE(bench.change([&](ObservationStore& store) { return store.report_books(report); }));
    CHECK(bench.reader().books_reported().value() == at_second(5));
    CHECK(bench.reader().chain()->sequence == 2);
    CHECK(bench.reader().chain()->checkpoint == 2);
    CHECK(bench.records().back().event.action == audit::Action::books_reconciled);
    bench.reopen();
    CHECK(bench.reader().books_reported().value() == at_second(5));
}

TEST_CASE("a log that a reader kept from being begun anew is emptied when the reader has gone",
          "[sqlcipher_store]") {
    Bench bench;
    const auto log = [&] { return std::filesystem::file_size(bench.settings.folder / "store.db-wal"); };
    {
        auto connection = bench.raw();
        REQUIRE(connection.execute("BEGIN; SELECT count(*) FROM report"));
        auto count = connection.prepare("SELECT count(*) FROM report").value();
        REQUIRE(count.step());
        for (std::uint64_t id = 10; log() < std::uintmax_t{66} << 20U; id += 10) {
            Inbound message = stored_message(id);
            std::get<Stored>(message.fate).reports[0].sealed = Bytes(1 << 20U, 1);
            REQUIRE(bench.record({message}));
        }
        bench.clock.pass(std::chrono::seconds(2));
        REQUIRE(bench.record({refused_message("retained")}));  // commits while the reader holds the log
        CHECK(log() >= std::uintmax_t{66} << 20U);
    }
    bench.clock.pass(std::chrono::seconds(2));
    REQUIRE(bench.record({refused_message("retained")}));
    REQUIRE(bench.record({refused_message("retained")}));
    CHECK(log() < std::uintmax_t{1} << 20U);
}

}  // namespace edgeward::store

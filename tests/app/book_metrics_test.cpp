#include "book_metrics.hpp"

#include <catch2/catch_test_macros.hpp>

#include <edgeward/database/database.hpp>

#include <regex>

#include "desk.hpp"
#include "installation.hpp"
#include "samples.hpp"

namespace edgeward::app {

TEST_CASE("the books of the store are the metrics", "[book_metrics]") {
    Desk desk;
    REQUIRE(desk.store.writer->run([](store::ObservationStore& to) { return to.set_destinations({"kis"}); }));
    desk.take_in("{");
    desk.pipeline.replace(Desk::catalogue("flat"));
    desk.take_in(R"({"t":"2026-11-23T18:48:00Z","p":"4711","hr":62})");
    metrics::Registry registry;
    const BookMetrics books(registry, *desk.store.reader, desk.folder.path());
    for (int twice = 0; twice < 2; ++twice) {
        CHECK(sample(registry, "edgeward_messages_received_total") == "2");
        CHECK(sample(registry, "edgeward_messages_stored_total") == "1");
        CHECK(sample(registry, "edgeward_messages_quarantined_by_reason{reason=\"no_mapping\"}") == "1");
        CHECK(sample(registry, "edgeward_destination_reports{destination=\"kis\",state=\"pending\"}") == "1");
        CHECK(sample(registry, "edgeward_audit_sequence") ==
              std::to_string(desk.store.reader->chain()->sequence));
        CHECK(std::stod(sample(registry, "edgeward_disk_free_bytes")) > 0);
        CHECK(sample(registry, R"(edgeward_device_messages{device="monitor-1",fate="received"})") == "2");
        CHECK(sample(registry, R"(edgeward_device_messages{device="monitor-1",fate="quarantined"})") == "1");
        CHECK(sample(registry, "edgeward_books_balanced") == "1");
    }
    CHECK(sample(registry, "edgeward_build_info{version=\"" EDGEWARD_VERSION "\"}") == "1");
    REQUIRE(desk.ask("POST", {"v1", "quarantine", "replay"}, "{}").status == 200);
    desk.take_in(R"({"t":"2026-11-23T18:49:00Z","p":"4711","hr":63})");
    CHECK(sample(registry, "edgeward_messages_received_total") == "3");
    CHECK(sample(registry, "edgeward_messages_stored_total") == "2");
    // As a word: the free octets of a disk may hold the digits.
    CHECK_FALSE(std::regex_search(registry.expose(), std::regex(R"(\b4711\b)")));
}

TEST_CASE("books that stop balancing are a metric", "[book_metrics]") {
    Desk desk;
    REQUIRE(desk.store.writer->run([](store::ObservationStore& to) { return to.set_destinations({"kis"}); }));
    metrics::Registry registry;
    const BookMetrics books(registry, *desk.store.reader, desk.folder.path());
    CHECK(sample(registry, "edgeward_books_balanced") == "1");
    auto raw =
        database::Connection::open(desk.folder.path() / "store.db", *desk.keys.key(crypto::key_name::store),
                                   database::Access::read_write);
    REQUIRE(raw->execute("UPDATE destination SET offered = 5"));
    CHECK(sample(registry, "edgeward_books_balanced") == "0");
}

TEST_CASE("how long certificates are valid is a metric", "[book_metrics]") {
    Desk desk;
    const Installation here;
    const auto loaded = load_configuration(here.config());
    REQUIRE(loaded.problems.empty());
    metrics::Registry registry;
    BookMetrics books(registry, *desk.store.reader, desk.folder.path());
    books.refresh_certificates(loaded.configuration, config::Credentials(here.folder() / "credentials"));
    for (const char* credential : {"gateway-certificate", "admin-certificate"}) {
        const auto seconds = std::stod(sample(
            registry, "edgeward_certificate_expiry_seconds{credential=\"" + std::string(credential) + "\"}"));
        CHECK(seconds > 396 * 86400.0);
        CHECK(seconds <= 397 * 86400.0);
    }
}

}  // namespace edgeward::app

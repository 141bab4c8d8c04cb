#include "audit_log.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <edgeward/crypto/signature.hpp>

#include "bench.hpp"

namespace edgeward::store {
namespace {

audit::Event note(const std::string& object) {
    audit::Event event;
    event.actor = "gateway";
    event.action = audit::Action::configuration_loaded;
    event.object = object;
    return event;
}

Result<void> append(Bench& bench, int records) {
    return bench.change([records](ObservationStore& store) -> Result<void> {
        for (int i = 0; i < records; ++i) {
            if (auto appended = store.append_audit(note("setting " + std::to_string(i))); !appended)
                return appended;
        }
        return {};
    });
}

}  // namespace

TEST_CASE("records are linked across restarts", "[audit_log]") {
    Bench bench(no_destinations);
    REQUIRE(append(bench, 3));
    bench.reopen();
    REQUIRE(append(bench, 2));
    const auto records = bench.records();
    REQUIRE(records.size() == 5);
    for (std::size_t i = 1; i < records.size(); ++i) {
        CHECK(records[i].previous == records[i - 1].digest);
        CHECK(records[i].digest == audit::link_digest(records[i].previous, i + 1, records[i].octets));
    }
    CHECK(bench.reader().chain()->head == records.back().digest);
}

TEST_CASE("a record offered again under its name is appended once", "[audit_log]") {
    Bench bench(no_destinations);
    const auto offer = [&](const std::string& name) {
        return bench.change(
            [name](ObservationStore& store) { return store.append_audit_once(name, note(name)); });
    };
    REQUIRE(offer("a"));
    REQUIRE(offer("a"));
    bench.reopen();
    REQUIRE(offer("a"));
    CHECK(bench.records().size() == 1);
    REQUIRE(offer("b"));
    REQUIRE(offer("b"));
    CHECK(bench.records().size() == 2);
    // What is rolled back was not offered.
    REQUIRE_FALSE(bench.change([](ObservationStore& store) -> Result<void> {
        if (auto appended = store.append_audit_once("c", note("c")); !appended) return appended;
        return failure(ErrorKind::invalid_input, "the test wants it so");
    }));
    REQUIRE(offer("c"));
    CHECK(bench.records().size() == 3);
}

TEST_CASE("a record is appended when what was remembered is another one", "[audit_log]") {
    Bench bench(no_destinations);
    const auto see = [&](const std::string& what, const std::string& value) {
        bool changed = false;
        REQUIRE(bench.change([&](ObservationStore& store) -> Result<void> {
            const auto appended = store.append_audit_on_change(what, value, note(value));
            if (!appended) return failure(appended.error());
            changed = *appended;
            return {};
        }));
        return changed;
    };
    CHECK_FALSE(see("a", "1"));  // nothing was remembered
    CHECK_FALSE(see("a", "1"));
    CHECK_FALSE(see("b", "2"));
    CHECK(see("a", "2"));
    bench.reopen();
    CHECK_FALSE(see("a", "2"));
    CHECK(see("a", "1"));
    CHECK(bench.records().size() == 2);
}

TEST_CASE("a checkpoint is signed after so many records", "[audit_log]") {
    Bench bench(no_destinations);
    bench.close();
    bench.settings.checkpoint_records = 5;
    bench.open();
    REQUIRE(append(bench, 4));
    CHECK(bench.reader().chain()->checkpoint == 0);
    REQUIRE(append(bench, 1));
    const auto state = bench.reader().chain().value();
    CHECK(state.checkpoint == 5);
    const auto key = crypto::public_key_of(bench.keys.key(crypto::key_name::audit_signing).value());
    const auto checkpoint = audit::verify_checkpoint(state.checkpoint_note, key);
    REQUIRE(checkpoint);
    CHECK(checkpoint->origin == state.origin);
    CHECK(checkpoint->head == state.head);
}

TEST_CASE("a checkpoint is signed when so much time has passed", "[audit_log]") {
    Bench bench(no_destinations);
    REQUIRE(append(bench, 1));
    CHECK(bench.reader().chain()->checkpoint == 0);
    bench.clock.pass(bench.settings.checkpoint_interval);
    REQUIRE(append(bench, 1));
    CHECK(bench.reader().chain()->checkpoint == 2);
}

TEST_CASE("stopping signs what has no checkpoint yet", "[audit_log]") {
    Bench bench(no_destinations);
    REQUIRE(append(bench, 3));
    bench.reopen();
    CHECK(bench.reader().chain()->checkpoint == 3);
    bench.reopen();
    CHECK(bench.number("SELECT count(*) FROM audit_checkpoint") == 1);
}

TEST_CASE("a chain changed behind the back of the gateway is not opened", "[audit_log]") {
    const auto* const change = GENERATE(
        "UPDATE audit SET canonical = (SELECT canonical FROM audit WHERE sequence = 1) WHERE sequence = 4",
        "UPDATE audit SET digest = zeroblob(32) WHERE sequence = 4", "DELETE FROM audit WHERE sequence = 4",
        "DELETE FROM audit WHERE sequence = 3", "DELETE FROM audit", "UPDATE audit_tree SET size = 3",
        "UPDATE audit_tree SET edge = zeroblob(length(edge))", "DELETE FROM audit_tree",
        "UPDATE audit_checkpoint SET note = replace(note, 'head ', 'Head ')",
        "UPDATE audit_checkpoint SET size = 3", "UPDATE meta SET value = 'ffffffffffffffffffffffffffffffff'",
        "DELETE FROM meta");
    CAPTURE(change);
    Bench bench(no_destinations);
    REQUIRE(append(bench, 4));
    REQUIRE(bench.change([](ObservationStore& store) { return store.checkpoint_audit(); }));
    bench.close();
    REQUIRE(bench.raw().execute(change));
    const auto opened = bench.try_open();
    REQUIRE_FALSE(opened);
    CHECK(opened.error().kind == ErrorKind::corrupt);
}

TEST_CASE("records without a checkpoint are verified at the next start", "[audit_log]") {
    Bench bench(no_destinations);
    REQUIRE(append(bench, 4));
    {
        // As a crash leaves it: nothing is signed.
        auto connection = bench.raw();
        REQUIRE(connection.execute("UPDATE audit SET digest = zeroblob(32) WHERE sequence = 2"));
    }
    auto again = open_store(bench.settings, {}, bench.keys, bench.clock);
    REQUIRE_FALSE(again);
    CHECK(again.error().kind == ErrorKind::corrupt);
}

}  // namespace edgeward::store

#include <edgeward/core/file.hpp>
#include <edgeward/pipeline/inbound_pipeline.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <future>
#include <mutex>
#include <vector>

#include "bedside.hpp"
#include "fake_writer.hpp"

namespace edgeward::pipeline {
namespace {

using namespace std::chrono_literals;
using Tickets = std::vector<std::uint64_t>;

// What the source was told.
struct Acknowledged {
    void add(std::uint64_t ticket) {
        const std::lock_guard lock(mutex);
        tickets.push_back(ticket);
    }
    Tickets all() {
        const std::lock_guard lock(mutex);
        return tickets;
    }
    std::uint64_t newest() {
        const auto told = all();
        return told.empty() ? 0 : told.back();
    }
    std::mutex mutex;
    Tickets tickets;
};

PipelineParts parts_of(Bedside& bed, store::Writer& writer, metrics::Registry& metrics,
                       Acknowledged& acknowledged) {
    return {bed.vault,
            writer,
            bed.technical_key,
            bed.quarantine_key,
            system_clock(),
            metrics,
            [&acknowledged](std::size_t, std::uint64_t ticket) { acknowledged.add(ticket); },
            [] {}};
}

// The flow on a real vault and a real store.
struct Flow : Bedside {
    explicit Flow(Catalogue first = catalogue(), const PipelineSettings& settings = {})
        : store(*store::open_store({folder.path(), 1s, 1000}, {}, keys, system_clock())),
          pipeline(settings, parts_of(*this, *store.writer, metrics, acknowledged), std::move(first)) {}
    ~Flow() {
        pipeline.stop();
        store.writer->stop();
    }
    Flow(const Flow&) = delete;
    Flow& operator=(const Flow&) = delete;

    bool acknowledged_through(std::uint64_t ticket) {
        return support::eventually([&] { return acknowledged.newest() >= ticket; });
    }

    metrics::Registry metrics;
    Acknowledged acknowledged;
    store::StoreParts store;
    InboundPipeline pipeline;
};

// The flow on a real vault and a writer that does as the test says; every message is a batch.
struct ScriptedFlow : Bedside {
    explicit ScriptedFlow(PipelineSettings settings = {2, 1, 1, 1024})
        : pipeline(settings, parts_of(*this, writer, metrics, acknowledged), catalogue()) {}
    ~ScriptedFlow() {
        writer.let_go();
        pipeline.stop();
    }
    ScriptedFlow(const ScriptedFlow&) = delete;
    ScriptedFlow& operator=(const ScriptedFlow&) = delete;

    metrics::Registry metrics;
    Acknowledged acknowledged;
    FakeWriter writer;
    InboundPipeline pipeline;
};

}  // namespace

TEST_CASE("messages are acknowledged in order and only after they are committed", "[inbound_pipeline]") {
    constexpr std::uint64_t count = 60;
    Bedside bed;
    auto store = *store::open_store({bed.folder.path(), 1s, 1000}, {}, bed.keys, system_clock());
    metrics::Registry metrics;
    Acknowledged acknowledged;
    std::atomic<std::uint64_t> too_early = 0;
    std::atomic<std::uint64_t> woken = 0;
    auto parts = parts_of(bed, *store.writer, metrics, acknowledged);
    parts.acknowledge = [&](std::size_t, std::uint64_t ticket) {
        const auto book = store.reader->inbound_book();
        if (!book || book->received < ticket) ++too_early;
        acknowledged.add(ticket);
    };
    parts.stored = [&woken] { ++woken; };
    InboundPipeline pipeline({16, 7, 2, 1024}, parts, catalogue());
    pipeline.start();
    for (std::uint64_t ticket = 1; ticket <= count; ++ticket)
        REQUIRE(pipeline.accept(beat(ticket)));
    pipeline.stop();
    const auto told = acknowledged.all();
    CHECK(std::is_sorted(told.begin(), told.end()));
    CHECK(acknowledged.newest() == count);
    CHECK(too_early == 0);
    CHECK(woken == told.size());
    CHECK(store.reader->inbound_book()->stored == count);
    CHECK(metrics.expose().find("edgeward_commit_latency_seconds_count 60") != std::string::npos);
    store.writer->stop();
}

TEST_CASE("each of several sources is acknowledged by its own tickets", "[inbound_pipeline]") {
    constexpr std::uint64_t count = 40;
    Bedside bed;
    FakeWriter writer;
    metrics::Registry metrics;
    Acknowledged unused;
    std::array<Acknowledged, 2> told;
    auto parts = parts_of(bed, writer, metrics, unused);
    parts.acknowledge = [&told](std::size_t source, std::uint64_t ticket) { told.at(source).add(ticket); };
    InboundPipeline pipeline({16, 8, 2, 1024}, parts, catalogue());
    pipeline.start();
    // The broker's session is far ahead of a socket that was opened only now: neither ticket counts for the
    // other.
    const auto feed = [&pipeline](std::size_t source, std::uint64_t first) {
        for (std::uint64_t ticket = first; ticket < first + count; ++ticket) {
            if (!pipeline.accept(beat(ticket), source)) return;
        }
    };
    auto broker = std::async(std::launch::async, feed, 0, 1000);
    feed(1, 1);
    broker.get();
    pipeline.stop();
    for (const auto& [source, newest] :
         {std::pair<std::size_t, std::uint64_t>{0, 1000 + count - 1}, {1, count}}) {
        const auto tickets = told.at(source).all();
        REQUIRE_FALSE(tickets.empty());
        CHECK(std::is_sorted(tickets.begin(), tickets.end()));
        CHECK(tickets.back() == newest);
    }
    CHECK(writer.recorded().size() == 2 * count);
}

TEST_CASE("a message with each fate has its entry in the books", "[inbound_pipeline]") {
    Flow flow;
    flow.pipeline.start();
    auto copy = beat(1);
    copy.retained = true;
    REQUIRE(flow.pipeline.accept(std::move(copy)));
    REQUIRE(flow.pipeline.accept(message(2, "{}", "devices/stranger/data")));
    REQUIRE(flow.pipeline.accept(beat(3)));
    REQUIRE(flow.pipeline.accept(beat(3)));  // delivered twice by the broker
    flow.pipeline.stop();
    const auto book = flow.store.reader->inbound_book();
    REQUIRE(book);
    CHECK(book->received == 4);
    CHECK(book->stored == 1);
    CHECK(book->quarantined_by_reason.at("unknown_device") == 1);
    CHECK(book->refused_messages.at("retained") == 1);
    CHECK(book->duplicates == 1);
}

// Payloads made by Eclipse Tahu's sparkplug-payload 1.0.3 (npm), tests/peers/sparkplug_payloads.mjs.
TEST_CASE("a Sparkplug message is read by its birth and held complete", "[inbound_pipeline]") {
    auto shipped = mapping::load_mapping(EDGEWARD_SOURCE_DIR "/config/mappings/sparkplug.toml");
    REQUIRE(shipped.problems.empty());
    Catalogue nodes;
    nodes.mappings = std::move(shipped.set);
    auto gateway = device_of("gateway-4", "sparkplug");
    gateway.sparkplug = "ICU/gateway-4";
    gateway.associated = false;
    auto monitor = device_of("monitor-3", "sparkplug");
    monitor.sparkplug = "ICU/gateway-4/monitor 3";
    nodes.devices = device::DeviceRegistry({gateway, monitor});
    Flow flow(std::move(nodes));
    flow.pipeline.start();
    std::uint64_t ticket = 0;
    const auto say = [&](const std::string& type, const std::string& payload, const std::string& device) {
        const auto octets = read_file(EDGEWARD_SOURCE_DIR "/tests/mapping/corpus/sparkplug/" + payload);
        REQUIRE(octets);
        REQUIRE(
            flow.pipeline.accept(message(++ticket, *octets, "spBv1.0/ICU/" + type + "/gateway-4" + device)));
    };
    say("NBIRTH", "node_birth", "");
    say("DBIRTH", "device_birth", "/monitor 3");
    say("DDATA", "device_data_by_alias", "/monitor 3");
    say("DDATA", "device_data_by_alias", "/monitor 3");  // the same number again: 255 are missing
    REQUIRE(flow.acknowledged_through(ticket));
    const auto entries = flow.store.reader->quarantine(10);
    REQUIRE(entries);
    REQUIRE(entries->size() == 3);  // nobody is at the monitor; what does not read stands last
    CHECK((*entries)[0].reason == "no_association");
    CHECK((*entries)[1].reason == "no_association");
    CHECK((*entries)[2].reason == "no_birth");
    // Without any birth in memory, the second one still has its names.
    const auto again = flow.pipeline.decode_again((*entries)[1]);
    REQUIRE_FALSE(again);
    CHECK(again.error().message.starts_with("no_association"));
    const auto watched = flow.pipeline.watched();
    const auto node = std::ranges::find(watched, "gateway-4", &device::Watched::device);
    REQUIRE(node != watched.end());
    CHECK(node->missing == 255);
    CHECK(node->has(device::Condition::gap));
}

TEST_CASE("stopping commits what was accepted and takes no more", "[inbound_pipeline]") {
    Flow flow(catalogue(), {64, 4, 2, 1024});
    for (std::uint64_t ticket = 1; ticket <= 50; ++ticket)
        REQUIRE(flow.pipeline.accept(beat(ticket)));
    flow.pipeline.start();
    flow.pipeline.stop();
    CHECK(flow.acknowledged.newest() == 50);
    CHECK(flow.store.reader->inbound_book()->received == 50);
    CHECK_FALSE(flow.pipeline.accept(beat(51)));
}

TEST_CASE("new mappings take effect on the next message and on a replay", "[inbound_pipeline]") {
    Flow flow(catalogue("lost"));
    flow.pipeline.start();
    REQUIRE(flow.pipeline.accept(beat(1)));
    REQUIRE(flow.acknowledged_through(1));
    const auto entries = flow.store.reader->quarantine(10);
    REQUIRE(entries);
    REQUIRE(entries->size() == 1);
    const auto still = flow.pipeline.decode_again(entries->front());
    REQUIRE_FALSE(still);
    CHECK(still.error().kind == ErrorKind::invalid_input);
    CHECK(still.error().message.starts_with("no_mapping: "));

    flow.pipeline.replace(catalogue());
    CHECK(flow.pipeline.catalogue()->devices.find("monitor-1")->mapping == "flat");
    REQUIRE(flow.pipeline.accept(beat(2)));
    REQUIRE(flow.acknowledged_through(2));
    CHECK(flow.store.reader->inbound_book()->stored == 1);
    const auto mended = flow.pipeline.decode_again(entries->front());
    REQUIRE(mended);
    CHECK(std::holds_alternative<store::Stored>(mended->fate));
    CHECK(mended->received == noon);
    CHECK(flow.store.reader->inbound_book()->received == 2);  // decoding again stores nothing
}

TEST_CASE("messages wait for a vault that cannot serve now", "[inbound_pipeline]") {
    Flow flow;
    flow.vault.fail_with(Error{ErrorKind::unavailable, "injected"});
    flow.pipeline.start();
    REQUIRE(flow.pipeline.accept(beat(1)));
    REQUIRE(support::eventually([&] { return !flow.pipeline.health(); }));
    CHECK(flow.pipeline.health().error().message == "vault: injected");
    CHECK(flow.acknowledged.newest() == 0);
    flow.vault.fail_with({});
    REQUIRE(flow.acknowledged_through(1));
    CHECK(flow.pipeline.health());
    CHECK(flow.store.reader->inbound_book()->stored == 1);
}

TEST_CASE("stopping does not wait for a vault that cannot serve", "[inbound_pipeline]") {
    Flow flow;
    flow.vault.fail_with(Error{ErrorKind::unavailable, "injected"});
    flow.pipeline.start();
    REQUIRE(flow.pipeline.accept(beat(1)));
    REQUIRE(support::eventually([&] { return !flow.pipeline.health(); }));
    flow.pipeline.stop();
    CHECK(flow.acknowledged.all().empty());
    CHECK(flow.store.reader->inbound_book()->received == 0);
}

TEST_CASE("a corrupt vault ends the flow and nothing more is acknowledged", "[inbound_pipeline]") {
    Flow flow(catalogue(), {16, 4, 2, 1024});
    flow.vault.fail_with(Error{ErrorKind::corrupt, "injected"});
    REQUIRE(flow.pipeline.accept(message(1, "{}", "devices/stranger/data")));  // needs no vault
    REQUIRE(flow.pipeline.accept(beat(2)));
    REQUIRE(flow.pipeline.accept(message(3, "{}", "devices/stranger/data")));
    flow.pipeline.start();
    REQUIRE(support::eventually([&] { return !flow.pipeline.accept(beat(4)); }));
    flow.vault.fail_with({});
    flow.pipeline.stop();
    CHECK(flow.acknowledged.all() == Tickets{1});
    CHECK(flow.store.reader->inbound_book()->received == 1);
    REQUIRE_FALSE(flow.pipeline.health());
    CHECK(flow.pipeline.health().error().kind == ErrorKind::corrupt);
    CHECK(flow.pipeline.health().error().message == "vault: injected");
}

TEST_CASE("after a commit that failed nothing is acknowledged any more", "[inbound_pipeline]") {
    ScriptedFlow flow({16, 1, 4, 1024});
    flow.writer.fail_on(2, Error{ErrorKind::corrupt, "injected"});
    flow.pipeline.start();
    for (std::uint64_t ticket = 1; ticket <= 4; ++ticket)
        REQUIRE(flow.pipeline.accept(beat(ticket)));
    REQUIRE(support::eventually([&] { return flow.writer.submitted() == 4; }));
    flow.pipeline.stop();
    CHECK(flow.writer.recorded() == Tickets{1, 3, 4});
    CHECK(flow.acknowledged.all() == Tickets{1});
    REQUIRE_FALSE(flow.pipeline.health());
    CHECK(flow.pipeline.health().error().kind == ErrorKind::corrupt);
    CHECK(flow.pipeline.health().error().message == "store: injected");
}

TEST_CASE("nothing is acknowledged when the store takes no more", "[inbound_pipeline]") {
    ScriptedFlow flow;
    flow.writer.stop();
    flow.pipeline.start();
    REQUIRE(flow.pipeline.accept(beat(1)));
    flow.pipeline.stop();
    CHECK(flow.acknowledged.all().empty());
}

TEST_CASE("reports are looked at before their commit, and what they lead to is committed with them",
          "[inbound_pipeline]") {
    Bedside bed;
    metrics::Registry metrics;
    Acknowledged acknowledged;
    FakeWriter writer;
    std::vector<std::string> seen;
    std::atomic<int> on_disk = 0;
    std::mutex mutex;
    auto parts = parts_of(bed, writer, metrics, acknowledged);
    parts.watcher = {
        [] { return true; },
        [&](const model::Report& report, std::string_view mapping, bool repeated, auto& steps) {
            const std::lock_guard lock(mutex);
            seen.push_back(report.device + " " + std::string(mapping) + (repeated ? " again" : ""));
            steps.emplace_back();
        },
        [&](const std::vector<store::AlarmChange>& steps) { on_disk += static_cast<int>(steps.size()); }};
    InboundPipeline pipeline({16, 1, 1, 1024}, parts, catalogue());
    writer.hold();
    pipeline.start();
    const auto count = [&] {
        const std::lock_guard lock(mutex);
        return seen.size();
    };
    auto second = beat(2);
    second.redelivered = true;
    REQUIRE(pipeline.accept(beat(1)));
    REQUIRE(pipeline.accept(std::move(second)));
    REQUIRE(pipeline.accept(message(3, "no JSON")));  // quarantined: nothing to look at
    REQUIRE(support::eventually([&] { return count() == 2; }));
    CHECK(on_disk == 0);
    CHECK(acknowledged.all().empty());
    writer.let_go();
    REQUIRE(support::eventually([&] { return acknowledged.newest() == 3; }));
    pipeline.stop();
    CHECK(on_disk == 2);
    CHECK(seen == std::vector<std::string>{"monitor-1 flat", "monitor-1 flat again"});
}

TEST_CASE("while all batches are under way reports are looked at all the same", "[inbound_pipeline]") {
    Bedside bed;
    metrics::Registry metrics;
    Acknowledged acknowledged;
    FakeWriter writer;
    std::atomic<int> seen = 0;
    auto parts = parts_of(bed, writer, metrics, acknowledged);
    parts.watcher = {[] { return true; }, [&](const auto&, auto, bool, auto&) { ++seen; },
                     [](const auto&) {}};
    InboundPipeline pipeline({16, 8, 1, 1024}, parts, catalogue());
    writer.hold();
    pipeline.start();
    REQUIRE(pipeline.accept(beat(1)));
    REQUIRE(support::eventually([&] { return seen == 1; }));
    for (std::uint64_t ticket = 2; ticket <= 6; ++ticket)
        REQUIRE(pipeline.accept(beat(ticket)));
    REQUIRE(support::eventually([&] { return seen == 6; }));
    CHECK(acknowledged.all().empty());
    writer.let_go();
    REQUIRE(support::eventually([&] { return acknowledged.newest() == 6; }));
}

TEST_CASE("messages of a source that reads on share a transaction, until somebody waits for one",
          "[inbound_pipeline]") {
    Bedside bed;
    metrics::Registry metrics;
    Acknowledged acknowledged;
    FakeWriter writer;
    std::atomic<int> seen = 0;
    auto parts = parts_of(bed, writer, metrics, acknowledged);
    parts.reads_ahead = [](std::size_t source) { return source == 0; };
    parts.watcher = {[] { return true; }, [&](const auto&, auto, bool, auto&) { ++seen; },
                     [](const auto&) {}};
    PipelineSettings settings{16, 8, 8, 1024};
    settings.between_batches = 1h;
    InboundPipeline pipeline(settings, parts, catalogue());
    pipeline.start();
    REQUIRE(pipeline.accept(beat(1)));
    REQUIRE(support::eventually([&] { return acknowledged.newest() == 1; }));  // a lone one does not wait
    REQUIRE(pipeline.accept(beat(2)));
    REQUIRE(pipeline.accept(beat(3)));
    REQUIRE(support::eventually([&] { return seen == 3; }));
    REQUIRE(pipeline.accept(beat(4), 1));
    REQUIRE(support::eventually([&] { return pipeline.ended() == 4; }));
    CHECK(acknowledged.all() == Tickets{1, 3, 4});  // two of source 0 by one commit

    for (std::uint64_t ticket = 5; ticket <= 12; ++ticket)
        REQUIRE(pipeline.accept(beat(ticket)));
    REQUIRE(support::eventually([&] { return acknowledged.newest() == 12; }));  // a full batch
    REQUIRE(pipeline.accept(beat(13)));
    pipeline.stop();
    CHECK(acknowledged.newest() == 13);
}

TEST_CASE("messages that wait for others are committed when their time has come", "[inbound_pipeline]") {
    Flow flow;
    flow.pipeline.stop();
    auto parts = parts_of(flow, *flow.store.writer, flow.metrics, flow.acknowledged);
    parts.reads_ahead = [](std::size_t) { return true; };
    InboundPipeline pipeline({}, parts, catalogue());
    pipeline.start();
    for (std::uint64_t ticket = 1; ticket <= 50; ++ticket)
        REQUIRE(pipeline.accept(beat(ticket)));
    REQUIRE(flow.acknowledged_through(50));
    pipeline.stop();
}

TEST_CASE("a full queue holds the source back until the store has room", "[inbound_pipeline]") {
    ScriptedFlow flow({2, 1, 1, 1024});
    flow.writer.hold();
    flow.pipeline.start();
    // One is with the store, one waits to be handed over, two are queued.
    for (std::uint64_t ticket = 1; ticket <= 4; ++ticket)
        REQUIRE(flow.pipeline.accept(beat(ticket)));
    auto fifth = std::async(std::launch::async, [&flow] { return flow.pipeline.accept(beat(5)); });
    CHECK(fifth.wait_for(300ms) == std::future_status::timeout);
    CHECK(flow.acknowledged.all().empty());
    flow.writer.let_go();
    CHECK(fifth.get());
    REQUIRE(support::eventually([&] { return flow.acknowledged.newest() == 5; }));
    CHECK(flow.acknowledged.all() == Tickets{1, 2, 3, 4, 5});
}

TEST_CASE("a held intake takes nothing, commits what it has, and goes on when it is released",
          "[inbound_pipeline]") {
    ScriptedFlow flow({16, 1, 1, 1024});
    flow.pipeline.start();
    REQUIRE(flow.pipeline.accept(beat(1)));
    flow.pipeline.hold();
    auto second = std::async(std::launch::async, [&flow] { return flow.pipeline.accept(beat(2)); });
    CHECK(second.wait_for(300ms) == std::future_status::timeout);
    REQUIRE(support::eventually([&] { return flow.acknowledged.newest() == 1; }));
    flow.pipeline.release();
    CHECK(second.get());
    REQUIRE(support::eventually([&] { return flow.acknowledged.newest() == 2; }));
}

TEST_CASE("stopping ends the wait of a held intake without taking its message", "[inbound_pipeline]") {
    ScriptedFlow flow({16, 1, 1, 1024});
    flow.pipeline.start();
    flow.pipeline.hold();
    auto first = std::async(std::launch::async, [&flow] { return flow.pipeline.accept(beat(1)); });
    CHECK(first.wait_for(100ms) == std::future_status::timeout);
    flow.pipeline.stop();
    CHECK_FALSE(first.get());
    CHECK(flow.acknowledged.all().empty());
}

}  // namespace edgeward::pipeline

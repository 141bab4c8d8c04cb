// How fast a backlog drains, and how long what comes in meanwhile takes, with a peer that answers at once.
//
//   edgeward_delivery_tests "a backlog drains*"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <thread>

#include <catch2/catch_test_macros.hpp>

#include "ward.hpp"

using namespace edgeward;
using namespace edgeward::delivery;
using std::chrono::milliseconds;
using Steady = std::chrono::steady_clock;

namespace {

constexpr std::uint64_t backlog_size = 100'000;
constexpr int persons = 50;
constexpr int live_per_second = 200;

// Reports of persons `first` to `first + persons - 1` by turns, recorded 100 in one transaction.
void fill(Ward& ward, std::uint64_t count, int first) {
    std::vector<vault::Subject> subjects;
    for (int i = 0; i < persons; ++i)
        subjects.push_back(*ward.vault->subject_of({std::to_string(first + i), "KIS", "MR"}));
    std::vector<store::Inbound> batch;
    for (std::uint64_t i = 0; i < count; ++i) {
        ++ward.ticket;
        model::Observation observation = Ward::heart_rate("62");
        for (int octet = 0; octet < 8; ++octet)
            observation.id.octets[15 - octet] = static_cast<std::uint8_t>(ward.ticket >> (8 * octet));
        const auto& subject = subjects[i % persons];
        model::Report report;
        report.subject = subject.pseudonym;
        report.device = "monitor-1";
        report.location = {"ICU", "1", "07"};
        report.received = system_clock().now();
        report.observations = {observation};
        store::Inbound inbound;
        inbound.device = report.device;
        inbound.received = report.received;
        inbound.fate = store::Stored{{store::seal_report(report, *subject.data_key)}, {}};
        batch.push_back(std::move(inbound));
        if (batch.size() < 100 && i + 1 < count) continue;
        REQUIRE(ward.store.writer->run([&](store::ObservationStore& to) { return to.record(batch); }));
        batch.clear();
    }
    ward.service.wake();
}

double at(std::vector<double>& sorted, double share) {
    if (sorted.empty()) return -1;
    return sorted[std::min(sorted.size() - 1,
                           static_cast<std::size_t>(share * static_cast<double>(sorted.size())))];
}

// Latency of what comes in at 200 a second, until `enough` says so.
struct Live {
    std::mutex mutex;
    std::map<std::string, Steady::time_point> sent;  // by value
    std::vector<double> milliseconds;
};

void measure(int live_first, const std::string& what, bool with_backlog) {
    Ward ward;
    FakePeer& peer = ward.peer("kis");
    peer.concurrency = 4;
    peer.reports_per_message = 1;
    Live live;
    std::atomic<std::uint64_t> answered{0};
    peer.set_judge([&](const transport::OutboundMessage& message) {
        ++answered;
        const std::string value = value_in(message.body);
        if (value != "62") {
            const std::lock_guard lock(live.mutex);
            const auto place = live.sent.find(value);
            if (place != live.sent.end())
                live.milliseconds.push_back(
                    std::chrono::duration<double, std::milli>(Steady::now() - place->second).count());
        }
        return transport::Outcome{};
    });
    peer.keep = false;
    peer.turn = milliseconds(1);
    if (with_backlog) {
        ward.apply({kis()});
        ward.service.stop(std::chrono::seconds(5));
        fill(ward, backlog_size, 1000);
    }
    const auto begin = Steady::now();
    ward.apply({kis()});
    int number = 0;
    const auto running = [&] {
        return with_backlog ? ward.book("kis").pending > 200
                            : Steady::now() < begin + std::chrono::seconds(8);
    };
    double drained = 0;
    auto next = Steady::now();
    while (running() && Steady::now() < begin + std::chrono::seconds(300)) {
        for (int i = 0; i < live_per_second / 10; ++i) {
            std::this_thread::sleep_until(next += milliseconds(1000 / live_per_second));
            const std::string value = "7" + std::to_string(100'000 + number);
            {
                const std::lock_guard lock(live.mutex);
                live.sent[value] = Steady::now();
            }
            ward.measure(std::to_string(live_first + number % persons), value);
            ++number;
        }
        drained = std::chrono::duration<double>(Steady::now() - begin).count();
    }
    REQUIRE(support::eventually([&] { return ward.book("kis").pending == 0; }));
    const std::lock_guard lock(live.mutex);
    std::sort(live.milliseconds.begin(), live.milliseconds.end());
    CHECK(live.milliseconds.size() == static_cast<std::size_t>(number));
    WARN(what << ": " << static_cast<double>(answered) / drained << " reports/s; live "
              << live.milliseconds.size() << ", ms p50 " << at(live.milliseconds, 0.5) << ", p99 "
              << at(live.milliseconds, 0.99) << ", longest " << at(live.milliseconds, 1));
}

}  // namespace

TEST_CASE("a backlog drains while what comes in is served", "[.speed]") {
    measure(1, "no backlog", false);
    measure(1, "backlog, live of other persons", true);
    measure(1000, "backlog, live of the same persons", true);
}

TEST_CASE("the first delivery does not wait for the length of the queue", "[.speed]") {
    for (const std::uint64_t queued : {1'000U, 1'000'000U}) {
        Ward ward;
        FakePeer& peer = ward.peer("kis");
        peer.keep = false;
        peer.turn = milliseconds(1);
        ward.apply({kis()});
        ward.service.stop(std::chrono::seconds(5));
        fill(ward, queued, 1000);
        ward.store.writer->stop();
        const auto begin = Steady::now();
        auto reopened = store::open_store({ward.folder.path(), std::chrono::seconds(1), 1000}, {}, ward.keys,
                                          system_clock());
        REQUIRE(reopened);
        const double opened = std::chrono::duration<double, std::milli>(Steady::now() - begin).count();
        std::atomic<std::int64_t> first{0};
        peer.set_judge([&](const auto&) {
            if (first == 0) first = (Steady::now() - begin).count();
            return transport::Outcome{};
        });
        auto parts = ward.parts();
        DeliveryService service({{{parts.threads.front().executor, *reopened->reader}},
                                 *reopened->writer,
                                 parts.vault,
                                 parts.pseudonymizer,
                                 parts.technical_key,
                                 parts.open_transport,
                                 parts.clock,
                                 parts.metrics});
        DeliveryPlan plan;
        plan.destinations = {kis()};
        plan.devices = device::DeviceRegistry({Ward::device()});
        plan.policy = support::shipped_policy();
        REQUIRE(service.apply(std::move(plan)));
        REQUIRE(support::eventually([&] { return first != 0; }));
        service.stop(std::chrono::seconds(5));
        reopened->writer->stop();
        WARN(queued << " queued: store open after ms " << opened << ", first delivery after ms "
                    << static_cast<double>(first) / 1e6);
    }
}

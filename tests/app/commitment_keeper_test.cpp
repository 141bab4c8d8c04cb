#include "commitment_keeper.hpp"

#include <future>

#include <catch2/catch_test_macros.hpp>

#include "store/commitment_sample.hpp"
#include "support/program.hpp"

using namespace edgeward;
using namespace edgeward::app;
using namespace edgeward::store;
using std::chrono::milliseconds;

namespace {

CommitmentPeer peer_named(const std::string& sender) {
    CommitmentPeer peer;
    peer.sender = sender;
    peer.node.host = sender;
    return peer;
}

// A keeper over a real store, and senders that hear what they are told.
struct Scene : Bench {
    Scene() : Bench({"pacs", "trial"}) { begin(); }
    ~Scene() {
        keeper.reset();
        close();
    }
    Scene(const Scene&) = delete;
    Scene& operator=(const Scene&) = delete;
    void begin(std::vector<CommitmentPeer> peers = {peer_named("ct"), peer_named("mr")}) {
        keeper = std::make_unique<CommitmentKeeper>(
            std::move(peers), CommitmentKeeper::Parts{*parts.reader,
                                                      *parts.writer,
                                                      clock,
                                                      metrics,
                                                      [this](const transport::DicomSettings& node,
                                                             dicom::CommitmentReport report) {
                                                          return hear(node.host, std::move(report));
                                                      },
                                                      milliseconds(5),
                                                      {milliseconds(10), milliseconds(10)}});
        keeper->follow({"pacs"});
        keeper->start();
    }
    // As a kill does: nothing of it but the store is left.
    void restart(std::vector<CommitmentPeer> peers) {
        keeper.reset();
        reopen();
        begin(std::move(peers));
    }
    boost::asio::awaitable<Result<std::uint16_t>> hear(std::string host, dicom::CommitmentReport report) {
        const std::lock_guard lock(mutex);
        ++attempts;
        if (away.contains(host)) co_return failure(ErrorKind::unavailable, "away");
        told.push_back(std::move(report));
        co_return status;
    }
    std::uint16_t ask(const std::string& transaction, const std::vector<std::uint64_t>& numbers,
                      const std::string& sender = "ct") {
        dicom::CommitmentRequest request{transaction, {}};
        for (const auto number : numbers)
            request.objects.push_back({ct_class, instance(number)});
        std::promise<std::uint16_t> answer;
        keeper->take(sender, request, [&](std::uint16_t given) { answer.set_value(given); });
        return answer.get_future().get();
    }
    [[nodiscard]] std::size_t open() const { return reader().open_commitments()->size(); }
    [[nodiscard]] bool all_told() const {
        return support::eventually([this] { return open() == 0; });
    }
    std::vector<dicom::CommitmentReport> heard() {
        const std::lock_guard lock(mutex);
        return told;
    }
    std::size_t tried() {
        const std::lock_guard lock(mutex);
        return attempts;
    }
    void send_away(std::set<std::string> hosts) {
        const std::lock_guard lock(mutex);
        away = std::move(hosts);
    }
    // The clock stands; what waits for it asks again.
    [[nodiscard]] bool passing(const std::function<bool()>& condition) {
        return support::eventually([&] {
            clock.pass(milliseconds(20));
            return condition();
        });
    }
    // It is counted after it has ended.
    [[nodiscard]] bool counts(const std::string& series) const {
        return support::eventually([&] { return metrics.expose().find(series) != std::string::npos; });
    }

    metrics::Registry metrics;
    std::mutex mutex;
    std::vector<dicom::CommitmentReport> told;
    std::set<std::string> away;
    std::size_t attempts = 0;
    std::uint16_t status = 0;
    std::unique_ptr<CommitmentKeeper> keeper;
};

Settlement committed(std::uint64_t report) {
    return ended(report, DeliveryState::delivered, "committed");
}

}  // namespace

TEST_CASE("a sender is told when the archive has committed itself and not before", "[commitment_keeper]") {
    Scene kept;
    REQUIRE(kept.record({object_message(1), object_message(2)}));
    CHECK(kept.ask("2.25.7", {1, 2}) == 0x0000);
    REQUIRE(kept.settle("trial", {ended(1), ended(2)}));
    REQUIRE(kept.settle("pacs", {committed(1)}));
    REQUIRE(support::eventually([&] { return kept_of(kept, 1)[0] == Kept::committed; }));
    CHECK(kept.heard().empty());
    REQUIRE(kept.settle("pacs", {committed(2)}));
    REQUIRE(kept.all_told());
    const auto heard = kept.heard();
    REQUIRE(heard.size() == 1);
    CHECK(heard[0].transaction == "2.25.7");
    CHECK(heard[0].committed ==
          std::vector<dicom::ReferencedObject>{{ct_class, "1.2.3.1"}, {ct_class, "1.2.3.2"}});
    CHECK(heard[0].failed.empty());
    CHECK(kept.counts("edgeward_dicom_in_commitments_total{outcome=\"committed\",sender=\"ct\"} 1"));
}

// PS3.3 section C.14.1.1.
TEST_CASE("what is not kept is told with its reason", "[commitment_keeper]") {
    Scene kept;
    Inbound other = object_message(2);
    std::get<Stored>(other.fate).reports.front().file = object_file(2, "ct", mr_class);
    REQUIRE(kept.record({object_message(1), other}));
    REQUIRE(kept.settle("pacs", {ended(1, DeliveryState::dead, "attempts_exhausted"), committed(2)}));
    CHECK(kept.ask("2.25.7", {1, 2, 3}) == 0x0000);
    REQUIRE(kept.all_told());
    const auto failed = kept.heard().at(0).failed;
    REQUIRE(failed.size() == 3);
    CHECK(failed[0].reason == 0x0110);
    CHECK(failed[1].reason == 0x0119);
    CHECK(failed[2].reason == 0x0112);
    CHECK(kept.counts("edgeward_dicom_in_commitments_total{outcome=\"failed\",sender=\"ct\"} 1"));
}

TEST_CASE("when the time is over what is not committed has failed", "[commitment_keeper]") {
    Scene kept;
    REQUIRE(kept.record({object_message(1), object_message(2)}));
    REQUIRE(kept.settle("pacs", {committed(1)}));
    CHECK(kept.ask("2.25.7", {1, 2}) == 0x0000);
    kept.clock.pass(std::chrono::hours(24) - std::chrono::seconds(1));
    REQUIRE(support::eventually([&] { return kept_of(kept, 1)[0] == Kept::committed; }));
    CHECK(kept.heard().empty());
    kept.clock.pass(std::chrono::seconds(1));
    REQUIRE(kept.all_told());
    CHECK(kept.heard().at(0).committed.size() == 1);
    CHECK(kept.heard().at(0).failed.at(0).reason == 0x0110);
}

TEST_CASE("a request goes on after a restart", "[commitment_keeper]") {
    Scene kept;
    REQUIRE(kept.record({object_message(1)}));
    CHECK(kept.ask("2.25.7", {1}) == 0x0000);
    kept.restart({peer_named("ct")});
    REQUIRE(kept.settle("pacs", {committed(1)}));
    REQUIRE(kept.all_told());
    CHECK(kept.heard().at(0).committed.size() == 1);
}

TEST_CASE("a sender that is away is told later and keeps nobody else waiting", "[commitment_keeper]") {
    Scene kept;
    REQUIRE(kept.record({object_message(1)}));
    kept.send_away({"ct"});
    CHECK(kept.ask("2.25.7", {1}) == 0x0000);
    REQUIRE(kept.settle("pacs", {committed(1)}));
    REQUIRE(kept.passing([&] { return kept.tried() >= 3; }));
    CHECK(kept.ask("2.25.8", {9}, "mr") == 0x0000);
    REQUIRE(support::eventually([&] { return kept.heard().size() == 1; }));
    CHECK(kept.heard().at(0).transaction == "2.25.8");
    kept.send_away({});
    REQUIRE(kept.passing([&] { return kept.open() == 0; }));
    CHECK(kept.heard().back().transaction == "2.25.7");
}

TEST_CASE("a sender that cannot be told in time is not told any more", "[commitment_keeper]") {
    Scene kept;
    REQUIRE(kept.record({object_message(1)}));
    kept.send_away({"ct"});
    CHECK(kept.ask("2.25.7", {1}) == 0x0000);
    REQUIRE(kept.settle("pacs", {committed(1)}));
    REQUIRE(support::eventually([&] { return kept.tried() >= 1; }));
    kept.clock.pass(std::chrono::hours(24));
    REQUIRE(kept.all_told());
    CHECK(kept.heard().empty());
    CHECK(kept.records().back().event.action == audit::Action::commitment_unreported);
    CHECK(kept.records().back().event.rule == "time_over");
    CHECK(kept.counts("edgeward_dicom_in_commitments_total{outcome=\"unreported\",sender=\"ct\"} 1"));
}

TEST_CASE("a report that is refused is given again", "[commitment_keeper]") {
    Scene kept;
    kept.status = 0x0110;
    CHECK(kept.ask("2.25.7", {1}) == 0x0000);
    REQUIRE(kept.passing([&] { return kept.heard().size() >= 2; }));
    CHECK(kept.open() == 1);
    {
        const std::lock_guard lock(kept.mutex);
        kept.status = 0;
    }
    REQUIRE(kept.passing([&] { return kept.open() == 0; }));
}

TEST_CASE("requests of a sender that may not ask any more end", "[commitment_keeper]") {
    Scene kept;
    REQUIRE(kept.record({object_message(1)}));
    CHECK(kept.ask("2.25.7", {1}) == 0x0000);
    kept.restart({peer_named("mr")});
    REQUIRE(kept.all_told());
    CHECK(kept.records().back().event.rule == "not_configured");
    CHECK(kept.ask("2.25.8", {1}) == 0x0124);
    CHECK(kept.heard().empty());
}

// PS3.7 annex C.
TEST_CASE("requests that are not taken are refused with their reason", "[commitment_keeper]") {
    Scene kept;
    auto few = peer_named("ct");
    few.most_open = 2;
    kept.restart({few});
    REQUIRE(kept.record({object_message(1)}));
    CHECK(kept.ask("2.25.7", {1}) == 0x0000);
    CHECK(kept.ask("2.25.7", {1}) == 0x0000);
    CHECK(kept.ask("2.25.7", {1, 2}) == 0x0131);
    CHECK(kept.ask("2.25.8", {1}) == 0x0000);
    CHECK(kept.ask("2.25.9", {1}) == 0x0213);
    CHECK(kept.counts("edgeward_dicom_in_commitment_requests_total{outcome=\"accepted\",sender=\"ct\"} 3"));
    CHECK(kept.counts("edgeward_dicom_in_commitment_requests_total{outcome=\"refused\",sender=\"ct\"} 2"));
    kept.parts.writer->stop();
    CHECK(kept.ask("2.25.7", {1}) == 0x0110);
}

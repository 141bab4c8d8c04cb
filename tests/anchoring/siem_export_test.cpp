#include "siem_export.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <catch2/catch_test_macros.hpp>

#include <set>
#include <thread>

#include "house.hpp"
#include "support/syslog_collector.hpp"

namespace edgeward::anchoring {
namespace {

namespace asio = boost::asio;
using support::eventually;
using support::SyslogCollector;

// The export of a log in a thread of its own.
class Running {
public:
    Running(House& house, const Trail& trail, const SyslogCollector& collector)
        : file_(house.folder.path() / "siem.position"),
          watch_("siem", std::chrono::seconds(1), {*house.store.writer, system_clock(), house.metrics}),
          export_(settings(collector), *read_siem_position(file_),
                  {io_.get_executor(), credentials_, trail_of(trail), file_, watch_, system_clock(),
                   system_random(), house.metrics}) {
        asio::co_spawn(io_, export_.run(), asio::detached);
        thread_ = std::thread([this] { io_.run(); });
    }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;
    ~Running() {
        export_.hurry();
        asio::post(io_, [this] { export_.stop(); });
        thread_.join();
    }
    [[nodiscard]] std::uint64_t kept() const { return read_siem_position(file_)->sequence; }
    [[nodiscard]] AnchorHealth health() const { return watch_.health(); }

private:
    static SiemSettings settings(const SyslogCollector& collector) {
        SiemSettings made;
        made.enabled = true;
        made.endpoint = collector.endpoint();
        made.renew = std::chrono::milliseconds(200);
        made.settle = std::chrono::milliseconds(200);
        return made;
    }
    asio::io_context io_{1};
    config::Credentials credentials_ = SyslogCollector::credentials();
    std::filesystem::path file_;
    AnchorWatch watch_;
    SiemExport export_;
    std::thread thread_;
};

std::set<std::uint64_t> sequences(const SyslogCollector& collector) {
    std::set<std::uint64_t> found;
    for (const auto& message : collector.messages()) {
        const auto place = message.find(" sequence=\"");
        if (place != std::string::npos) found.insert(std::stoull(message.substr(place + 11)));
    }
    return found;
}

std::size_t checkpoints(const SyslogCollector& collector) {
    std::size_t found = 0;
    for (const auto& message : collector.messages())
        found += message.find(" CHECKPOINT ") == std::string::npos ? 0U : 1U;
    return found;
}

}  // namespace

TEST_CASE("the SIEM gets every record and checkpoint and what it has kept is not sent again after a restart",
          "[siem_export][integration]") {
    House house;
    const SyslogCollector collector;
    const auto trail = Trail::make(500, 100);
    {
        const Running running(house, trail, collector);
        CHECK(eventually([&] { return running.kept() == 500; }));
        CHECK(running.health().well);
    }
    CHECK(sequences(collector).size() == 500);
    CHECK(checkpoints(collector) >= 5);
    const auto before = collector.messages().size();
    auto longer = trail;
    longer.extend(510, 100, 1, 0);
    const Running running(house, longer, collector);
    CHECK(eventually([&] { return running.kept() == 510; }));
    CHECK(sequences(collector).size() == 510);
    CHECK(collector.messages().size() < before + 20);
}

TEST_CASE("a SIEM that resets or dies gets everything it may have lost once more",
          "[siem_export][integration]") {
    House house;
    SyslogCollector collector({"--reset-after", "300"});
    const auto trail = Trail::make(1000, 100);
    const Running running(house, trail, collector);
    CHECK(eventually([&] { return sequences(collector).size() > 100; }));
    collector.kill();
    CHECK(eventually([&] { return !running.health().well; }));
    collector.start();
    CHECK(eventually([&] { return running.kept() == 1000; }));
    CHECK(sequences(collector).size() == 1000);
    CHECK(eventually([&] { return running.health().well; }));
}

TEST_CASE("a log that was cut off behind what the SIEM has is told and sent whole",
          "[siem_export][integration]") {
    House house;
    const SyslogCollector collector;
    const auto trail = Trail::make(50);
    const auto cut = beginning(trail, 30);
    const auto& last = trail.records.at(39);
    REQUIRE(write_siem_position(house.folder.path() / "siem.position", {40, last.digest, last.time}));
    const Running running(house, cut, collector);
    CHECK(eventually([&] {
        return house.count("log_contradicted siem the log ends before record 40, which was sent") == 1;
    }));
    CHECK(eventually([&] { return sequences(collector).size() == 30; }));
}

}  // namespace edgeward::anchoring

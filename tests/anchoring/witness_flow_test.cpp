#include "witness_flow.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <catch2/catch_test_macros.hpp>

#include <thread>

#include "desk_link.hpp"
#include "house.hpp"

namespace edgeward::anchoring {
namespace {

namespace asio = boost::asio;
using support::eventually;

class Running {
public:
    Running(House& house, Bench& bench, const Trail& trail, audit::Cosigner trusted, bool away_at_first)
        : away(away_at_first),
          file_(house.folder.path() / "witness.memory"),
          watch_("witness", std::chrono::seconds(1), {*house.store.writer, system_clock(), house.metrics}),
          flow_(settings(), *read_witness_memory(file_),
                {io_.get_executor(), std::make_unique<DeskLink>(bench, away), std::move(trusted),
                 trail_of(trail), file_, watch_, system_clock(), system_random(), house.metrics}) {
        asio::co_spawn(io_, flow_.run(), asio::detached);
        thread_ = std::thread([this] { io_.run(); });
    }
    Running(House& house, Bench& bench, const Trail& trail, bool away_at_first = false)
        : Running(house, bench, trail, bench.cosigner(), away_at_first) {}
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;
    ~Running() {
        flow_.hurry();
        asio::post(io_, [this] { flow_.stop(); });
        thread_.join();
    }
    [[nodiscard]] std::uint64_t cosigned() const { return read_witness_memory(file_)->tree.size(); }
    [[nodiscard]] AnchorHealth health() const { return watch_.health(); }

    std::atomic<bool> away;

private:
    static WitnessSettings settings() {
        WitnessSettings made;
        made.interval = std::chrono::milliseconds(20);
        return made;
    }
    asio::io_context io_{1};
    std::filesystem::path file_;
    AnchorWatch watch_;
    WitnessFlow flow_;
    std::thread thread_;
};

}  // namespace

TEST_CASE("each new checkpoint is cosigned over restarts too", "[witness_flow]") {
    House house;
    Bench bench;
    auto trail = Trail::make(30);
    {
        const Running running(house, bench, trail);
        CHECK(eventually([&] { return running.cosigned() == 30; }));
    }
    trail.extend(77, 10, 1, 0);
    const Running running(house, bench, trail);
    CHECK(eventually([&] { return running.cosigned() == 77; }));
    CHECK(running.health().well);
    const auto note = read_witness_memory(house.folder.path() / "witness.memory")->note;
    CHECK(audit::verify_cosignature(note, bench.cosigner()));
}

TEST_CASE("a gateway that lost its memory learns from the witness how far it was", "[witness_flow]") {
    House house;
    Bench bench;
    auto trail = Trail::make(30);
    {
        const Running running(house, bench, trail);
        REQUIRE(eventually([&] { return running.cosigned() == 30; }));
    }
    std::filesystem::remove(house.folder.path() / "witness.memory");
    trail.extend(50, 10, 1, 0);
    const Running running(house, bench, trail);
    CHECK(eventually([&] { return running.cosigned() == 50; }));
    CHECK(running.health().well);
}

TEST_CASE("a log that was put back is contradicted with and without the memory of its gateway",
          "[witness_flow]") {
    for (const bool remembers : {true, false}) {
        House house;
        Bench bench;
        const auto trail = Trail::make(30);
        {
            const Running running(house, bench, trail);
            REQUIRE(eventually([&] { return running.cosigned() == 30; }));
        }
        if (!remembers) std::filesystem::remove(house.folder.path() / "witness.memory");
        auto back = beginning(trail, 10);
        back.extend(20, 10, 1, 1000);
        const Running running(house, bench, back);
        CHECK(eventually([&] {
            return house.count("log_contradicted witness the witness knows 30 records, the log has 20") == 1;
        }));
        CHECK_FALSE(running.health().well);
        // A person at the witness accepts it.
        REQUIRE(bench.desk->accept_restore(test_origin));
        CHECK(eventually([&] { return running.cosigned() == 20 && running.health().well; },
                         std::chrono::seconds(60)));
    }
}

TEST_CASE("another history that is longer than what was signed is contradicted", "[witness_flow]") {
    House house;
    Bench bench;
    const auto trail = Trail::make(30);
    {
        const Running running(house, bench, trail);
        REQUIRE(eventually([&] { return running.cosigned() == 30; }));
    }
    auto other = beginning(trail, 10);
    other.extend(60, 10, 1, 1000);
    const Running running(house, bench, other);
    CHECK(eventually([&] {
        return house.count(
                   "log_contradicted witness the log of 60 records does not go on from the 30 records the "
                   "witness knows") == 1;
    }));
    CHECK(bench.evidence() >= 1);
}

TEST_CASE("a witness that is away or another one is trouble", "[witness_flow]") {
    House house;
    Bench bench;
    const auto trail = Trail::make(30);
    {
        Running running(house, bench, trail, true);
        CHECK(eventually([&] { return running.health().trouble == "connect: refused"; }));
        CHECK(eventually([&] { return house.count("anchor_lost witness connect: refused") == 1; }));
        running.away = false;
        CHECK(eventually([&] { return running.health().well && running.cosigned() == 30; }));
        CHECK(eventually([&] { return house.count("anchor_regained witness ") == 1; }));
    }
    std::filesystem::remove(house.folder.path() / "witness.memory");
    const Running fooled(house, bench, trail, {witness_name, crypto::public_key_of(audit::seed_of(5))},
                         false);
    CHECK(eventually(
        [&] { return fooled.health().trouble.find("no valid cosignature") != std::string::npos; }));
    CHECK(fooled.cosigned() == 0);
}

}  // namespace edgeward::anchoring

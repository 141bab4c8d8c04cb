#include <catch2/catch_test_macros.hpp>

#include <sys/resource.h>

#include <chrono>
#include <string>

#include <edgeward/core/random.hpp>

#include "bench.hpp"

namespace edgeward::store {
namespace {

double cpu_seconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// As the design has them: hour, then random; or with the milliseconds in front, so that neighbours in time
// are neighbours in the table.
enum class Ids : std::uint8_t { hour_then_hash, milliseconds_then_hash };

std::vector<Inbound> batch_of(std::uint64_t first, Ids ids) {
    std::vector<Inbound> batch;
    for (std::uint64_t i = 0; i < 100; ++i) {
        Inbound message = stored_message(first + i, 6, static_cast<std::uint8_t>(1 + i % 50),
                                         "monitor-" + std::to_string(i % 50));
        SealedReport& report = std::get<Stored>(message.fate).reports.front();
        report.sealed = Bytes(300, static_cast<std::uint8_t>(i));
        const std::uint64_t milliseconds = 1'795'459'726'000 + (first + i) / 4;
        for (auto& id : report.observations) {
            system_random().fill(id.octets);
            if (ids == Ids::hour_then_hash) id.octets[0] = id.octets[1] = id.octets[2] = id.octets[3] = 1;
            for (std::size_t octet = 0; ids == Ids::milliseconds_then_hash && octet < 6; ++octet)
                id.octets[octet] = static_cast<std::uint8_t>(milliseconds >> (8 * (5 - octet)));
        }
        batch.push_back(std::move(message));
    }
    return batch;
}

void measure(Ids ids, const std::string& name) {
    Bench bench;
    constexpr std::uint64_t messages = 200'000;
    double spent = 0;
    double elapsed = 0;
    for (std::uint64_t done = 0; done < messages; done += 10'000) {
        std::vector<std::vector<Inbound>> batches;
        for (std::uint64_t first = done; first < done + 10'000; first += 100)
            batches.push_back(batch_of(first, ids));
        const double cpu = cpu_seconds();
        const auto begin = std::chrono::steady_clock::now();
        for (auto& batch : batches)
            REQUIRE(bench.record(std::move(batch)));
        elapsed += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
        spent += cpu_seconds() - cpu;
    }
    WARN(name << ": record, 100 messages a commit, 6 ids, 2 destinations: CPU us per message "
              << spent * 1e6 / messages << ", messages per second " << messages / elapsed);

    std::uint64_t settled = 0;
    const double cpu = cpu_seconds();
    const auto begin = std::chrono::steady_clock::now();
    while (settled < 50'000) {
        const auto due = bench.reader().pending("kis", settled, 200).value();
        std::vector<Settlement> settlements;
        for (const Delivery& delivery : due)
            settlements.push_back(ended(delivery.report));
        REQUIRE(bench.settle("kis", std::move(settlements)));
        settled += due.size();
    }
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
    WARN(name << ": claim and settle 200 at a time: CPU us per report "
              << (cpu_seconds() - cpu) * 1e6 / 50'000 << ", reports per second " << 50'000 / taken.count());

    bench.close();
    const auto reopened = std::chrono::steady_clock::now();
    bench.open();
    const auto first = bench.reader().pending("kis", 0, 100).value();
    const std::chrono::duration<double, std::milli> ready = std::chrono::steady_clock::now() - reopened;
    CHECK(first.front().report == 50'001);
    WARN(name << ": open and first claim with a backlog of 150,000 / 200,000: ms " << ready.count());
}

}  // namespace

TEST_CASE("recording and settling cost little", "[.speed]") {
    measure(Ids::hour_then_hash, "ids hour + hash");
    measure(Ids::milliseconds_then_hash, "ids ms + hash");
}

}  // namespace edgeward::store

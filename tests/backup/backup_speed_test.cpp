#include <sys/resource.h>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <thread>

#include "yard.hpp"

// Figures, not promises: edgeward_backup_tests "[.speed]", EDGEWARD_BACKUP_MIB for another size than 1024.
namespace edgeward::backup {
namespace {

using std::chrono::duration;
using std::chrono::steady_clock;

constexpr std::size_t sealed_octets = 2000;

store::Inbound message_of(std::uint64_t number) {
    store::SealedReport report = store::report_of(number * 4, 2, 0);
    report.sealed = Bytes(sealed_octets, static_cast<std::uint8_t>(number));
    store::Inbound message;
    message.device = report.device;
    message.received = report.received;
    message.fate = store::Stored{{std::move(report)}, {}};
    return message;
}

double milliseconds_since(steady_clock::time_point begun) {
    return duration<double, std::milli>(steady_clock::now() - begun).count();
}

double at_percent(std::vector<double> values, std::size_t percent) {
    if (values.empty()) return 0;
    std::ranges::sort(values);
    return values[std::min(values.size() - 1, values.size() * percent / 100)];
}

// One commit after the other as they come from devices, 200 in a second, and how long each took.
class Ingest {
public:
    Ingest(Yard& yard, std::uint64_t first) : yard_(yard), next_(first), thread_([this] { serve(); }) {}
    ~Ingest() {
        stop_ = true;
        thread_.join();
    }
    std::vector<double> take() {
        const std::lock_guard lock(mutex_);
        return std::exchange(latencies_, {});
    }

private:
    void serve() {
        while (!stop_) {
            const auto begun = steady_clock::now();
            must(yard_.store.writer->run(
                [&](store::ObservationStore& to) { return to.record({message_of(next_)}); }));
            ++next_;
            {
                const std::lock_guard lock(mutex_);
                latencies_.push_back(milliseconds_since(begun));
            }
            std::this_thread::sleep_until(begun + std::chrono::milliseconds(5));
        }
    }
    Yard& yard_;
    std::uint64_t next_;
    std::atomic<bool> stop_ = false;
    std::mutex mutex_;
    std::vector<double> latencies_;
    std::thread thread_;
};

double cpu_seconds_of_thread() {
    rusage usage{};
    getrusage(RUSAGE_THREAD, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

std::uint64_t fill(Yard& yard, std::uint64_t octets) {
    std::uint64_t number = 1;
    while (std::filesystem::file_size(yard.data() / "store.db") < octets) {
        std::vector<store::Inbound> messages;
        for (int i = 0; i < 500; ++i)
            messages.push_back(message_of(number++));
        must(yard.store.writer->run([&](store::ObservationStore& to) { return to.record(messages); }));
    }
    return number;
}

void say(const char* when, const std::vector<double>& latencies) {
    std::cout << when << ": " << latencies.size() << " commits, p50 " << at_percent(latencies, 50)
              << " ms, p99 " << at_percent(latencies, 99) << " ms, longest " << at_percent(latencies, 100)
              << " ms\n";
}

}  // namespace

TEST_CASE("how long a backup takes and what ingest feels of it", "[.speed]") {
    const char* asked = std::getenv("EDGEWARD_BACKUP_MIB");
    const std::uint64_t octets = (asked == nullptr ? 1024 : std::strtoull(asked, nullptr, 10)) << 20U;
    Yard yard;
    yard.settings.rate = BackupSettings().rate;
    yard.take_in("4711");
    const std::uint64_t next = fill(yard, octets);
    Ingest ingest(yard, next);
    std::this_thread::sleep_for(std::chrono::seconds(8));
    say("before", ingest.take());
    const double cpu = cpu_seconds_of_thread();
    const auto created = yard.create();
    const double used = cpu_seconds_of_thread() - cpu;
    say("during", ingest.take());
    std::cout << "backup: " << created.took.count() << " ms, " << used << " s of CPU, data "
              << (created.data_octets >> 20U) << " MiB, persons " << (created.persons_octets >> 10U)
              << " KiB\n";
    auto begun = steady_clock::now();
    const auto verified = must(verify_backup(yard.pair(), Yard::by_kek(), {yard.backups()}));
    std::cout << "verify: " << milliseconds_since(begun) << " ms, " << verified.records << " records, "
              << verified.reports << " reports\n";
    say("during verify", ingest.take());
    begun = steady_clock::now();
    must(restore_backup(yard.request(yard.top() / "new"), system_clock()));
    std::cout << "restore: " << milliseconds_since(begun) << " ms\n";
}

TEST_CASE("how long objects take the first time and the second", "[.speed]") {
    const char* asked = std::getenv("EDGEWARD_BACKUP_MIB");
    const std::size_t mebibytes = asked == nullptr ? 1024 : std::strtoull(asked, nullptr, 10);
    constexpr std::uint8_t objects = 32;
    Yard yard;
    yard.settings.rate = BackupSettings().rate;
    for (std::uint8_t number = 1; number <= objects; ++number)
        yard.take_in(std::to_string(number), yard.seal_object(number, (mebibytes << 20U) / objects));
    for (const char* time : {"first", "second"}) {
        const double cpu = cpu_seconds_of_thread();
        const auto created = yard.create();
        std::cout << time << " backup: " << created.took.count() << " ms, " << cpu_seconds_of_thread() - cpu
                  << " s of CPU, " << created.objects << " objects, copied " << (created.copied_octets >> 20U)
                  << " MiB, containers " << ((created.data_octets + created.persons_octets) >> 10U)
                  << " KiB\n";
    }
    auto begun = steady_clock::now();
    must(verify_backup(yard.pair(), Yard::by_kek(), {yard.backups()}));
    std::cout << "verify: " << milliseconds_since(begun) << " ms\n";
    begun = steady_clock::now();
    must(restore_backup(yard.request(yard.top() / "new"), system_clock()));
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    std::cout << "restore: " << milliseconds_since(begun) << " ms; most memory " << (usage.ru_maxrss >> 10U)
              << " MiB\n";
}

}  // namespace edgeward::backup

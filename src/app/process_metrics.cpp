#include "process_metrics.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <ctime>
#include <filesystem>
#include <sstream>
#include <string>

#include <edgeward/core/file.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/database/database.hpp>

namespace edgeward::app {
namespace {

// proc(5): /proc/PID/stat behind the name in parentheses, which may hold blanks. Fields count from 3 there.
struct Stat {
    double start_ticks = 0;     // since the machine started, field 22
    double resident_pages = 0;  // field 24
};

Stat read_stat() {
    Stat stat;
    const auto text = read_file("/proc/self/stat");
    if (!text) return stat;
    std::istringstream fields(text->substr(text->rfind(')') + 1));
    std::string field;
    for (int number = 3; fields >> field; ++number) {
        if (number == 22) stat.start_ticks = std::stod(field);
        if (number == 24) stat.resident_pages = std::stod(field);
    }
    return stat;
}

// Unix time that many ticks after the machine started. By CLOCK_BOOTTIME: /proc/stat is hidden from a service
// with ProcSubset=pid.
double since_boot(double ticks) {
    timespec boot{};
    ::clock_gettime(CLOCK_BOOTTIME, &boot);
    const double up = static_cast<double>(boot.tv_sec) + static_cast<double>(boot.tv_nsec) / 1e9;
    const double now = std::chrono::duration<double>(system_clock().now().time_since_epoch()).count();
    return now - up + ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

// To the microsecond, which /proc does not tell.
double processor_seconds() {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    return static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

double count_open_files() {
    std::error_code failed;
    double count = 0;
    for (std::filesystem::directory_iterator entry("/proc/self/fd", failed), end; !failed && entry != end;
         entry.increment(failed))
        ++count;
    return count;
}

}  // namespace

ProcessMetrics::ProcessMetrics(metrics::Registry& metrics) : metrics_(metrics) {
    metrics_.gauge("process_start_time_seconds", "Unix time of the start of the process.")
        .set(since_boot(read_stat().start_ticks));
    rlimit files{};
    if (::getrlimit(RLIMIT_NOFILE, &files) == 0) {
        metrics_.gauge("process_max_fds", "Most files the process may have open.")
            .set(static_cast<double>(files.rlim_cur));
    }
    metrics_.on_collect([this] { collect(); });
}

void ProcessMetrics::collect() const {
    const Stat stat = read_stat();
    metrics_.counter("process_cpu_seconds_total", "Processor time of the process, user and system.")
        .raise_to(processor_seconds());
    metrics_.gauge("process_resident_memory_bytes", "Memory of the process that is in the machine's memory.")
        .set(stat.resident_pages * static_cast<double>(::sysconf(_SC_PAGESIZE)));
    metrics_.gauge("process_open_fds", "Files the process has open.").set(count_open_files());
    metrics_.gauge("edgeward_database_memory_bytes", "Memory of the databases: mostly their page caches.")
        .set(static_cast<double>(database::memory_in_use()));
}

}  // namespace edgeward::app

#include "process_metrics.hpp"

#include <unistd.h>

#include <cmath>
#include <string>

#include <catch2/catch_test_macros.hpp>

#include <edgeward/core/secret.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/database/database.hpp>

#include "samples.hpp"
#include "support/program.hpp"

namespace edgeward::app {
namespace {

// What ps says of this process (procps, its own reader of /proc).
double asked_of_ps(const support::ScratchFolder& folder, const std::string& column) {
    const auto out = folder / "ps.out";
    support::Program ps({"ps", "-o", column + "=", "-p", std::to_string(::getpid())}, out);
    REQUIRE(ps.wait() == 0);
    return std::stod(ps.output());
}

}  // namespace

TEST_CASE("what the process uses is what ps says", "[process_metrics]") {
    const support::ScratchFolder folder;
    metrics::Registry registry;
    const ProcessMetrics process(registry);
    const double resident = std::stod(sample(registry, "process_resident_memory_bytes"));
    const double said = asked_of_ps(folder, "rss") * 1024;
    CHECK(resident > said / 2);
    CHECK(resident < said * 2);
    const double started = std::stod(sample(registry, "process_start_time_seconds"));
    const double age = asked_of_ps(folder, "etimes");
    const double now = std::chrono::duration<double>(system_clock().now().time_since_epoch()).count();
    CHECK(std::abs(now - age - started) < 5);
    CHECK(std::stod(sample(registry, "process_cpu_seconds_total")) > 0);
}

TEST_CASE("an opened file is counted, and what a database holds", "[process_metrics]") {
    const support::ScratchFolder folder;
    metrics::Registry registry;
    const ProcessMetrics process(registry);
    const double files = std::stod(sample(registry, "process_open_fds"));
    const double memory = std::stod(sample(registry, "edgeward_database_memory_bytes"));
    const Secret key(Bytes(32, 7));
    const auto connection =
        database::Connection::open(folder / "a.db", key, database::Access::read_write_create);
    REQUIRE(connection);
    CHECK(std::stod(sample(registry, "process_open_fds")) > files);
    CHECK(std::stod(sample(registry, "process_max_fds")) > files);
    CHECK(std::stod(sample(registry, "edgeward_database_memory_bytes")) > memory);
}

}  // namespace edgeward::app

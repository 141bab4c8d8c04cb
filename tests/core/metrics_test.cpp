#include <edgeward/core/metrics.hpp>

#include <stdexcept>
#include <thread>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

namespace edgeward::metrics {
namespace {

using Catch::Matchers::ContainsSubstring;

TEST_CASE("a counter is exposed in the text form of Prometheus", "[metrics]") {
    // https://prometheus.io/docs/instrumenting/exposition_formats/ text format 0.0.4
    Registry registry;
    const Counter counter =
        registry.counter("edgeward_messages_total", "Messages received.", {{"source", "ward"}});
    counter.add();
    counter.add(2);
    CHECK(registry.expose() ==
          "# HELP edgeward_messages_total Messages received.\n"
          "# TYPE edgeward_messages_total counter\n"
          "edgeward_messages_total{source=\"ward\"} 3\n");
}

TEST_CASE("a counter follows a total kept elsewhere and never falls", "[metrics]") {
    Registry registry;
    const Counter counter = registry.counter("edgeward_rows_total", "Rows.");
    for (const double total : {0.0, 7.0, 5.0}) {
        counter.raise_to(total);
    }
    CHECK_THAT(registry.expose(), ContainsSubstring("edgeward_rows_total 7\n"));
    counter.raise_to(9);
    CHECK_THAT(registry.expose(), ContainsSubstring("edgeward_rows_total 9\n"));
}

TEST_CASE("the same name and labels give the same series and the first help stays", "[metrics]") {
    Registry registry;
    registry.counter("edgeward_a_total", "First.").add(1);
    registry.counter("edgeward_a_total", "Second.").add(1);
    registry.counter("edgeward_a_total", "Third.", {{"to", "kis"}}).add(5);
    const std::string text = registry.expose();
    CHECK_THAT(text, ContainsSubstring("edgeward_a_total 2\n"));
    CHECK_THAT(text, ContainsSubstring("edgeward_a_total{to=\"kis\"} 5\n"));
    CHECK_THAT(text, ContainsSubstring("# HELP edgeward_a_total First.\n"));
    CHECK_THAT(text, !ContainsSubstring("Second."));
}

TEST_CASE("a gauge goes up and down", "[metrics]") {
    Registry registry;
    const Gauge gauge = registry.gauge("edgeward_queue_rows", "Rows.");
    gauge.set(10);
    gauge.add(-2.5);
    CHECK_THAT(registry.expose(), ContainsSubstring("edgeward_queue_rows 7.5\n"));
}

TEST_CASE("a latency falls into buckets from half a millisecond to a minute", "[metrics]") {
    Registry registry;
    const Histogram latency = registry.latency("edgeward_commit_seconds", "Commit.");
    latency.observe(0.0004);
    latency.observe(0.02);
    latency.observe(120);
    const std::string text = registry.expose();
    CHECK_THAT(text, ContainsSubstring("edgeward_commit_seconds_bucket{le=\"0.0005\"} 1\n"));
    CHECK_THAT(text, ContainsSubstring("edgeward_commit_seconds_bucket{le=\"0.025\"} 2\n"));
    CHECK_THAT(text, ContainsSubstring("edgeward_commit_seconds_bucket{le=\"60\"} 2\n"));
    CHECK_THAT(text, ContainsSubstring("edgeward_commit_seconds_bucket{le=\"+Inf\"} 3\n"));
    CHECK_THAT(text, ContainsSubstring("edgeward_commit_seconds_count 3\n"));
}

TEST_CASE("refreshes run before each exposition", "[metrics]") {
    Registry registry;
    const Gauge gauge = registry.gauge("edgeward_age_seconds", "Age.");
    double age = 0;
    registry.on_collect([&] { gauge.set(++age); });
    CHECK_THAT(registry.expose(), ContainsSubstring("edgeward_age_seconds 1\n"));
    CHECK_THAT(registry.expose(), ContainsSubstring("edgeward_age_seconds 2\n"));
}

TEST_CASE("label values cannot break out of their quotes", "[metrics]") {
    Registry registry;
    registry.counter("edgeward_a_total", "A.", {{"name", "a\"} 1\nforged 2\\"}}).add();
    CHECK_THAT(registry.expose(), ContainsSubstring(R"(edgeward_a_total{name="a\"} 1\nforged 2\\"} 1)"));
}

TEST_CASE("names Prometheus does not allow are refused as the bug they are", "[metrics]") {
    Registry registry;
    CHECK_THROWS_AS(registry.counter("edgeward-a", "A."), std::invalid_argument);
    CHECK_THROWS_AS(registry.counter("", "A."), std::invalid_argument);
    CHECK_THROWS_AS(registry.gauge("1a", "A."), std::invalid_argument);
    CHECK_THROWS_AS(registry.latency("a", "A.", {{"le", "1"}}), std::invalid_argument);
    CHECK_THROWS_AS(registry.counter("edgeward_b_total", "B.", {{"__name__", "x"}}), std::invalid_argument);
    registry.counter("edgeward_c_total", "C.");
    CHECK_THROWS_AS(registry.gauge("edgeward_c_total", "C."), std::invalid_argument);
}

TEST_CASE("a handle without a series counts nowhere", "[metrics]") {
    Counter().add();
    Gauge().set(1);
    Histogram().observe(1);
    CHECK(Registry().expose().empty());
}

TEST_CASE("threads counting at once lose nothing", "[metrics]") {
    Registry registry;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            for (int i = 0; i < 1000; ++i)
                registry.counter("edgeward_a_total", "A.").add();
        });
    }
    for (auto& thread : threads)
        thread.join();
    CHECK_THAT(registry.expose(), ContainsSubstring("edgeward_a_total 4000\n"));
}

}  // namespace
}  // namespace edgeward::metrics

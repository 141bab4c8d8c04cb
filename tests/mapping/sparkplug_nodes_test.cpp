#include <edgeward/mapping/sparkplug_nodes.hpp>

#include <catch2/catch_test_macros.hpp>

#include "sparkplug_payload.hpp"
#include "sparkplug_sample.hpp"

using namespace edgeward;
using namespace edgeward::mapping;

namespace {

device::DeviceRegistry enrolled() {
    device::Device node;
    node.id = "gateway-4";
    node.sparkplug = "ICU/gateway-4";
    device::Device monitor;
    monitor.id = "monitor-3";
    monitor.sparkplug = "ICU/gateway-4/monitor 3";
    return device::DeviceRegistry({node, monitor});
}

// A node with its messages in order.
struct Bench {
    SparkplugNodes nodes;
    device::DeviceRegistry devices = enrolled();

    // Missing before it.
    std::uint64_t see(model::RawMessage& message) {
        const auto gap = nodes.complete(message, devices);
        if (gap) CHECK(gap->node == "gateway-4");
        return gap ? gap->missing : 0;
    }
    std::uint64_t sample(const std::string& type, const std::string& name, const std::string& device = {}) {
        auto message = mapping::sample::sparkplug_message(
            "spBv1.0/ICU/" + type + "/gateway-4" + (device.empty() ? "" : "/" + device),
            mapping::sample::sparkplug(name));
        return see(message);
    }
    void birth() {
        CHECK(sample("NBIRTH", "node_birth") == 0);
        CHECK(sample("DBIRTH", "device_birth", "monitor 3") == 0);
    }
    // One metric by alias 10; its name as the births have it, else empty.
    std::string named(std::uint64_t seq, std::uint64_t& missing, bool redelivered = false) {
        wire::Payload payload;
        payload.set_seq(seq);
        auto& metric = *payload.add_metrics();
        metric.set_alias(10);
        metric.set_float_value(63.5F);
        const std::string octets = payload.SerializeAsString();
        auto message = mapping::sample::sparkplug_message("spBv1.0/ICU/DDATA/gateway-4/monitor 3",
                                                          Bytes(octets.begin(), octets.end()));
        message.redelivered = redelivered;
        missing = see(message);
        return parse_payload(message.payload)->metrics(0).name();
    }
    std::string named(std::uint64_t seq, bool redelivered = false) {
        std::uint64_t missing = 0;
        return named(seq, missing, redelivered);
    }
};

}  // namespace

TEST_CASE("an alias becomes what the birth has said of it", "[sparkplug_nodes]") {
    Bench bench;
    bench.birth();
    auto message = sample::sparkplug_message("spBv1.0/ICU/DDATA/gateway-4/monitor 3",
                                             sample::sparkplug("device_data_by_alias"));
    CHECK(bench.see(message) == 0);
    const auto payload = parse_payload(message.payload);
    REQUIRE(payload);
    REQUIRE(payload->metrics_size() == 3);
    CHECK(payload->metrics(0).name() == "HR");
    CHECK(payload->metrics(0).float_value() == 63.5F);
    CHECK(payload->metrics(0).properties().values(0).string_value() == "bpm");
    CHECK(payload->metrics(1).name() == "NIBP_SYS");
    CHECK(payload->metrics(1).is_historical());
    CHECK(payload->metrics(2).name() == "Temp");
    CHECK(payload->metrics(2).is_null());
    CHECK(payload->timestamp() == 1795459681000);
    CHECK(payload->seq() == 2);
}

TEST_CASE("a missing message ends what births have said until the next one", "[sparkplug_nodes]") {
    Bench bench;
    bench.birth();
    CHECK(bench.named(2) == "HR");
    std::uint64_t missing = 0;
    CHECK(bench.named(6, missing).empty());
    CHECK(missing == 3);
    CHECK(bench.named(7, missing).empty());  // in order again, and still without a birth
    CHECK(missing == 0);
    bench.birth();
    CHECK(bench.named(2) == "HR");
}

TEST_CASE("a birth of one device says nothing of another", "[sparkplug_nodes]") {
    Bench bench;
    CHECK(bench.sample("NBIRTH", "node_birth") == 0);
    CHECK(bench.sample("DBIRTH", "device_birth", "other") == 0);  // not enrolled
    CHECK(bench.named(2).empty());
}

TEST_CASE("numbers go on after 255", "[sparkplug_nodes]") {
    Bench bench;
    bench.birth();
    for (std::uint64_t number = 2; number < 600; ++number) {
        std::uint64_t missing = 0;
        REQUIRE(bench.named(number % 256, missing) == "HR");
        REQUIRE(missing == 0);
    }
}

TEST_CASE("a death ends what births have said, unless it is of an earlier session", "[sparkplug_nodes]") {
    Bench bench;
    bench.birth();
    CHECK(bench.named(2) == "HR");
    SECTION("of the node, by the broker") {
        CHECK(bench.sample("NDEATH", "node_death") == 0);
        CHECK(bench.named(3).empty());
    }
    SECTION("of another session") {
        wire::Payload payload;
        auto& metric = *payload.add_metrics();
        metric.set_name("bdSeq");
        metric.set_long_value(2);
        const std::string octets = payload.SerializeAsString();
        auto message =
            sample::sparkplug_message("spBv1.0/ICU/NDEATH/gateway-4", Bytes(octets.begin(), octets.end()));
        CHECK(bench.see(message) == 0);
        CHECK(bench.named(3) == "HR");
    }
    SECTION("of the device") {
        CHECK(bench.named(3) == "HR");
        CHECK(bench.sample("DDEATH", "device_death", "monitor 3") == 0);  // number 4
        CHECK(bench.named(5).empty());
    }
}

TEST_CASE("redelivered messages are read by the birth they came after", "[sparkplug_nodes]") {
    Bench bench;
    bench.birth();
    CHECK(bench.named(2) == "HR");
    CHECK(bench.named(3) == "HR");
    std::uint64_t missing = 0;
    CHECK(bench.named(2, missing, true) == "HR");
    CHECK(missing == 0);
    CHECK(bench.named(3, missing, true) == "HR");
    CHECK(bench.named(4, missing) == "HR");
    CHECK(missing == 0);
    // One from before the birth: its aliases were others'.
    bench.birth();
    CHECK(bench.named(4, missing, true).empty());
}

TEST_CASE("what is not of an enrolled node stays as it is", "[sparkplug_nodes]") {
    SparkplugNodes nodes;
    const auto devices = enrolled();
    for (const auto* topic : {"spBv1.0/OR/DDATA/gateway-4/monitor 3", "spBv1.0/ICU/DDATA/gateway-5/monitor 3",
                              "devices/gateway-4/x", "spBv1.0/ICU/NCMD/gateway-4"}) {
        CAPTURE(topic);
        auto message = sample::sparkplug_message(topic, sample::sparkplug("device_data_by_alias"));
        const Bytes before = message.payload;
        CHECK_FALSE(nodes.complete(message, devices));
        CHECK(message.payload == before);
    }
}

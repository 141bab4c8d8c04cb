#include <edgeward/device/sparkplug_topic.hpp>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

using namespace edgeward::device;

// Forms as in the Sparkplug specification 3.0, chapter 4.
TEST_CASE("a Sparkplug topic says who speaks and for whom", "[sparkplug_topic]") {
    const auto device = read_sparkplug_topic("spBv1.0/ICU/DDATA/gateway-4/pump 3");
    REQUIRE(device);
    CHECK(device->type == SparkplugType::device_data);
    CHECK(device->group == "ICU");
    CHECK(device->node == "gateway-4");
    CHECK(device->device == "pump 3");
    CHECK(device->name() == "ICU/gateway-4/pump 3");

    const auto node = read_sparkplug_topic("spBv1.0/ICU/NDEATH/gateway-4");
    REQUIRE(node);
    CHECK(node->type == SparkplugType::node_death);
    CHECK(node->device.empty());
    CHECK(node->name() == "ICU/gateway-4");
}

TEST_CASE("every message of a node has its type", "[sparkplug_topic]") {
    CHECK(read_sparkplug_topic("spBv1.0/g/NBIRTH/n")->type == SparkplugType::node_birth);
    CHECK(read_sparkplug_topic("spBv1.0/g/NDATA/n")->type == SparkplugType::node_data);
    CHECK(read_sparkplug_topic("spBv1.0/g/DBIRTH/n/d")->type == SparkplugType::device_birth);
    CHECK(read_sparkplug_topic("spBv1.0/g/DDEATH/n/d")->type == SparkplugType::device_death);
}

TEST_CASE("commands and everything else are no words of a node", "[sparkplug_topic]") {
    const auto* topic = GENERATE(values({
        "spBv1.0/g/NCMD/n",
        "spBv1.0/g/DCMD/n/d",
        "spBv1.0/STATE/host",
        "spBv1.0/g/NDATA/n/d",
        "spBv1.0/g/DDATA/n",
        "spBv1.0/g/DDATA/n/",
        "spBv1.0/g/DDATA/n/d/x",
        "spBv1.0/g/DDATA/n/d/",
        "spBv1.0/g/DDATA//d",
        "spBv1.0//DDATA/n/d",
        "spBv1.0/g//n/d",
        "spBv1.0/g/ddata/n/d",
        "spBv1.0",
        "spBv1.0/",
        "spAv1.0/g/DDATA/n/d",
        "devices/g/DDATA/n/d",
        "",
    }));
    CAPTURE(topic);
    CHECK_FALSE(read_sparkplug_topic(topic));
}

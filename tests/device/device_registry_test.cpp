#include <edgeward/device/device_registry.hpp>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

using edgeward::config::Document;
using edgeward::device::Device;
using edgeward::device::device_of_topic;
using edgeward::device::DeviceRegistry;
using edgeward::device::publisher_of_topic;
using edgeward::device::read_devices;

namespace {

struct Read {
    DeviceRegistry registry;
    std::vector<edgeward::config::Problem> problems;
};

Read read_toml(std::string_view toml) {
    Document document = Document::parse(toml, "edgeward.toml");
    Read read{read_devices(document.root()), {}};
    document.refuse_unread_keys();
    read.problems = document.problems();
    return read;
}

}  // namespace

TEST_CASE("an enrolled device is found by its id with everything the file says of it", "[device_registry]") {
    const Read read = read_toml(R"(
[[device]]
id = "monitor-icu-7"
mapping = "monitor_flat"
manufacturer = "Example Medical"
model = "M1"
serial = "A 100"
eui64 = "00a0c9fffe123456"
ward = "ICU"
room = "3"
bed = "2"

[[device]]
id = "fridge.1"
mapping = "infusion_technical"
associated = false
)");
    REQUIRE(read.problems.empty());
    REQUIRE(read.registry.all().size() == 2);
    const Device* monitor = read.registry.find("monitor-icu-7");
    REQUIRE(monitor != nullptr);
    CHECK(monitor->mapping == "monitor_flat");
    CHECK(monitor->manufacturer == "Example Medical");
    CHECK(monitor->model == "M1");
    CHECK(monitor->serial == "A 100");
    CHECK(monitor->eui64 == "00A0C9FFFE123456");
    CHECK(monitor->location.ward == "ICU");
    CHECK(monitor->location.room == "3");
    CHECK(monitor->location.bed == "2");
    CHECK(monitor->associated);
    CHECK_FALSE(read.registry.find("fridge.1")->associated);
    CHECK(read.registry.find("stranger") == nullptr);
}

TEST_CASE("a file without devices enrols none", "[device_registry]") {
    CHECK(read_toml("").registry.all().empty());
    CHECK(DeviceRegistry().find("") == nullptr);
}

TEST_CASE("a malformed device entry is a problem and no device", "[device_registry]") {
    struct Row {
        const char* entry;
        const char* path;
    };
    const Row row = GENERATE(values<Row>({
        {"mapping = 'm'", "device[1].id"},
        {"id = 'bed 7'\nmapping = 'm'", "device[1].id"},
        {"id = '../x'\nmapping = 'm'", "device[1].id"},
        {"id = '0123456789012345678901234567890123456789012345678901234567890123456'\nmapping = 'm'",
         "device[1].id"},
        {"id = 'a'", "device[1].mapping"},
        {"id = 'a'\nmapping = 'm'\neui64 = '12'", "device[1].eui64"},
        {"id = 'a'\nmapping = 'm'\neui64 = '00A0C9FFFE12345G'", "device[1].eui64"},
        {"id = 'a'\nmapping = 'm'\nward = \"a\\u0007\"", "device[1].ward"},
        {"id = 'a'\nmapping = 'm'\nassociated = 'no'", "device[1].associated"},
        {"id = 'a'\nmapping = 'm'\nwrad = 'x'", "device[1].wrad"},
    }));
    CAPTURE(row.entry);
    const Read read = read_toml(std::string("[[device]]\n") + row.entry + "\n");
    REQUIRE(read.problems.size() == 1);
    CHECK(read.problems.front().path == row.path);
    CHECK(read.problems.front().line > 0);
}

TEST_CASE("a device has what its class says unless it says otherwise", "[device_registry]") {
    Document document = Document::parse(R"(
[[device_class]]
name = "pump"
mapping = "infusion_technical"
manufacturer = "Example Medical"
model = "P1"
risk = "IIb"
associated = false

[[device]]
id = "pump-1"
class = "pump"
software = "2.1"

[[device]]
id = "pump-2"
class = "pump"
mapping = "generic"
model = "P2"
risk = "IIa"
associated = true
)",
                                        "edgeward.toml");
    const auto classes = edgeward::device::read_device_classes(document.root());
    const auto registry = read_devices(document.root(), classes);
    document.refuse_unread_keys();
    REQUIRE(document.problems().empty());
    REQUIRE(classes.size() == 1);
    CHECK(classes.at("pump").risk == "IIb");
    const Device* plain = registry.find("pump-1");
    REQUIRE(plain != nullptr);
    CHECK(plain->kind == "pump");
    CHECK(plain->mapping == "infusion_technical");
    CHECK(plain->manufacturer == "Example Medical");
    CHECK(plain->model == "P1");
    CHECK(plain->risk == "IIb");
    CHECK(plain->software == "2.1");
    CHECK_FALSE(plain->associated);
    const Device* other = registry.find("pump-2");
    REQUIRE(other != nullptr);
    CHECK(other->mapping == "generic");
    CHECK(other->model == "P2");
    CHECK(other->risk == "IIa");
    CHECK(other->associated);
}

TEST_CASE("a malformed class is a problem", "[device_registry]") {
    struct Row {
        const char* toml;
        const char* path;
    };
    const Row row = GENERATE(values<Row>({
        {"[[device_class]]\nmapping = 'm'", "device_class[1].name"},
        {"[[device_class]]\nname = 'a b'\nmapping = 'm'", "device_class[1].name"},
        {"[[device_class]]\nname = 'a'", "device_class[1].mapping"},
        {"[[device_class]]\nname = 'a'\nmapping = 'm'\nrisk = 'IV'", "device_class[1].risk"},
        {"[[device_class]]\nname='a'\nmapping='m'\n[[device_class]]\nname='a'\nmapping='m'",
         "device_class[2].name"},
        {"[[device]]\nid = 'a'\nmapping = 'm'\nclass = 'none'", "device[1].class"},
    }));
    CAPTURE(row.toml);
    Document document = Document::parse(row.toml, "edgeward.toml");
    read_devices(document.root(), edgeward::device::read_device_classes(document.root()));
    document.refuse_unread_keys();
    REQUIRE(document.problems().size() == 1);
    CHECK(document.problems().front().path == row.path);
}

TEST_CASE("two devices cannot share an id or an EUI-64", "[device_registry]") {
    const Read same_id = read_toml("[[device]]\nid='a'\nmapping='m'\n[[device]]\nid='a'\nmapping='n'\n");
    REQUIRE(same_id.problems.size() == 1);
    CHECK(same_id.problems.front().path == "device[2].id");
    CHECK(same_id.registry.find("a")->mapping == "m");

    const Read same_eui = read_toml(
        "[[device]]\nid='a'\nmapping='m'\neui64='00A0C9FFFE123456'\n"
        "[[device]]\nid='b'\nmapping='m'\neui64='00a0c9fffe123456'\n");
    REQUIRE(same_eui.problems.size() == 1);
    CHECK(same_eui.problems.front().path == "device[2].eui64");
}

TEST_CASE("a Sparkplug device is found by its topic and nowhere else", "[device_registry]") {
    const Read read = read_toml(
        "[[device]]\nid='gateway-4'\nmapping='m'\nsparkplug='ICU/gateway-4'\n"
        "[[device]]\nid='pump-3'\nmapping='m'\nsparkplug='ICU/gateway-4/pump 3'\n"
        "[[device]]\nid='monitor-7'\nmapping='m'\n");
    REQUIRE(read.problems.empty());
    const auto id = [&](std::string_view topic) {
        const Device* device = read.registry.speaker(topic);
        return device == nullptr ? std::string() : device->id;
    };
    CHECK(id("spBv1.0/ICU/DDATA/gateway-4/pump 3") == "pump-3");
    CHECK(id("spBv1.0/ICU/NBIRTH/gateway-4") == "gateway-4");
    CHECK(id("devices/monitor-7/vitals") == "monitor-7");
    // Another node, group or device; a command; and the way of devices that speak for themselves.
    CHECK(id("spBv1.0/ICU/DDATA/gateway-5/pump 3").empty());
    CHECK(id("spBv1.0/OR/DDATA/gateway-4/pump 3").empty());
    CHECK(id("spBv1.0/ICU/DDATA/gateway-4/pump 4").empty());
    CHECK(id("spBv1.0/ICU/DCMD/gateway-4/pump 3").empty());
    CHECK(id("devices/pump-3/vitals").empty());
    CHECK(id("spBv1.0/ICU/NDATA/monitor-7").empty());
}

TEST_CASE("whose certificate may publish follows from the topic", "[device_registry]") {
    CHECK(publisher_of_topic("spBv1.0/ICU/DDATA/gateway-4/pump 3") == "gateway-4");
    CHECK(publisher_of_topic("spBv1.0/ICU/NDEATH/gateway-4") == "gateway-4");
    CHECK(publisher_of_topic("devices/monitor-7/vitals") == "monitor-7");
    CHECK_FALSE(publisher_of_topic("spBv1.0/ICU/NCMD/gateway-4"));
}

TEST_CASE("a malformed Sparkplug name is a problem", "[device_registry]") {
    const auto* name = GENERATE(values({"ICU", "ICU/", "/a", "ICU//x", "ICU/a/", "ICU/a/x/y", "ICU/b b/x",
                                        "I+/a", "ICU/a/#", "ICU/b", "a/a/\\u0007"}));
    CAPTURE(name);
    const Read read = read_toml("[[device]]\nid='a'\nmapping='m'\nsparkplug=\"" + std::string(name) + "\"\n");
    REQUIRE(read.problems.size() == 1);
    CHECK(read.problems.front().path == "device[1].sparkplug");
}

TEST_CASE("a node stands in one group and is enrolled before its devices speak", "[device_registry]") {
    const Read unknown_node = read_toml("[[device]]\nid='p'\nmapping='m'\nsparkplug='ICU/g/p'\n");
    REQUIRE(unknown_node.problems.size() == 1);
    CHECK(unknown_node.problems.front().path == "device[1].sparkplug");

    const Read other_group = read_toml(
        "[[device]]\nid='p'\nmapping='m'\nsparkplug='OR/g/p'\n"
        "[[device]]\nid='g'\nmapping='m'\nsparkplug='ICU/g'\n");
    REQUIRE(other_group.problems.size() == 1);
    CHECK(other_group.problems.front().path == "device[1].sparkplug");

    const Read twice = read_toml(
        "[[device]]\nid='g'\nmapping='m'\nsparkplug='ICU/g'\n"
        "[[device]]\nid='p'\nmapping='m'\nsparkplug='ICU/g/p'\n"
        "[[device]]\nid='q'\nmapping='m'\nsparkplug='ICU/g/p'\n");
    REQUIRE(twice.problems.size() == 1);
    CHECK(twice.problems.front().path == "device[3].sparkplug");
}

TEST_CASE("a topic names its device", "[device_registry]") {
    REQUIRE(device_of_topic("devices/monitor-7/vitals") == "monitor-7");
    REQUIRE(device_of_topic("devices/a.b_C-9/x/y/z") == "a.b_C-9");
    REQUIRE(device_of_topic("devices/" + std::string(64, 'a') + "/x") == std::string(64, 'a'));
}

TEST_CASE("a topic of another form names no device", "[device_registry]") {
    const auto topic = GENERATE(values<std::string>({"", "devices", "devices/", "devices/a", "devices/a/",
                                                     "devices//x", "Devices/a/x", "other/a/x", "/devices/a/x",
                                                     "devices/a b/x", "devices/\xC3\xA4/x", "devices/+/x"}));
    CAPTURE(topic);
    REQUIRE_FALSE(device_of_topic(topic));
    REQUIRE_FALSE(device_of_topic("devices/" + std::string(65, 'a') + "/x"));
}

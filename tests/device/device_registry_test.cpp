#include <edgeward/device/device_registry.hpp>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

using edgeward::config::Document;
using edgeward::device::Device;
using edgeward::device::device_of_topic;
using edgeward::device::DeviceRegistry;
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

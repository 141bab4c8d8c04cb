#include <edgeward/pipeline/result_sender.hpp>

#include <catch2/catch_test_macros.hpp>

#include "hl7/result_sample.hpp"

using namespace edgeward;
using namespace edgeward::pipeline;

namespace {

device::Device device_named(std::string id, std::string eui64, std::string serial = {}) {
    device::Device made;
    made.id = std::move(id);
    made.mapping = "m";
    made.eui64 = std::move(eui64);
    made.serial = std::move(serial);
    return made;
}

const device::DeviceRegistry& registry() {
    static const device::DeviceRegistry made({device_named("monitor-a", "080019FFFE3ED02D"),
                                              device_named("module", "0011223344556677"),
                                              device_named("philips", "", "e86c094f-Device")});
    return made;
}

std::string found_by(const std::vector<hl7::EquipmentName>& equipment, std::string_view msh3 = "",
                     const ResultSender& sender = {}) {
    hl7::ResultMessage message;
    message.equipment = equipment;
    message.sending_universal = msh3;
    const auto device = device_of_results(message, sender, registry());
    return device ? (*device)->id : device.error();
}

}  // namespace

TEST_CASE("a device is found by its EUI-64, id or serial number", "[result_sender]") {
    CHECK(found_by({{"080019FFFE3ED02D", "", false}}) == "monitor-a");
    CHECK(found_by({{"x", "080019fffe3ed02d", false}}) == "monitor-a");
    CHECK(found_by({{"monitor-a", "", true}}) == "monitor-a");
    CHECK(found_by({{"e86c094f-Device", "", true}}) == "philips");
    CHECK(found_by({}, "080019FFFE3ED02D") == "monitor-a");
    CHECK(found_by({{"0600dc750001", "", false}}, "080019FFFE3ED02D") == "monitor-a");
}

TEST_CASE("a device that is not registered is nobody's guess", "[result_sender]") {
    CHECK(found_by({}) == "unknown_device");
    CHECK(found_by({{"", "", false}}) == "unknown_device");
    CHECK(found_by({{"080019FFFE3ED02D172.16.172.135", "", false}}) == "unknown_device");
    CHECK(found_by({{"080019FFFE3ED02D", "", true}, {"", "0011223344556677", false}}) == "several_devices");
    CHECK(found_by({{"080019FFFE3ED02D", "", true}, {"080019FFFE3ED02D", "", false}}) == "monitor-a");
}

TEST_CASE("what the sender says comes before what the message says", "[result_sender]") {
    CHECK(found_by({{"080019FFFE3ED02D", "", true}}, "", {"lab", "module", "", ""}) == "module");
    CHECK(found_by({{"080019FFFE3ED02D", "", true}}, "", {"lab", "gone", "", ""}) == "unknown_device");
}

TEST_CASE("senders are read with what tells their messages", "[result_sender]") {
    auto document = config::Document::parse(
        "[[sender]]\nname = \"a\"\ndevice = \"d\"\nauthority = \"KIS\"\nzone = \"UTC\"\n"
        "[[sender]]\nname = \"b\"\nzone = \"Mars/Phobos\"\n",
        "t.toml");
    const auto senders = read_result_senders(document.root());
    REQUIRE(senders.size() == 2);
    CHECK(senders[0].device == "d");
    CHECK(senders[0].authority == "KIS");
    CHECK(senders[0].zone == "UTC");
    REQUIRE(document.problems().size() == 1);
    CHECK(document.problems()[0].path == "sender[2].zone");
}

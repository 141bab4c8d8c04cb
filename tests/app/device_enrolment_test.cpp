#include "device_enrolment.hpp"

#include <boost/asio/io_context.hpp>

#include "enrolment/bench.hpp"

namespace edgeward::app {
namespace {

using enrolment::KnownDevice;

device::Device configured(std::string id) {
    device::Device device;
    device.id = std::move(id);
    device.mapping = "monitor_flat";
    return device;
}

DeviceTables tables() {
    device::DeviceClass pump;
    pump.name = "pump";
    pump.mapping = "infusion_technical";
    pump.manufacturer = "Example";
    pump.risk = "IIb";
    pump.associated = false;
    return {device::DeviceRegistry({configured("monitor-1"), configured("monitor-2")}), {{"pump", pump}}};
}

}  // namespace

TEST_CASE("configured and enrolled devices make one registry", "[device_enrolment]") {
    const std::vector<KnownDevice> known{
        {{"monitor-1", ""}, false, "token", {}},
        {{"monitor-2", ""}, true, "", {}},
        {{"pump-7", "pump", {"ICU", "3", "2"}, "S1", "00A0C9FFFE123456", "1.2"}, false, "token", {}},
        {{"pump-8", "pump"}, true, "token", {}},
        {{"old-1", "no-class-any-more"}, false, "token", {}}};
    const auto registry = with_enrolled(tables(), known);
    REQUIRE(registry.all().size() == 2);
    CHECK(registry.find("monitor-1")->mapping == "monitor_flat");
    CHECK(registry.find("monitor-2") == nullptr);  // revoked, whatever the file says
    const auto* pump = registry.find("pump-7");
    REQUIRE(pump != nullptr);
    CHECK(pump->mapping == "infusion_technical");
    CHECK(pump->manufacturer == "Example");
    CHECK(pump->kind == "pump");
    CHECK(pump->risk == "IIb");
    CHECK(pump->serial == "S1");
    CHECK(pump->eui64 == "00A0C9FFFE123456");
    CHECK(pump->software == "1.2");
    CHECK(pump->location.bed == "2");
    CHECK_FALSE(pump->associated);
}

TEST_CASE("nothing is opened and listened to without need", "[device_enrolment]") {
    enrolment::Bench bench;
    bench.book.reset();
    std::filesystem::remove(bench.folder / enrolment::book_file);
    Configuration configuration;
    configuration.gateway.data_folder = bench.folder.path();
    auto opened = DeviceEnrolment::open(configuration, {bench.keys, bench.credentials, bench.metrics,
                                                        [](audit::Event) { return Result<void>(); }, [] {}});
    REQUIRE(opened);
    CHECK((*opened)->book() == nullptr);
    CHECK((*opened)->service() == nullptr);
    boost::asio::io_context io;
    REQUIRE((*opened)->start(io.get_executor()));
    CHECK((*opened)->port() == 0);
    (*opened)->stop();
    CHECK_FALSE(std::filesystem::exists(bench.folder / enrolment::book_file));
}

TEST_CASE("the registry follows the tables in force", "[device_enrolment]") {
    enrolment::Bench bench;
    REQUIRE(bench.book->record({{"pump-7", "pump"}, false, "token", {}},
                               {"pump-7", "PEM", "01", {}, {}, {}, {}, "token", {}}));
    bench.book.reset();
    Configuration configuration;
    configuration.gateway.data_folder = bench.folder.path();
    auto opened = DeviceEnrolment::open(configuration, {bench.keys, bench.credentials, bench.metrics,
                                                        [](audit::Event) { return Result<void>(); }, [] {}});
    REQUIRE(opened);
    REQUIRE((*opened)->book() != nullptr);  // who enrolled stays known while enrolment is off
    CHECK((*opened)->registry()->all().empty());
    CHECK((*opened)->registry_of(tables())->all().size() == 3);
    CHECK((*opened)->registry()->all().empty());
    (*opened)->adopt(tables());
    CHECK((*opened)->registry()->all().size() == 3);
}

}  // namespace edgeward::app

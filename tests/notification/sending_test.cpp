#include "sending.hpp"

#include <catch2/catch_test_macros.hpp>

#include <array>
#include <mutex>

#include "sink.hpp"
#include "telling.hpp"

namespace edgeward::notification {
namespace {

using support::eventually;

struct Desk {
    explicit Desk(AlarmSettings chosen) : settings(std::move(chosen)) {
        transport::MqttLinkSettings broker;
        broker.host = "localhost";
        sending = std::make_unique<Sending>(
            settings,
            Sending::Parts{
                credentials, system_clock(), metrics, system_random(), broker,
                [](const TargetSettings&, const alarm::Alarm&) { return Result<std::string>("a-rule"); },
                [this](const store::AlarmNotice& notice, Ending ending, const std::string&) {
                    const std::lock_guard lock(mutex);
                    settled.emplace_back(notice.target, ending);
                },
                [](const std::string&, const std::function<void()>& done) { done(); },
                [this] { return going_on; }});
    }
    [[nodiscard]] std::size_t count() const {
        const std::lock_guard lock(mutex);
        return settled.size();
    }
    const AlarmSettings settings;
    config::Credentials credentials;
    metrics::Registry metrics;
    mutable std::mutex mutex;
    std::vector<std::pair<std::string, Ending>> settled;
    std::vector<Telling> going_on;
    std::unique_ptr<Sending> sending;
};

}  // namespace

TEST_CASE("each target is told by its own way, and one that is gone is settled", "[sending]") {
    Sink sink;
    AlarmSettings settings;
    settings.targets = {sink.target("ward")};
    Desk desk(settings);
    REQUIRE(desk.sending->open());
    desk.sending->start();
    auto gone = telling(raised_alarm());
    gone.notice.target = "gone";
    desk.sending->push({telling(raised_alarm()), gone}, true);
    REQUIRE(eventually([&] { return desk.count() == 2; }));
    CHECK(sink.told() == std::vector<std::string>{"raised 1"});
    desk.sending->stop();
    CHECK(std::ranges::count(desk.settled, std::pair<std::string, Ending>("gone", Ending::refused)) == 1);
}

TEST_CASE("an Alertmanager is told again and again what goes on", "[sending]") {
    Sink sink;
    AlarmSettings settings;
    auto monitoring = sink.target("ward");
    monitoring.level = model::IdentityLevel::technical;
    AlertmanagerTarget manager;
    manager.http = std::get<WebhookTarget>(monitoring.form).http;
    manager.refresh = std::chrono::milliseconds(20);
    monitoring.form = manager;
    settings.targets = {monitoring};
    Desk desk(settings);
    desk.going_on = {telling(raised_alarm())};
    REQUIRE(desk.sending->open());
    desk.sending->start();
    REQUIRE(sink.has_told(3));
    CHECK(sink.bodies().at(2).at(0).at("labels").at("alarm") == raised_alarm().id);
    desk.sending->stop();
}

TEST_CASE("a receiver that never answers does not keep the service from stopping", "[sending]") {
    // It accepts and says nothing.
    boost::asio::io_context io;
    boost::asio::ip::tcp::acceptor silent(io, {boost::asio::ip::address_v4::loopback(), 0});
    AlarmSettings settings;
    auto pager = target("pager");
    Pcd04Target pcd04;
    pcd04.mllp.host = "127.0.0.1";
    pcd04.mllp.port = silent.local_endpoint().port();
    pcd04.mllp.plaintext_loopback = true;
    pager.form = pcd04;
    auto record = target("record");
    FhirTarget fhir;
    fhir.http.url = "http://127.0.0.1:" + std::to_string(silent.local_endpoint().port());
    fhir.http.plaintext_loopback = true;
    fhir.bundle.device_system = "urn:oid:1.2.3";
    record.form = fhir;
    settings.targets = {pager, record};
    Desk desk(settings);
    REQUIRE(desk.sending->open());
    desk.sending->start();
    auto for_pager = telling(raised_alarm());
    for_pager.notice.target = "pager";
    auto for_record = for_pager;
    for_record.notice.target = "record";
    desk.sending->push({for_pager, for_record}, true);
    // Both are on their way when it stops.
    boost::asio::ip::tcp::socket first = silent.accept();
    boost::asio::ip::tcp::socket second = silent.accept();
    std::array<char, 4> begin{};
    boost::asio::read(first, boost::asio::buffer(begin));
    boost::asio::read(second, boost::asio::buffer(begin));
    desk.sending->stop();
    CHECK(desk.count() == 0);
    desk.sending.reset();
}

TEST_CASE("MQTT without its credentials is refused at the start", "[sending]") {
    AlarmSettings settings;
    auto display = target("display");
    display.form = MqttTarget{};
    settings.targets = {display};
    Desk desk(settings);
    CHECK(desk.sending->open().error().kind == ErrorKind::misconfigured);
    AlarmSettings listening;
    listening.principals = {"nurse-1"};
    Desk other(listening);
    CHECK(other.sending->open().error().kind == ErrorKind::misconfigured);
}

}  // namespace edgeward::notification

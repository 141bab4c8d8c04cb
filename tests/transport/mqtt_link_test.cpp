#include <edgeward/transport/mqtt_link.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <catch2/catch_test_macros.hpp>

#include <atomic>
#include <mutex>
#include <thread>

#include "ingest/broker.hpp"

// With a real mosquitto and the access list we ship.
namespace edgeward::transport {
namespace {

using ingest::Broker;
using support::eventually;

struct Heard {
    std::string topic;
    std::string payload;
    std::function<void()> done;
};

class Client {
public:
    explicit Client(std::uint16_t port, std::vector<std::string> subscriptions = {},
                    const std::string& certificate = "gateway")
        : credentials_(ingest::certificates()), work_(io_.get_executor()) {
        MqttLinkSettings settings;
        settings.host = "localhost";
        settings.port = port;
        settings.tls = {"ca.pem", certificate + ".pem", certificate + ".key", "ca.crl", ""};
        settings.client_id = "alarms";
        settings.patience = std::chrono::seconds(5);
        settings.retry = {std::chrono::milliseconds(50), std::chrono::milliseconds(200)};
        settings.subscriptions = std::move(subscriptions);
        auto opened = open_mqtt_link(settings, credentials_, io_.get_executor(), system_random());
        REQUIRE(opened);
        link_ = std::move(*opened);
        link_->start([this](std::string topic, std::string payload, std::function<void()> done) {
            if (acknowledging) done();
            const std::lock_guard lock(mutex_);
            heard_.push_back({std::move(topic), std::move(payload), std::move(done)});
        });
        thread_ = std::thread([this] { io_.run(); });
    }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;
    ~Client() {
        boost::asio::post(io_, [this] { link_->close(); });
        work_.reset();
        io_.run_for(std::chrono::milliseconds(0));
        thread_.join();
    }
    Outcome publish(const std::string& topic, const std::string& payload) {
        return boost::asio::co_spawn(io_, link_->publish(topic, payload), boost::asio::use_future).get();
    }
    [[nodiscard]] bool connected() {
        return boost::asio::post(io_, boost::asio::use_future([this] { return link_->connected(); })).get();
    }
    [[nodiscard]] std::vector<Heard> heard() const {
        const std::lock_guard lock(mutex_);
        return heard_;
    }
    std::atomic<bool> acknowledging = true;

private:
    config::Credentials credentials_;
    boost::asio::io_context io_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
    std::unique_ptr<MqttLink> link_;
    mutable std::mutex mutex_;
    std::vector<Heard> heard_;
    std::thread thread_;
};

// The shipped list lets the gateway write notices; this lets somebody read them.
constexpr const char* acknowledgements = "alarms/acknowledge/+/+";

ErrorKind kind_of(const Outcome& outcome) {
    REQUIRE_FALSE(outcome);
    return outcome.error().error.kind;
}

}  // namespace

TEST_CASE("what is published reaches whoever has subscribed", "[mqtt_link]") {
    Broker broker;
    Client client(broker.port(), {acknowledgements});
    REQUIRE(eventually([&] { return client.connected(); }));
    auto reader = broker.start_client(
        "mosquitto_sub", "gateway",
        {"-i", "reader", "-q", "1", "-t", "devices/#", "-t", "alarms/acknowledge/#", "-C", "1", "-v"});
    REQUIRE(eventually([&] { return broker.times_logged("Sending SUBACK to reader") == 1; }));
    REQUIRE(broker.run_client("mosquitto_pub", "monitor-1",
                              {"-q", "1", "-t", "alarms/acknowledge/monitor-1/7", "-m", "seen"}) == 0);
    REQUIRE(eventually([&] { return client.heard().size() == 1; }));
    CHECK(client.heard().front().topic == "alarms/acknowledge/monitor-1/7");
    CHECK(client.heard().front().payload == "seen");
    CHECK(reader->wait() == 0);
}

TEST_CASE("a notice that nobody has subscribed to is not taken for told", "[mqtt_link]") {
    Broker broker;
    Client client(broker.port());
    REQUIRE(eventually([&] { return client.connected(); }));
    const auto outcome = client.publish("alarms/notices/7", "{}");
    CHECK(kind_of(outcome) == ErrorKind::unavailable);
    CHECK(outcome.error().error.message.find("subscribed") != std::string::npos);
}

TEST_CASE("what the access list forbids is said", "[mqtt_link]") {
    Broker broker;
    Client client(broker.port());
    REQUIRE(eventually([&] { return client.connected(); }));
    CHECK(kind_of(client.publish("devices/monitor-1/vitals", "{}")) == ErrorKind::misconfigured);
}

TEST_CASE("without a broker it is tried again, and goes on by itself", "[mqtt_link]") {
    Broker broker;
    Client client(broker.port());
    REQUIRE(eventually([&] { return client.connected(); }));
    broker.stop();
    REQUIRE(eventually([&] { return !client.connected(); }));
    CHECK(kind_of(client.publish("alarms/notices/7", "{}")) == ErrorKind::unavailable);
    broker.start();
    CHECK(eventually([&] { return client.connected(); }));
}

TEST_CASE("a broker that falls silent leaves it open whether it has the message", "[mqtt_link]") {
    Broker broker;
    Client client(broker.port());
    REQUIRE(eventually([&] { return client.connected(); }));
    broker.freeze(true);
    const auto outcome = client.publish("alarms/notices/7", "{}");
    broker.freeze(false);
    CHECK(kind_of(outcome) == ErrorKind::ambiguous);
}

TEST_CASE("what was not acknowledged comes again", "[mqtt_link]") {
    Broker broker;
    const std::vector<std::string> say{"-q", "1", "-t", "alarms/acknowledge/monitor-1/7", "-m", "seen"};
    {
        Client client(broker.port(), {acknowledgements});
        client.acknowledging = false;
        REQUIRE(eventually([&] { return client.connected(); }));
        REQUIRE(broker.run_client("mosquitto_pub", "monitor-1", say) == 0);
        REQUIRE(eventually([&] { return client.heard().size() == 1; }));
    }
    {
        Client client(broker.port(), {acknowledgements});
        REQUIRE(eventually([&] { return client.heard().size() == 1; }));
        REQUIRE(eventually([&] { return broker.times_logged("Received PUBACK from alarms") == 1; }));
    }
    Client client(broker.port(), {acknowledgements});
    REQUIRE(eventually([&] { return client.connected(); }));
    REQUIRE(broker.run_client("mosquitto_pub", "monitor-1", say) == 0);
    REQUIRE(eventually([&] { return !client.heard().empty(); }));
    CHECK(client.heard().size() == 1);
}

TEST_CASE("a broker with another name is not connected to", "[mqtt_link]") {
    Broker broker("wrong_name");
    Client client(broker.port());
    REQUIRE(eventually([&] { return broker.times_logged("New connection") > 1; }));
    CHECK_FALSE(client.connected());
}

}  // namespace edgeward::transport

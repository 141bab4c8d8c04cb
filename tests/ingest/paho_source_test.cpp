#include "paho_source.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <sys/resource.h>

#include <algorithm>
#include <iostream>

#include "broker.hpp"

using namespace edgeward;
using namespace edgeward::ingest;

namespace {

std::vector<int> numbers_in(const std::vector<model::RawMessage>& messages) {
    std::vector<int> numbers;
    for (const auto& message : messages)
        numbers.push_back(std::stoi(std::string(text_of(message.payload))));
    return numbers;
}

std::vector<int> range_of(int first, int count) {
    std::vector<int> numbers;
    for (int i = first; i < first + count; ++i)
        numbers.push_back(i);
    return numbers;
}

// What the process writes to stderr while this lives.
class ErrorOutput {
public:
    ErrorOutput() : saved_(::dup(2)) {
        const int file = ::open((folder_ / "stderr").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
        ::dup2(file, 2);
        ::close(file);
    }
    ErrorOutput(const ErrorOutput&) = delete;
    ErrorOutput& operator=(const ErrorOutput&) = delete;
    ~ErrorOutput() {
        ::dup2(saved_, 2);
        ::close(saved_);
    }
    [[nodiscard]] std::size_t count(std::string_view text) const {
        const std::string all = support::text_of_file(folder_ / "stderr");
        std::size_t found = 0;
        for (auto at = all.find(text); at != std::string::npos; at = all.find(text, at + 1))
            ++found;
        return found;
    }

private:
    ScratchFolder folder_;
    int saved_;
};

constexpr const char* puback_logged = "Received PUBACK from edgeward";

}  // namespace

TEST_CASE("messages of a device come in order with tickets", "[integration][paho_source]") {
    const auto protocol = GENERATE(MqttProtocol::automatic, MqttProtocol::v3_1_1);
    Broker broker;
    MqttSettings settings = settings_for(broker.port());
    settings.protocol = protocol;
    Gateway gateway(settings);
    REQUIRE(eventually([&] { return gateway.connected(); }));
    REQUIRE(gateway.source().status().protocol ==
            (protocol == MqttProtocol::v3_1_1 ? "MQTT 3.1.1" : "MQTT 5"));
    broker.publish(1, 300);
    REQUIRE(eventually([&] { return gateway.inbox().size() == 300; }));
    const auto messages = gateway.inbox().messages();
    REQUIRE(numbers_in(messages) == range_of(1, 300));
    for (std::size_t i = 0; i < messages.size(); ++i) {
        REQUIRE(messages[i].ticket == i + 1);
        REQUIRE(messages[i].topic == "devices/monitor-1/vitals");
        REQUIRE_FALSE(messages[i].retained);
        REQUIRE_FALSE(messages[i].redelivered);
    }
    REQUIRE(gateway.metric("edgeward_mqtt_connected") == "1");
    REQUIRE(gateway.metric("edgeward_mqtt_messages_total") == "300");
    REQUIRE(gateway.metric("edgeward_mqtt_unacknowledged_messages") == "300");
}

TEST_CASE("the broker gets a PUBACK only for what is committed", "[integration][paho_source]") {
    Broker broker;
    Gateway gateway(settings_for(broker.port()));
    REQUIRE(eventually([&] { return gateway.connected(); }));
    broker.publish(1, 20);
    REQUIRE(eventually([&] { return gateway.inbox().size() == 20; }));
    gateway.source().acknowledge_through(12);
    // A later message that arrives shows that the broker had time to log any PUBACK sent too early.
    broker.publish(21, 1);
    REQUIRE(eventually([&] { return gateway.inbox().size() == 21; }));
    REQUIRE(broker.times_logged(puback_logged) <= 12);
    gateway.source().acknowledge_through(21);
    REQUIRE(eventually([&] { return broker.times_logged(puback_logged) == 21; }));
    REQUIRE(gateway.source().status().acknowledged == 21);
}

TEST_CASE("what was not committed comes again and what was does not", "[integration][paho_source]") {
    Broker broker;
    {
        Gateway gateway(settings_for(broker.port()));
        REQUIRE(eventually([&] { return gateway.connected(); }));
        broker.publish(1, 10);
        REQUIRE(eventually([&] { return gateway.inbox().size() == 10; }));
        gateway.source().acknowledge_through(10);
        REQUIRE(eventually([&] { return broker.times_logged(puback_logged) == 10; }));
        broker.publish(11, 5);
        REQUIRE(eventually([&] { return gateway.inbox().size() == 15; }));
    }
    REQUIRE(broker.times_logged(puback_logged) == 10);
    broker.publish(16, 1200);  // more than mosquitto queues by default
    Gateway gateway(settings_for(broker.port()));
    REQUIRE(eventually([&] {
        gateway.source().acknowledge_through(gateway.inbox().size());
        return gateway.inbox().size() == 1205;
    }));
    const auto messages = gateway.inbox().messages();
    REQUIRE(numbers_in(messages) == range_of(11, 1205));
    REQUIRE(messages.front().redelivered);
    REQUIRE(messages.front().ticket == 1);
    REQUIRE_FALSE(messages.back().redelivered);
}

TEST_CASE("stop waits for commits of what was handed over", "[integration][paho_source]") {
    Broker broker;
    Gateway gateway(settings_for(broker.port()));
    REQUIRE(eventually([&] { return gateway.connected(); }));
    broker.publish(1, 50);
    REQUIRE(eventually([&] { return gateway.inbox().size() == 50; }));
    std::thread committing([&] { gateway.source().acknowledge_through(50); });
    gateway.source().stop();
    committing.join();
    REQUIRE(eventually([&] { return broker.times_logged(puback_logged) == 50; }));
    REQUIRE(eventually([&] { return broker.times_logged("Received DISCONNECT from edgeward") == 1; }));
    REQUIRE_FALSE(gateway.connected());
}

TEST_CASE("a restart of the broker loses nothing", "[integration][paho_source]") {
    Broker broker;
    Gateway gateway(settings_for(broker.port()));
    REQUIRE(eventually([&] { return gateway.connected(); }));
    broker.publish(1, 5);
    REQUIRE(eventually([&] { return gateway.inbox().size() == 5; }));
    broker.stop();
    REQUIRE(eventually([&] { return !gateway.connected(); }));
    broker.start();
    REQUIRE(eventually([&] { return gateway.connected(); }));
    REQUIRE(eventually([&] { return gateway.inbox().size() == 10; }));
    broker.publish(6, 5);
    REQUIRE(eventually([&] { return gateway.inbox().size() == 15; }));
    std::vector<int> expected = range_of(1, 5);
    for (const int number : range_of(1, 10))
        expected.push_back(number);
    REQUIRE(numbers_in(gateway.inbox().messages()) == expected);
    REQUIRE(gateway.inbox().messages()[5].redelivered);
    REQUIRE(gateway.metric("edgeward_mqtt_connects_total") == "2");
    gateway.source().acknowledge_through(15);
    REQUIRE(eventually([&] { return broker.times_logged(puback_logged) == 10; }));
}

TEST_CASE("a broker that forgot the session is subscribed to again", "[integration][paho_source]") {
    auto broker = std::make_unique<Broker>("broker", "persistence false\n");
    Gateway gateway(settings_for(broker->port()));
    REQUIRE(eventually([&] { return gateway.connected(); }));
    broker->stop(SIGKILL);
    REQUIRE(eventually([&] { return !gateway.connected(); }));
    broker->start();
    REQUIRE(eventually([&] { return broker->times_logged("Sending SUBACK to edgeward") == 1; }));
    broker->publish(1, 3);
    REQUIRE(eventually([&] { return gateway.inbox().size() == 3; }));
    REQUIRE(gateway.metric("edgeward_mqtt_sessions_lost_total") == "1");
}

TEST_CASE("another client with our name is noticed and the session taken back",
          "[integration][paho_source]") {
    Broker broker;
    Gateway gateway(settings_for(broker.port()));
    REQUIRE(eventually([&] { return gateway.connected(); }));
    REQUIRE(broker.run_client(
                "mosquitto_sub", "gateway",
                {"-V", "5", "-i", "edgeward", "-c", "-x", "600", "-q", "1", "-t", "devices/#", "-E"}) == 0);
    REQUIRE(eventually(
        [&] { return gateway.metric("edgeward_mqtt_disconnects_total{reason=\"taken_over\"}") == "1"; }));
    REQUIRE(eventually([&] { return gateway.connected(); }));
    broker.publish(1, 3);
    REQUIRE(eventually([&] { return gateway.inbox().size() == 3; }));
}

TEST_CASE("a broker with a bad certificate is refused and tried again and said once",
          "[integration][paho_source]") {
    struct Case {
        const char* identity;
        const char* reason;
    };
    const auto row = GENERATE(values<Case>({{"expired", "certificate has expired"},
                                            {"revoked", "certificate revoked"},
                                            {"wrong_name", "hostname mismatch"},
                                            {"stranger", "unable to get local issuer certificate"}}));
    CAPTURE(row.identity);
    Broker broker(row.identity);
    const ErrorOutput output;
    Gateway gateway(settings_for(broker.port()));
    const std::string failures = "edgeward_mqtt_connect_failures_total{kind=\"denied\"}";
    REQUIRE(eventually([&] {
        const std::string count = gateway.metric(failures);
        return !count.empty() && std::stoi(count) >= 3;
    }));
    REQUIRE_FALSE(gateway.connected());
    REQUIRE(gateway.source().status().trouble.find(row.reason) != std::string::npos);
    REQUIRE(output.count("broker not reachable") == 1);
    REQUIRE(broker.times_logged("as edgeward") == 0);
}

TEST_CASE("a gateway whose certificate the broker refuses says so", "[integration][paho_source]") {
    Broker broker;
    MqttSettings settings = settings_for(broker.port());
    settings.tls.certificate = "revoked.pem";
    settings.tls.key = "revoked.key";
    Gateway gateway(settings);
    REQUIRE(eventually([&] { return !gateway.source().status().trouble.empty(); }));
    CAPTURE(gateway.source().status().trouble);
    REQUIRE(gateway.source().status().trouble.find("revoked") != std::string::npos);
    REQUIRE(eventually(
        [&] { return !gateway.metric("edgeward_mqtt_connect_failures_total{kind=\"denied\"}").empty(); }));
}

TEST_CASE("a device cannot speak for another", "[integration][paho_source]") {
    Broker broker;
    Gateway gateway(settings_for(broker.port()));
    REQUIRE(eventually([&] { return gateway.connected(); }));
    (void)broker.run_client("mosquitto_pub", "monitor-2",
                            {"-V", "5", "-q", "1", "-t", "devices/monitor-1/vitals", "-m", "666"});
    broker.publish(1, 1, "monitor-1");
    broker.publish(2, 1, "monitor-2");
    REQUIRE(eventually([&] { return gateway.inbox().size() == 2; }));
    REQUIRE(numbers_in(gateway.inbox().messages()) == range_of(1, 2));
    REQUIRE(broker.times_logged("Denied PUBLISH") == 1);
}

TEST_CASE("without a certificate nobody gets in", "[integration][paho_source]") {
    Broker broker;
    ScratchFolder folder;
    Program anonymous({"mosquitto_pub", "-h", "localhost", "-p", std::to_string(broker.port()), "--cafile",
                       (certificates() / "ca.pem").string(), "-t", "devices/monitor-1/x", "-m", "1"},
                      folder / "anonymous");
    REQUIRE(anonymous.wait() != 0);
}

TEST_CASE("retained messages are marked", "[integration][paho_source]") {
    Broker broker;
    REQUIRE(broker.run_client("mosquitto_pub", "monitor-1",
                              {"-V", "5", "-q", "1", "-r", "-t", "devices/monitor-1/vitals", "-m", "1"}) ==
            0);
    Gateway gateway(settings_for(broker.port()));
    REQUIRE(eventually([&] { return gateway.inbox().size() == 1; }));
    REQUIRE(gateway.inbox().messages().front().retained);
}

TEST_CASE("messages with QoS 0 are taken and acknowledged to the broker like the rest",
          "[integration][paho_source]") {
    Broker broker;
    Gateway gateway(settings_for(broker.port()));
    REQUIRE(eventually([&] { return gateway.connected(); }));
    REQUIRE(broker.run_client("mosquitto_pub", "monitor-1",
                              {"-V", "5", "-q", "0", "-t", "devices/monitor-1/vitals", "-m", "1"}) == 0);
    REQUIRE(eventually([&] { return gateway.inbox().size() == 1; }));
    gateway.source().acknowledge_through(1);
    REQUIRE(eventually([&] { return broker.times_logged(puback_logged) == 1; }));
}

TEST_CASE("each of several topic filters is subscribed to", "[integration][paho_source]") {
    const auto protocol = GENERATE(MqttProtocol::v5, MqttProtocol::v3_1_1);
    Broker broker;
    MqttSettings settings = settings_for(broker.port());
    settings.protocol = protocol;
    settings.topics = {"devices/+/vitals", "devices/+/alarm/+/x", "devices/+/state"};
    Gateway gateway(settings);
    REQUIRE(eventually([&] { return gateway.connected(); }));
    std::size_t count = 0;
    for (const char* topic :
         {"devices/monitor-1/state", "devices/monitor-1/alarm/1/x", "devices/monitor-1/vitals"}) {
        REQUIRE(broker.run_client("mosquitto_pub", "monitor-1", {"-q", "1", "-t", topic, "-m", "1"}) == 0);
        ++count;
        REQUIRE(eventually([&] { return gateway.inbox().size() == count; }));
    }
}

TEST_CASE("a message over the limit is handed over as withheld and stops nothing",
          "[integration][paho_source]") {
    Broker broker;
    MqttSettings settings = settings_for(broker.port());
    settings.largest_packet = 2000;
    Gateway gateway(settings);
    REQUIRE(eventually([&] { return gateway.connected(); }));
    broker.publish(1, 1);
    broker.publish(2, 1, "monitor-1", std::string(100000, ' '));
    broker.publish(3, 1);
    REQUIRE(eventually([&] { return gateway.inbox().size() == 3; }));
    const auto messages = gateway.inbox().messages();
    REQUIRE(messages[0].withheld == 0);
    REQUIRE(messages[1].withheld > 100000);
    REQUIRE(messages[1].payload.empty());
    REQUIRE(messages[1].topic == "devices/monitor-1/vitals");
    REQUIRE(numbers_in({messages[0], messages[2]}) == std::vector<int>{1, 3});
    REQUIRE(eventually(
        [&] { return gateway.metric("edgeward_mqtt_refused_messages_total{reason=\"oversized\"}") == "1"; }));
    gateway.source().acknowledge_through(1);
    REQUIRE(eventually([&] { return broker.times_logged(puback_logged) == 1; }));
    gateway.source().acknowledge_through(3);
    REQUIRE(eventually([&] { return broker.times_logged(puback_logged) == 3; }));
}

TEST_CASE("a full pipeline keeps the connection and the broker keeps the messages",
          "[integration][paho_source]") {
    Broker broker;
    MqttSettings settings = settings_for(broker.port());
    settings.keepalive = std::chrono::seconds(2);
    Gateway gateway(settings);
    REQUIRE(eventually([&] { return gateway.connected(); }));
    gateway.inbox().hold(true);
    constexpr int count = 20000;  // 20 MB: more than all socket buffers on the way
    broker.publish(1, count, "monitor-1", std::string(1000, ' '));
    const auto until = std::chrono::steady_clock::now() + 3 * settings.keepalive;
    REQUIRE(eventually([&] { return std::chrono::steady_clock::now() >= until; }));
    REQUIRE(gateway.connected());
    REQUIRE(gateway.inbox().size() == 0);
    gateway.inbox().hold(false);
    const auto all_have_come = [&] {
        gateway.source().acknowledge_through(gateway.inbox().size());
        return gateway.inbox().size() == count;
    };
    REQUIRE(eventually(all_have_come, std::chrono::seconds(120)));
    REQUIRE(numbers_in(gateway.inbox().messages()) == range_of(1, count));
    REQUIRE(gateway.metric("edgeward_mqtt_connects_total") == "1");
    REQUIRE(broker.times_logged("exceeded timeout") == 0);
}

TEST_CASE("a broker that is frozen is given up and found again", "[integration][paho_source]") {
    Broker broker;
    MqttSettings settings = settings_for(broker.port());
    settings.keepalive = std::chrono::seconds(1);
    settings.patience = std::chrono::seconds(1);
    Gateway gateway(settings);
    REQUIRE(eventually([&] { return gateway.connected(); }));
    broker.freeze(true);
    REQUIRE(eventually(
        [&] { return gateway.metric("edgeward_mqtt_disconnects_total{reason=\"broker_silent\"}") == "1"; }));
    broker.freeze(false);
    REQUIRE(eventually([&] { return gateway.connected(); }));
}

TEST_CASE("a broker that knows only MQTT 3.1.1 is spoken to in 3.1.1", "[integration][paho_source]") {
    const bool hangs_up = GENERATE(false, true);
    CAPTURE(hangs_up);
    ScratchFolder folder;
    Program broker({"/usr/bin/python3", EDGEWARD_SOURCE_DIR "/tests/ingest/old_broker.py",
                    certificates().string(), hangs_up ? "hang-up" : "refuse"},
                   folder / "broker");
    const auto port = broker.first_line();
    REQUIRE(port);
    Gateway gateway(settings_for(static_cast<std::uint16_t>(std::stoi(*port))));
    REQUIRE(eventually([&] { return gateway.connected(); }));
    REQUIRE(gateway.source().status().protocol == "MQTT 3.1.1");
    REQUIRE(eventually([&] { return gateway.inbox().size() == 1; }));
    gateway.source().acknowledge_through(1);
    REQUIRE(eventually([&] { return broker.output().find("PUBACK 17") != std::string::npos; }));
}

TEST_CASE("a source with unusable credentials does not open", "[integration][paho_source]") {
    const config::Credentials credentials(certificates());
    metrics::Registry registry;
    MqttSettings settings = settings_for(1);
    settings.tls.key = "broker.key";
    const auto opened = open_mqtt_source(settings, credentials, registry, system_clock(), system_random());
    REQUIRE_FALSE(opened);
    REQUIRE(opened.error().kind == ErrorKind::misconfigured);
}

TEST_CASE("a source can be stopped while the broker is away and while it blocks",
          "[integration][paho_source]") {
    {
        Gateway gateway(settings_for(free_port()));
        REQUIRE(eventually([&] { return !gateway.source().status().trouble.empty(); }));
    }
    Broker broker;
    Gateway gateway(settings_for(broker.port()));
    REQUIRE(eventually([&] { return gateway.connected(); }));
    gateway.inbox().hold(true);
    broker.publish(1, 10);
    std::thread closing([&] { gateway.inbox().close(); });
    gateway.source().stop();
    closing.join();
    REQUIRE(gateway.inbox().size() == 0);
    REQUIRE(broker.times_logged(puback_logged) == 0);
}

// Not part of the suite: edgeward_ingest_tests "[speed]"
TEST_CASE("messages of 250 octets through gate and client with immediate acknowledgement", "[.][speed]") {
    constexpr int count = 200000;
    Broker broker("broker", "log_type none\n");
    {
        Gateway subscribing(settings_for(broker.port()));
        REQUIRE(eventually([&] { return subscribing.connected(); }));
        broker.publish(0, 1);
        REQUIRE(eventually([&] { return subscribing.inbox().size() == 1; }));
        subscribing.source().acknowledge_through(1);
    }
    // mosquitto_pub numbers its messages with 16 bits and ends early beyond that.
    constexpr int portion = 20000;
    for (int first = 1; first < count; first += portion)
        broker.publish(first, portion, "monitor-1", std::string(245, ' '));
    const config::Credentials credentials(certificates());
    metrics::Registry registry;
    auto source =
        open_mqtt_source(settings_for(broker.port()), credentials, registry, system_clock(), system_random());
    REQUIRE(source);
    std::atomic<std::uint64_t> taken{0};
    ObservationSource& running = **source;
    rusage before{};
    ::getrusage(RUSAGE_SELF, &before);
    std::chrono::steady_clock::time_point first;
    REQUIRE(running.start([&](model::RawMessage&& message) {
        if (message.ticket == 1) first = std::chrono::steady_clock::now();
        taken.store(message.ticket);
        running.acknowledge_through(message.ticket);
        return true;
    }));
    REQUIRE(eventually([&] { return taken.load() >= count; }, std::chrono::seconds(120)));
    const std::chrono::duration<double> time = std::chrono::steady_clock::now() - first;
    rusage after{};
    ::getrusage(RUSAGE_SELF, &after);
    const auto seconds = [](const rusage& usage) {
        return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
               static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
    };
    std::cout << "ingest: " << static_cast<int>(count / time.count()) << " messages/s, "
              << (seconds(after) - seconds(before)) * 1e6 / count << " us CPU per message\n";
    running.stop();
}

#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <edgeward/config/credentials.hpp>
#include <edgeward/core/backoff.hpp>
#include <edgeward/core/random.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/net/tls.hpp>
#include <edgeward/transport/transport.hpp>

namespace edgeward::transport {

// A client of an MQTT 5 broker that publishes with QoS 1 and listens to a few topics.
struct MqttLinkSettings {
    std::string host;
    std::uint16_t port = 8883;
    net::TlsSettings tls = net::own_tls();
    std::string client_id;
    std::chrono::seconds keepalive{30};         // §3.1.2.10
    std::chrono::seconds session_expiry{3600};  // what comes for our topics meanwhile waits so long
    std::chrono::milliseconds patience{10000};  // for connecting and for each acknowledgement
    BackoffSettings retry{std::chrono::milliseconds(500), std::chrono::seconds(30)};
    std::vector<std::string> subscriptions;  // topic filters
    std::string cargo = "alarms";            // what the log says does not reach the broker
};

// Keeps one TLS connection to the broker up, by itself, for as long as it lives.
class MqttLink {
public:
    // A message of a topic that is listened to; retained ones are not handed over. The broker gets its
    // acknowledgement when `done` is called, which any thread may do, once.
    using Handler = std::function<void(std::string topic, std::string payload, std::function<void()> done)>;

    MqttLink() = default;
    MqttLink(const MqttLink&) = delete;
    MqttLink& operator=(const MqttLink&) = delete;
    virtual ~MqttLink() = default;

    // Begins to connect. Once.
    virtual void start(Handler on_message) = 0;
    // Publishes with QoS 1, not retained, and waits for the broker's acknowledgement. Refusals: unavailable
    // (not connected, or nobody has subscribed to the topic), ambiguous (the connection broke or no answer
    // came in time), misconfigured (the broker's access list does not allow it), rejected.
    virtual boost::asio::awaitable<Outcome> publish(std::string topic, std::string payload) = 0;
    [[nodiscard]] virtual bool connected() const = 0;
    // Leaves the broker; publishing under way ends.
    virtual void close() = 0;
};

// All members run on the executor, a single thread or strand. misconfigured: credentials missing or
// unreadable. `random` must outlive it; so must nothing else: what is under way owns what it uses.
Result<std::unique_ptr<MqttLink>> open_mqtt_link(MqttLinkSettings settings,
                                                 const config::Credentials& credentials,
                                                 const boost::asio::any_io_executor& executor,
                                                 Random& random);

}  // namespace edgeward::transport

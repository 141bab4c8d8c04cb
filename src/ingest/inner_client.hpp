#pragma once

#include <functional>

#include <mqtt/async_client.h>

#include <edgeward/core/result.hpp>
#include <edgeward/ingest/mqtt_source.hpp>

#include "relay.hpp"

namespace edgeward::ingest {

// Paho, speaking to the relay: one connection, one session with QoS 1, no persistence, no reconnecting of its
// own. The handler runs on Paho's thread, holding Paho's lock: while it blocks, every call here waits.
class InnerClient {
public:
    using Handler = std::function<void(const mqtt::const_message_ptr&)>;

    // `version`: MQTTVERSION_5 or MQTTVERSION_3_1_1. `on_message` must not throw.
    InnerClient(const MqttSettings& settings, const Relay::Door& door, int version, Handler on_message);
    InnerClient(const InnerClient&) = delete;
    InnerClient& operator=(const InnerClient&) = delete;
    ~InnerClient() = default;  // returns when no handler runs any more

    // Starts to connect and subscribes when connected; what comes of it shows at the relay.
    Result<void> connect();
    // Says DISCONNECT.
    void leave();

private:
    void subscribe();

    const MqttSettings& settings_;
    Handler on_message_;
    int version_;
    // Long-lived: Paho C++ 1.2 copies options shallowly, and the copy points to these properties.
    mqtt::connect_options options_;
    mqtt::async_client client_;
};

// misconfigured: the linked Paho C library acknowledges a message before its handler has returned.
Result<void> check_paho_version();

}  // namespace edgeward::ingest

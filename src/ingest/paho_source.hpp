#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include <mqtt/message.h>

#include <edgeward/core/backoff.hpp>
#include <edgeward/core/log.hpp>
#include <edgeward/ingest/mqtt_source.hpp>

#include "progress.hpp"
#include "relay.hpp"

namespace edgeward::ingest {

struct SourceMetrics {
    explicit SourceMetrics(metrics::Registry& registry);
    void count_end(const std::string& cause) const;
    void count_failure(const Error& error) const;

    metrics::Registry& registry;
    metrics::Gauge connected;
    metrics::Counter connects;
    metrics::Counter sessions_lost;
    metrics::Counter messages;
    metrics::Counter octets;
    metrics::Counter redelivered;
    metrics::Counter retained;
    metrics::Counter oversized;
    metrics::Gauge unacknowledged;
};

// An ObservationSource that keeps a session with an MQTT broker: connects, reconnects with backoff, and falls
// back to MQTT 3.1.1. Its own thread "ew-mqtt" makes and ends connections; messages come on Paho's.
class PahoSource : public ObservationSource {
public:
    PahoSource(MqttSettings settings, const config::Credentials& credentials, metrics::Registry& registry,
               const Clock& clock, Random& random);
    PahoSource(const PahoSource&) = delete;
    PahoSource& operator=(const PahoSource&) = delete;
    ~PahoSource() override;

    Result<void> start(MessageHandler on_message) override;
    void acknowledge_through(std::uint64_t ticket) override;
    void stop() override;
    [[nodiscard]] bool reads_ahead() const noexcept override { return true; }
    [[nodiscard]] SourceStatus status() const override;

private:
    void run();
    ConnectionEnd live_once();
    bool live(ConnectionState& seen);
    void wait_before_next();
    void say_goodbye(class InnerClient& client);
    void take(const mqtt::const_message_ptr& message, const std::string& marker);
    void note_withheld(std::uint64_t size);
    void note_connected(const ConnectionState& state);
    void note_end(const ConnectionEnd& end);
    bool next_version(const ConnectionEnd& end);

    const MqttSettings settings_;
    const config::Credentials& credentials_;
    const Clock& clock_;
    Random& random_;
    SourceMetrics metrics_;
    Progress progress_;
    Relay relay_;
    MessageHandler on_message_;

    // Session thread.
    Backoff backoff_;
    std::uint8_t version_;
    ConnectionState last_;  // of the connection that has just ended
    std::chrono::steady_clock::time_point since_connected_;
    bool had_session_ = false;
    log::Trouble trouble_;
    std::set<std::string> raised_;

    std::atomic<bool> stopping_{false};
    std::mutex stop_mutex_;  // stop() by two threads
    mutable std::mutex status_mutex_;
    SourceStatus status_;
    std::thread thread_;
};

}  // namespace edgeward::ingest

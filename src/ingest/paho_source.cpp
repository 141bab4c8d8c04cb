#include "paho_source.hpp"

#include <MQTTAsync.h>
#include <pthread.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "inner_client.hpp"

namespace edgeward::ingest {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::uint8_t connack_unsupported_version_3_1_1 = 0x01;
constexpr std::uint8_t connack_unsupported_version_5 = 0x84;
// A connection that lasted this long was a good one: the next attempt after it comes soon.
constexpr std::chrono::seconds steady_after{10};
// How long stop() waits for commits of what was handed over.
constexpr std::chrono::seconds grace{2};

std::string protocol_name(std::uint8_t version) {
    if (version == version_5) return "MQTT 5";
    return version == version_3_1_1 ? "MQTT 3.1.1" : "";
}

}  // namespace

SourceMetrics::SourceMetrics(metrics::Registry& where)
    : registry(where),
      connected(
          where.gauge("edgeward_mqtt_connected", "1 while the broker has accepted the gateway's session.")),
      connects(where.counter("edgeward_mqtt_connects_total", "Sessions the broker has accepted.")),
      sessions_lost(where.counter("edgeward_mqtt_sessions_lost_total",
                                  "Reconnections at which the broker no longer had the gateway's session.")),
      messages(where.counter("edgeward_mqtt_messages_total", "Messages taken over from the broker.")),
      octets(
          where.counter("edgeward_mqtt_received_bytes_total", "Payload octets taken over from the broker.")),
      redelivered(where.counter("edgeward_mqtt_redelivered_messages_total",
                                "Messages taken over that the broker had sent before.")),
      retained(where.counter("edgeward_mqtt_retained_messages_total", "Retained messages taken over.")),
      oversized(where.counter("edgeward_mqtt_refused_messages_total",
                              "Messages too large to be read; the books count them as refused.",
                              {{"reason", "oversized"}})),
      unacknowledged(where.gauge("edgeward_mqtt_unacknowledged_messages",
                                 "Messages taken over and not yet committed.")) {}

void SourceMetrics::count_end(const std::string& cause) const {
    registry
        .counter("edgeward_mqtt_disconnects_total", "Sessions that ended, by reason.", {{"reason", cause}})
        .add();
}

void SourceMetrics::count_failure(const Error& error) const {
    registry
        .counter("edgeward_mqtt_connect_failures_total", "Attempts to connect that came to nothing, by kind.",
                 {{"kind", std::string(name_of(error.kind))}})
        .add();
}

PahoSource::PahoSource(MqttSettings settings, const config::Credentials& credentials,
                       metrics::Registry& registry, const Clock& clock, Random& random)
    : settings_(std::move(settings)),
      credentials_(credentials),
      clock_(clock),
      random_(random),
      metrics_(registry),
      relay_(settings_, credentials_, progress_, random_),
      backoff_(settings_.retry),
      version_(settings_.protocol == MqttProtocol::v3_1_1 ? version_3_1_1 : version_5) {
    metrics_.connected.set(0);
    metrics_.unacknowledged.set(0);
    status_.since = clock_.now();
}

PahoSource::~PahoSource() {
    stop();
}

Result<void> PahoSource::start(MessageHandler on_message) {
    if (auto context = net::client_context(settings_.tls, credentials_); !context) {
        return failure(std::move(context).error().during("mqtt.tls"));
    }
    on_message_ = std::move(on_message);
    thread_ = std::thread([this] {
        pthread_setname_np(pthread_self(), "ew-mqtt");
        run();
    });
    return {};
}

void PahoSource::acknowledge_through(std::uint64_t ticket) {
    std::uint64_t before = progress_.committed.load();
    while (before < ticket && !progress_.committed.compare_exchange_weak(before, ticket)) {
    }
    const std::uint64_t taken = progress_.taken.load();
    const std::uint64_t committed = progress_.committed.load();
    metrics_.unacknowledged.set(static_cast<double>(taken - std::min(committed, taken)));
    if (before < ticket) relay_.committed();
}

void PahoSource::stop() {
    const std::lock_guard lock(stop_mutex_);
    stopping_.store(true);
    progress_.sealed.store(true);
    relay_.interrupt();
    if (thread_.joinable()) thread_.join();
}

SourceStatus PahoSource::status() const {
    const std::lock_guard lock(status_mutex_);
    SourceStatus status = status_;
    status.received = progress_.taken.load();
    status.acknowledged = std::min(progress_.committed.load(), status.received);
    return status;
}

void PahoSource::run() {
    while (!stopping_.load()) {
        const ConnectionEnd end = live_once();
        note_end(end);
        if (!stopping_.load() && !next_version(end)) wait_before_next();
    }
}

// One connection from the first octet to the end of everything that belonged to it.
ConnectionEnd PahoSource::live_once() {
    progress_.answered.store(0);
    last_ = {};
    const Result<Relay::Door> door = relay_.open();
    if (!door) return {"unreachable", door.error()};
    ConnectionEnd end{"stopped", {ErrorKind::unavailable, "stopped"}};
    try {
        InnerClient client(
            settings_, *door, version_ == version_5 ? MQTTVERSION_5 : MQTTVERSION_3_1_1,
            [this, marker = door->marker](const mqtt::const_message_ptr& message) { take(message, marker); });
        if (auto connecting = client.connect(); !connecting) {
            end = {"inner_hop", std::move(connecting).error()};
        } else if (live(last_)) {
            end = *last_.end;
        } else {
            say_goodbye(client);
        }
        relay_.close();
    } catch (const mqtt::exception&) {
        relay_.close();
        end = {"inner_hop", {ErrorKind::unavailable, "the MQTT client cannot be made"}};
    }
    return end;
}

// Until the connection has ended (true) or the source is to stop.
bool PahoSource::live(ConnectionState& seen) {
    const auto changed = [&](const ConnectionState& state) {
        return stopping_.load() || state.end || state.connected != seen.connected;
    };
    for (;;) {
        relay_.wait_until(SteadyClock::now() + std::chrono::minutes(1), changed);
        const ConnectionState state = relay_.state();
        if (state.connected && !seen.connected) note_connected(state);
        seen = state;
        if (state.end) return true;
        if (stopping_.load()) return false;
    }
}

// What was handed over may still be committed; then the broker need not send it again.
void PahoSource::say_goodbye(InnerClient& client) {
    const auto settled = [](const ConnectionState& state) { return state.end || state.parked == 0; };
    relay_.wait_until(SteadyClock::now() + grace, settled);
    if (!last_.connected) return;
    client.leave();
    relay_.wait_until(SteadyClock::now() + std::chrono::seconds(1),
                      [](const ConnectionState& state) { return state.end.has_value(); });
}

void PahoSource::wait_before_next() {
    if (last_.connected && SteadyClock::now() - since_connected_ >= steady_after) backoff_.reset();
    const auto until = SteadyClock::now() + backoff_.next(random_);
    relay_.wait_until(until, [this](const ConnectionState&) { return stopping_.load(); });
}

// Paho's thread. An exception here would unwind through Paho's C code; noexcept turns it into an end of the
// process, after which the broker still has the message.
void PahoSource::take(const mqtt::const_message_ptr& message, const std::string& marker) {
    if (progress_.sealed.load()) return;
    const auto& payload = message->get_payload_str();
    model::RawMessage raw;
    raw.source = model::Source::mqtt;
    raw.topic = message->get_topic();
    raw.withheld = withheld_size(bytes_of(payload), marker).value_or(0);
    if (raw.withheld == 0) raw.payload.assign(bytes_of(payload).begin(), bytes_of(payload).end());
    raw.retained = message->is_retained();
    raw.redelivered = message->is_duplicate();
    raw.received = clock_.now();
    raw.ticket = progress_.taken.load() + 1;
    const std::uint64_t ticket = raw.ticket;
    const std::uint64_t withheld = raw.withheld;
    const std::size_t octets = raw.payload.size();
    if (!on_message_(std::move(raw))) {
        progress_.sealed.store(true);
        return;
    }
    progress_.taken.store(ticket);
    if (message->get_qos() > 0) progress_.answered.fetch_add(1);
    metrics_.messages.add();
    metrics_.octets.add(static_cast<double>(octets));
    if (withheld > 0) note_withheld(withheld);
    if (message->is_duplicate()) metrics_.redelivered.add();
    if (message->is_retained()) metrics_.retained.add();
    const std::uint64_t committed = progress_.committed.load();
    metrics_.unacknowledged.set(static_cast<double>(ticket - std::min(committed, ticket)));
}

void PahoSource::note_withheld(std::uint64_t size) {
    metrics_.oversized.add();
    trouble_.raise("oversized", "mqtt message refused: larger than mqtt.largest_packet",
                   {{"octets", size}, {"limit", settings_.largest_packet}});
}

void PahoSource::note_connected(const ConnectionState& state) {
    since_connected_ = SteadyClock::now();
    metrics_.connects.add();
    metrics_.connected.set(1);
    if (had_session_ && !state.session_present) {
        metrics_.sessions_lost.add();
        log::warning("broker had lost the session; subscribed again",
                     {{"client_id", settings_.client_id}, {"host", settings_.host}});
    }
    had_session_ = true;
    for (const std::string& cause : raised_) {
        trouble_.clear(cause, "broker accepts the gateway again", {{"host", settings_.host}});
    }
    raised_.clear();
    log::info("connected to broker", {{"host", settings_.host},
                                      {"protocol", protocol_name(state.version)},
                                      {"session_present", state.session_present}});
    const std::lock_guard lock(status_mutex_);
    status_.connected = true;
    status_.protocol = protocol_name(state.version);
    status_.trouble.clear();
    status_.since = clock_.now();
}

void PahoSource::note_end(const ConnectionEnd& end) {
    const bool was_connected = last_.connected;
    metrics_.connected.set(0);
    if (was_connected) {
        metrics_.count_end(end.cause);
    } else if (end.cause != "stopped") {
        metrics_.count_failure(end.error);
    }
    const std::lock_guard lock(status_mutex_);
    if (status_.connected) status_.since = clock_.now();
    status_.connected = false;
    status_.trouble = end.error.message;
    if (stopping_.load()) return;
    trouble_.raise(end.error.message, was_connected ? "broker connection lost" : "broker not reachable",
                   {{"host", settings_.host}, {"cause", end.cause}, {"reason", end.error.message}});
    raised_.insert(end.error.message);
}

// True: try again at once, in another version of MQTT. A broker that knows only 3.1.1 says so, or just hangs
// up.
bool PahoSource::next_version(const ConnectionEnd& end) {
    if (settings_.protocol != MqttProtocol::automatic || last_.connected) return false;
    const bool said_so = end.cause == "refused" && (last_.refusal == connack_unsupported_version_5 ||
                                                    last_.refusal == connack_unsupported_version_3_1_1);
    const bool hung_up = end.cause == "broker_closed" && last_.version != 0;
    if (!said_so && !hung_up) return false;
    version_ = version_ == version_5 ? version_3_1_1 : version_5;
    return said_so && version_ == version_3_1_1;
}

Result<std::unique_ptr<ObservationSource>> open_mqtt_source(MqttSettings settings,
                                                            const config::Credentials& credentials,
                                                            metrics::Registry& registry, const Clock& clock,
                                                            Random& random) {
    if (auto usable = check_paho_version(); !usable) return failure(std::move(usable).error());
    if (auto context = net::client_context(settings.tls, credentials); !context) {
        return failure(std::move(context).error().during("mqtt.tls"));
    }
    return std::make_unique<PahoSource>(std::move(settings), credentials, registry, clock, random);
}

}  // namespace edgeward::ingest

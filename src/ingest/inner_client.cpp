#include "inner_client.hpp"

#include <MQTTAsync.h>

#include <array>
#include <charconv>
#include <chrono>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include <edgeward/core/log.hpp>

namespace edgeward::ingest {
namespace {

constexpr int quality_of_service = 1;

mqtt::connect_options options_for(const MqttSettings& settings, const Relay::Door& door, int version) {
    mqtt::connect_options options;
    options.set_mqtt_version(version);
    options.set_keep_alive_interval(0);  // the gate states ours to the broker and pings
    options.set_connect_timeout(std::chrono::duration_cast<std::chrono::seconds>(settings.patience));
    options.set_automatic_reconnect(false);
    options.set_user_name(door.user);
    options.set_password(door.token);
    if (version != MQTTVERSION_5) options.set_clean_session(false);
    return options;
}

mqtt::properties session_properties(const MqttSettings& settings) {
    mqtt::properties properties;
    properties.add(
        {mqtt::property::SESSION_EXPIRY_INTERVAL, static_cast<int>(settings.session_expiry.count())});
    properties.add({mqtt::property::RECEIVE_MAXIMUM, static_cast<int>(settings.receive_maximum)});
    return properties;
}

std::string address_of(const Relay::Door& door) {
    return "tcp://127.0.0.1:" + std::to_string(door.port);
}

}  // namespace

InnerClient::InnerClient(const MqttSettings& settings, const Relay::Door& door, int version,
                         Handler on_message)
    : settings_(settings),
      on_message_(std::move(on_message)),
      version_(version),
      options_(options_for(settings, door, version)),
      client_(address_of(door), settings.client_id, mqtt::create_options(version), nullptr) {
    if (version_ == MQTTVERSION_5) {
        options_.set_clean_start(false);
        options_.set_properties(session_properties(settings));
    }
    // Before connect: a message that finds no handler would be acknowledged and kept in memory only.
    client_.set_message_callback([this](const mqtt::const_message_ptr& message) { on_message_(message); });
    client_.set_connected_handler([this](const std::string& /*cause*/) { subscribe(); });
}

Result<void> InnerClient::connect() {
    try {
        client_.connect(options_);
    } catch (const mqtt::exception&) {
        return failure(ErrorKind::unavailable, "the MQTT client cannot connect to the relay");
    }
    return {};
}

// On Paho's thread: must not wait. A session that the broker has kept does not need it; one that it lost
// does. One filter at a time: Paho C++ 1.2 hands over freed memory when several come with options.
void InnerClient::subscribe() {
    const mqtt::subscribe_options options(mqtt::subscribe_options::SUBSCRIBE_LOCAL,
                                          mqtt::subscribe_options::NO_RETAIN_AS_PUBLISHED,
                                          mqtt::subscribe_options::SEND_RETAINED_ON_NEW);
    try {
        for (const std::string& topic : settings_.topics)
            client_.subscribe(topic, quality_of_service, options);
    } catch (const mqtt::exception& refused) {
        log::warning("mqtt client could not ask for its subscription", {{"code", refused.get_return_code()}});
    }
}

void InnerClient::leave() {
    constexpr std::chrono::milliseconds patience{1000};
    try {
        client_.disconnect()->wait_for(patience);
    } catch (const mqtt::exception&) {  // NOLINT(bugprone-empty-catch): already gone is as good
    }
}

Result<void> check_paho_version() {
    constexpr std::array<int, 3> least{1, 3, 10};
    std::array<int, 3> found{};
    for (const MQTTAsync_nameValue* entry = MQTTAsync_getVersionInfo(); entry->name != nullptr; ++entry) {
        if (std::strcmp(entry->name, "Version") != 0) continue;
        const char* at = entry->value;
        const char* const end = at + std::strlen(at);
        for (int& part : found) {
            at = std::from_chars(at, end, part).ptr;
            if (at != end) ++at;
        }
    }
    if (found >= least) return {};
    return failure(
        ErrorKind::misconfigured,
        "expected Paho C 1.3.10 or later: earlier ones acknowledge a message before it is taken over");
}

}  // namespace edgeward::ingest

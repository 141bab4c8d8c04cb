// The plugin of mosquitto 2.0 (docs/operations.md, Durable topics): its three entry points and two callbacks.
// Everything here runs on the broker's one thread; no exception may reach its C frames.

#include <array>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

// As mosquitto_broker.h asks for: error codes and log levels.
#include <mosquitto.h>
#include <mosquitto_broker.h>
#include <mosquitto_plugin.h>

#include "gateway_link.hpp"
#include "plugin_settings.hpp"

namespace {

using edgeward::broker::Answer;
using edgeward::broker::GatewayLink;
using edgeward::broker::PluginSettings;

constexpr int plugin_version = 5;

void say_state(bool ready, const char* why) {
    if (ready) {
        mosquitto_log_printf(MOSQ_LOG_NOTICE, "edgeward: the gateway commits durable topics");
    } else {
        mosquitto_log_printf(
            MOSQ_LOG_WARNING,
            "edgeward: %s; clients of durable topics are disconnected without acknowledgement", why);
    }
}

struct Plugin {
    Plugin(mosquitto_plugin_id_t* given, PluginSettings chosen)
        : id(given), settings(std::move(chosen)), link(settings.link, say_state) {}

    [[nodiscard]] bool is_durable(const char* topic) const {
        for (const auto& filter : settings.topics) {
            bool matches = false;
            if (mosquitto_topic_matches_sub(filter.c_str(), topic, &matches) == MOSQ_ERR_SUCCESS && matches)
                return true;
        }
        return false;
    }

    mosquitto_plugin_id_t* id;
    PluginSettings settings;
    GatewayLink link;
};

std::string_view text_or_empty(const char* text) {
    return text == nullptr ? std::string_view() : std::string_view(text);
}

// What was committed is the gateway's already: its subscription must not bring it a second time, and the
// broker keeps no copy of it. Others find it under the prefix. The broker frees the topic that is replaced.
int pass_on(const Plugin& plugin, mosquitto_evt_message& event) {
    const std::string name = plugin.settings.prefix + event.topic;
    auto* renamed = static_cast<char*>(mosquitto_malloc(name.size() + 1));
    if (renamed == nullptr) return MOSQ_ERR_NOMEM;
    std::memcpy(renamed, name.c_str(), name.size() + 1);
    event.topic = renamed;
    event.retain = false;
    return MOSQ_ERR_SUCCESS;
}

// Any error but MOSQ_ERR_ACL_DENIED disconnects the client without acknowledgement; that one would be
// acknowledged to a client of MQTT 3.1.1.
int take(Plugin& plugin, mosquitto_evt_message& event) {
    if (!plugin.is_durable(event.topic)) return MOSQ_ERR_SUCCESS;
    edgeward::intake::Message message;
    message.quality = event.qos;
    message.retain = event.retain;
    message.identity = text_or_empty(mosquitto_client_username(event.client));
    message.client_id = text_or_empty(mosquitto_client_id(event.client));
    message.topic = event.topic;
    message.payload = {static_cast<const std::uint8_t*>(event.payload), event.payloadlen};
    switch (plugin.link.deliver(message)) {
        case Answer::committed:
            return pass_on(plugin, event);
        case Answer::refused:
            mosquitto_log_printf(MOSQ_LOG_WARNING,
                                 "edgeward: client %s refused: it may not speak for the device of its topic",
                                 mosquitto_client_id(event.client));
            return MOSQ_ERR_UNKNOWN;
        case Answer::unavailable:
            return MOSQ_ERR_UNKNOWN;
    }
    return MOSQ_ERR_UNKNOWN;
}

int on_message(int, void* event, void* userdata) {
    try {
        return take(*static_cast<Plugin*>(userdata), *static_cast<mosquitto_evt_message*>(event));
    } catch (...) {
        return MOSQ_ERR_NOMEM;
    }
}

int on_tick(int, void*, void* userdata) {
    try {
        static_cast<Plugin*>(userdata)->link.keep();
    } catch (...) {
        return MOSQ_ERR_NOMEM;
    }
    return MOSQ_ERR_SUCCESS;
}

int initialise(mosquitto_plugin_id_t* id, void** userdata, const mosquitto_opt* options, int count) {
    std::vector<edgeward::broker::Option> given;
    for (int i = 0; i < count; ++i)
        given.emplace_back(options[i].key, text_or_empty(options[i].value));
    auto settings = edgeward::broker::read_plugin_settings(given);
    if (settings) {
        for (const auto& topic : settings->topics) {
            if (mosquitto_sub_topic_check(topic.c_str()) == MOSQ_ERR_SUCCESS) continue;
            mosquitto_log_printf(MOSQ_LOG_ERR, "edgeward: plugin_opt_topic: expected a topic filter of MQTT");
            return MOSQ_ERR_INVAL;
        }
    } else {
        mosquitto_log_printf(MOSQ_LOG_ERR, "edgeward: %s", settings.error().message.c_str());
        return MOSQ_ERR_INVAL;
    }
    auto plugin = std::make_unique<Plugin>(id, *std::move(settings));
    const std::array<std::pair<int, MOSQ_FUNC_generic_callback>, 2> callbacks{
        {{MOSQ_EVT_MESSAGE, on_message}, {MOSQ_EVT_TICK, on_tick}}};
    for (const auto& [event, callback] : callbacks) {
        const int registered = mosquitto_callback_register(id, event, callback, nullptr, plugin.get());
        if (registered != MOSQ_ERR_SUCCESS) {
            mosquitto_log_printf(MOSQ_LOG_ERR, "edgeward: this broker does not offer what the plugin needs");
            return registered;
        }
    }
    *userdata = plugin.release();
    return MOSQ_ERR_SUCCESS;
}

}  // namespace

#define EDGEWARD_EXPORT __attribute__((visibility("default")))

extern "C" EDGEWARD_EXPORT int mosquitto_plugin_version(int supported_version_count,
                                                        const int* supported_versions) {
    for (int i = 0; i < supported_version_count; ++i) {
        if (supported_versions[i] == plugin_version) return plugin_version;
    }
    return -1;
}

extern "C" EDGEWARD_EXPORT int mosquitto_plugin_init(mosquitto_plugin_id_t* identifier, void** userdata,
                                                     mosquitto_opt* options, int option_count) {
    try {
        return initialise(identifier, userdata, options, option_count);
    } catch (...) {
        return MOSQ_ERR_NOMEM;
    }
}

extern "C" EDGEWARD_EXPORT int mosquitto_plugin_cleanup(void* userdata, mosquitto_opt*, int) {
    const std::unique_ptr<Plugin> plugin(static_cast<Plugin*>(userdata));
    if (plugin == nullptr) return MOSQ_ERR_SUCCESS;
    mosquitto_callback_unregister(plugin->id, MOSQ_EVT_MESSAGE, on_message, nullptr);
    mosquitto_callback_unregister(plugin->id, MOSQ_EVT_TICK, on_tick, nullptr);
    return MOSQ_ERR_SUCCESS;
}

// The plugin of mosquitto 2.0 (docs/operations.md, Durable topics; docs/enrolment.md, Revocation): its three
// entry points and its callbacks.
// Everything here runs on the broker's one thread; no exception may reach its C frames.

#include <array>
#include <csignal>
#include <cstring>
#include <map>
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
#include "revoked_certificates.hpp"

namespace {

using edgeward::broker::Answer;
using edgeward::broker::GatewayLink;
using edgeward::broker::PluginSettings;
using edgeward::broker::RevokedCertificates;

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

struct X509Deleter {
    void operator()(X509* certificate) const noexcept { X509_free(certificate); }
};
using Certificate = std::unique_ptr<X509, X509Deleter>;

struct Plugin {
    Plugin(mosquitto_plugin_id_t* given, PluginSettings chosen)
        : id(given), settings(std::move(chosen)), link(settings.link, say_state), revoked(settings.crl) {}

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
    RevokedCertificates revoked;
    std::map<std::string, Certificate, std::less<>> clients;  // that have done something, by client id
    std::vector<std::string> to_cut;                          // client ids, cut at the next tick
    time_t looked = 0;                                        // at the list, in seconds of the broker's clock
    bool told_unreadable = false;
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

// A client that was let in is judged again with everything it does: what comes from it and what goes to it.
// Denied here is decided; else the broker's access list decides. Cutting it waits for the tick: the broker
// still works with it.
int judge(Plugin& plugin, mosquitto* client) {
    const auto client_id = text_or_empty(mosquitto_client_id(client));
    Certificate certificate(static_cast<X509*>(mosquitto_client_certificate(client)));
    if (certificate == nullptr) return MOSQ_ERR_PLUGIN_DEFER;
    const bool revoked = plugin.revoked.hold(certificate.get());
    plugin.clients.insert_or_assign(std::string(client_id), std::move(certificate));
    if (!revoked) return MOSQ_ERR_PLUGIN_DEFER;
    plugin.to_cut.emplace_back(client_id);
    return MOSQ_ERR_ACL_DENIED;
}

int on_access(int, void* event, void* userdata) {
    try {
        return judge(*static_cast<Plugin*>(userdata), static_cast<mosquitto_evt_acl_check*>(event)->client);
    } catch (...) {
        return MOSQ_ERR_NOMEM;
    }
}

int on_disconnect(int, void* event, void* userdata) {
    const auto* client = static_cast<mosquitto_evt_disconnect*>(event)->client;
    auto& clients = static_cast<Plugin*>(userdata)->clients;
    const auto known = clients.find(text_or_empty(mosquitto_client_id(client)));
    if (known != clients.end()) clients.erase(known);
    return MOSQ_ERR_SUCCESS;
}

// Another list has come: who is on it and connected is cut, and the broker is told to read its own copy, so
// that nobody on it connects again. SIGHUP is how mosquitto(8) is told.
void look_at_list(Plugin& plugin) {
    const auto change = plugin.revoked.refresh();
    const bool unreadable = change == RevokedCertificates::Change::unreadable;
    if (unreadable && !std::exchange(plugin.told_unreadable, true)) {
        mosquitto_log_printf(MOSQ_LOG_ERR,
                             "edgeward: the list of the revoked cannot be read; the one before stays");
    }
    if (change != RevokedCertificates::Change::read) return;
    plugin.told_unreadable = false;
    for (const auto& [client_id, certificate] : plugin.clients) {
        if (plugin.revoked.hold(certificate.get())) plugin.to_cut.push_back(client_id);
    }
    static_cast<void>(std::raise(SIGHUP));  // fails for no signal that exists
}

void cut(Plugin& plugin) {
    for (const auto& client_id : std::exchange(plugin.to_cut, {})) {
        mosquitto_log_printf(MOSQ_LOG_NOTICE, "edgeward: client %s is cut: its certificate is revoked",
                             client_id.c_str());
        mosquitto_kick_client_by_clientid(client_id.c_str(), false);
    }
}

void keep(Plugin& plugin, const mosquitto_evt_tick& tick) {
    if (!plugin.settings.topics.empty()) plugin.link.keep();
    if (plugin.settings.crl.empty()) return;
    if (std::exchange(plugin.looked, tick.now_s) != tick.now_s || tick.now_s == 0) look_at_list(plugin);
    cut(plugin);
}

int on_tick(int, void* event, void* userdata) {
    try {
        keep(*static_cast<Plugin*>(userdata), *static_cast<mosquitto_evt_tick*>(event));
    } catch (...) {
        return MOSQ_ERR_NOMEM;
    }
    return MOSQ_ERR_SUCCESS;
}

using Callbacks = std::vector<std::pair<int, MOSQ_FUNC_generic_callback>>;

// What is not configured costs the broker nothing.
Callbacks callbacks_of(const Plugin& plugin) {
    Callbacks callbacks{{MOSQ_EVT_TICK, on_tick}};
    if (!plugin.settings.topics.empty()) callbacks.emplace_back(MOSQ_EVT_MESSAGE, on_message);
    if (plugin.settings.crl.empty()) return callbacks;
    callbacks.emplace_back(MOSQ_EVT_ACL_CHECK, on_access);
    callbacks.emplace_back(MOSQ_EVT_DISCONNECT, on_disconnect);
    return callbacks;
}

int initialise(mosquitto_plugin_id_t* id, void** userdata, const mosquitto_opt* options, int count) {
    std::vector<edgeward::broker::Option> given;
    given.reserve(static_cast<std::size_t>(count));
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
    if (!plugin->settings.crl.empty() && plugin->revoked.refresh() != RevokedCertificates::Change::read) {
        mosquitto_log_printf(MOSQ_LOG_ERR, "edgeward: plugin_opt_crl: expected a file with revocation lists");
        return MOSQ_ERR_INVAL;
    }
    for (const auto& [event, callback] : callbacks_of(*plugin)) {
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
    for (const auto& [event, callback] : callbacks_of(*plugin))
        mosquitto_callback_unregister(plugin->id, event, callback, nullptr);
    return MOSQ_ERR_SUCCESS;
}

// The plugin's entry points against a broker of the test: what mosquitto exports to plugins is defined here.

#include <catch2/catch_test_macros.hpp>

#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include <mosquitto.h>
#include <mosquitto_broker.h>
#include <mosquitto_plugin.h>
#include <pwd.h>
#include <unistd.h>

#include "fake_gateway.hpp"
#include "support/program.hpp"

using namespace edgeward;
using namespace edgeward::broker;

// A client, as the broker's opaque type.
struct mosquitto {
    std::string id;
    std::string username;
};

namespace {

struct Broker {
    std::map<int, std::pair<MOSQ_FUNC_generic_callback, void*>> callbacks;
    std::vector<std::string> log;
};
Broker the_broker;

}  // namespace

extern "C" {
int mosquitto_callback_register(mosquitto_plugin_id_t*, int event, MOSQ_FUNC_generic_callback callback,
                                const void*, void* userdata) {
    the_broker.callbacks[event] = {callback, userdata};
    return MOSQ_ERR_SUCCESS;
}
int mosquitto_callback_unregister(mosquitto_plugin_id_t*, int event, MOSQ_FUNC_generic_callback,
                                  const void*) {
    return the_broker.callbacks.erase(event) == 1 ? MOSQ_ERR_SUCCESS : MOSQ_ERR_NOT_FOUND;
}
void mosquitto_log_printf(int, const char* format, ...) {
    char line[512];
    va_list arguments;
    va_start(arguments, format);
    (void)std::vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    the_broker.log.emplace_back(line);
}
void* mosquitto_malloc(size_t size) {
    return std::malloc(size);
}
const char* mosquitto_client_id(const mosquitto* client) {
    return client->id.c_str();
}
const char* mosquitto_client_username(const mosquitto* client) {
    return client->username.empty() ? nullptr : client->username.c_str();
}
// As much as the test's filters need: a level "+".
int mosquitto_topic_matches_sub(const char* filter, const char* topic, bool* result) {
    *result = std::strcmp(filter, "devices/+/vitals") == 0 && std::strncmp(topic, "devices/", 8) == 0 &&
              std::strcmp(std::strrchr(topic, '/'), "/vitals") == 0;
    return MOSQ_ERR_SUCCESS;
}
int mosquitto_sub_topic_check(const char* filter) {
    return std::strstr(filter, "+x") == nullptr ? MOSQ_ERR_SUCCESS : MOSQ_ERR_INVAL;
}
}

namespace {

struct LoadedPlugin {
    explicit LoadedPlugin(const std::string& socket, std::string topic = "devices/+/vitals") {
        the_broker = {};
        std::vector<std::pair<std::string, std::string>> lines{
            {"socket", socket},
            {"gateway_user", ::getpwuid(::geteuid())->pw_name},
            {"topic", std::move(topic)}};
        std::vector<mosquitto_opt> options;
        for (auto& [key, value] : lines)
            options.push_back({key.data(), value.data()});
        started = mosquitto_plugin_init(nullptr, &userdata, options.data(), static_cast<int>(options.size()));
    }
    LoadedPlugin(const LoadedPlugin&) = delete;
    LoadedPlugin& operator=(const LoadedPlugin&) = delete;
    ~LoadedPlugin() { mosquitto_plugin_cleanup(userdata, nullptr, 0); }

    static int raise(int event, void* data) {
        const auto& [callback, with] = the_broker.callbacks.at(event);
        return callback(event, data, with);
    }
    static bool becomes_ready() {
        return support::eventually([] {
            mosquitto_evt_tick tick{};
            CHECK(raise(MOSQ_EVT_TICK, &tick) == MOSQ_ERR_SUCCESS);
            return !the_broker.log.empty() &&
                   the_broker.log.back() == "edgeward: the gateway commits durable topics";
        });
    }
    // What the broker does next: the result, and the topic and retain flag it goes on with.
    struct Outcome {
        int result;
        std::string topic;
        bool retain;
    };
    static Outcome publish(const std::string& topic, std::string user = "m-1", bool retain = false) {
        mosquitto client{"client-1", std::move(user)};
        std::string payload = "{}";
        mosquitto_evt_message event{};
        event.client = &client;
        char* const published = ::strdup(topic.c_str());
        event.topic = published;
        event.payload = payload.data();
        event.payloadlen = static_cast<std::uint32_t>(payload.size());
        event.qos = 1;
        event.retain = retain;
        const int result = raise(MOSQ_EVT_MESSAGE, &event);
        const Outcome outcome{result, event.topic, event.retain};
        if (event.topic != published) std::free(event.topic);
        std::free(published);  // as mosquitto 2.0.21 does
        return outcome;
    }

    void* userdata = nullptr;
    int started = -1;
};

std::optional<Bytes> refuse(const FakeGateway::Heard& heard) {
    return FakeGateway::octets_of(intake::Verdict{heard.number, intake::Outcome::refused});
}

}  // namespace

TEST_CASE("the plugin speaks version 5 of the plugin interface and no other", "[plugin]") {
    const int newer[] = {4, 5, 6};
    const int older[] = {2, 3, 4};
    CHECK(mosquitto_plugin_version(3, newer) == 5);
    CHECK(mosquitto_plugin_version(3, older) == -1);
    CHECK(mosquitto_plugin_version(0, nullptr) == -1);
}

TEST_CASE("a committed message goes on under the prefix and leaves no retained copy", "[plugin]") {
    const support::ScratchFolder folder;
    FakeGateway gateway(folder / "s");
    const LoadedPlugin plugin((folder / "s").string());
    REQUIRE(plugin.started == MOSQ_ERR_SUCCESS);
    REQUIRE(LoadedPlugin::becomes_ready());
    const auto outcome = LoadedPlugin::publish("devices/m-1/vitals", "m-1", true);
    CHECK(outcome.result == MOSQ_ERR_SUCCESS);
    CHECK(outcome.topic == "committed/devices/m-1/vitals");
    CHECK_FALSE(outcome.retain);
    const auto heard = gateway.heard();
    REQUIRE(heard.size() == 1);
    CHECK(heard[0].identity == "m-1");
    CHECK(heard[0].client_id == "client-1");
    CHECK(heard[0].topic == "devices/m-1/vitals");
    CHECK(heard[0].payload == "{}");
    CHECK(heard[0].quality == 1);
    CHECK(heard[0].retain);
}

TEST_CASE("other topics pass untouched with a gateway and without", "[plugin]") {
    const support::ScratchFolder folder;
    const LoadedPlugin plugin((folder / "s").string());
    const auto outcome = LoadedPlugin::publish("devices/m-1/status", "m-1", true);
    CHECK(outcome.result == MOSQ_ERR_SUCCESS);
    CHECK(outcome.topic == "devices/m-1/status");
    CHECK(outcome.retain);
}

TEST_CASE("what is not committed disconnects the client and stays as it was", "[plugin]") {
    const support::ScratchFolder folder;
    const LoadedPlugin plugin((folder / "s").string());
    const auto away = LoadedPlugin::publish("devices/m-1/vitals");
    // Not ACL_DENIED, which mosquitto acknowledges to a client of MQTT 3.1.1.
    CHECK(away.result == MOSQ_ERR_UNKNOWN);
    CHECK(away.topic == "devices/m-1/vitals");
    FakeGateway gateway(folder / "s", refuse);
    REQUIRE(LoadedPlugin::becomes_ready());
    CHECK(LoadedPlugin::publish("devices/m-1/vitals").result == MOSQ_ERR_UNKNOWN);
    CHECK(the_broker.log.back() ==
          "edgeward: client client-1 refused: it may not speak for the device of its topic");
    // A client without a name the broker has proven is nobody's device.
    CHECK(LoadedPlugin::publish("devices/m-1/vitals", "").result == MOSQ_ERR_UNKNOWN);
    CHECK(gateway.heard().size() == 1);
}

TEST_CASE("a plugin that is not configured soundly does not load", "[plugin]") {
    const support::ScratchFolder folder;
    const LoadedPlugin elsewhere((folder / "s").string(), "#");
    CHECK(elsewhere.started == MOSQ_ERR_INVAL);
    CHECK(the_broker.log.back() == "edgeward: plugin_opt_topic: expected a topic filter below devices/");
    const LoadedPlugin no_filter((folder / "s").string(), "devices/+x");
    CHECK(no_filter.started == MOSQ_ERR_INVAL);
    CHECK(the_broker.callbacks.empty());
}

TEST_CASE("an unloaded plugin leaves no callback behind", "[plugin]") {
    const support::ScratchFolder folder;
    { const LoadedPlugin plugin((folder / "s").string()); }
    CHECK(the_broker.callbacks.empty());
}

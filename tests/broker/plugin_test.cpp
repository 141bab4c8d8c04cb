// The plugin's entry points against a broker of the test: what mosquitto exports to plugins is defined here.

#include <catch2/catch_test_macros.hpp>

#include <csignal>
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
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <pwd.h>
#include <unistd.h>

#include <edgeward/crypto/certificate.hpp>

#include "fake_gateway.hpp"
#include "support/program.hpp"

using namespace edgeward;
using namespace edgeward::broker;

// A client, as the broker's opaque type.
struct mosquitto {
    std::string id;
    std::string username;
    X509* certificate = nullptr;
};

namespace {

struct Broker {
    std::map<int, std::pair<MOSQ_FUNC_generic_callback, void*>> callbacks;
    std::vector<std::string> log;
    std::vector<std::string> kicked;
};
Broker the_broker;
volatile std::sig_atomic_t told_to_reload = 0;

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
// As mosquitto 2.0 does: the caller's own reference.
void* mosquitto_client_certificate(const mosquitto* client) {
    if (client->certificate != nullptr) X509_up_ref(client->certificate);
    return client->certificate;
}
int mosquitto_kick_client_by_clientid(const char* id, bool with_will) {
    CHECK_FALSE(with_will);
    the_broker.kicked.emplace_back(id);
    return MOSQ_ERR_SUCCESS;
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

namespace {

// An authority with two devices, and a broker that looks at its list alone.
struct Revocation {
    Revocation() : authority(*crypto::make_authority("Devices", now, std::chrono::hours(24))) {
        std::signal(SIGHUP, [](int) { told_to_reload = told_to_reload + 1; });
        told_to_reload = 0;
        first = device("one");
        second = device("two");
        publish({});
    }
    ~Revocation() {
        X509_free(one.certificate);
        X509_free(two.certificate);
        mosquitto_plugin_cleanup(userdata, nullptr, 0);
        std::signal(SIGHUP, SIG_DFL);
    }
    Revocation(const Revocation&) = delete;
    Revocation& operator=(const Revocation&) = delete;

    std::string device(const std::string& name) {
        crypto::CertificateRequest wanted;
        wanted.common_name = name;
        auto made = crypto::issue_certificate(authority, wanted, now);
        REQUIRE(made);
        const std::unique_ptr<BIO, decltype(&BIO_free)> memory(
            BIO_new_mem_buf(made->certificate.data(), static_cast<int>(made->certificate.size())), &BIO_free);
        (name == "one" ? one : two).certificate = PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr);
        return made->certificate;
    }
    void publish(const std::vector<std::string>& revoked) {
        now += std::chrono::seconds(1);
        std::ofstream(folder / "crl")
            << *crypto::make_revocation_list(authority, revoked, now, std::chrono::hours(24));
    }
    int load() {
        the_broker = {};
        std::string file = (folder / "crl").string();
        std::string key = "crl";
        mosquitto_opt option{key.data(), file.data()};
        return mosquitto_plugin_init(nullptr, &userdata, &option, 1);
    }
    int does_something(mosquitto& client) {
        mosquitto_evt_acl_check event{};
        event.client = &client;
        return LoadedPlugin::raise(MOSQ_EVT_ACL_CHECK, &event);
    }
    void tick() {
        mosquitto_evt_tick event{};
        event.now_s = ++seconds;
        CHECK(LoadedPlugin::raise(MOSQ_EVT_TICK, &event) == MOSQ_ERR_SUCCESS);
    }

    support::ScratchFolder folder;
    Instant now = system_clock().now();
    crypto::CertifiedKey authority;
    std::string first, second;
    mosquitto one{"client-1", "one"};
    mosquitto two{"client-2", "two"};
    void* userdata = nullptr;
    time_t seconds = 1000;
};

}  // namespace

TEST_CASE("who is revoked is cut and may do nothing", "[plugin]") {
    Revocation broker;
    REQUIRE(broker.load() == MOSQ_ERR_SUCCESS);
    CHECK(broker.does_something(broker.one) == MOSQ_ERR_PLUGIN_DEFER);
    CHECK(broker.does_something(broker.two) == MOSQ_ERR_PLUGIN_DEFER);
    broker.tick();
    CHECK(told_to_reload == 0);
    broker.publish({broker.first});
    broker.tick();
    CHECK(the_broker.kicked == std::vector<std::string>{"client-1"});
    CHECK(told_to_reload == 1);  // the broker's own copy of the list
    broker.tick();
    CHECK(the_broker.kicked.size() == 1);
    CHECK(told_to_reload == 1);
    // It was quicker than the broker's reload.
    CHECK(broker.does_something(broker.one) == MOSQ_ERR_ACL_DENIED);
    broker.tick();
    CHECK(the_broker.kicked.size() == 2);
    CHECK(broker.does_something(broker.two) == MOSQ_ERR_PLUGIN_DEFER);
}

TEST_CASE("who has left is not cut", "[plugin]") {
    Revocation broker;
    REQUIRE(broker.load() == MOSQ_ERR_SUCCESS);
    broker.does_something(broker.one);
    mosquitto_evt_disconnect left{};
    left.client = &broker.one;
    CHECK(LoadedPlugin::raise(MOSQ_EVT_DISCONNECT, &left) == MOSQ_ERR_SUCCESS);
    broker.publish({broker.first});
    broker.tick();
    CHECK(the_broker.kicked.empty());
}

TEST_CASE("a list that cannot be read leaves the one before", "[plugin]") {
    Revocation broker;
    broker.publish({broker.first});
    REQUIRE(broker.load() == MOSQ_ERR_SUCCESS);
    std::ofstream(broker.folder / "crl") << "nothing";
    broker.tick();
    broker.tick();
    CHECK(the_broker.log ==
          std::vector<std::string>{"edgeward: the list of the revoked cannot be read; the one before stays"});
    CHECK(broker.does_something(broker.one) == MOSQ_ERR_ACL_DENIED);
    CHECK(told_to_reload == 0);
}

TEST_CASE("a broker without its list does not start", "[plugin]") {
    Revocation broker;
    std::filesystem::remove(broker.folder / "crl");
    CHECK(broker.load() == MOSQ_ERR_INVAL);
    CHECK(the_broker.log.back() == "edgeward: plugin_opt_crl: expected a file with revocation lists");
}

TEST_CASE("a client without a certificate is the access list's affair", "[plugin]") {
    Revocation broker;
    REQUIRE(broker.load() == MOSQ_ERR_SUCCESS);
    mosquitto nobody{"client-3", ""};
    CHECK(broker.does_something(nobody) == MOSQ_ERR_PLUGIN_DEFER);
}

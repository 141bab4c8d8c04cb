#include "plugin_settings.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <pwd.h>
#include <unistd.h>

using namespace edgeward;
using namespace edgeward::broker;

namespace {

const std::string own_user = ::getpwuid(::geteuid())->pw_name;

}  // namespace

TEST_CASE("every option of the plugin is read", "[plugin_settings]") {
    const auto read = read_plugin_settings({{"socket", "/run/x/in.sock"},
                                            {"gateway_user", own_user},
                                            {"topic", "devices/+/vitals"},
                                            {"topic", "devices/pump-1/#"},
                                            {"deadline_ms", "250"},
                                            {"prefix", "stored/"}});
    REQUIRE(read);
    CHECK(read->link.socket == "/run/x/in.sock");
    CHECK(read->link.gateway_user == ::geteuid());
    CHECK(read->link.deadline == std::chrono::milliseconds(250));
    CHECK(read->topics == std::vector<std::string>{"devices/+/vitals", "devices/pump-1/#"});
    CHECK(read->prefix == "stored/");
}

TEST_CASE("a plugin may look at the list of the revoked alone", "[plugin_settings]") {
    const auto read = read_plugin_settings({{"crl", "/etc/mosquitto/tls/ca.crl"}});
    REQUIRE(read);
    CHECK(read->crl == "/etc/mosquitto/tls/ca.crl");
    CHECK(read->topics.empty());
    CHECK(read_plugin_settings({{"crl", "ca.crl"}}).error().message ==
          "plugin_opt_crl: expected an absolute path");
}

TEST_CASE("only the topics have to be said where the gateway's user is known", "[plugin_settings]") {
    const auto read = read_plugin_settings({{"topic", "devices/+/vitals"}, {"gateway_user", own_user}});
    REQUIRE(read);
    CHECK(read->link.socket == "/run/edgeward-intake/intake.sock");
    CHECK(read->link.deadline == std::chrono::seconds(1));
    CHECK(read->prefix == "committed/");
}

TEST_CASE("a wrong option keeps the broker from starting and is named", "[plugin_settings]") {
    const auto [option, value, message] = GENERATE(table<std::string, std::string, std::string>({
        {"topic", "#", "plugin_opt_topic: expected a topic filter below devices/"},
        {"topic", "devices/", "plugin_opt_topic: expected a topic filter below devices/"},
        {"deadline_ms", "49", "plugin_opt_deadline_ms: expected a whole number from 50 to 10000"},
        {"deadline_ms", "1s", "plugin_opt_deadline_ms: expected a whole number from 50 to 10000"},
        {"deadline_ms", "", "plugin_opt_deadline_ms: expected a whole number from 50 to 10000"},
        {"prefix", "devices/x/",
         "plugin_opt_prefix: expected a topic level of its own that ends in /, such as "
         "committed/"},
        {"prefix", "committed",
         "plugin_opt_prefix: expected a topic level of its own that ends in /, such as "
         "committed/"},
        {"prefix", "a+/",
         "plugin_opt_prefix: expected a topic level of its own that ends in /, such as "
         "committed/"},
        {"socket", "run/in.sock", "plugin_opt_socket: expected an absolute path of at most 107 octets"},
        {"gateway_user", "no-such-user-here", "plugin_opt_gateway_user: expected a user of this machine"},
        {"topics", "devices/#",
         "plugin_opt_topics: expected one of socket, gateway_user, topic, deadline_ms, "
         "prefix, crl"},
    }));
    std::vector<Option> options{{"topic", "devices/+/vitals"}, {"gateway_user", own_user}};
    options.emplace_back(option, value);
    const auto read = read_plugin_settings(options);
    REQUIRE_FALSE(read);
    CHECK(read.error().kind == ErrorKind::misconfigured);
    CHECK(read.error().message == message);
}

TEST_CASE("a plugin without topics is a mistake", "[plugin_settings]") {
    const auto read = read_plugin_settings({{"gateway_user", own_user}});
    REQUIRE_FALSE(read);
    CHECK(read.error().message == "plugin_opt_topic: expected at least one topic filter");
}

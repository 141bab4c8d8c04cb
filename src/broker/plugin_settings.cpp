#include "plugin_settings.hpp"

#include <charconv>

#include <pwd.h>

namespace edgeward::broker {
namespace {

constexpr std::size_t longest_socket_path = 107;  // sun_path without its final zero, unix(7)
constexpr std::string_view device_topics = "devices/";
constexpr long least_deadline = 50;
constexpr long longest_deadline = 10000;

tl::unexpected<Error> mistake(std::string_view option, std::string_view expected) {
    return failure(ErrorKind::misconfigured,
                   "plugin_opt_" + std::string(option) + ": expected " + std::string(expected));
}

Result<std::uint32_t> user_id(const std::string& name) {
    passwd record{};
    passwd* found = nullptr;
    std::vector<char> memory(std::size_t{64} << 10U);
    if (::getpwnam_r(name.c_str(), &record, memory.data(), memory.size(), &found) != 0 || found == nullptr)
        return mistake("gateway_user", "a user of this machine");
    return record.pw_uid;
}

Result<void> read_topic(std::string_view value, PluginSettings& into) {
    // Others would be refused by the gateway, and with them whoever publishes there.
    if (!value.starts_with(device_topics) || value.size() == device_topics.size())
        return mistake("topic", "a topic filter below devices/");
    into.topics.emplace_back(value);
    return {};
}

Result<void> read_deadline(std::string_view value, PluginSettings& into) {
    long number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc() || end != value.data() + value.size() || number < least_deadline ||
        number > longest_deadline) {
        return mistake("deadline_ms", "a whole number from 50 to 10000");
    }
    into.link.deadline = std::chrono::milliseconds(number);
    return {};
}

Result<void> read_prefix(std::string_view value, PluginSettings& into) {
    if (value.size() < 2 || !value.ends_with('/') || value.starts_with(device_topics) ||
        value.starts_with('$') || value.find_first_of("+#") != std::string_view::npos) {
        return mistake("prefix", "a topic level of its own that ends in /, such as committed/");
    }
    into.prefix = value;
    return {};
}

}  // namespace

Result<PluginSettings> read_plugin_settings(const std::vector<Option>& options) {
    PluginSettings settings;
    std::string user = "edgeward";
    for (const auto& [option, value] : options) {
        Result<void> taken;
        if (option == "socket") {
            settings.link.socket = value;
        } else if (option == "gateway_user") {
            user = value;
        } else if (option == "topic") {
            taken = read_topic(value, settings);
        } else if (option == "deadline_ms") {
            taken = read_deadline(value, settings);
        } else if (option == "prefix") {
            taken = read_prefix(value, settings);
        } else if (option == "crl") {
            settings.crl = value;
        } else {
            taken = mistake(option, "one of socket, gateway_user, topic, deadline_ms, prefix, crl");
        }
        if (!taken) return failure(std::move(taken.error()));
    }
    if (!settings.link.socket.starts_with('/') || settings.link.socket.size() > longest_socket_path)
        return mistake("socket", "an absolute path of at most 107 octets");
    if (!settings.crl.empty() && !settings.crl.starts_with('/')) return mistake("crl", "an absolute path");
    if (settings.topics.empty() && settings.crl.empty()) return mistake("topic", "at least one topic filter");
    if (settings.topics.empty()) return settings;  // without durable topics nobody is asked
    const auto id = user_id(user);
    if (!id) return failure(id.error());
    settings.link.gateway_user = *id;
    return settings;
}

}  // namespace edgeward::broker

#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <edgeward/core/result.hpp>

#include "gateway_link.hpp"

namespace edgeward::broker {

// The lines plugin_opt_… below the plugin's line in mosquitto.conf.
struct PluginSettings {
    LinkSettings link;
    std::vector<std::string> topics;    // plugin_opt_topic, once for each filter
    std::string prefix = "committed/";  // what others than the gateway find a durable message under
    std::string crl;                    // the file that says who is revoked; empty: nobody looks
};

using Option = std::pair<std::string_view, std::string_view>;

// misconfigured, naming the line: an unknown option, a value out of range, an unknown user, neither a topic
// nor a list of the revoked.
Result<PluginSettings> read_plugin_settings(const std::vector<Option>& options);

}  // namespace edgeward::broker

#include <edgeward/device/sparkplug_topic.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace edgeward::device {
namespace {

constexpr std::array<std::pair<std::string_view, SparkplugType>, 6> types{{
    {"NBIRTH", SparkplugType::node_birth},
    {"NDATA", SparkplugType::node_data},
    {"NDEATH", SparkplugType::node_death},
    {"DBIRTH", SparkplugType::device_birth},
    {"DDATA", SparkplugType::device_data},
    {"DDEATH", SparkplugType::device_death},
}};

// Takes what stands before the next '/', or the rest.
std::string_view take_level(std::string_view& rest) {
    const std::size_t end = std::min(rest.find('/'), rest.size());
    const std::string_view level = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return level;
}

}  // namespace

std::string SparkplugTopic::name() const {
    std::string name(group);
    name.append("/").append(node);
    if (!device.empty()) name.append("/").append(device);
    return name;
}

std::optional<SparkplugTopic> read_sparkplug_topic(std::string_view topic) {
    constexpr std::string_view root = "spBv1.0/";
    if (!topic.starts_with(root) || topic.ends_with('/')) return std::nullopt;
    topic.remove_prefix(root.size());
    SparkplugTopic read;
    read.group = take_level(topic);
    const std::string_view word = take_level(topic);
    read.node = take_level(topic);
    read.device = take_level(topic);
    const auto* const type = std::ranges::find(types, word, [](const auto& each) { return each.first; });
    if (type == types.end() || read.group.empty() || read.node.empty() || !topic.empty()) return std::nullopt;
    read.type = type->second;
    if (read.device.empty() == (word.front() == 'D')) return std::nullopt;
    return read;
}

}  // namespace edgeward::device

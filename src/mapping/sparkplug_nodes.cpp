#include <edgeward/mapping/sparkplug_nodes.hpp>

#include <algorithm>

#include "sparkplug_payload.hpp"

namespace edgeward::mapping {
namespace {

using device::SparkplugType;

constexpr std::uint64_t numbers = 256;  // seq goes from 0 to 255 and begins again

bool is_birth(SparkplugType type) noexcept {
    return type == SparkplugType::node_birth || type == SparkplugType::device_birth;
}

// The metric bdSeq numbers the sessions of a node.
std::optional<std::uint64_t> session_of(const wire::Payload& payload) {
    for (const auto& metric : payload.metrics()) {
        if (metric.name() == "bdSeq" && has_integer(metric))
            return metric.has_int_value() ? metric.int_value() : metric.long_value();
    }
    return std::nullopt;
}

}  // namespace

// The numbers missing before it. A redelivered message goes back to where it was first; what came after it
// comes again too.
std::uint64_t SparkplugNodes::advance(Node& node, std::uint64_t seq, bool birth, bool redelivered) {
    const std::uint64_t before = node.position;
    if (before == 0 || birth) {
        node.position = (before / numbers + 1) * numbers + seq;
        return 0;
    }
    const std::uint64_t back = (before - seq) % numbers;
    if (redelivered && back < numbers / 2) {
        node.position = before - back;
        return 0;
    }
    const std::uint64_t missing = numbers - 1 - back;
    node.position = before + missing + 1;
    return missing;
}

// An NDEATH of an earlier session than that of the birth says nothing.
void SparkplugNodes::end(Node& node, const device::SparkplugTopic& topic, const wire::Payload& payload) {
    if (topic.type == SparkplugType::device_death)
        node.births.erase(std::string(topic.device));
    else if (session_of(payload) == node.session)
        node.births.clear();
}

SparkplugNodes::Birth SparkplugNodes::read_birth(const wire::Payload& payload, std::uint64_t position) {
    Birth birth;
    birth.position = position;
    for (const auto& metric : payload.metrics()) {
        if (!metric.has_name()) continue;
        Born born{metric.name(), metric.datatype(), {}};
        if (metric.has_properties()) born.properties = metric.properties().SerializeAsString();
        if (metric.has_alias()) birth.names[metric.alias()] = metric.name();
        birth.by_name[metric.name()] = std::move(born);
    }
    return birth;
}

bool SparkplugNodes::fill_in(wire::Metric& metric, const Birth& birth) {
    bool changed = false;
    if (!metric.has_name()) {
        const auto name = birth.names.find(metric.alias());
        if (name == birth.names.end()) return false;
        metric.set_name(name->second);
        changed = true;
    }
    const auto found = birth.by_name.find(metric.name());
    if (found == birth.by_name.end()) return changed;
    if (!metric.has_datatype()) {
        metric.set_datatype(found->second.datatype);
        changed = true;
    }
    if (!metric.has_properties() && !found->second.properties.empty())
        changed = metric.mutable_properties()->ParseFromString(found->second.properties) || changed;
    return changed;
}

std::optional<SparkplugNodes::Gap> SparkplugNodes::complete(model::RawMessage& message,
                                                            const device::DeviceRegistry& devices) {
    const auto topic = device::read_sparkplug_topic(message.topic);
    if (!topic || message.retained) return std::nullopt;
    const device::Device* enrolled = devices.find(topic->node);
    if (enrolled == nullptr ||
        enrolled->sparkplug != device::SparkplugTopic{{}, topic->group, topic->node, {}}.name())
        return std::nullopt;
    auto payload = parse_payload(message.payload);
    if (!payload) return std::nullopt;
    Node& node = nodes_[enrolled->id];
    if (topic->type == SparkplugType::node_death) {
        end(node, *topic, *payload);
        return std::nullopt;
    }
    if (!payload->has_seq() || payload->seq() >= numbers) return std::nullopt;
    const bool node_birth = topic->type == SparkplugType::node_birth;
    const std::uint64_t missing = advance(node, payload->seq(), node_birth, message.redelivered);
    if (missing > 0 || node_birth) node.births.clear();
    if (node_birth) node.session = session_of(*payload);
    if (topic->type == SparkplugType::device_death) end(node, *topic, *payload);
    if (is_birth(topic->type) && devices.speaker(message.topic) != nullptr)
        node.births[std::string(topic->device)] = read_birth(*payload, node.position);
    const auto birth = node.births.find(topic->device);
    if (birth != node.births.end() && birth->second.position < node.position) {
        bool changed = false;
        for (auto& metric : *payload->mutable_metrics())
            changed = fill_in(metric, birth->second) || changed;
        if (changed) {
            message.payload.resize(payload->ByteSizeLong());
            payload->SerializeToArray(message.payload.data(), static_cast<int>(message.payload.size()));
        }
    }
    if (missing == 0) return std::nullopt;
    return Gap{enrolled->id, missing};
}

}  // namespace edgeward::mapping

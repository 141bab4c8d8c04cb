#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include <edgeward/device/device_registry.hpp>
#include <edgeward/device/sparkplug_topic.hpp>
#include <edgeward/model/report.hpp>

namespace edgeward::mapping {

namespace wire {
class Metric;
class Payload;
}  // namespace wire

// What the nodes of Sparkplug B have said in their births (specification 3.0, chapter 5): which name,
// datatype and properties the aliases and names of later messages stand for.
//
// A birth counts as long as every message of its node has come since, by the numbers 0 to 255 that the node
// gives them (seq): among missing ones there may have been another birth. Then only the next one helps, and
// messages that need it do not read (no_birth) instead of reading wrongly.
//
// Pure; one thread. Memory: the metrics of births of enrolled devices.
class SparkplugNodes {
public:
    // How many messages of that node have not come before this one.
    struct Gap {
        std::string node;  // its device id
        std::uint64_t missing = 0;
    };

    // Messages as they come, each once. Takes in what it says, and writes into its payload what the births
    // say of it, so that it stands alone however late it is read. Of other topics, of nodes that are not
    // enrolled and of payloads that do not read, nothing changes.
    std::optional<Gap> complete(model::RawMessage& message, const device::DeviceRegistry& devices);

private:
    struct Born {
        std::string name;
        std::uint32_t datatype = 0;
        std::string properties;  // octets of the property set
    };
    struct Birth {
        std::uint64_t position = 0;
        std::map<std::string, Born, std::less<>> by_name;
        std::map<std::uint64_t, std::string> names;  // by alias
    };
    struct Node {
        std::uint64_t position = 0;  // of the newest message, its seq the lowest octet; 0: none came
        std::optional<std::uint64_t> session;              // bdSeq of its birth
        std::map<std::string, Birth, std::less<>> births;  // by device; empty: its own
    };

    static std::uint64_t advance(Node& node, std::uint64_t seq, bool birth, bool redelivered);
    static void end(Node& node, const device::SparkplugTopic& topic, const wire::Payload& payload);
    static Birth read_birth(const wire::Payload& payload, std::uint64_t position);
    static bool fill_in(wire::Metric& metric, const Birth& birth);

    std::map<std::string, Node, std::less<>> nodes_;
};

}  // namespace edgeward::mapping

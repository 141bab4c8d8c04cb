#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// Topics of Eclipse Sparkplug 3.0 (ISO/IEC 20237:2023), chapter 4: spBv1.0/<group>/<type>/<node>[/<device>].
namespace edgeward::device {

enum class SparkplugType : std::uint8_t {
    node_birth,    // NBIRTH
    node_data,     // NDATA
    node_death,    // NDEATH; by the broker, when the connection breaks
    device_birth,  // DBIRTH
    device_data,   // DDATA
    device_death,  // DDEATH
};

struct SparkplugTopic {
    SparkplugType type = SparkplugType::node_birth;
    std::string_view group;
    std::string_view node;    // who publishes, for itself and for the devices behind it
    std::string_view device;  // empty: the node itself

    // "group/node" or "group/node/device", as [[device]] sparkplug has it.
    [[nodiscard]] std::string name() const;
};

// Parts of the topic, which must outlive them. Nothing for every other topic, also for commands (NCMD, DCMD)
// and STATE: those are no words of the node that stands in them.
std::optional<SparkplugTopic> read_sparkplug_topic(std::string_view topic);

}  // namespace edgeward::device

#include <edgeward/mapping/mapping.hpp>
#include <edgeward/mapping/sparkplug_nodes.hpp>

#include <cstdlib>

#include "sparkplug.hpp"

using namespace edgeward;

namespace {

device::DeviceRegistry enrolled() {
    device::Device node;
    node.id = "n";
    node.sparkplug = "g/n";
    return device::DeviceRegistry({node});
}

}  // namespace

// As a birth, then as data by that birth: what stood alone before still does.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const device::DeviceRegistry devices = enrolled();
    mapping::SparkplugNodes nodes;
    model::RawMessage message;
    for (const char* topic : {"spBv1.0/g/NBIRTH/n", "spBv1.0/g/NDATA/n", "spBv1.0/g/NDEATH/n"}) {
        message.topic = topic;
        message.payload.assign(data, data + size);
        const auto before = mapping::read_sparkplug(message.payload, topic);
        if (!before && before.error().reason.empty()) std::abort();
        (void)nodes.complete(message, devices);
        const auto after = mapping::read_sparkplug(message.payload, topic);
        if (before && !after && after.error().reason == "no_birth") std::abort();
    }
    return 0;
}

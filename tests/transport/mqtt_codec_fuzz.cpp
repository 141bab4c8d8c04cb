#include "mqtt_codec.hpp"

#include <edgeward/core/bytes.hpp>

// Whatever a broker sends is a packet, not one yet, or refused.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace edgeward::transport;
    MqttReader reader;
    reader.add(edgeward::text_of({data, size}));
    for (;;) {
        const auto packet = reader.next();
        if (!packet || !*packet) return 0;
        (void)read_connack(**packet);
        (void)read_publish(**packet);
        (void)read_puback(**packet);
        (void)read_suback(**packet);
    }
}

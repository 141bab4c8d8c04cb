#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <edgeward/core/bytes.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/crypto/seal.hpp>
#include <edgeward/store/store_reader.hpp>

// Messages in quarantine, as they lie sealed under the key "quarantine". Threads: any.
namespace edgeward::store {

struct HeldMessage {
    std::string topic;
    Bytes payload;
};
Bytes seal_held_topic(std::string_view topic, const crypto::SealingKey& key);
Bytes seal_held_payload(ByteView payload, const crypto::SealingKey& key);
// corrupt: another key, or altered octets.
Result<HeldMessage> open_held(const QuarantineEntry& entry, const crypto::SealingKey& key);

// Those whose topic or payload is `wanted`; each is opened, looked at and overwritten again.
struct HeldMessages {
    std::vector<std::uint64_t> ids;
    std::vector<Bytes> cells;     // their sealed topics and payloads
    std::uint64_t looked_to = 0;  // id to go on behind
};
Result<HeldMessages> find_held(StoreReader& reader, const crypto::SealingKey& key, std::uint64_t after,
                               const std::function<bool(std::string_view text)>& wanted);

}  // namespace edgeward::store

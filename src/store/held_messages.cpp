#include <edgeward/store/held_messages.hpp>

#include <utility>

#include <edgeward/core/secret.hpp>

namespace edgeward::store {
namespace {

constexpr std::string_view topic_context = "edgeward-quarantine-1 topic";
constexpr std::string_view payload_context = "edgeward-quarantine-1 payload";
constexpr std::size_t page = 200;

}  // namespace

Bytes seal_held_topic(std::string_view topic, const crypto::SealingKey& key) {
    return key.seal(bytes_of(topic), bytes_of(topic_context));
}

Bytes seal_held_payload(ByteView payload, const crypto::SealingKey& key) {
    return key.seal(payload, bytes_of(payload_context));
}

Result<HeldMessage> open_held(const QuarantineEntry& entry, const crypto::SealingKey& key) {
    const auto topic = key.open(entry.sealed_topic, bytes_of(topic_context));
    const auto payload = key.open(entry.sealed_payload, bytes_of(payload_context));
    if (!topic || !payload) return failure(ErrorKind::corrupt, "a quarantined message does not open");
    return HeldMessage{std::string(text_of(topic->reveal())),
                       Bytes(payload->reveal().begin(), payload->reveal().end())};
}

Result<HeldMessages> find_held(StoreReader& reader, const crypto::SealingKey& key, std::uint64_t after,
                               const std::function<bool(std::string_view text)>& wanted) {
    HeldMessages found;
    found.looked_to = after;
    for (bool more = true; more;) {
        auto entries = reader.quarantine(page, found.looked_to);
        if (!entries) return failure(std::move(entries.error()));
        for (auto& entry : *entries) {
            found.looked_to = entry.id;
            auto message = open_held(entry, key);
            if (!message) return failure(std::move(message.error()));
            const bool is_wanted = wanted(text_of(message->payload)) || wanted(message->topic);
            wipe(message->payload.data(), message->payload.size());
            if (!is_wanted) continue;
            found.ids.push_back(entry.id);
            found.cells.push_back(std::move(entry.sealed_topic));
            found.cells.push_back(std::move(entry.sealed_payload));
        }
        more = entries->size() == page;
    }
    return found;
}

}  // namespace edgeward::store

#include <edgeward/audit/hash_chain.hpp>

namespace edgeward::audit {

Result<Record> HashChain::append(Instant time, Event event) {
    auto octets = canonical(time, event);
    if (!octets) return failure(std::move(octets.error()));
    Record record;
    record.sequence = sequence_ + 1;
    record.time = time;
    record.event = std::move(event);
    record.octets = std::move(*octets);
    record.previous = head_;
    record.digest = link_digest(head_, record.sequence, record.octets);
    sequence_ = record.sequence;
    head_ = record.digest;
    return record;
}

}  // namespace edgeward::audit

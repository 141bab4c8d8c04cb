#include "siem_start.hpp"

namespace edgeward::anchoring {
namespace {

constexpr std::size_t page = 5000;

Result<bool> has(const AuditTrail& trail, const SiemPosition& position, std::uint64_t newest) {
    if (position.sequence > newest) return false;
    bool same = false;
    auto done = trail.read(
        position.sequence, 1, [&](const audit::Record& record) { same = record.digest == position.digest; },
        [](std::string_view) {});
    if (!done) return failure(std::move(done.error()));
    return same;
}

// The record before the first `restored` that is not older than `since`.
Result<std::optional<SiemPosition>> before_restore(const AuditTrail& trail, Instant since,
                                                   std::uint64_t newest, const std::atomic<bool>& stopping) {
    std::optional<SiemPosition> found;
    SiemPosition last;
    for (std::uint64_t first = 1; first <= newest && !found; first += page) {
        if (stopping) return failure(ErrorKind::unavailable, "stopped");
        auto done = trail.read(
            first, page,
            [&](const audit::Record& record) {
                if (!found && record.event.action == audit::Action::restored && record.time >= since)
                    found = last;
                last = {record.sequence, record.digest, record.time};
            },
            [](std::string_view) {});
        if (!done) return failure(std::move(done.error()));
    }
    return found;
}

}  // namespace

Result<SiemStart> find_siem_start(const AuditTrail& trail, const SiemPosition& position,
                                  const std::atomic<bool>& stopping) {
    if (position.sequence == 0) return SiemStart{};
    const auto chain = trail.chain();
    if (!chain) return failure(chain.error());
    const auto known = has(trail, position, chain->sequence);
    if (!known) return failure(known.error());
    if (*known) return SiemStart{position, {}};
    auto restored = before_restore(trail, position.time, chain->sequence, stopping);
    if (!restored) return failure(std::move(restored.error()));
    if (*restored) return SiemStart{**restored, {}};
    return SiemStart{
        {},
        position.sequence > chain->sequence
            ? "the log ends before record " + std::to_string(position.sequence) + ", which was sent"
            : "record " + std::to_string(position.sequence) + " is another one than was sent"};
}

}  // namespace edgeward::anchoring

#include "held_keeper.hpp"

#include <edgeward/core/log.hpp>

namespace edgeward::app {
namespace {

constexpr std::size_t page = 200;
constexpr std::chrono::milliseconds rest{5};  // between pages: commits go first

}  // namespace

bool is_held(std::string_view reason) noexcept {
    return reason == "no_association" || reason == "ambiguous_association";
}

HeldKeeper::HeldKeeper(Parts parts)
    : parts_(std::move(parts)),
      replayed_(parts_.metrics.counter("edgeward_held_replayed_total",
                                       "Held messages that a later movement gave a person.")) {}

void HeldKeeper::start() {
    thread_.start([this] { return pass().map([](std::uint64_t) {}); });
}

void HeldKeeper::stop() {
    thread_.stop();
}

// False: it stays held, or somebody else has resolved it meanwhile.
Result<bool> HeldKeeper::replay(const store::QuarantineEntry& entry) {
    const auto inbound = parts_.pipeline.decode_again(entry);
    if (!inbound && inbound.error().kind == ErrorKind::invalid_input) return false;
    if (!inbound) return failure(inbound.error());
    auto done = parts_.writer.run([&](store::ObservationStore& store) {
        return store.resolve_quarantine(entry.id, *inbound, "gateway");
    });
    if (!done && done.error().kind == ErrorKind::invalid_input) return false;
    if (!done) return failure(std::move(done.error()));
    return true;
}

Result<std::uint64_t> HeldKeeper::pass() {
    std::uint64_t after = 0;
    std::uint64_t found = 0;
    for (bool more = true; more;) {
        const auto entries = parts_.reader.quarantine(page, after);
        if (!entries) return failure(entries.error());
        for (const auto& entry : *entries) {
            after = entry.id;
            if (!is_held(entry.reason)) continue;
            const auto replayed = replay(entry);
            if (!replayed) return failure(replayed.error());
            if (*replayed) ++found;
        }
        more = entries->size() == page && !thread_.stopping();
        if (more) thread_.pause(rest);
    }
    replayed_.add(static_cast<double>(found));
    if (found > 0) {
        log::info("held messages have found their person", {{"messages", found}});
        parts_.stored();
    }
    return found;
}

}  // namespace edgeward::app

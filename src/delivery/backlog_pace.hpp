#pragma once

#include <cstddef>

#include <edgeward/core/time.hpp>

namespace edgeward::delivery {

// How fast a backlog goes while fresh reports come in beside it: so slowly that these are sent nearly as soon
// as without one, and at least six times as fast as they come. While none come it goes as fast as it can.
// Pure; one thread.
class BacklogPace {
public:
    // So many were claimed as fresh.
    void fresh_came(std::size_t reports, MonotonicTime now) noexcept;
    // How many old reports may be claimed, at most `most`; 0: none before next_claim().
    [[nodiscard]] std::size_t may_claim(std::size_t most, MonotonicTime now) const noexcept;
    // A claim of old reports is made.
    void claims(MonotonicTime now) noexcept;
    [[nodiscard]] MonotonicTime next_claim() const noexcept { return next_claim_; }
    // How many reports go in one message, at most `most`: while one is rendered the others wait. More when
    // many fresh ones come at once.
    [[nodiscard]] std::size_t in_a_message(std::size_t most, MonotonicTime now) const noexcept;

private:
    [[nodiscard]] bool is_considerate(MonotonicTime now) const noexcept { return now < fresh_until_; }

    MonotonicTime fresh_until_{};  // more of them are expected until then
    MonotonicTime next_claim_{};
    std::size_t fresh_ = 0;       // since the last claim of old ones
    std::size_t last_fresh_ = 0;  // at once
};

}  // namespace edgeward::delivery

#include <edgeward/core/backoff.hpp>

#include <algorithm>
#include <array>
#include <limits>

#include <edgeward/core/bytes.hpp>

namespace edgeward {
namespace {

std::uint64_t random_up_to(std::uint64_t most, Random& random) {
    std::array<std::uint8_t, 8> octets{};
    random.fill(octets);
    return big_endian(octets) % (most + 1);  // the bias is far below a millisecond's meaning
}

}  // namespace

std::chrono::milliseconds Backoff::next(Random& random) {
    constexpr std::uint32_t most_doublings = 32;
    auto wait = std::max(settings_.first, std::chrono::milliseconds(0));
    for (std::uint32_t i = 0; i < std::min(failures_, most_doublings) && wait < settings_.longest; ++i)
        wait *= 2;
    wait = std::min(wait, std::max(settings_.longest, settings_.first));
    if (failures_ < std::numeric_limits<std::uint32_t>::max()) ++failures_;

    const auto half = wait / 2;
    const auto share = random_up_to(static_cast<std::uint64_t>((wait - half).count()), random);
    return half + std::chrono::milliseconds(share);
}

}  // namespace edgeward

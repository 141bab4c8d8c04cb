#include <edgeward/access/delays.hpp>

#include <algorithm>

#include <edgeward/crypto/digest.hpp>

#include "keyed_place.hpp"

namespace edgeward::access {
namespace {

constexpr std::uint32_t free_failures = 4;
constexpr std::chrono::seconds longest = std::chrono::minutes(15);
constexpr std::chrono::hours forgotten_after{24};

std::chrono::seconds delay_after(std::uint32_t failures) {
    if (failures <= free_failures) return {};
    const std::uint32_t doublings = std::min<std::uint32_t>(failures - free_failures - 1, 20);
    return std::min(longest, std::chrono::seconds(std::int64_t{1} << doublings));
}

}  // namespace

Delays::Delays(Random& random) : key_(random_place_key(random)), places_(keyed_places) {}

std::size_t Delays::place_of(std::string_view name) const {
    return keyed_place(key_, name);
}

std::optional<std::chrono::seconds> Delays::wait(std::string_view name, MonotonicTime now) const {
    const std::size_t place = place_of(name);
    const std::lock_guard lock(mutex_);
    const MonotonicTime until = places_[place].until;
    if (until <= now) return std::nullopt;
    return std::chrono::ceil<std::chrono::seconds>(until - now);
}

std::chrono::seconds Delays::failed(std::string_view name, MonotonicTime now) {
    const std::size_t at = place_of(name);
    const std::lock_guard lock(mutex_);
    Place& place = places_[at];
    if (now - place.last > forgotten_after) place.failures = 0;
    ++place.failures;
    place.last = now;
    const auto delay = delay_after(place.failures);
    place.until = now + delay;
    return delay;
}

void Delays::succeeded(std::string_view name) {
    const std::size_t place = place_of(name);
    const std::lock_guard lock(mutex_);
    places_[place] = {};
}

}  // namespace edgeward::access

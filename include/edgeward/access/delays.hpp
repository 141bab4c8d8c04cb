#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

#include <edgeward/core/random.hpp>
#include <edgeward/core/secret.hpp>
#include <edgeward/core/time.hpp>

namespace edgeward::access {

// How long a name has to wait after wrong attempts: nothing after four in a row, a second after the fifth,
// twice as long after each further one, a quarter of an hour at most. Forgotten after a right one, and after
// a day without any.
//
// Names share 4096 places by a keyed hash, so that names nobody has cost no memory and wait like others. Two
// names in one place wait together; nobody outside can tell which those are. Threads: any.
class Delays {
public:
    explicit Delays(Random& random = system_random());

    // How long until the next attempt counts; nothing: now.
    std::optional<std::chrono::seconds> wait(std::string_view name, MonotonicTime now) const;
    // How long the name has to wait from now on; zero: not at all.
    std::chrono::seconds failed(std::string_view name, MonotonicTime now);
    void succeeded(std::string_view name);

private:
    struct Place {
        std::uint32_t failures = 0;
        MonotonicTime last{};
        MonotonicTime until{};
    };
    std::size_t place_of(std::string_view name) const;

    Secret key_;
    mutable std::mutex mutex_;
    std::vector<Place> places_;
};

}  // namespace edgeward::access

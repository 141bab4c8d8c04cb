#pragma once

#include <cstdint>
#include <span>

namespace edgeward {

// Where unpredictable octets come from. Threads: any.
class Random {
public:
    Random() = default;
    Random(const Random&) = delete;
    Random& operator=(const Random&) = delete;
    virtual ~Random() = default;

    // Fills `out`. Aborts the process when the generator fails: there is no safe way on.
    virtual void fill(std::span<std::uint8_t> out) = 0;
};

// OpenSSL's DRBG, seeded by the kernel.
Random& system_random();

}  // namespace edgeward

#include <edgeward/core/random.hpp>

#include <algorithm>
#include <cstdlib>

#include <openssl/rand.h>

namespace edgeward {
namespace {

class SystemRandom final : public Random {
public:
    void fill(std::span<std::uint8_t> out) override {
        constexpr std::size_t most = 1U << 20U;  // RAND_bytes counts in int
        while (!out.empty()) {
            const std::size_t part = std::min(out.size(), most);
            if (RAND_bytes(out.data(), static_cast<int>(part)) != 1) std::abort();
            out = out.subspan(part);
        }
    }
};

}  // namespace

Random& system_random() {
    static SystemRandom random;
    return random;
}

}  // namespace edgeward

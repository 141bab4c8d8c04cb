#pragma once

#include <cstddef>

#include <edgeward/core/bytes.hpp>

namespace edgeward {

// Key material or a password: move-only, zeroed when it dies or is moved from, no stream operator, no
// formatter, no comparison. Its octets are reachable only through reveal(), so that every use can be found.
class Secret {
public:
    Secret() = default;
    explicit Secret(ByteView octets) : octets_(octets.begin(), octets.end()) {}
    // Takes over `octets`; no copy stays behind.
    explicit Secret(Bytes&& octets) noexcept : octets_(std::move(octets)) { octets.clear(); }
    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;
    Secret(Secret&& other) noexcept : octets_(std::move(other.octets_)) { other.octets_.clear(); }
    Secret& operator=(Secret&& other) noexcept;
    ~Secret();

    [[nodiscard]] ByteView reveal() const noexcept { return octets_; }
    [[nodiscard]] bool empty() const noexcept { return octets_.empty(); }
    [[nodiscard]] std::size_t size() const noexcept { return octets_.size(); }
    // A second owner, asked for by name.
    [[nodiscard]] Secret clone() const { return Secret(reveal()); }

private:
    Bytes octets_;
};

// Overwrites memory in a way the compiler may not remove.
void wipe(void* memory, std::size_t size) noexcept;

}  // namespace edgeward

#include <edgeward/core/secret.hpp>

#include <cstring>
#include <utility>

namespace edgeward {

Secret& Secret::operator=(Secret&& other) noexcept {
    if (this == &other) return *this;
    wipe(octets_.data(), octets_.size());
    octets_ = std::move(other.octets_);
    other.octets_.clear();
    return *this;
}

Secret::~Secret() {
    wipe(octets_.data(), octets_.size());
}

void wipe(void* memory, std::size_t size) noexcept {
    if (size > 0) explicit_bzero(memory, size);  // OPENSSL_cleanse writes eight octets at a time
}

}  // namespace edgeward

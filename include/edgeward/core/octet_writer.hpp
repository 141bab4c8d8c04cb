#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include <endian.h>
#include <edgeward/core/bytes.hpp>

namespace edgeward {

// Writes octets front to back, over what `out` held before; what OctetReader reads. Between the calls `out`
// has octets behind the written ones, so that few calls make it grow: finish() cuts them off. A value; the
// octets outlive it.
class OctetWriter {
public:
    explicit OctetWriter(Bytes& out) noexcept : out_(out) {}

    // The lowest `count` (1 to 8) octets of a number, in network order.
    void number(std::uint64_t value, std::size_t count) {
        const std::uint64_t ordered = htobe64(value << (64U - 8U * count));
        std::memcpy(room(count), &ordered, count);
    }
    void octets(ByteView octets) {
        if (!octets.empty()) std::memcpy(room(octets.size()), octets.data(), octets.size());
    }
    // After its length, which has `length_octets`.
    void text(std::string_view text, std::size_t length_octets) {
        number(text.size(), length_octets);
        octets(bytes_of(text));
    }
    [[nodiscard]] ByteView written() const noexcept { return ByteView(out_).first(size_); }
    void finish() { out_.resize(size_); }

private:
    std::uint8_t* room(std::size_t count) {
        if (out_.size() - size_ < count) out_.resize(std::max(2 * out_.size(), size_ + count));
        std::uint8_t* const begin = out_.data() + size_;
        size_ += count;
        return begin;
    }

    Bytes& out_;
    std::size_t size_ = 0;
};

}  // namespace edgeward

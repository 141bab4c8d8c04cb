#include "wal_prefix.hpp"

#include <algorithm>

namespace edgeward::database {
namespace {

constexpr std::size_t frame_header_size = 24;
constexpr std::size_t frames_at_once = 64;
constexpr std::uint32_t magic_without_order = 0x377f0682;  // its last bit: checksums read big-endian

std::uint32_t big_endian(ByteView octets, std::size_t at) {
    return (std::uint32_t{octets[at]} << 24U) | (std::uint32_t{octets[at + 1]} << 16U) |
           (std::uint32_t{octets[at + 2]} << 8U) | octets[at + 3];
}

std::uint32_t little_endian(ByteView octets, std::size_t at) {
    return (std::uint32_t{octets[at + 3]} << 24U) | (std::uint32_t{octets[at + 2]} << 16U) |
           (std::uint32_t{octets[at + 1]} << 8U) | octets[at];
}

// fileformat2, 4.2: s0 += x(n) + s1, s1 += x(n+1) + s0.
class Checksum {
public:
    explicit Checksum(bool big) : big_(big) {}
    void add(ByteView octets) {
        for (std::size_t at = 0; at + 8 <= octets.size(); at += 8) {
            first_ += word(octets, at) + second_;
            second_ += word(octets, at + 4) + first_;
        }
    }
    [[nodiscard]] bool is(ByteView octets, std::size_t at) const {
        return big_endian(octets, at) == first_ && big_endian(octets, at + 4) == second_;
    }

private:
    [[nodiscard]] std::uint32_t word(ByteView octets, std::size_t at) const {
        return big_ ? big_endian(octets, at) : little_endian(octets, at);
    }
    bool big_;
    std::uint32_t first_ = 0;
    std::uint32_t second_ = 0;
};

// Follows the frames as far as they belong together.
class Follower {
public:
    Follower(const WalHeader& header, Checksum checksum) : header_(header), checksum_(checksum) {}

    // False at the first frame that is not the next one.
    bool take(ByteView frame) {
        const ByteView head = frame.first(frame_header_size);
        const bool same_salts = std::ranges::equal(head.subspan(8, 8), ByteView(header_).subspan(16, 8));
        if (!same_salts || big_endian(head, 0) == 0) return false;
        checksum_.add(head.first(8));
        checksum_.add(frame.subspan(frame_header_size));
        if (!checksum_.is(head, 16)) return false;
        ++frames_;
        if (big_endian(head, 4) != 0) committed_ = frames_;
        return true;
    }
    [[nodiscard]] std::uint64_t frames() const noexcept { return frames_; }
    [[nodiscard]] std::uint64_t committed() const noexcept { return committed_; }

private:
    WalHeader header_;
    Checksum checksum_;
    std::uint64_t frames_ = 0;
    std::uint64_t committed_ = 0;
};

}  // namespace

Result<std::uint64_t> committed_prefix(std::uint64_t size, const ReadLog& read) {
    WalHeader header{};
    if (size < header.size()) return 0;
    if (auto got = read(0, header); !got) return failure(std::move(got.error()));
    const std::uint32_t magic = big_endian(header, 0);
    const std::uint32_t page = big_endian(header, 8);
    if ((magic & ~1U) != magic_without_order || page < 512 || page > 65536) return 0;
    Checksum checksum((magic & 1U) != 0);
    checksum.add(ByteView(header).first(24));
    if (!checksum.is(header, 24)) return 0;

    Follower follower(header, checksum);
    const std::size_t frame = frame_header_size + page;
    const std::uint64_t frames = (size - header.size()) / frame;
    Bytes buffer(frame * frames_at_once);
    while (follower.frames() < frames) {
        const auto count =
            static_cast<std::size_t>(std::min<std::uint64_t>(frames_at_once, frames - follower.frames()));
        const auto piece = std::span(buffer).first(frame * count);
        if (auto got = read(header.size() + follower.frames() * frame, piece); !got)
            return failure(std::move(got.error()));
        for (std::size_t i = 0; i < count; ++i) {
            if (!follower.take(piece.subspan(i * frame, frame)))
                return follower.committed() == 0 ? 0 : header.size() + follower.committed() * frame;
        }
    }
    return follower.committed() == 0 ? 0 : header.size() + follower.committed() * frame;
}

}  // namespace edgeward::database

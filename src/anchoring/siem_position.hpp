#pragma once

#include <cstdint>
#include <filesystem>

#include <edgeward/core/result.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/crypto/digest.hpp>

namespace edgeward::anchoring {

// The last record the SIEM has kept. 0: none.
struct SiemPosition {
    std::uint64_t sequence = 0;
    crypto::Digest digest{};
    Instant time{};  // of the record
    friend bool operator==(const SiemPosition&, const SiemPosition&) = default;
};

// One line, "edgeward-siem-position 1 <sequence> <digest> <time>", written durably. A file that is not there
// is the beginning; corrupt: it is there and not of this form.
Result<SiemPosition> read_siem_position(const std::filesystem::path& file);
Result<void> write_siem_position(const std::filesystem::path& file, const SiemPosition& position);

}  // namespace edgeward::anchoring

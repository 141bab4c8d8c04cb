#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>

#include <edgeward/core/bytes.hpp>
#include <edgeward/core/result.hpp>

// The write-ahead log's own form (sqlite.org/fileformat2.html, 4.1 to 4.4), as far as it takes to find where
// the last commit in it ends.
namespace edgeward::database {

inline constexpr std::size_t wal_header_size = 32;
using WalHeader = std::array<std::uint8_t, wal_header_size>;
// Fills the span from that offset of the log.
using ReadLog = std::function<Result<void>(std::uint64_t offset, std::span<std::uint8_t> out)>;

// How many octets of a log of `size` octets are header and whole commits, as recovery would find it: salts
// and running checksums hold, the last frame ends a transaction. 0: there is no commit in it.
Result<std::uint64_t> committed_prefix(std::uint64_t size, const ReadLog& read);

}  // namespace edgeward::database

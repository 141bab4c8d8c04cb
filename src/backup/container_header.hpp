#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <edgeward/core/bytes.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/core/secret.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/crypto/digest.hpp>

// The readable beginning of a container (docs/backup-format.md): which one it is, and its key for each who
// may open it. Pure.
namespace edgeward::backup {

// The two parts of a backup, each with a retention of its own.
enum class Kind : std::uint8_t { data, persons };
std::string_view name_of(Kind kind) noexcept;

inline constexpr int oldest_version = 1;
inline constexpr int newest_version = 2;  // the one that is written

struct ContainerHeader {
    int version = newest_version;
    Kind kind = Kind::data;
    std::string id;                    // 32 hexadecimal digits, the same for both parts
    std::string installation;          // 32 hexadecimal digits
    Instant made{};                    // when the snapshots began
    std::uint64_t erasures = 0;        // entries of the erasure ledger at that moment
    Bytes for_kek;                     // the container's key, sealed for the key-encryption key
    std::string recovery_fingerprint;  // 64 hexadecimal digits; empty: no recovery key
    Bytes for_recovery;
};

inline constexpr std::size_t longest_header = 8192;

// `header` as octets, up to and with the empty line.
std::string write_header(const ContainerHeader& header);
// The header `text` begins with, and how long it is. invalid_input: no container of a version that is known.
struct ParsedHeader {
    ContainerHeader header;
    std::size_t size = 0;
};
Result<ParsedHeader> parse_header(std::string_view text);

// What wraps the keys of containers, from the key-encryption key.
Secret wrapping_key(const Secret& key_encryption_key);
// Wraps `key` for both; `recovery_pem` may be empty.
Result<void> wrap_container_key(ContainerHeader& header, const Secret& key, const Secret& wrapping,
                                const std::string& recovery_pem);
// Who may open: at least one of them.
struct Unlocking {
    std::optional<Secret> wrapping;      // wrapping_key() of the key-encryption key
    std::optional<Secret> recovery_key;  // PEM
};
// corrupt: neither of the keys opens it.
Result<Secret> unwrap_container_key(const ContainerHeader& header, const Unlocking& unlocking);
// The key of the stream that follows this header and no other.
Secret stream_key(const Secret& container_key, std::string_view header_text);

}  // namespace edgeward::backup

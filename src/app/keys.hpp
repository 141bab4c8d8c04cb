#pragma once

#include <filesystem>
#include <string>

#include <edgeward/config/credentials.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/crypto/key_ring.hpp>

namespace edgeward::app {

// The wrapped keys beside the databases.
inline constexpr const char* key_ring_file = "keyring";

// The key-encryption key from its credential: 32 octets, or 64 hexadecimal digits and a line end.
Result<Secret> read_key_encryption_key(const config::Credentials& credentials, const std::string& name);

// The ring in `folder`. misconfigured: no such file (run `edgeward init`); corrupt: another key-encryption
// key.
Result<crypto::KeyRing> load_key_ring(const std::filesystem::path& folder, const Secret& key_encryption_key);
// Makes a fresh ring; misconfigured when there is one already: its keys open the databases.
Result<void> create_key_ring(const std::filesystem::path& folder, const Secret& key_encryption_key);
// Wraps the ring under another key-encryption key.
Result<void> rewrap_key_ring(const std::filesystem::path& folder, const Secret& from, const Secret& to);

}  // namespace edgeward::app

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <edgeward/core/bytes.hpp>
#include <edgeward/crypto/signature.hpp>

// Signed notes: c2sp.org/signed-note. A note is a body, a blank line and signature lines.
namespace edgeward::audit {

inline constexpr std::size_t longest_note = 16384;

// What a signature says: the log's own (Ed25519), or a witness's with its time (c2sp.org/tlog-cosignature).
enum class NoteKey : std::uint8_t { log = 0x01, cosigner = 0x04 };

using KeyId = std::array<std::uint8_t, 4>;
// First four octets of SHA-256(name, LF, kind, public key).
KeyId key_id(std::string_view name, NoteKey kind, const crypto::PublicKey& key);

struct NoteParts {
    std::string_view body;        // with its last line feed: what is signed
    std::string_view signatures;  // the lines after the blank one
};
// Nothing: no blank line, or longer than a note may be.
std::optional<NoteParts> split_note(std::string_view note);

// Cuts the text up to the next line feed off the front of `rest`. Nothing: no line feed.
std::optional<std::string_view> next_line(std::string_view& rest);

// "— <name> <base64 of key id and signature>" and a line feed.
std::string signature_line(std::string_view name, const KeyId& id, ByteView signature);

struct SignatureLine {
    std::string_view name;
    KeyId id{};
    Bytes signature;
};
// Of a line without its line feed. Nothing: malformed.
std::optional<SignatureLine> parse_signature_line(std::string_view line);

}  // namespace edgeward::audit

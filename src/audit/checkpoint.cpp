#include <edgeward/audit/hash_chain.hpp>

#include <algorithm>
#include <array>
#include <optional>

#include "export_line.hpp"

namespace edgeward::audit {
namespace {

constexpr std::size_t longest_note = 16384;
constexpr std::size_t key_id_octets = 4;
constexpr std::string_view signature_mark = "\xE2\x80\x94 ";  // em dash, space: c2sp.org/signed-note
constexpr std::string_view head_mark = "head ";
constexpr std::string_view time_mark = "time ";

std::string body_of(const Checkpoint& checkpoint) {
    std::string body = checkpoint.origin;
    body.append("\n").append(std::to_string(checkpoint.size));
    body.append("\n").append(to_base64(checkpoint.root));
    body.append("\n").append(head_mark).append(to_hex(checkpoint.head));
    body.append("\n").append(time_mark).append(to_rfc3339(checkpoint.time));
    return body.append("\n");
}

// First four octets of SHA-256(name, LF, 0x01 (Ed25519), public key).
std::array<std::uint8_t, key_id_octets> key_id(std::string_view name, const crypto::PublicKey& key) {
    constexpr std::array<std::uint8_t, 2> line_feed_ed25519 = {'\n', 0x01};
    const crypto::Digest digest = crypto::sha256({bytes_of(name), line_feed_ed25519, key});
    std::array<std::uint8_t, key_id_octets> id{};
    std::copy_n(digest.begin(), id.size(), id.begin());
    return id;
}

// Cuts the text up to the next line feed off the front of `rest`. Nothing: no line feed.
std::optional<std::string_view> next_line(std::string_view& rest) {
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    return line;
}

bool take_digest(bool decoded, const Bytes& octets, crypto::Digest& digest) {
    if (!decoded || octets.size() != digest.size()) return false;
    std::copy(octets.begin(), octets.end(), digest.begin());
    return true;
}

// Reads loosely and then compares with how the result is written, so there is one spelling only.
std::optional<Checkpoint> parse_body(std::string_view body) {
    std::array<std::string_view, 5> lines;
    std::string_view rest = body;
    for (std::string_view& line : lines) {
        const auto cut = next_line(rest);
        if (!cut) return std::nullopt;
        line = *cut;
    }
    Checkpoint checkpoint;
    checkpoint.origin = lines[0];
    Bytes octets;
    if (!read_number(lines[1], checkpoint.size)) return std::nullopt;
    if (!take_digest(from_base64(lines[2], octets), octets, checkpoint.root)) return std::nullopt;
    if (!lines[3].starts_with(head_mark) || !lines[4].starts_with(time_mark)) return std::nullopt;
    if (!take_digest(from_hex(lines[3].substr(head_mark.size()), octets), octets, checkpoint.head))
        return std::nullopt;
    const auto time = parse_rfc3339(lines[4].substr(time_mark.size()));
    if (!time) return std::nullopt;
    checkpoint.time = time->utc;
    if (body_of(checkpoint) != body) return std::nullopt;
    return checkpoint;
}

enum class SignatureLine : std::uint8_t { malformed, foreign, valid, invalid };

SignatureLine check_signature(std::string_view line, std::string_view name, const crypto::PublicKey& key,
                              std::string_view body) {
    if (!line.starts_with(signature_mark)) return SignatureLine::malformed;
    line.remove_prefix(signature_mark.size());
    const std::size_t space = line.find(' ');
    Bytes octets;
    if (space == std::string_view::npos || space == 0 || !from_base64(line.substr(space + 1), octets) ||
        octets.size() <= key_id_octets)
        return SignatureLine::malformed;
    const auto id = key_id(name, key);
    if (line.substr(0, space) != name || !std::equal(id.begin(), id.end(), octets.begin()))
        return SignatureLine::foreign;
    crypto::Signature signature{};
    if (octets.size() != key_id_octets + signature.size()) return SignatureLine::invalid;
    std::copy(octets.begin() + key_id_octets, octets.end(), signature.begin());
    return crypto::verify(key, bytes_of(body), signature) ? SignatureLine::valid : SignatureLine::invalid;
}

Result<void> check_signatures(std::string_view lines, std::string_view name, const crypto::PublicKey& key,
                              std::string_view body) {
    bool valid = false;
    while (!lines.empty()) {
        const auto line = next_line(lines);
        const SignatureLine found = line ? check_signature(*line, name, key, body) : SignatureLine::malformed;
        if (found == SignatureLine::malformed)
            return failure(ErrorKind::invalid_input, "a signature line of the checkpoint is malformed");
        if (found == SignatureLine::invalid)
            return failure(ErrorKind::denied, "the signature of the checkpoint is wrong");
        valid = valid || found == SignatureLine::valid;
    }
    if (!valid) return failure(ErrorKind::denied, "the checkpoint is not signed with this key");
    return {};
}

}  // namespace

std::string sign_checkpoint(const Checkpoint& checkpoint, const Secret& signing_seed) {
    std::string note = body_of(checkpoint);
    const crypto::Signature signature = crypto::sign(signing_seed, bytes_of(note));
    const auto id = key_id(checkpoint.origin, crypto::public_key_of(signing_seed));
    Bytes octets(id.begin(), id.end());
    octets.insert(octets.end(), signature.begin(), signature.end());
    note.append("\n").append(signature_mark).append(checkpoint.origin).append(" ");
    return note.append(to_base64(octets)).append("\n");
}

Result<Checkpoint> verify_checkpoint(std::string_view note, const crypto::PublicKey& key) {
    const std::size_t blank = note.rfind("\n\n");
    if (note.size() > longest_note || blank == std::string_view::npos)
        return failure(ErrorKind::invalid_input, "not a signed note");
    const std::string_view body = note.substr(0, blank + 1);
    auto checkpoint = parse_body(body);
    if (!checkpoint) return failure(ErrorKind::invalid_input, "not a checkpoint of version 1");
    auto checked = check_signatures(note.substr(blank + 2), checkpoint->origin, key, body);
    if (!checked) return failure(std::move(checked.error()));
    return std::move(*checkpoint);
}

}  // namespace edgeward::audit

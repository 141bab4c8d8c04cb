#include <edgeward/audit/hash_chain.hpp>

#include <algorithm>
#include <array>
#include <optional>

#include "export_line.hpp"
#include "note_signature.hpp"

namespace edgeward::audit {
namespace {

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

enum class Judged : std::uint8_t { malformed, foreign, valid, invalid };

Judged check_signature(std::string_view line, std::string_view name, const crypto::PublicKey& key,
                       std::string_view body) {
    const auto parsed = parse_signature_line(line);
    if (!parsed) return Judged::malformed;
    if (parsed->name != name || parsed->id != key_id(name, NoteKey::log, key)) return Judged::foreign;
    crypto::Signature signature{};
    if (parsed->signature.size() != signature.size()) return Judged::invalid;
    std::copy(parsed->signature.begin(), parsed->signature.end(), signature.begin());
    return crypto::verify(key, bytes_of(body), signature) ? Judged::valid : Judged::invalid;
}

Result<void> check_signatures(std::string_view lines, std::string_view name, const crypto::PublicKey& key,
                              std::string_view body) {
    bool valid = false;
    while (!lines.empty()) {
        const auto line = next_line(lines);
        const Judged found = line ? check_signature(*line, name, key, body) : Judged::malformed;
        if (found == Judged::malformed)
            return failure(ErrorKind::invalid_input, "a signature line of the checkpoint is malformed");
        if (found == Judged::invalid)
            return failure(ErrorKind::denied, "the signature of the checkpoint is wrong");
        valid = valid || found == Judged::valid;
    }
    if (!valid) return failure(ErrorKind::denied, "the checkpoint is not signed with this key");
    return {};
}

}  // namespace

std::string sign_checkpoint(const Checkpoint& checkpoint, const Secret& signing_seed) {
    std::string note = body_of(checkpoint);
    const crypto::Signature signature = crypto::sign(signing_seed, bytes_of(note));
    const auto id = key_id(checkpoint.origin, NoteKey::log, crypto::public_key_of(signing_seed));
    return note.append("\n").append(signature_line(checkpoint.origin, id, signature));
}

Result<Checkpoint> verify_checkpoint(std::string_view note, const crypto::PublicKey& key) {
    const auto parts = split_note(note);
    if (!parts) return failure(ErrorKind::invalid_input, "not a signed note");
    auto checkpoint = parse_body(parts->body);
    if (!checkpoint) return failure(ErrorKind::invalid_input, "not a checkpoint of version 1");
    auto checked = check_signatures(parts->signatures, checkpoint->origin, key, parts->body);
    if (!checked) return failure(std::move(checked.error()));
    return std::move(*checkpoint);
}

}  // namespace edgeward::audit

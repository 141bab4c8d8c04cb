#include "note_signature.hpp"

#include <algorithm>

#include <edgeward/crypto/digest.hpp>

namespace edgeward::audit {
namespace {

constexpr std::string_view signature_mark = "\xE2\x80\x94 ";  // em dash, space

}  // namespace

KeyId key_id(std::string_view name, NoteKey kind, const crypto::PublicKey& key) {
    const std::array<std::uint8_t, 2> line_feed_kind = {'\n', static_cast<std::uint8_t>(kind)};
    const crypto::Digest digest = crypto::sha256({bytes_of(name), line_feed_kind, key});
    KeyId id{};
    std::copy_n(digest.begin(), id.size(), id.begin());
    return id;
}

std::optional<NoteParts> split_note(std::string_view note) {
    const std::size_t blank = note.rfind("\n\n");
    if (note.size() > longest_note || blank == std::string_view::npos) return std::nullopt;
    return NoteParts{note.substr(0, blank + 1), note.substr(blank + 2)};
}

std::optional<std::string_view> next_line(std::string_view& rest) {
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    return line;
}

std::string signature_line(std::string_view name, const KeyId& id, ByteView signature) {
    Bytes octets(id.begin(), id.end());
    octets.insert(octets.end(), signature.begin(), signature.end());
    std::string line(signature_mark);
    return line.append(name).append(" ").append(to_base64(octets)).append("\n");
}

std::optional<SignatureLine> parse_signature_line(std::string_view line) {
    if (!line.starts_with(signature_mark)) return std::nullopt;
    line.remove_prefix(signature_mark.size());
    const std::size_t space = line.find(' ');
    SignatureLine parsed;
    Bytes octets;
    if (space == std::string_view::npos || space == 0 || !from_base64(line.substr(space + 1), octets) ||
        octets.size() <= parsed.id.size())
        return std::nullopt;
    parsed.name = line.substr(0, space);
    const auto signature = octets.begin() + static_cast<std::ptrdiff_t>(parsed.id.size());
    std::copy(octets.begin(), signature, parsed.id.begin());
    parsed.signature.assign(signature, octets.end());
    return parsed;
}

}  // namespace edgeward::audit

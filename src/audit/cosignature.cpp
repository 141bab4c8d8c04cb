#include <edgeward/audit/witness.hpp>

#include <algorithm>
#include <optional>

#include "note_signature.hpp"

namespace edgeward::audit {
namespace {

constexpr std::size_t time_octets = 8;

// cosignature/v1: header, time, body of the checkpoint.
std::string signed_text(std::uint64_t seconds, std::string_view body) {
    std::string text = "cosignature/v1\ntime ";
    return text.append(std::to_string(seconds)).append("\n").append(body);
}

// The time of a valid cosignature; nothing: another's line, or not valid.
std::optional<Instant> time_of(std::string_view line, std::string_view body, const Cosigner& by) {
    const auto parsed = parse_signature_line(line);
    crypto::Signature signature{};
    if (!parsed || parsed->name != by.name || parsed->id != key_id(by.name, NoteKey::cosigner, by.key) ||
        parsed->signature.size() != time_octets + signature.size())
        return std::nullopt;
    const ByteView octets(parsed->signature);
    const std::uint64_t seconds = big_endian(octets.first(time_octets));
    constexpr std::uint64_t latest = 253402300799;  // 9999-12-31T23:59:59Z
    if (seconds > latest) return std::nullopt;
    std::copy(octets.begin() + time_octets, octets.end(), signature.begin());
    if (!crypto::verify(by.key, bytes_of(signed_text(seconds, body)), signature)) return std::nullopt;
    return Instant(std::chrono::seconds(seconds));
}

// The newest valid line among these and its time.
struct Found {
    std::string_view line;
    Instant time{};
};
std::optional<Found> newest_of(std::string_view lines, std::string_view body, const Cosigner& by) {
    std::optional<Found> newest;
    while (const auto line = next_line(lines)) {
        const auto time = time_of(*line, body, by);
        if (time && (!newest || *time > newest->time)) newest = Found{*line, *time};
    }
    return newest;
}

Error not_cosigned() {
    return {ErrorKind::denied, "the checkpoint has no valid cosignature of this witness"};
}

}  // namespace

bool is_cosigner_name(std::string_view name) {
    return !name.empty() && name.size() <= 128 &&
           std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c <= '~' && c != '+'; });
}

std::string cosign(std::string_view note, std::string_view name, const Secret& seed, Instant time) {
    const auto parts = split_note(note);
    if (!parts) return {};
    const auto seconds =
        static_cast<std::uint64_t>(std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count());
    Bytes octets;
    append_big_endian(octets, seconds, time_octets);
    const auto signature = crypto::sign(seed, bytes_of(signed_text(seconds, parts->body)));
    octets.insert(octets.end(), signature.begin(), signature.end());
    return signature_line(name, key_id(name, NoteKey::cosigner, crypto::public_key_of(seed)), octets);
}

Result<Instant> verify_cosignature(std::string_view note, const Cosigner& by) {
    const auto parts = split_note(note);
    if (!parts) return failure(ErrorKind::invalid_input, "not a signed note");
    const auto found = newest_of(parts->signatures, parts->body, by);
    if (!found) return failure(not_cosigned());
    return found->time;
}

Result<std::string> add_cosignature(std::string_view note, std::string_view answer, const Cosigner& by) {
    const auto parts = split_note(note);
    if (!parts || answer.size() > longest_note)
        return failure(ErrorKind::invalid_input, "not a signed note, or too long an answer");
    const auto found = newest_of(answer, parts->body, by);
    if (!found) return failure(not_cosigned());
    return std::string(note).append(found->line).append("\n");
}

}  // namespace edgeward::audit

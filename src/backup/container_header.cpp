#include "container_header.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <edgeward/crypto/recovery_key.hpp>
#include <edgeward/crypto/seal.hpp>

namespace edgeward::backup {
namespace {

// Of every version: the gateway keeps no other key for its containers.
constexpr std::string_view kek_info = "edgeward/backup/1/kek";
constexpr std::size_t id_digits = 32;
constexpr std::size_t fingerprint_digits = 64;

std::string first_line_of(int version) {
    return "edgeward-backup " + std::to_string(version);
}

std::string label_of(const ContainerHeader& header, std::string_view holder) {
    std::string label = first_line_of(header.version);
    label.append(1, ' ').append(name_of(header.kind)).append(1, ' ').append(header.id);
    return label.append(1, ' ').append(holder);
}

bool is_hex(std::string_view text, std::size_t digits) {
    return text.size() == digits &&
           std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

// "name value" lines in a fixed order.
class Lines {
public:
    explicit Lines(std::string_view text) : rest_(text) {}

    // The value of the next line when it has that name.
    std::optional<std::string_view> take(std::string_view name) {
        const auto end = rest_.find('\n');
        if (end == std::string_view::npos) return std::nullopt;
        const std::string_view line = rest_.substr(0, end);
        if (!line.starts_with(name) || line.size() <= name.size() || line[name.size()] != ' ')
            return std::nullopt;
        rest_.remove_prefix(end + 1);
        return line.substr(name.size() + 1);
    }
    bool take_exactly(std::string_view line) {
        if (!rest_.starts_with(line) || rest_.size() <= line.size() || rest_[line.size()] != '\n')
            return false;
        rest_.remove_prefix(line.size() + 1);
        return true;
    }
    [[nodiscard]] std::size_t left() const noexcept { return rest_.size(); }

private:
    std::string_view rest_;
};

bool read_id(const std::optional<std::string_view>& text, std::string& into) {
    if (!text || !is_hex(*text, id_digits)) return false;
    into = *text;
    return true;
}

bool read_version(Lines& lines, ContainerHeader& header) {
    for (int version = oldest_version; version <= newest_version; ++version) {
        if (!lines.take_exactly(first_line_of(version))) continue;
        header.version = version;
        return true;
    }
    return false;
}

bool read_facts(Lines& lines, ContainerHeader& header) {
    const auto kind = lines.take("part");
    if (!kind || (*kind != name_of(Kind::data) && *kind != name_of(Kind::persons))) return false;
    header.kind = *kind == name_of(Kind::data) ? Kind::data : Kind::persons;
    if (!read_id(lines.take("id"), header.id)) return false;
    if (!read_id(lines.take("installation"), header.installation)) return false;
    const auto made = lines.take("made");
    const auto when = parse_rfc3339(made.value_or(std::string_view()));
    if (!when || to_rfc3339(when->utc) != *made) return false;
    header.made = when->utc;
    const auto erasures = lines.take("erasures");
    if (!erasures) return false;
    const auto read = std::from_chars(erasures->data(), erasures->data() + erasures->size(), header.erasures);
    return read.ec == std::errc() && read.ptr == erasures->data() + erasures->size() &&
           std::to_string(header.erasures) == *erasures;
}

bool read_keys(Lines& lines, ContainerHeader& header) {
    const auto kek = lines.take("key-for kek");
    if (!kek || !from_base64(*kek, header.for_kek)) return false;
    const auto recovery = lines.take("key-for recovery");
    if (!recovery) return true;
    if (recovery->size() < fingerprint_digits + 2 || (*recovery)[fingerprint_digits] != ' ') return false;
    const auto fingerprint = recovery->substr(0, fingerprint_digits);
    if (!is_hex(fingerprint, fingerprint_digits)) return false;
    header.recovery_fingerprint = fingerprint;
    return from_base64(recovery->substr(fingerprint_digits + 1), header.for_recovery);
}

}  // namespace

std::string_view name_of(Kind kind) noexcept {
    return kind == Kind::data ? "data" : "persons";
}

std::string write_header(const ContainerHeader& header) {
    std::string text = first_line_of(header.version);
    text.append("\npart ").append(name_of(header.kind));
    text.append("\nid ").append(header.id);
    text.append("\ninstallation ").append(header.installation);
    text.append("\nmade ").append(to_rfc3339(header.made));
    text.append("\nerasures ").append(std::to_string(header.erasures));
    text.append("\nkey-for kek ").append(to_base64(header.for_kek));
    if (!header.recovery_fingerprint.empty()) {
        text.append("\nkey-for recovery ").append(header.recovery_fingerprint);
        text.append(1, ' ').append(to_base64(header.for_recovery));
    }
    return text.append("\n\n");
}

Result<ParsedHeader> parse_header(std::string_view text) {
    const auto refused = [] {
        return failure(ErrorKind::invalid_input, "not a backup container of version 1 or 2");
    };
    const auto end = text.substr(0, longest_header).find("\n\n");
    if (end == std::string_view::npos) return refused();
    ParsedHeader parsed;
    parsed.size = end + 2;
    Lines lines(text.substr(0, parsed.size));
    if (!read_version(lines, parsed.header)) return refused();
    if (!read_facts(lines, parsed.header) || !read_keys(lines, parsed.header)) return refused();
    if (!lines.take_exactly("") || lines.left() != 0) return refused();
    return parsed;
}

Secret wrapping_key(const Secret& key_encryption_key) {
    return crypto::hkdf_sha256(key_encryption_key, kek_info);
}

Result<void> wrap_container_key(ContainerHeader& header, const Secret& key, const Secret& wrapping,
                                const std::string& recovery_pem) {
    header.for_kek = crypto::SealingKey(wrapping).seal(key.reveal(), bytes_of(label_of(header, "kek")));
    if (recovery_pem.empty()) return {};
    const auto fingerprint = crypto::recovery_fingerprint(recovery_pem);
    if (!fingerprint) return failure(fingerprint.error());
    auto wrapped = crypto::wrap_for_recovery(recovery_pem, key, bytes_of(label_of(header, "recovery")));
    if (!wrapped) return failure(std::move(wrapped.error()));
    header.recovery_fingerprint = to_hex(*fingerprint);
    header.for_recovery = *std::move(wrapped);
    return {};
}

Result<Secret> unwrap_container_key(const ContainerHeader& header, const Unlocking& unlocking) {
    constexpr std::size_t key_octets = 32;
    if (unlocking.wrapping) {
        auto key =
            crypto::SealingKey(*unlocking.wrapping).open(header.for_kek, bytes_of(label_of(header, "kek")));
        if (key && key->size() == key_octets) return key;
        if (!unlocking.recovery_key)
            return failure(ErrorKind::corrupt,
                           "the backup was made under another key-encryption key; its recovery key opens it");
    }
    if (!unlocking.recovery_key) return failure(ErrorKind::misconfigured, "no key to open the backup with");
    const auto fingerprint = crypto::recovery_fingerprint(*unlocking.recovery_key);
    if (!fingerprint) return failure(fingerprint.error());
    if (to_hex(*fingerprint) != header.recovery_fingerprint)
        return failure(ErrorKind::corrupt, "the backup was made for another recovery key");
    auto key = crypto::unwrap_by_recovery(*unlocking.recovery_key, header.for_recovery,
                                          bytes_of(label_of(header, "recovery")));
    if (key && key->size() != key_octets) return failure(ErrorKind::corrupt, "the backup holds a wrong key");
    return key;
}

Secret stream_key(const Secret& container_key, std::string_view header_text) {
    std::string info = "edgeward/backup/1/stream/";  // of every version: the header is in it
    info += to_hex(crypto::sha256(bytes_of(header_text)));
    return crypto::hkdf_sha256(container_key, info);
}

}  // namespace edgeward::backup

#include <edgeward/crypto/key_ring.hpp>

#include <algorithm>
#include <array>
#include <optional>

#include <edgeward/core/bytes.hpp>
#include <edgeward/crypto/seal.hpp>

namespace edgeward::crypto {
namespace {

constexpr std::string_view header = "edgeward-keyring 1";
constexpr std::size_t key_size = 32;
constexpr std::array required_names = {key_name::store,        key_name::vault,      key_name::pseudonym,
                                       key_name::person,       key_name::quarantine, key_name::technical,
                                       key_name::audit_signing};

// Binds a wrapped key to its name, so that two lines cannot be exchanged.
std::string context_of(std::string_view name) {
    return std::string(header).append(1, ' ').append(name);
}

bool is_key_name(std::string_view name) {
    const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
    return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), allowed);
}

// The next line without its line feed; nothing when the last line has none.
std::optional<std::string_view> take_line(std::string_view& text) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    const auto line = text.substr(0, end);
    text.remove_prefix(end + 1);
    return line;
}

Result<Secret> unwrap_key(std::string_view name, std::string_view wrapped, const SealingKey& kek) {
    Bytes sealed;
    if (!is_key_name(name) || !from_base64(wrapped, sealed))
        return failure(ErrorKind::corrupt, "key ring line is damaged");
    auto key = kek.open(sealed, bytes_of(context_of(name)));
    if (!key) return failure(ErrorKind::corrupt, "wrong key-encryption key or altered key ring");
    if (key->size() != key_size) return failure(ErrorKind::corrupt, "key ring holds a key of a wrong size");
    return key;
}

}  // namespace

KeyRing KeyRing::generate() {
    KeyRing ring;
    for (const std::string_view name : required_names)
        ring.keys_.emplace(name, random_key());
    return ring;
}

Result<KeyRing> KeyRing::unwrap(std::string_view text, const Secret& kek) {
    if (kek.size() != key_size)
        return failure(ErrorKind::misconfigured, "the key-encryption key must have 32 octets");
    if (take_line(text) != header) return failure(ErrorKind::invalid_input, "not a key ring of version 1");

    const SealingKey wrapping(kek);
    KeyRing ring;
    while (!text.empty()) {
        const auto line = take_line(text);
        const auto space = line ? line->find(' ') : std::string_view::npos;
        if (space == std::string_view::npos) return failure(ErrorKind::corrupt, "key ring line is damaged");
        const std::string_view name = line->substr(0, space);
        auto key = unwrap_key(name, line->substr(space + 1), wrapping);
        if (!key) return failure(std::move(key).error());
        if (!ring.keys_.emplace(name, *std::move(key)).second) {
            return failure(ErrorKind::corrupt, "key ring names a key twice");
        }
    }
    for (const std::string_view name : required_names) {
        if (ring.keys_.contains(name)) continue;
        return failure(ErrorKind::invalid_input, "key ring lacks the key " + std::string(name));
    }
    return ring;
}

std::string KeyRing::wrap(const Secret& kek) const {
    const SealingKey wrapping(kek);
    std::string text = std::string(header) + '\n';
    for (const auto& [name, key] : keys_) {
        const Bytes sealed = wrapping.seal(key.reveal(), bytes_of(context_of(name)));
        text.append(name).append(1, ' ').append(to_base64(sealed)).append(1, '\n');
    }
    return text;
}

Result<Secret> KeyRing::key(std::string_view name) const {
    const auto found = keys_.find(name);
    if (found == keys_.end())
        return failure(ErrorKind::misconfigured, "the key ring has no key " + std::string(name));
    return found->second.clone();
}

}  // namespace edgeward::crypto

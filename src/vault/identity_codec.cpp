#include <algorithm>
#include <array>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <edgeward/core/octet_reader.hpp>

#include "identity_codec.hpp"

namespace edgeward::vault {
namespace {

constexpr std::uint8_t format_version = 1;

std::vector<std::string_view> texts_of(const model::Identity& identity) {
    std::vector<std::string_view> texts;
    for (const auto& identifier : identity.identifiers) {
        texts.insert(texts.end(), {identifier.value, identifier.authority, identifier.type});
    }
    texts.insert(texts.end(),
                 {identity.family, identity.given, identity.birth_date, identity.sex, identity.visit_number});
    return texts;
}

}  // namespace

Result<void> check_identifier(const model::PatientIdentifier& identifier) {
    if (identifier.value.empty() || identifier.authority.empty()) {
        return failure(ErrorKind::invalid_input, "an identifier needs a value and an assigning authority");
    }
    if (std::max({identifier.value.size(), identifier.authority.size(), identifier.type.size()}) >
        longest_text) {
        return failure(ErrorKind::invalid_input, "an identifier is too long");
    }
    return {};
}

Result<void> check_identity(const model::Identity& identity) {
    if (identity.identifiers.empty())
        return failure(ErrorKind::invalid_input, "a person needs an identifier");
    if (identity.identifiers.size() > most_identifiers) {
        return failure(ErrorKind::invalid_input, "a person has too many identifiers");
    }
    for (const auto& identifier : identity.identifiers) {
        if (auto fine = check_identifier(identifier); !fine) return fine;
    }
    const auto too_long = [](std::string_view text) { return text.size() > longest_text; };
    if (std::ranges::any_of(texts_of(identity), too_long)) {
        return failure(ErrorKind::invalid_input, "a text of the demographics is too long");
    }
    return {};
}

Secret encode_identity(const model::Identity& identity) {
    const auto texts = texts_of(identity);
    std::size_t size = 2;
    for (const auto text : texts)
        size += 2 + text.size();
    Bytes octets;
    octets.reserve(size);  // grows once: no copy of a name stays behind in freed memory
    octets.push_back(format_version);
    octets.push_back(static_cast<std::uint8_t>(identity.identifiers.size()));
    for (const auto text : texts) {
        octets.push_back(static_cast<std::uint8_t>(text.size() >> 8U));
        octets.push_back(static_cast<std::uint8_t>(text.size() & 0xFFU));
        const auto view = bytes_of(text);
        octets.insert(octets.end(), view.begin(), view.end());
    }
    return Secret(std::move(octets));
}

Result<model::Identity> decode_identity(ByteView octets) {
    OctetReader reader(octets);
    model::Identity identity;
    const bool known = reader.number(1) == format_version;
    const auto count = static_cast<std::size_t>(reader.number(1));
    identity.identifiers.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        auto& identifier = identity.identifiers.emplace_back();
        for (auto* text : {&identifier.value, &identifier.authority, &identifier.type})
            *text = reader.text(2);
    }
    for (auto* text :
         {&identity.family, &identity.given, &identity.birth_date, &identity.sex, &identity.visit_number}) {
        *text = reader.text(2);
    }
    if (!known || count == 0 || !reader.complete()) {
        return failure(ErrorKind::corrupt, "a stored identity is not of the known form");
    }
    return identity;
}

}  // namespace edgeward::vault

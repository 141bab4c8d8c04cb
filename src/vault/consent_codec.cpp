#include "consent_codec.hpp"

#include <array>
#include <string>
#include <string_view>

#include <edgeward/core/octet_reader.hpp>

#include "prepared.hpp"

namespace edgeward::vault {
namespace {

constexpr std::uint8_t format_version = 1;

void put(Bytes& out, std::string_view text) {
    append_big_endian(out, text.size(), 2);
    const auto octets = bytes_of(text);
    out.insert(out.end(), octets.begin(), octets.end());
}

void put(Bytes& out, const std::optional<Instant>& time) {
    out.push_back(time ? 1 : 0);
    if (time) append_big_endian(out, static_cast<std::uint64_t>(count_of(*time)), 8);
}

Bytes names_of(const model::ConsentDocument& document) {
    Bytes octets;
    octets.reserve(32 + document.identifier.size() + document.id.size() + document.policy.size());
    octets.push_back(format_version);
    for (const std::string* text : {&document.identifier, &document.id, &document.policy})
        put(octets, *text);
    put(octets, document.stated);
    return octets;
}

}  // namespace

Secret encode_document(const model::ConsentDocument& document) {
    return Secret(names_of(document));
}

Result<void> decode_document(ByteView octets, model::ConsentDocument& into) {
    OctetReader reader(octets);
    const bool known = reader.number(1) == format_version;
    for (std::string* text : {&into.identifier, &into.id, &into.policy})
        *text = reader.text(2);
    const auto stated = reader.number(1);
    if (stated == 1) into.stated = instant_of(static_cast<std::int64_t>(reader.number(8)));
    if (!known || stated > 1 || !reader.complete())
        return failure(ErrorKind::corrupt, "a stored consent document is not of the known form");
    return {};
}

Bytes whole_document(const model::ConsentDocument& document) {
    Bytes octets = names_of(document);
    octets.push_back(static_cast<std::uint8_t>(document.status));
    put(octets, document.version);
    for (const auto& provision : document.provisions) {
        append_big_endian(octets, provision.code, 2);
        octets.push_back(provision.permit ? 1 : 0);
        append_big_endian(octets, static_cast<std::uint64_t>(count_of(provision.from)), 8);
        append_big_endian(octets, static_cast<std::uint64_t>(count_of(provision.until)), 8);
    }
    return octets;
}

}  // namespace edgeward::vault

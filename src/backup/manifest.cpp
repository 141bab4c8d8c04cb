#include "manifest.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace edgeward::backup {
namespace {

using nlohmann::json;

constexpr std::string_view domain = "edgeward-backup-manifest 1";

json to_json(const PartFacts& part) {
    json made = {{"name", part.name}, {"size", part.size}, {"sha256", to_hex(part.sha256)}};
    if (part.left_out) made["left_out"] = true;
    return made;
}

json to_json(const StoreFacts& store) {
    return {{"schema", store.schema},     {"records", store.records},
            {"head", to_hex(store.head)}, {"checkpoint", store.checkpoint},
            {"inbound", store.inbound},   {"destinations", store.destinations}};
}

json to_json(const ObjectFacts& objects) {
    return {{"files", objects.files},
            {"octets", objects.octets},
            {"removed", objects.removed},
            {"lost", objects.lost}};
}

crypto::Digest digest_in(const json& value) {
    Bytes octets;
    crypto::Digest digest{};
    if (!from_hex(value.get<std::string>(), octets) || octets.size() != digest.size())
        throw json::type_error::create(302, "a digest has 64 hexadecimal digits", &value);
    std::ranges::copy(octets, digest.begin());
    return digest;
}

PartFacts part_in(const json& value) {
    return {value.at("name").get<std::string>(), value.at("size").get<std::uint64_t>(),
            digest_in(value.at("sha256")), value.value("left_out", false)};
}

StoreFacts store_in(const json& value) {
    StoreFacts store;
    store.schema = value.at("schema").get<std::int64_t>();
    store.records = value.at("records").get<std::uint64_t>();
    store.head = digest_in(value.at("head"));
    store.checkpoint = value.at("checkpoint").get<std::string>();
    value.at("inbound").get_to(store.inbound);
    value.at("destinations").get_to(store.destinations);
    return store;
}

ObjectFacts objects_in(const json& value) {
    return {value.at("files").get<std::uint64_t>(), value.at("octets").get<std::uint64_t>(),
            value.at("removed").get<std::uint64_t>(), value.at("lost").get<std::uint64_t>()};
}

Manifest manifest_in(const json& value) {
    Manifest manifest;
    value.at("format").get_to(manifest.format);
    manifest.kind =
        value.at("part").get<std::string>() == name_of(Kind::persons) ? Kind::persons : Kind::data;
    value.at("id").get_to(manifest.id);
    value.at("installation").get_to(manifest.installation);
    const auto made = parse_rfc3339(value.at("made").get<std::string>());
    if (!made) throw json::type_error::create(302, "not a time", &value);
    manifest.made = made->utc;
    value.at("program").get_to(manifest.program);
    manifest.erasures = value.at("erasures").at("entries").get<std::uint64_t>();
    manifest.erasures_link = digest_in(value.at("erasures").at("link"));
    for (const json& part : value.at("parts"))
        manifest.parts.push_back(part_in(part));
    if (value.contains("store")) manifest.store = store_in(value.at("store"));
    if (value.contains("vault")) {
        manifest.vault = VaultFacts{value.at("vault").at("schema").get<std::int64_t>(),
                                    value.at("vault").at("persons").get<std::uint64_t>()};
    }
    if (value.contains("objects")) manifest.objects = objects_in(value.at("objects"));
    if (value.contains("databases")) value.at("databases").get_to(manifest.databases);
    return manifest;
}

Bytes signed_octets(std::string_view header_text, std::string_view manifest) {
    const ByteView first = bytes_of(domain);
    Bytes octets(first.begin(), first.end());
    const auto header = crypto::sha256(bytes_of(header_text));
    octets.insert(octets.end(), header.begin(), header.end());
    const ByteView last = bytes_of(manifest);
    octets.insert(octets.end(), last.begin(), last.end());
    return octets;
}

}  // namespace

std::map<std::string, std::uint64_t> counts_of(const store::InboundBook& book) {
    return {{"received", book.received}, {"stored", book.stored},   {"quarantined", book.quarantined},
            {"refused", book.refused},   {"reports", book.reports}, {"observations", book.observations}};
}

std::map<std::string, std::map<std::string, std::uint64_t>> counts_of(
    const std::map<std::string, store::DestinationBook>& books) {
    std::map<std::string, std::map<std::string, std::uint64_t>> counts;
    for (const auto& [name, book] : books) {
        counts[name] = {{"offered", book.offered}, {"delivered", book.delivered}, {"pending", book.pending},
                        {"dead", book.dead},       {"filtered", book.filtered},   {"erased", book.erased}};
    }
    return counts;
}

std::string write_manifest(const Manifest& manifest) {
    json made = {{"format", manifest.format},
                 {"part", name_of(manifest.kind)},
                 {"id", manifest.id},
                 {"installation", manifest.installation},
                 {"made", to_rfc3339(manifest.made)},
                 {"program", manifest.program},
                 {"erasures", {{"entries", manifest.erasures}, {"link", to_hex(manifest.erasures_link)}}},
                 {"parts", json::array()}};
    for (const PartFacts& part : manifest.parts)
        made["parts"].push_back(to_json(part));
    if (manifest.store) made["store"] = to_json(*manifest.store);
    if (manifest.vault)
        made["vault"] = {{"schema", manifest.vault->schema}, {"persons", manifest.vault->persons}};
    if (manifest.objects) made["objects"] = to_json(*manifest.objects);
    if (!manifest.databases.empty()) made["databases"] = manifest.databases;
    return made.dump();
}

Result<Manifest> parse_manifest(std::string_view text) {
    try {
        const json value = json::parse(text);
        const int format = value.at("format").get<int>();
        if (format < oldest_version || format > newest_version)
            return failure(ErrorKind::invalid_input, "the manifest of the backup is of a later version");
        return manifest_in(value);
    } catch (const json::exception&) {
        return failure(ErrorKind::invalid_input, "the manifest of the backup is malformed");
    }
}

crypto::Signature sign_manifest(std::string_view header_text, std::string_view manifest, const Secret& seed) {
    return crypto::sign(seed, signed_octets(header_text, manifest));
}

bool is_signed(std::string_view header_text, std::string_view manifest, const crypto::Signature& signature,
               const crypto::PublicKey& key) {
    return crypto::verify(key, signed_octets(header_text, manifest), signature);
}

Result<void> check_manifest(const Manifest& manifest, const ContainerHeader& header,
                            const std::vector<PartFacts>& parts) {
    const bool same_backup = manifest.format == header.version && manifest.kind == header.kind &&
                             manifest.id == header.id && manifest.installation == header.installation &&
                             manifest.made == header.made && manifest.erasures == header.erasures;
    const bool has_objects = header.version < 2 || manifest.objects.has_value();
    const bool complete =
        manifest.kind == Kind::data ? manifest.store.has_value() && has_objects : manifest.vault.has_value();
    const bool same_parts =
        std::ranges::equal(manifest.parts, parts, [](const PartFacts& stated, const PartFacts& found) {
            return stated.name == found.name && stated.size == found.size && stated.sha256 == found.sha256;
        });
    if (same_backup && complete && same_parts) return {};
    return failure(ErrorKind::corrupt, "the backup does not hold what its manifest says");
}

}  // namespace edgeward::backup

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <edgeward/core/result.hpp>
#include <edgeward/core/secret.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/crypto/signature.hpp>
#include <edgeward/store/books.hpp>

#include "container_header.hpp"
#include "payload_parser.hpp"

// What a container says of its content, signed with the audit key (docs/backup-format.md). Pure.
namespace edgeward::backup {

struct StoreFacts {
    std::int64_t schema = 0;
    std::uint64_t records = 0;  // of the audit chain
    crypto::Digest head{};
    std::string checkpoint;  // newest signed note; empty: none
    std::map<std::string, std::uint64_t>
        inbound;  // received, stored, quarantined, refused, reports, observations
    std::map<std::string, std::map<std::string, std::uint64_t>> destinations;  // name → offered, delivered, …
};

struct VaultFacts {
    std::int64_t schema = 0;
    std::uint64_t persons = 0;
};

// The objects the store names, as the part `objects` lists them (object_list.hpp).
struct ObjectFacts {
    std::uint64_t files = 0;   // beside the container
    std::uint64_t octets = 0;  // of those
    std::uint64_t removed = 0;
    std::uint64_t lost = 0;
    friend bool operator==(const ObjectFacts&, const ObjectFacts&) = default;
};

struct Manifest {
    int format = newest_version;
    Kind kind = Kind::data;
    std::string id;
    std::string installation;
    Instant made{};
    std::string program;  // version that made it
    std::uint64_t erasures = 0;
    crypto::Digest erasures_link{};
    std::vector<PartFacts> parts;
    std::optional<StoreFacts> store;  // of kind data
    std::optional<VaultFacts> vault;  // of kind persons
    // Of kind data, from version 2 on.
    std::optional<ObjectFacts> objects;
    std::map<std::string, std::int64_t> databases;  // file → schema, of those beside the store
};

// The lines of the books as StoreFacts states them.
std::map<std::string, std::uint64_t> counts_of(const store::InboundBook& book);
std::map<std::string, std::map<std::string, std::uint64_t>> counts_of(
    const std::map<std::string, store::DestinationBook>& books);

// UTF-8 JSON, one line, keys in alphabetical order.
std::string write_manifest(const Manifest& manifest);
// invalid_input: not a manifest of a version that is known.
Result<Manifest> parse_manifest(std::string_view text);

// Over "edgeward-backup-manifest 1" ‖ SHA-256(header) ‖ manifest.
crypto::Signature sign_manifest(std::string_view header_text, std::string_view manifest, const Secret& seed);
bool is_signed(std::string_view header_text, std::string_view manifest, const crypto::Signature& signature,
               const crypto::PublicKey& key);
// Does it speak of this header and of exactly these parts? corrupt otherwise.
Result<void> check_manifest(const Manifest& manifest, const ContainerHeader& header,
                            const std::vector<PartFacts>& parts);

}  // namespace edgeward::backup

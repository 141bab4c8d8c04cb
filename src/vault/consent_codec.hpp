#pragma once

#include <edgeward/core/bytes.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/core/secret.hpp>
#include <edgeward/model/consent.hpp>

namespace edgeward::vault {

// What names a consent document, version 1 (docs/vault-format.md), to be sealed:
//
//   0x01 ‖ identifier ‖ id ‖ policy ‖ 0x00, or 0x01 and dateTime (8, ms since 1970)
//   text = length (2 octets, big-endian) ‖ octets
//
// encode: of a document whose texts have at most 65535 octets. decode: into these members of `into`; corrupt
// when the octets are no such form.
Secret encode_document(const model::ConsentDocument& document);
Result<void> decode_document(ByteView octets, model::ConsentDocument& into);

// Everything a document says: two documents are the same version when these octets are equal.
Bytes whole_document(const model::ConsentDocument& document);

}  // namespace edgeward::vault

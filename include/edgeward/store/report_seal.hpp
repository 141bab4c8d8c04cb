#pragma once

#include <string>
#include <string_view>

#include <edgeward/core/result.hpp>
#include <edgeward/crypto/seal.hpp>
#include <edgeward/model/report.hpp>
#include <edgeward/store/observation_store.hpp>

// How a report lies in the store: its body sealed under the data key of its person, or under the technical
// key when it has none. The authenticated context binds the octets to subject, device and receive time, so
// that a sealed body moved to another row does not open (docs/store-format.md). Pure. Threads: any.
namespace edgeward::store {

SealedReport seal_report(const model::Report& report, const crypto::SealingKey& key);

// corrupt: wrong key, altered octets or moved row.
Result<model::Report> open_report(const Delivery& row, const crypto::SealingKey& key);

// What a peer said of a report it did not take, under the same key as the report: it may name the person.
Bytes seal_foreign(std::string_view text, const crypto::SealingKey& key);
Result<std::string> open_foreign(ByteView sealed, const crypto::SealingKey& key);

}  // namespace edgeward::store

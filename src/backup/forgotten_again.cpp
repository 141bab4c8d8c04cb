#include <set>

#include <edgeward/backup/backup.hpp>
#include <edgeward/store/erase_all.hpp>
#include <edgeward/store/held_messages.hpp>
#include <edgeward/vault/erasure_ledger.hpp>

namespace edgeward::backup {
namespace {

constexpr const char* rule = "erasure ledger";

// Reports of persons whom the ledger knows: nobody can read them, and nobody is to be sent them.
Result<void> forget_reports(store::StoreParts& store, const vault::ErasureLedger& ledger,
                            const vault::ErasureMarks& marks) {
    std::set<crypto::Digest> erased;
    for (const auto& entry : ledger.entries())
        erased.insert(entry.mark);
    std::set<model::Pseudonym> gone;
    const auto is_gone = [&](const model::Pseudonym& one) {
        if (gone.contains(one)) return true;
        if (!erased.contains(marks.of(one))) return false;
        gone.insert(one);
        return true;
    };
    if (auto done = store::erase_all_alarms(*store.writer, is_gone, rule); !done) return done;
    return store::erase_all_reports(
        *store.reader, *store.writer, is_gone, [&gone] { return std::vector(gone.begin(), gone.end()); },
        rule);
}

Result<void> forget_held(store::StoreParts& store, const crypto::KeyRing& keys,
                         const vault::PersonFinder& persons, Instant now) {
    const auto key = keys.key(crypto::key_name::quarantine);
    if (!key) return failure(key.error());
    const auto held = store::find_held(*store.reader, crypto::SealingKey(*key), 0,
                                       [&](std::string_view text) { return persons.is_named_in(text, now); });
    if (!held) return failure(held.error());
    return store::erase_all_held(*store.writer, held->ids, rule);
}

}  // namespace

Result<void> forget_again(const std::filesystem::path& folder, const crypto::KeyRing& keys,
                          store::StoreParts& store, vault::IdentityVault& vault, Instant now) {
    const auto marks = vault::ErasureMarks::make(keys);
    if (!marks) return failure(marks.error());
    const auto ledger = vault::ErasureLedger::load(folder, crypto::public_key_of(marks->signing_seed()));
    if (!ledger) return failure(ledger.error());
    if (const auto persons = vault.take_replayed_persons()) {
        if (auto forgotten = forget_held(store, keys, *persons, now); !forgotten) return forgotten;
    }
    return forget_reports(store, *ledger, *marks);
}

}  // namespace edgeward::backup

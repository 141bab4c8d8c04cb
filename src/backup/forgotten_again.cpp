#include <algorithm>
#include <set>

#include <edgeward/backup/backup.hpp>
#include <edgeward/store/held_messages.hpp>
#include <edgeward/vault/erasure_ledger.hpp>

namespace edgeward::backup {
namespace {

constexpr std::size_t looked_at = 5000;
constexpr std::size_t erased_at_once = 500;
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
    for (std::uint64_t after = 0;;) {
        const auto some = store.reader->reports_of(is_gone, after, looked_at);
        if (!some) return failure(some.error());
        const std::vector<model::Pseudonym> subjects(gone.begin(), gone.end());
        for (std::size_t begin = 0; begin < some->reports.size(); begin += erased_at_once) {
            const auto end = std::min(begin + erased_at_once, some->reports.size());
            const std::vector<std::uint64_t> part(some->reports.begin() + static_cast<std::ptrdiff_t>(begin),
                                                  some->reports.begin() + static_cast<std::ptrdiff_t>(end));
            auto done = store.writer->run([&](store::ObservationStore& to) -> Result<void> {
                const auto taken = to.erase_reports(part, subjects, rule);
                if (!taken) return failure(taken.error());
                return {};
            });
            if (!done) return done;
        }
        if (some->looked_to == 0) return {};
        after = some->looked_to;
    }
}

Result<void> forget_held(store::StoreParts& store, const crypto::KeyRing& keys,
                         const vault::PersonFinder& persons, Instant now) {
    const auto key = keys.key(crypto::key_name::quarantine);
    if (!key) return failure(key.error());
    const auto held = store::find_held(*store.reader, crypto::SealingKey(*key), 0,
                                       [&](std::string_view text) { return persons.is_named_in(text, now); });
    if (!held) return failure(held.error());
    if (held->ids.empty()) return {};
    return store.writer->run([&](store::ObservationStore& to) -> Result<void> {
        const auto taken = to.erase_quarantine(held->ids, rule);
        if (!taken) return failure(taken.error());
        return {};
    });
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

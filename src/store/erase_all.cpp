#include <edgeward/store/erase_all.hpp>

#include <algorithm>

#include <edgeward/store/store_reader.hpp>

namespace edgeward::store {
namespace {

constexpr std::size_t looked_at = 5000;
constexpr std::size_t erased_at_once = 500;  // reports in one transaction: commits of messages go in between

using Subjects = std::function<std::vector<model::Pseudonym>()>;

Result<void> erase_part(Writer& writer, const std::vector<std::uint64_t>& part, const Subjects& subjects,
                        const std::string& rule) {
    return writer.run([&](ObservationStore& store) -> Result<void> {
        const auto erased = store.erase_reports(part, subjects(), rule);
        if (!erased) return failure(erased.error());
        return {};
    });
}

}  // namespace

Result<void> erase_all_reports(StoreReader& reader, Writer& writer,
                               const std::function<bool(const model::Pseudonym&)>& theirs,
                               const Subjects& subjects, const std::string& rule,
                               const std::function<Result<void>()>& before) {
    for (std::uint64_t after = 0;;) {
        const auto some = reader.reports_of(theirs, after, looked_at);
        if (!some) return failure(some.error());
        const auto& all = some->reports;
        for (std::size_t begin = 0; begin < all.size(); begin += erased_at_once) {
            const auto end = std::min(begin + erased_at_once, all.size());
            const std::vector<std::uint64_t> part(all.begin() + static_cast<std::ptrdiff_t>(begin),
                                                  all.begin() + static_cast<std::ptrdiff_t>(end));
            if (before) {
                if (auto go = before(); !go) return go;
            }
            if (auto done = erase_part(writer, part, subjects, rule); !done) return done;
        }
        if (some->looked_to == 0) return {};
        after = some->looked_to;
    }
}

Result<void> erase_all_alarms(Writer& writer, const std::function<bool(const model::Pseudonym&)>& theirs,
                              const std::string& rule) {
    return writer.run([&](ObservationStore& store) -> Result<void> {
        const auto erased = store.erase_alarms(theirs, rule);
        if (!erased) return failure(erased.error());
        return {};
    });
}

Result<void> erase_all_held(Writer& writer, const std::vector<std::uint64_t>& ids, const std::string& why) {
    if (ids.empty()) return {};
    return writer.run([&](ObservationStore& store) -> Result<void> {
        const auto erased = store.erase_quarantine(ids, why);
        if (!erased) return failure(erased.error());
        return {};
    });
}

}  // namespace edgeward::store

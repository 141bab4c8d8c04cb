#pragma once

#include <functional>
#include <string>
#include <vector>

#include <edgeward/store/writer.hpp>

namespace edgeward::store {

// Every report of the persons `theirs` says yes to, in stretches between which others read and commit:
// ObservationStore::erase_reports under that rule. `subjects` gives those persons, as far as they were met;
// `before` is asked before each transaction, and an Error of it ends the work. Errors: those of reader and
// writer. Threads: any but ew-db.
Result<void> erase_all_reports(StoreReader& reader, Writer& writer,
                               const std::function<bool(const model::Pseudonym&)>& theirs,
                               const std::function<std::vector<model::Pseudonym>()>& subjects,
                               const std::string& rule, const std::function<Result<void>()>& before = {});

// Every alarm of those persons: AlarmLog::erase_alarms under that rule.
Result<void> erase_all_alarms(Writer& writer, const std::function<bool(const model::Pseudonym&)>& theirs,
                              const std::string& rule);

// Those messages out of quarantine, if there are any: ObservationStore::erase_quarantine.
Result<void> erase_all_held(Writer& writer, const std::vector<std::uint64_t>& ids, const std::string& why);

}  // namespace edgeward::store

#pragma once

#include <string>

#include "bench.hpp"

// Objects of a sender, and requests whether they are kept.
namespace edgeward::store {

inline constexpr const char* ct_class = "1.2.840.10008.5.1.4.1.1.2";
inline constexpr const char* mr_class = "1.2.840.10008.5.1.4.1.1.4";

inline std::string instance(std::uint64_t number) {
    return "1.2.3." + std::to_string(number);
}

inline ObjectFile object_file(std::uint64_t number, const std::string& sender = "ct",
                              const std::string& sop_class = ct_class) {
    ObjectFile made;
    made.name.fill(static_cast<std::uint8_t>(number));
    made.octets = 1000;
    made.instance = object_key(sender, instance(number));
    made.sop_class = sop_class;
    return made;
}

// The object of that number as a report of a person.
inline Inbound object_message(std::uint64_t number, std::uint8_t subject = 1) {
    Inbound message = stored_message(100 + number, 1, subject);
    std::get<Stored>(message.fate).reports.front().file = object_file(number);
    return message;
}

inline Inbound held_object(std::uint64_t number) {
    Inbound message = quarantined_message("unknown_authority", 1, "monitor-1");
    std::get<Quarantined>(message.fate).file = object_file(number);
    return message;
}

inline AskedCommitment asked(const std::string& transaction, const std::vector<std::uint64_t>& numbers,
                             const std::string& sender = "ct") {
    AskedCommitment made{sender, transaction, {}};
    for (const std::uint64_t number : numbers)
        made.objects.push_back({ct_class, instance(number), {}});
    return made;
}

inline CommitmentTaken take(Bench& bench, const AskedCommitment& request, std::size_t most_open = 100) {
    CommitmentTaken taken{};
    must(bench.change([&](ObservationStore& store) -> Result<void> {
        const auto done = store.take_commitment(request, most_open);
        if (!done) return failure(done.error());
        taken = *done;
        return {};
    }));
    return taken;
}

inline std::vector<std::optional<Kept>> kept_of(const Bench& bench, std::uint64_t number) {
    std::vector<std::optional<Kept>> kept;
    const auto objects = bench.reader().commitment_objects(number).value();
    for (const auto& object : objects)
        kept.push_back(object.kept);
    return kept;
}

}  // namespace edgeward::store

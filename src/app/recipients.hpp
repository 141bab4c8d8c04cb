#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <edgeward/delivery/destination_settings.hpp>
#include <edgeward/model/disclosure.hpp>
#include <edgeward/model/pseudonym.hpp>
#include <edgeward/store/store_reader.hpp>

namespace edgeward::app {

struct Acknowledged {
    std::uint64_t reports = 0;
    Instant first{};
    Instant last{};
};

// Who got data of one person (Art. 15(1)(c), Art. 19 DSGVO). The audit log names everybody a report was
// opened for and what each acknowledged, for ever.
struct Recipient {
    std::string destination;
    std::set<std::string> purposes;  // as they were when it happened; empty: not known any more
    std::set<std::string> levels;
    std::set<std::string> legal_bases;
    std::uint64_t reports = 0;  // opened for it; some may not have been sent, or more than once
    Instant first{};
    Instant last{};
    Acknowledged acknowledged;
};

// By destination. `purpose`: only those with this one, or whose purpose is not known. `configured` tells the
// purpose of disclosures from before the log named it. Looks through the whole log: seconds with millions of
// records.
Result<std::vector<Recipient>> recipients_of(store::StoreReader& reader,
                                             const std::vector<model::Pseudonym>& subjects,
                                             const std::vector<delivery::DestinationSettings>& configured,
                                             std::optional<model::Purpose> purpose);

nlohmann::json json_of(const Recipient& recipient);

}  // namespace edgeward::app

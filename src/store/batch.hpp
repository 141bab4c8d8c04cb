#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include <edgeward/core/bytes.hpp>

#include "sqlcipher_store.hpp"

namespace edgeward::store {

// What the audit records of one run of messages will say.
struct SqlcipherStore::Batch {
    struct Reason {
        std::uint64_t count = 0;
        Bytes digests;  // of quarantined rows
    };
    // Reports stored next to those before.
    void take(const Reports::Added& added) {
        if (added.numbers.empty()) return;
        if (reports == 0) first = added.numbers.front();
        last = added.numbers.back();
        reports += added.numbers.size();
        digests.insert(digests.end(), added.digests.begin(), added.digests.end());
    }

    std::uint64_t first = 0, last = 0, reports = 0;
    Bytes digests;  // of the reports in order
    // By device and reason: one audit record each, so that a recount tells the devices apart.
    std::map<std::pair<std::string, std::string>, Reason> quarantined;
    std::map<std::pair<std::string, std::string>, Reason> refused;
};

}  // namespace edgeward::store

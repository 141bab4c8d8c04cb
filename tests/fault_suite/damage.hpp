#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <edgeward/core/result.hpp>

#include "examination.hpp"

namespace edgeward::fault_suite {

// What is done to a copy of the data folder before it is examined.
enum class Damage : std::uint8_t {
    bit,    // one bit of the file is turned
    torn,   // the first sectors (512 octets each) of a page are of the newer state, the rest of the older
    stale,  // a whole page is of the older state
};

struct DamageOrder {
    Damage damage = Damage::bit;
    std::string file;             // keyring, store.db, store.db-wal, vault.db, vault.db-wal
    std::filesystem::path older;  // data folder in an earlier state, for torn and stale
    std::filesystem::path scratch;
    std::uint64_t count = 0;
    std::uint64_t seed = 0;
};

struct DamageReport {
    std::uint64_t cases = 0;
    std::uint64_t harmless = 0;                     // found by nothing, and every row is as it was
    std::map<std::string, std::uint64_t> detected;  // by which check
    std::vector<std::string> silent;                // found by nothing, and something is different: where
};

// Damages copies of the installation one by one and examines each. Failures: the undamaged folder does not
// examine cleanly, a file cannot be copied, the two states do not differ where they should.
Result<DamageReport> do_damage(const Installation& installation, const DamageOrder& order);

}  // namespace edgeward::fault_suite

#pragma once

#include <chrono>
#include <initializer_list>
#include <string>
#include <string_view>

#include <edgeward/core/time.hpp>
#include <edgeward/crypto/key_ring.hpp>
#include <edgeward/database/database.hpp>
#include <edgeward/model/identity.hpp>
#include <edgeward/policy/permit.hpp>

#include "database/scratch.hpp"
#include "person_table.hpp"
#include "sqlcipher_vault.hpp"
#include "support/shipped_policy.hpp"
#include "vault_schema.hpp"

namespace edgeward::vault {

// Minutes after 2026-01-01T00:00Z.
inline Instant at(int minutes) {
    return std::chrono::sys_days(std::chrono::year(2026) / 1 / 1) + std::chrono::minutes(minutes);
}

class FixedClock final : public Clock {
public:
    [[nodiscard]] Instant now() const override { return at(0); }
    [[nodiscard]] MonotonicTime monotonic() const override { return {}; }
};

inline model::PatientIdentifier identifier(std::string_view value, std::string_view authority = "kis") {
    return {std::string(value), std::string(authority), "PI"};
}

// Canary words: no file and no message may have them in clear.
inline constexpr std::string_view canaries[] = {"Canaryvalue-4711", "Canaryauthority", "Canaryfamily",
                                                "Canarygiven",      "1950-11-30",      "Canaryvisit"};
inline model::Identity canary_identity() {
    model::Identity identity;
    identity.identifiers = {identifier("Canaryvalue-4711", "Canaryauthority")};
    identity.family = "Canaryfamily";
    identity.given = "Canarygiven";
    identity.birth_date = "1950-11-30";
    identity.sex = "female";
    identity.visit_number = "Canaryvisit";
    return identity;
}
inline bool has_canary(std::string_view text) {
    for (const auto canary : canaries) {
        if (text.find(canary) != std::string_view::npos) return true;
    }
    return false;
}

inline model::Identity person_with(std::initializer_list<model::PatientIdentifier> identifiers,
                                   std::string_view family = "Family") {
    model::Identity identity;
    identity.identifiers = identifiers;
    identity.family = family;
    return identity;
}

inline policy::Permit permit_of(model::IdentityLevel level) {
    policy::DisclosureRequest request;
    request.destination = "kis";
    request.level = level;
    request.legal_basis = "art9-2h";
    return support::shipped_policy().decide(request).value();
}

// A vault in a folder of its own that can be closed and opened again.
struct OpenVault {
    explicit OpenVault(std::size_t cached = 100) : cached_entries(cached) { reopen(); }
    void reopen() {
        vault.reset();
        vault = SqlcipherVault::open(folder / "vault.db", keys, clock, cached_entries).value();
    }
    SqlcipherVault* operator->() const { return vault.get(); }

    database::ScratchFolder folder;
    crypto::KeyRing keys = crypto::KeyRing::generate();
    FixedClock clock;
    std::size_t cached_entries;
    std::unique_ptr<SqlcipherVault> vault;
};

// The migrated database alone, for the tables.
struct OpenTables {
    OpenTables() { migrated = migrate(database).has_value(); }

    database::ScratchFolder folder;
    crypto::KeyRing keys = crypto::KeyRing::generate();
    database::Connection database = database::Connection::open(folder / "vault.db", database::key_of(1),
                                                               database::Access::read_write_create)
                                        .value();
    bool migrated = false;
};

}  // namespace edgeward::vault

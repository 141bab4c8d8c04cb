#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <edgeward/database/database.hpp>
#include <edgeward/vault/person_rights.hpp>

#include "person_table.hpp"

namespace edgeward::vault {

// The table restrictions. They belong to the survivor of merged persons; persons' rows tell what is in force
// (person_table.cpp). Threads: the connection's.
class RestrictionTable {
public:
    static Result<RestrictionTable> prepare(database::Connection& database);

    Result<std::int64_t> set(const model::Pseudonym& subject, std::string_view reason,
                             policy::Restriction reach, std::string_view actor, Instant now);
    struct Lifted {
        std::string reason;
        policy::Restriction reach = policy::Restriction::none;
        model::Pseudonym subject;
    };
    // invalid_input: there is none of that number, or it was lifted before.
    Result<Lifted> lift(std::int64_t id, std::string_view actor, Instant now);
    Result<std::vector<ProcessingRestriction>> of(const model::Pseudonym& subject);
    // Under a restriction or a legal hold in force at `now`, with everybody merged.
    Result<std::vector<model::Pseudonym>> kept(Instant now);

private:
    RestrictionTable() = default;
    database::Statement insert_;
    database::Statement select_one_;
    database::Statement lift_;
    database::Statement select_of_;
    database::Statement select_kept_;
};

// As the column `reach` says it: 0 for none.
policy::Restriction reach_of(std::int64_t column) noexcept;

}  // namespace edgeward::vault

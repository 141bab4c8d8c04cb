#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <edgeward/core/result.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/crypto/digest.hpp>
#include <edgeward/database/database.hpp>
#include <edgeward/store/observation_store.hpp>

namespace edgeward::store {

// Messages that cannot be stored until somebody mends a mapping or an association. Works inside the caller's
// transaction. One thread.
class Quarantine {
public:
    static Result<Quarantine> open(database::Connection& connection);

    // Keeps a message; gives the digest an audit record vouches for: SHA-256( topic ‖ payload ) as sealed.
    Result<crypto::Digest> add(const Inbound& message, const Quarantined& fate, std::int64_t device);

    struct Taken {
        std::int64_t device = 0;
        std::string reason;
        std::uint64_t count = 1;
    };
    // Removes one entry. invalid_input: there is none.
    Result<Taken> take(std::uint64_t id);
    // The same; nothing: there is none.
    Result<std::optional<Taken>> take_if_there(std::uint64_t id);
    // Writes every row anew, so that no page has octets of removed ones between its cells. False: there is
    // too much to hold in memory meanwhile, nothing was done.
    Result<bool> rebuild(database::Connection& connection);
    // Removes what was received before; gives it by device and reason.
    Result<std::vector<Taken>> expire(Instant before);

private:
    enum Sql : std::uint8_t { insert, select, remove, group_old, remove_old, octets, statements };
    std::array<database::Statement, statements> sql_;
};

}  // namespace edgeward::store

#pragma once

#include <cstdint>
#include <optional>

#include <edgeward/core/time.hpp>
#include <edgeward/database/database.hpp>
#include <edgeward/model/identity.hpp>
#include <edgeward/pseudonym/pseudonymizer.hpp>
#include <edgeward/vault/identity_vault.hpp>

#include "person_seal.hpp"

namespace edgeward::vault {

using PersonId = std::int64_t;

struct Person {
    PersonId id = 0;
    Subject subject;
};

// The tables persons and identifiers. What changes several rows runs in the caller's transaction.
// Threads: the connection's.
class PersonTable {
public:
    static Result<PersonTable> prepare(database::Connection& database, const crypto::KeyRing& keys);

    Result<std::optional<Person>> find(const model::PatientIdentifier& identifier);
    Result<std::optional<Person>> find(const model::Pseudonym& subject);
    // A person with a fresh secret and data key and all identifiers. invalid_input: an identifier is someone
    // else's.
    Result<Person> add(const model::Identity& identity, Instant now);
    // The demographics of `identity` and its identifiers before those known earlier.
    Result<void> replace(const Person& person, model::Identity identity);

    Result<model::Identity> identity_of(const model::Pseudonym& subject);
    Result<Secret> secret_of(const model::Pseudonym& subject);
    Result<std::int64_t> count();
    // Whom `add` and `replace` write is put into `dictionary` first.
    void keep(dlp::Dictionary& dictionary) noexcept { dictionary_ = &dictionary; }
    // Puts the next `most` persons behind `after` into the dictionary that is kept. The last one; nothing:
    // there was none.
    Result<std::optional<PersonId>> tell_dictionary(PersonId after, std::size_t most);

private:
    PersonTable(PersonSeal seal, pseudonym::Pseudonymizer pseudonymizer)
        : seal_(std::move(seal)), pseudonymizer_(std::move(pseudonymizer)) {}
    Result<std::optional<Person>> found(database::Statement& statement);
    Result<Secret> open_part(Part part, database::Statement& select, const model::Pseudonym& subject);
    Result<void> name(PersonId person, const model::PatientIdentifier& identifier);

    Result<void> know(const model::Identity& identity);

    PersonSeal seal_;
    pseudonym::Pseudonymizer pseudonymizer_;
    database::Statement by_lookup_;
    database::Statement by_subject_;
    database::Statement owner_of_lookup_;
    database::Statement insert_person_;
    database::Statement insert_identifier_;
    database::Statement update_identity_;
    database::Statement select_identity_;
    database::Statement select_secret_;
    database::Statement count_;
    database::Statement select_next_;
    dlp::Dictionary* dictionary_ = nullptr;
};

}  // namespace edgeward::vault

#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include <edgeward/core/time.hpp>
#include <edgeward/database/database.hpp>
#include <edgeward/model/identity.hpp>
#include <edgeward/pseudonym/pseudonymizer.hpp>
#include <edgeward/vault/identity_vault.hpp>

#include "person.hpp"
#include "person_seal.hpp"
#include "sealed_memory.hpp"

namespace edgeward::vault {

// The tables persons and identifiers. What changes several rows runs in the caller's transaction.
// Threads: the connection's.
class PersonTable {
public:
    static Result<PersonTable> prepare(database::Connection& database, const crypto::KeyRing& keys);

    Result<std::optional<Person>> find(const model::PatientIdentifier& identifier) {
        return find(lookup(identifier));
    }
    Result<std::optional<Person>> find(const crypto::Digest& lookup);
    Result<std::optional<Person>> find(const model::Pseudonym& subject);
    // A person with a fresh secret and data key and all identifiers. invalid_input: an identifier is someone
    // else's.
    Result<Person> add(const model::Identity& identity, Instant now);
    // The demographics of `identity` and its identifiers before those known earlier.
    Result<void> replace(const Person& person, model::Identity identity);
    // Exactly this identity; identifiers it does not have stay those of the person until unname().
    Result<void> rewrite(const Person& person, const model::Identity& identity);
    // An identifier is nobody's from here on.
    Result<void> unname(PersonId person, const model::PatientIdentifier& identifier);

    // `ended` is `survivor`: its identifiers, visits, associations and consents go over, and whoever was
    // merged into it before. Its row stays, so that what is stored under its pseudonym can be read.
    Result<void> merge(const Person& ended, const Person& survivor);
    // Everybody who is the same person by merges, the pseudonym itself included; empty when it is not known.
    Result<std::vector<model::Pseudonym>> family_of(const model::Pseudonym& subject);
    // The keyed hash of any number of a sender. Threads: any.
    [[nodiscard]] crypto::Digest lookup(const model::PatientIdentifier& identifier) const {
        return seal_.lookup(identifier);
    }

    // Of the survivor when the person was merged.
    Result<model::Identity> identity_of(const model::Pseudonym& subject);
    // The one written for this very pseudonym, merged or not.
    Result<model::Identity> own_identity_of(const model::Pseudonym& subject);
    Result<Secret> secret_of(const model::Pseudonym& subject);
    // The same in two steps: what the file has, and what that says.
    Result<SealedPart> sealed_identity_of(const model::Pseudonym& subject);
    Result<SealedPart> sealed_secret_of(const model::Pseudonym& subject);
    [[nodiscard]] Result<model::Identity> open_identity(const SealedPart& part) const;
    [[nodiscard]] Result<Secret> open_secret(const SealedPart& part) const;
    Result<std::int64_t> count();
    // Asks `is_it` of the secrets of the next `most` persons behind `after`, merged ones included, until it
    // says yes.
    struct Sought {
        std::optional<PersonId> last;  // asked of; nothing: there was none
        std::optional<model::Pseudonym> found;
    };
    Result<Sought> seek(PersonId after, std::size_t most, const std::function<bool(const Secret&)>& is_it);
    // Whom `add` and `replace` write is put into `dictionary` first.
    void keep(dlp::Dictionary& dictionary) noexcept { dictionary_ = &dictionary; }
    // Puts the next `most` persons behind `after` into the dictionary that is kept. The last one; nothing:
    // there was none.
    Result<std::optional<PersonId>> tell_dictionary(PersonId after, std::size_t most);

private:
    PersonTable(PersonSeal seal, pseudonym::Pseudonymizer pseudonymizer)
        : seal_(std::move(seal)), pseudonymizer_(std::move(pseudonymizer)) {}
    Result<std::optional<Person>> found(database::Statement& statement);
    // Column 0 sealed under the pseudonym in column 1.
    static Result<SealedPart> sealed_part(database::Statement& select, const model::Pseudonym& subject);
    Result<void> name(PersonId person, const model::PatientIdentifier& identifier);

    Result<void> know(const model::Identity& identity);

    PersonSeal seal_;
    pseudonym::Pseudonymizer pseudonymizer_;
    database::Statement by_lookup_;
    database::Statement by_subject_;
    database::Statement owner_of_lookup_;
    database::Statement insert_person_;
    database::Statement insert_identifier_;
    database::Statement delete_identifier_;
    database::Statement update_identity_;
    database::Statement select_identity_;
    database::Statement select_secret_;
    database::Statement select_own_identity_;
    database::Statement count_;
    database::Statement family_;
    std::array<database::Statement, 8> merging_;
    database::Statement select_next_;
    database::Statement select_secrets_;
    dlp::Dictionary* dictionary_ = nullptr;
};

}  // namespace edgeward::vault

#include <algorithm>
#include <memory>
#include <utility>

#include "identity_codec.hpp"
#include "person_table.hpp"
#include "prepared.hpp"
#include "restriction_table.hpp"

namespace edgeward::vault {

Result<PersonTable> PersonTable::prepare(database::Connection& database, const crypto::KeyRing& keys) {
    auto seal = PersonSeal::make(keys);
    if (!seal) return failure(std::move(seal.error()));
    const auto master = keys.key(crypto::key_name::pseudonym);
    if (!master) return failure(master.error());
    PersonTable table(std::move(*seal), pseudonym::Pseudonymizer(*master));
    auto prepared = prepare_all(
        database,
        {{table.by_lookup_,
          "SELECT p.id, p.subject, p.data_key, (SELECT max(reach) FROM restrictions WHERE lifted_at IS NULL "
          "AND person = p.id) FROM identifiers i JOIN persons p ON p.id = i.person WHERE i.lookup = ?1"},
         {table.by_subject_,
          "SELECT p.id, p.subject, p.data_key, (SELECT max(reach) FROM restrictions WHERE lifted_at IS NULL "
          "AND person = coalesce(m.survivor, p.id)) FROM persons p LEFT JOIN merges m ON m.ended = p.id "
          "WHERE p.subject = ?1"},
         {table.owner_of_lookup_, "SELECT person FROM identifiers WHERE lookup = ?1"},
         {table.insert_person_,
          "INSERT INTO persons(subject, secret, data_key, identity, created) "
          "VALUES(?1, ?2, ?3, ?4, ?5) RETURNING id"},
         {table.insert_identifier_, "INSERT INTO identifiers(lookup, person) VALUES(?1, ?2)"},
         {table.update_identity_, "UPDATE persons SET identity = ?2 WHERE id = ?1"},
         {table.select_identity_,
          "SELECT s.identity, s.subject FROM persons p LEFT JOIN merges m ON m.ended = p.id "
          "JOIN persons s ON s.id = coalesce(m.survivor, p.id) WHERE p.subject = ?1"},
         {table.select_secret_, "SELECT secret, subject FROM persons WHERE subject = ?1"},
         {table.select_own_identity_, "SELECT identity, subject FROM persons WHERE subject = ?1"},
         {table.family_,
          "WITH root(id) AS (SELECT coalesce(m.survivor, p.id) FROM persons p "
          "LEFT JOIN merges m ON m.ended = p.id WHERE p.subject = ?1) "
          "SELECT subject FROM persons, root WHERE persons.id = root.id OR persons.id IN "
          "(SELECT ended FROM merges WHERE survivor = root.id)"},
         {table.merging_[0], "UPDATE merges SET survivor = ?2 WHERE survivor = ?1"},
         {table.merging_[1], "INSERT INTO merges(ended, survivor) VALUES(?1, ?2)"},
         {table.merging_[2], "UPDATE identifiers SET person = ?2 WHERE person = ?1"},
         {table.merging_[3], "UPDATE associations SET person = ?2 WHERE person = ?1"},
         {table.merging_[4], "UPDATE consents SET person = ?2 WHERE person = ?1"},
         {table.merging_[5], "UPDATE visits SET person = ?2 WHERE person = ?1"},
         {table.merging_[6], "UPDATE consent_documents SET person = ?2 WHERE person = ?1"},
         {table.merging_[7], "UPDATE restrictions SET person = ?2 WHERE person = ?1"},
         {table.delete_identifier_, "DELETE FROM identifiers WHERE lookup = ?1 AND person = ?2"},
         {table.count_, "SELECT count(*) FROM persons"},
         {table.select_next_, "SELECT id, subject, identity FROM persons WHERE id > ?1 ORDER BY id LIMIT ?2"},
         {table.select_secrets_,
          "SELECT id, subject, secret FROM persons WHERE id > ?1 ORDER BY id LIMIT ?2"}});
    if (!prepared) return failure(std::move(prepared.error()));
    return table;
}

Result<std::optional<Person>> PersonTable::found(database::Statement& statement) {
    const auto row = statement.step();
    if (!row) return failure(row.error());
    if (!*row) return std::nullopt;
    const auto subject = subject_in(statement, 1);
    if (!subject) return failure(subject.error());
    auto key = seal_.open(Part::data_key, *subject, statement.octets(2));
    if (!key) return failure(key.error());
    auto sealing = std::make_shared<const crypto::SealingKey>(*key);
    return Person{statement.integer(0), Subject{*subject, std::move(sealing), reach_of(statement.integer(3))},
                  *std::move(key)};
}

Result<std::optional<Person>> PersonTable::find(const crypto::Digest& lookup) {
    const ResetAtEnd reset(by_lookup_);
    return found(by_lookup_.bind(1, ByteView(lookup)));
}

Result<std::optional<Person>> PersonTable::find(const model::Pseudonym& subject) {
    const ResetAtEnd reset(by_subject_);
    return found(by_subject_.bind(1, ByteView(subject.octets())));
}

Result<void> PersonTable::name(PersonId person, const model::PatientIdentifier& identifier) {
    const auto lookup = seal_.lookup(identifier);
    {
        const ResetAtEnd reset(owner_of_lookup_);
        const auto owned = owner_of_lookup_.bind(1, ByteView(lookup)).step();
        if (!owned) return failure(owned.error());
        if (*owned && owner_of_lookup_.integer(0) == person) return {};
        if (*owned) return failure(ErrorKind::invalid_input, "an identifier belongs to another person");
    }
    const auto inserted = insert_identifier_.bind(1, ByteView(lookup)).bind(2, person).run();
    if (!inserted) return failure(inserted.error());
    return {};
}

// A full dictionary is no reason to refuse a person: it is not complete then, and nothing leaves that asks
// it.
Result<void> PersonTable::know(const model::Identity& identity) {
    if (dictionary_ == nullptr) return {};
    auto known = dictionary_->add(identity);
    if (!known && known.error().kind != ErrorKind::exhausted) return known;
    return {};
}

Result<Person> PersonTable::add(const model::Identity& identity, Instant now) {
    if (auto known = know(identity); !known) return failure(std::move(known.error()));
    const Secret secret = crypto::random_key();
    Secret data_key = crypto::random_key();
    const auto subject = pseudonymizer_.internal(secret);
    const Bytes sealed_secret = seal_.seal(Part::secret, subject, secret.reveal());
    const Bytes sealed_key = seal_.seal(Part::data_key, subject, data_key.reveal());
    const Bytes sealed_identity = seal_.seal(Part::identity, subject, encode_identity(identity).reveal());
    PersonId id = 0;
    {
        const ResetAtEnd reset(insert_person_);
        const auto row = insert_person_.bind(1, ByteView(subject.octets()))
                             .bind(2, ByteView(sealed_secret))
                             .bind(3, ByteView(sealed_key))
                             .bind(4, ByteView(sealed_identity))
                             .bind(5, count_of(now))
                             .step();
        if (!row) return failure(row.error());
        id = insert_person_.integer(0);
    }
    for (const auto& identifier : identity.identifiers) {
        if (auto named = name(id, identifier); !named) return failure(std::move(named.error()));
    }
    auto sealing = std::make_shared<const crypto::SealingKey>(data_key);
    return Person{id, Subject{subject, std::move(sealing)}, std::move(data_key)};
}

Result<void> PersonTable::replace(const Person& person, model::Identity identity) {
    auto before = identity_of(person.subject.pseudonym);
    if (!before) return failure(std::move(before.error()));
    for (const auto& old : before->identifiers) {
        const auto same = [&](const model::PatientIdentifier& kept) {
            return kept.value == old.value && kept.authority == old.authority;
        };
        if (std::ranges::none_of(identity.identifiers, same)) identity.identifiers.push_back(old);
    }
    return rewrite(person, identity);
}

Result<void> PersonTable::rewrite(const Person& person, const model::Identity& identity) {
    if (auto fits = check_identity(identity); !fits) return fits;
    for (const auto& identifier : identity.identifiers) {
        if (auto named = name(person.id, identifier); !named) return named;
    }
    if (auto known = know(identity); !known) return known;
    const Bytes sealed =
        seal_.seal(Part::identity, person.subject.pseudonym, encode_identity(identity).reveal());
    const auto updated = update_identity_.bind(1, person.id).bind(2, ByteView(sealed)).run();
    if (!updated) return failure(updated.error());
    return {};
}

Result<void> PersonTable::unname(PersonId person, const model::PatientIdentifier& identifier) {
    const auto lookup = seal_.lookup(identifier);
    const auto deleted = delete_identifier_.bind(1, ByteView(lookup)).bind(2, person).run();
    if (!deleted) return failure(deleted.error());
    return {};
}

Result<SealedPart> PersonTable::sealed_part(database::Statement& select, const model::Pseudonym& subject) {
    const ResetAtEnd reset(select);
    const auto row = select.bind(1, ByteView(subject.octets())).step();
    if (!row) return failure(row.error());
    if (!*row)
        return failure(ErrorKind::invalid_input, "the vault has no such person: erased or never known");
    const auto owner = subject_in(select, 1);
    if (!owner) return failure(owner.error());
    const ByteView octets = select.octets(0);
    return SealedPart{*owner, Bytes(octets.begin(), octets.end())};
}

Result<SealedPart> PersonTable::sealed_identity_of(const model::Pseudonym& subject) {
    return sealed_part(select_identity_, subject);
}

Result<SealedPart> PersonTable::sealed_secret_of(const model::Pseudonym& subject) {
    return sealed_part(select_secret_, subject);
}

Result<model::Identity> PersonTable::open_identity(const SealedPart& part) const {
    const auto octets = seal_.open(Part::identity, part.owner, part.octets);
    if (!octets) return failure(octets.error());
    return decode_identity(octets->reveal());
}

Result<Secret> PersonTable::open_secret(const SealedPart& part) const {
    return seal_.open(Part::secret, part.owner, part.octets);
}

Result<model::Identity> PersonTable::identity_of(const model::Pseudonym& subject) {
    const auto part = sealed_identity_of(subject);
    if (!part) return failure(part.error());
    return open_identity(*part);
}

Result<model::Identity> PersonTable::own_identity_of(const model::Pseudonym& subject) {
    const auto part = sealed_part(select_own_identity_, subject);
    if (!part) return failure(part.error());
    return open_identity(*part);
}

Result<Secret> PersonTable::secret_of(const model::Pseudonym& subject) {
    const auto part = sealed_secret_of(subject);
    if (!part) return failure(part.error());
    return open_secret(*part);
}

Result<std::optional<PersonId>> PersonTable::tell_dictionary(PersonId after, std::size_t most) {
    const ResetAtEnd reset(select_next_);
    select_next_.bind(1, after).bind(2, static_cast<std::int64_t>(most));
    std::optional<PersonId> last;
    for (;;) {
        const auto row = select_next_.step();
        if (!row) return failure(row.error());
        if (!*row) return last;
        const auto subject = subject_in(select_next_, 1);
        if (!subject) return failure(subject.error());
        const auto octets = seal_.open(Part::identity, *subject, select_next_.octets(2));
        if (!octets) return failure(octets.error());
        const auto identity = decode_identity(octets->reveal());
        if (!identity) return failure(identity.error());
        if (auto known = know(*identity); !known) return failure(std::move(known.error()));
        last = select_next_.integer(0);
    }
}

Result<PersonTable::Sought> PersonTable::seek(PersonId after, std::size_t most,
                                              const std::function<bool(const Secret&)>& is_it) {
    const ResetAtEnd reset(select_secrets_);
    select_secrets_.bind(1, after).bind(2, static_cast<std::int64_t>(most));
    Sought sought;
    for (;;) {
        const auto row = select_secrets_.step();
        if (!row) return failure(row.error());
        if (!*row) return sought;
        const auto subject = subject_in(select_secrets_, 1);
        if (!subject) return failure(subject.error());
        const auto secret = seal_.open(Part::secret, *subject, select_secrets_.octets(2));
        if (!secret) return failure(secret.error());
        sought.last = select_secrets_.integer(0);
        if (!is_it(*secret)) continue;
        sought.found = *subject;
        return sought;
    }
}

Result<void> PersonTable::merge(const Person& ended, const Person& survivor) {
    auto identity = identity_of(survivor.subject.pseudonym);
    if (!identity) return failure(std::move(identity.error()));
    const auto before = identity_of(ended.subject.pseudonym);
    if (!before) return failure(before.error());
    identity->identifiers.insert(identity->identifiers.end(), before->identifiers.begin(),
                                 before->identifiers.end());
    for (auto& statement : merging_) {
        const auto done = statement.bind(1, ended.id).bind(2, survivor.id).run();
        if (!done) return failure(done.error());
    }
    return replace(survivor, *std::move(identity));
}

Result<std::vector<model::Pseudonym>> PersonTable::family_of(const model::Pseudonym& subject) {
    const ResetAtEnd reset(family_);
    std::vector<model::Pseudonym> all;
    auto row = family_.bind(1, ByteView(subject.octets())).step();
    for (; row && *row; row = family_.step()) {
        const auto one = subject_in(family_, 0);
        if (!one) return failure(one.error());
        all.push_back(*one);
    }
    if (!row) return failure(std::move(row.error()));
    return all;
}

Result<std::int64_t> PersonTable::count() {
    const ResetAtEnd reset(count_);
    const auto row = count_.step();
    if (!row) return failure(row.error());
    return count_.integer(0);
}

}  // namespace edgeward::vault

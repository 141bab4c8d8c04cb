#include <algorithm>
#include <set>
#include <utility>

#include "identity_codec.hpp"
#include "sqlcipher_vault.hpp"
#include "transaction.hpp"
#include "vault_schema.hpp"

namespace edgeward::vault {
namespace {

constexpr std::size_t remembered_persons = 225000;  // some 20 MiB when that many come by

// Every change goes on into vault.db at once. The vault changes seldom; its write-ahead log would hold all of
// it for weeks, and one octet damaged in a log undoes every later change at the next start, without a word:
// the pages of vault.db are authenticated, the end of a log is where its checksums end.
constexpr auto move_every_change = "PRAGMA wal_autocheckpoint=1";

// Overwritten cells are in the write-ahead log; the file and the log keep the old ones until it is moved. A
// reader in its way (a backup) is let be: the next move does it.
Result<void> leave_no_old_page(database::Connection& database) {
    auto moved = database.checkpoint();
    if (!moved && moved.error().kind == ErrorKind::unavailable) return {};
    return moved;
}

}  // namespace

Result<SqlcipherVault::Tables> SqlcipherVault::prepare(database::Connection database,
                                                       const crypto::KeyRing& keys) {
    auto persons = PersonTable::prepare(database, keys);
    if (!persons) return failure(std::move(persons.error()));
    auto associations = AssociationTable::prepare(database);
    if (!associations) return failure(std::move(associations.error()));
    auto consents = ConsentTable::prepare(database);
    if (!consents) return failure(std::move(consents.error()));
    auto documents = ConsentDocumentTable::prepare(database, keys);
    if (!documents) return failure(std::move(documents.error()));
    auto changes = ChangeTable::prepare(database);
    if (!changes) return failure(std::move(changes.error()));
    auto erasures = ErasureTable::prepare(database);
    if (!erasures) return failure(std::move(erasures.error()));
    auto visits = VisitTable::prepare(database);
    if (!visits) return failure(std::move(visits.error()));
    auto stays = StayTable::prepare(database);
    if (!stays) return failure(std::move(stays.error()));
    auto placements = PlacementTable::prepare(database);
    if (!placements) return failure(std::move(placements.error()));
    auto place_changes = PlaceChangeTable::prepare(database);
    if (!place_changes) return failure(std::move(place_changes.error()));
    auto holds = HoldTable::prepare(database);
    if (!holds) return failure(std::move(holds.error()));
    auto requests = RequestTable::prepare(database);
    if (!requests) return failure(std::move(requests.error()));
    auto restrictions = RestrictionTable::prepare(database);
    if (!restrictions) return failure(std::move(restrictions.error()));
    auto extents = ExtentTable::prepare(database);
    if (!extents) return failure(std::move(extents.error()));
    return Tables{std::move(database),    std::move(*persons),       std::move(*associations),
                  std::move(*consents),   std::move(*documents),     std::move(*changes),
                  std::move(*erasures),   std::move(*visits),        std::move(*stays),
                  std::move(*placements), std::move(*place_changes), std::move(*holds),
                  std::move(*requests),   std::move(*restrictions),  std::move(*extents)};
}

Result<std::unique_ptr<SqlcipherVault>> SqlcipherVault::open(const std::filesystem::path& file,
                                                             const crypto::KeyRing& keys, const Clock& clock,
                                                             std::size_t cached) {
    const auto key = keys.key(crypto::key_name::vault);
    if (!key) return failure(key.error());
    const auto master = keys.key(crypto::key_name::pseudonym);
    if (!master) return failure(master.error());
    auto database = database::Connection::open(file, *key, database::Access::read_write_create);
    if (!database) return failure(std::move(database.error()));
    if (auto migrated = migrate(*database); !migrated) return failure(std::move(migrated.error()));
    if (auto set = database->execute(move_every_change); !set) return failure(std::move(set.error()));
    auto tables = prepare(*std::move(database), keys);
    if (!tables) return failure(std::move(tables.error()));
    auto marks = ErasureMarks::make(keys);
    if (!marks) return failure(std::move(marks.error()));
    auto ledger = ErasureLedger::load(file.parent_path(), crypto::public_key_of(marks->signing_seed()));
    if (!ledger) return failure(std::move(ledger.error()));
    Erasing erasing{file.parent_path(), std::move(*marks), std::move(*ledger), 0, {}};
    const auto persons_key = keys.key(crypto::key_name::person);
    if (!persons_key) return failure(persons_key.error());
    std::unique_ptr<SqlcipherVault> vault(
        new SqlcipherVault(*std::move(tables), std::move(erasing), pseudonym::Pseudonymizer(*master),
                           crypto::hkdf_sha256(*persons_key, "edgeward/dlp/1/dictionary"), clock, cached));
    const auto replayed = vault->catch_up();
    if (!replayed) return failure(Error(replayed.error()).during("carry out the erasure ledger"));
    vault->erasing_.replayed = *replayed;
    return vault;
}

Result<std::uint64_t> SqlcipherVault::catch_up() {
    const ErasureLedger& ledger = erasing_.ledger;
    const auto applied = tables_.erasures.applied();
    if (!applied) return failure(applied.error());
    if (applied->entries > ledger.size())
        return failure(ErrorKind::corrupt, "vault.db has seen more erasures than the ledger beside it has");
    if (applied->link != ledger.link_at(applied->entries))
        return failure(ErrorKind::corrupt, "vault.db has seen other erasures than the ledger beside it has");
    if (applied->entries == ledger.size()) return 0;
    std::set<crypto::Digest> missing;
    for (auto entry = applied->entries; entry < ledger.size(); ++entry)
        missing.insert(ledger.entries()[entry].mark);
    const auto subjects = tables_.erasures.subjects();
    if (!subjects) return failure(subjects.error());
    auto removed = in_transaction(tables_.database, [&]() -> Result<std::uint64_t> {
        std::uint64_t count = 0;
        for (const auto& subject : *subjects) {
            if (!missing.contains(erasing_.marks.of(subject))) continue;
            auto identity = tables_.persons.own_identity_of(subject);
            if (identity) erasing_.gone.push_back(*std::move(identity));  // a damaged one goes all the same
            const auto gone = tables_.erasures.remove(subject);
            if (!gone) return failure(gone.error());
            ++count;
        }
        return tables_.erasures.set_applied({ledger.size(), ledger.link()}).map([&] { return count; });
    });
    if (!removed) return removed;
    return leave_no_old_page(tables_.database).map([&] { return *removed; });
}

IdentityVault::ErasureStatus SqlcipherVault::erasures() {
    const std::lock_guard lock(database_mutex_);
    return {erasing_.ledger.size(), erasing_.replayed};
}

Result<void> SqlcipherVault::while_unchanged(const std::function<Result<void>()>& work) {
    const std::lock_guard lock(database_mutex_);
    return work();
}

Result<Person> SqlcipherVault::find_or_add(const model::PatientIdentifier& identifier) {
    auto known = tables_.persons.find(identifier);
    if (!known) return failure(std::move(known.error()));
    if (*known) return std::move(**known);
    model::Identity identity;
    identity.identifiers.push_back(identifier);
    return tables_.persons.add(identity, clock_.now());
}

Result<std::optional<Subject>> SqlcipherVault::stored_subject(const model::Pseudonym& pseudonym) {
    auto person = tables_.persons.find(pseudonym);
    if (!person) return failure(std::move(person.error()));
    if (!*person) return std::nullopt;
    cache_.keep(**person);
    return std::move((*person)->subject);
}

Result<Subject> SqlcipherVault::subject_of(const model::PatientIdentifier& identifier) {
    if (auto fine = check_identifier(identifier); !fine) return failure(std::move(fine.error()));
    const auto lookup = tables_.persons.lookup(identifier);
    if (auto cached = cache_.find(lookup)) return std::move(*cached);
    const std::lock_guard lock(database_mutex_);
    auto known = tables_.persons.find(lookup);
    if (!known) return failure(std::move(known.error()));
    if (!*known) {
        auto added = in_transaction(tables_.database, [&] { return find_or_add(identifier); });
        if (!added) return failure(std::move(added.error()));
        known->emplace(std::move(*added));
    }
    cache_.keep(lookup, **known);
    return std::move((*known)->subject);
}

// The direct association, else the bed: its placement, else the fixed one. The answer holds as long as all it
// comes from.
Result<DeviceSpan> SqlcipherVault::span_at(std::string_view device, Instant when,
                                           std::string_view fixed_bed) {
    auto span = tables_.associations.span_at(device, when);
    if (!span || span->subject) return span;
    const auto placed = tables_.placements.span_at(device, when);
    if (!placed) return failure(placed.error());
    span->from = std::max(span->from, placed->from);
    span->until = std::min(span->until, placed->until);
    const std::string_view bed = placed->bed.empty() ? fixed_bed : std::string_view(placed->bed);
    if (bed.empty()) return span;
    const auto stay = tables_.stays.span_at(bed, when);
    if (!stay) return failure(stay.error());
    return DeviceSpan{std::max(span->from, stay->from), std::min(span->until, stay->until), stay->subject};
}

Result<std::optional<Subject>> SqlcipherVault::subject_at(std::string_view device, Instant when,
                                                          std::string_view fixed_bed) {
    // A device whose fixed bed changes is another one to the cache.
    std::string with_bed;
    if (!fixed_bed.empty()) with_bed.append(device).append("\n").append(fixed_bed);
    const std::string_view key = fixed_bed.empty() ? device : std::string_view(with_bed);
    if (auto cached = cache_.find(key, when)) return std::move(*cached);
    const std::lock_guard lock(database_mutex_);
    auto span = span_at(device, when, fixed_bed);
    if (!span) return failure(std::move(span.error()));
    cache_.keep(key, *span);
    if (!span->subject) return std::nullopt;
    return stored_subject(*span->subject);
}

Result<std::optional<Subject>> SqlcipherVault::subject(const model::Pseudonym& pseudonym) {
    if (auto cached = cache_.find(pseudonym)) return cached;
    const std::lock_guard lock(database_mutex_);
    return stored_subject(pseudonym);
}

Result<bool> SqlcipherVault::same_person(const model::Pseudonym& one, const model::Pseudonym& other) {
    if (one == other) return true;
    const std::lock_guard lock(database_mutex_);
    const auto family = tables_.persons.family_of(one);
    if (!family) return failure(family.error());
    return std::ranges::find(*family, other) != family->end();
}

Result<DisclosedIdentity> SqlcipherVault::disclose(const model::Pseudonym& pseudonym,
                                                   const policy::Permit& permit) {
    if (permit.level() != model::IdentityLevel::identified) {
        return failure(ErrorKind::denied, "the permit does not disclose an identity");
    }
    const std::lock_guard lock(database_mutex_);
    const auto part = identities_.recall(pseudonym, tables_.database.changes(),
                                         [&] { return tables_.persons.sealed_identity_of(pseudonym); });
    if (!part) return failure(part.error());
    auto identity = tables_.persons.open_identity(**part);
    if (!identity) return failure(std::move(identity.error()));
    return DisclosedIdentity(std::move(*identity));
}

Result<std::string> SqlcipherVault::domain_pseudonym(const model::Pseudonym& pseudonym,
                                                     const policy::Permit& permit, std::string_view domain,
                                                     std::string_view prefix) {
    if (permit.level() != model::IdentityLevel::pseudonymous &&
        permit.level() != model::IdentityLevel::identified) {
        return failure(ErrorKind::denied, "the permit is for data without a person");
    }
    if (!pseudonym::is_prefix(prefix)) {
        return failure(ErrorKind::misconfigured,
                       "the prefix of a pseudonym domain has 1 to 8 of A-Z and 0-9");
    }
    auto secret = [&]() -> Result<Secret> {
        const std::lock_guard lock(database_mutex_);
        const auto part = secrets_.recall(pseudonym, tables_.database.changes(),
                                          [&] { return tables_.persons.sealed_secret_of(pseudonym); });
        if (!part) return failure(part.error());
        return tables_.persons.open_secret(**part);
    }();
    if (!secret) return failure(std::move(secret.error()));
    return pseudonymizer_.of_domain(*secret, domain, prefix);
}

// In the transaction of what it is about.
Result<void> SqlcipherVault::leave_record(std::string_view actor, audit::Action action, std::string object,
                                          const std::optional<model::Pseudonym>& subject,
                                          std::string_view rule) {
    audit::Event event;
    event.actor = actor;
    event.action = action;
    event.rule = rule;
    event.object = std::move(object);
    event.subject = subject;
    return tables_.changes.add(event, clock_.now());
}

Result<model::Pseudonym> SqlcipherVault::admit(const model::Identity& identity, std::string_view actor) {
    if (auto fine = check_identity(identity); !fine) return failure(std::move(fine.error()));
    const std::lock_guard lock(database_mutex_);
    return in_transaction(tables_.database, [&]() -> Result<model::Pseudonym> {
        auto known = tables_.persons.find(identity.identifiers.front());
        if (!known) return failure(std::move(known.error()));
        if (*known) {
            const auto& person = **known;
            return tables_.persons.replace(person, identity)
                .and_then([&] {
                    return leave_record(actor, audit::Action::person_admitted, "admit",
                                        person.subject.pseudonym);
                })
                .map([&] { return person.subject.pseudonym; });
        }
        const auto person = tables_.persons.add(identity, clock_.now());
        if (!person) return failure(person.error());
        return leave_record(actor, audit::Action::person_admitted, "admit", person->subject.pseudonym)
            .map([&] { return person->subject.pseudonym; });
    });
}

Result<std::int64_t> SqlcipherVault::associate(const Association& association, std::string_view actor) {
    if (auto fine = check_identifier(association.patient); !fine) return failure(std::move(fine.error()));
    const std::lock_guard lock(database_mutex_);
    auto id = in_transaction(tables_.database, [&]() -> Result<std::int64_t> {
        const auto person = find_or_add(association.patient);
        if (!person) return failure(person.error());
        auto added =
            tables_.associations.add(association.device, person->id, association.from, association.until);
        if (!added) return added;
        return tables_.place_changes.add_device(association.device, association.from, association.until)
            .and_then([&] {
                return leave_record(actor, audit::Action::association_changed, "begin " + association.device,
                                    person->subject.pseudonym);
            })
            .map([&] { return *added; });
    });
    cache_.forget_spans();
    return id;
}

Result<void> SqlcipherVault::end_association(std::string_view device, Instant until, std::string_view actor) {
    const std::lock_guard lock(database_mutex_);
    auto ended = tables_.database.transaction([&]() -> Result<void> {
        const auto span = tables_.associations.span_at(device, until - std::chrono::milliseconds(1));
        if (!span) return failure(span.error());
        if (auto done = tables_.associations.end(device, until); !done) return done;
        if (!span->subject)
            return failure(ErrorKind::corrupt, "an association that ended belonged to nobody");
        const auto until_then =
            span->until == Instant::max() ? std::nullopt : std::optional<Instant>(span->until);
        return tables_.place_changes.add_device(device, until, until_then).and_then([&] {
            return leave_record(actor, audit::Action::association_changed, "end " + std::string(device),
                                *span->subject);
        });
    });
    cache_.forget_spans();
    return ended;
}

Result<std::optional<ChangeRecord>> SqlcipherVault::unrecorded_change() {
    const std::lock_guard lock(database_mutex_);
    return tables_.changes.oldest();
}

Result<void> SqlcipherVault::change_recorded(std::string_view name) {
    const std::lock_guard lock(database_mutex_);
    return tables_.changes.remove(name);
}

Result<std::vector<Association>> SqlcipherVault::associations(std::string_view device) {
    const std::lock_guard lock(database_mutex_);
    const auto rows = tables_.associations.of_device(device);
    if (!rows) return failure(rows.error());
    std::vector<Association> associations;
    for (const auto& row : *rows) {
        auto identity = tables_.persons.identity_of(row.subject);
        if (!identity) return failure(std::move(identity.error()));
        associations.push_back(
            {row.id, std::string(device), std::move(identity->identifiers.front()), row.from, row.until});
    }
    return associations;
}

Result<bool> SqlcipherVault::fill_dictionary(std::size_t most) {
    const std::lock_guard lock(database_mutex_);
    if (!filled_to_) {
        dictionary_.begin_fill();
        filled_to_ = 0;
    }
    const auto last = tables_.persons.tell_dictionary(*filled_to_, most);
    if (!last) return failure(last.error());
    filled_to_ = *last;
    if (*last) return false;
    dictionary_.end_fill();
    return true;
}

Result<std::int64_t> SqlcipherVault::count_persons() {
    const std::lock_guard lock(database_mutex_);
    return tables_.persons.count();
}

Result<std::unique_ptr<IdentityVault>> open_vault(const std::filesystem::path& folder,
                                                  const crypto::KeyRing& keys) {
    auto vault = SqlcipherVault::open(folder / vault_file, keys, system_clock(), remembered_persons);
    if (!vault) return failure(std::move(vault.error()).during("open vault"));
    return std::move(*vault);
}

}  // namespace edgeward::vault

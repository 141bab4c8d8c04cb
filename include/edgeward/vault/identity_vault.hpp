#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <edgeward/audit/record.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/crypto/key_ring.hpp>
#include <edgeward/crypto/seal.hpp>
#include <edgeward/dlp/dictionary.hpp>
#include <edgeward/model/identity.hpp>
#include <edgeward/model/pseudonym.hpp>
#include <edgeward/policy/permit.hpp>
#include <edgeward/vault/consent_register.hpp>
#include <edgeward/vault/erasure_ledger.hpp>
#include <edgeward/vault/erasure_register.hpp>
#include <edgeward/vault/generalisation.hpp>
#include <edgeward/vault/movement.hpp>
#include <edgeward/vault/person_rights.hpp>

// The only place that knows who a pseudonym is: persons, their secrets and data keys, stays and consents, in
// vault.db (SQLCipher, key of its own). docs/vault-format.md has the schema.
namespace edgeward::vault {

// What the pipeline needs of a person: no identity in it.
struct Subject {
    model::Pseudonym pseudonym;
    // Shared: the cache, the pipeline and the delivery of the same person hold it at the same time.
    std::shared_ptr<const crypto::SealingKey> data_key;
    policy::Restriction restriction = policy::Restriction::none;  // in force, of the furthest reach
};

// An identity on its way into a rendering. Move-only, overwritten when it dies, no stream operator, no
// formatter.
class DisclosedIdentity {
public:
    explicit DisclosedIdentity(model::Identity identity) : identity_(std::move(identity)) {}
    DisclosedIdentity(DisclosedIdentity&&) noexcept = default;
    DisclosedIdentity& operator=(DisclosedIdentity&&) noexcept = default;
    DisclosedIdentity(const DisclosedIdentity&) = delete;
    DisclosedIdentity& operator=(const DisclosedIdentity&) = delete;
    ~DisclosedIdentity() = default;
    [[nodiscard]] const model::Identity& reveal() const noexcept { return identity_; }

private:
    model::Identity identity_;
};

// Person ↔ device over time, half open: [from, until).
struct Association {
    std::int64_t id = 0;
    std::string device;
    model::PatientIdentifier patient;
    Instant from{};
    std::optional<Instant> until;
};

// What the audit log has to say of a change. It is written in the transaction of the change and stays in the
// vault until the log has it (docs/adr/0018): neither is there without the other, whenever the power goes.
struct ChangeRecord {
    std::string name;  // 32 hexadecimal digits, random: this change and no other
    Instant time{};    // of the change
    audit::Event event;
};

// Errors of all members: denied (the permit does not allow it), corrupt, unavailable, exhausted as
// database.hpp. Threads: any; the vault serialises access to its database and caches subjects (bounded).
class IdentityVault : public BedRegister,
                      public ErasureRegister,
                      public ConsentRegister,
                      public PersonRights {
public:
    // The person with that identifier, made and durably stored when new. Some 50 ns when cached, one fsync
    // when new.
    virtual Result<Subject> subject_of(const model::PatientIdentifier& identifier) = 0;
    // The person associated with the device at that time; when it is associated with nobody, the person who
    // stayed in the bed it was placed at then, or, without a placement, in `fixed_bed` (empty: none).
    // Nothing: nobody. invalid_input: more than one (ambiguous).
    virtual Result<std::optional<Subject>> subject_at(std::string_view device, Instant when,
                                                      std::string_view fixed_bed = {}) = 0;
    // The data key of a stored pseudonym. Nothing: erased or never known. A person that was merged into
    // another keeps pseudonym and data key for what is stored under them; identity and consents are the
    // survivor's, and erasing either erases both.
    virtual Result<std::optional<Subject>> subject(const model::Pseudonym& pseudonym) = 0;

    // They are the same pseudonym, or of persons merged into one.
    virtual Result<bool> same_person(const model::Pseudonym& one, const model::Pseudonym& other) = 0;

    // Back to the identity; only with a permit of level identified. The caller commits the audit record
    // first. invalid_input: erased or never known, here and below.
    virtual Result<DisclosedIdentity> disclose(const model::Pseudonym& pseudonym,
                                               const policy::Permit& permit) = 0;
    // The pseudonym of a destination's own domain; needs a permit of level pseudonymous or identified.
    // misconfigured: `prefix` is not as pseudonym::is_prefix.
    virtual Result<std::string> domain_pseudonym(const model::Pseudonym& pseudonym,
                                                 const policy::Permit& permit, std::string_view domain,
                                                 std::string_view prefix) = 0;
    // What an anonymised report may say; needs a permit of level anonymised.
    virtual Result<Generalised> generalise(const model::Pseudonym& pseudonym, const policy::Permit& permit,
                                           const Generalisation& request) = 0;
    // Whose pseudonym of a domain it is, by computing everybody's: some seconds for 200,000 persons, and
    // nobody waits meanwhile. `text` is exact. Nothing: nobody's, or of somebody who was erased. The caller
    // commits the audit record before it shows anything.
    virtual Result<std::optional<model::Pseudonym>> resolve(std::string_view text, std::string_view domain,
                                                            std::string_view prefix) = 0;
    // The identifiers alone of somebody whose pseudonym was resolved.
    virtual Result<std::vector<model::PatientIdentifier>> identifiers_of(
        const model::Pseudonym& pseudonym) = 0;
    // given: entries give it at both times, or documents do (policy/broad_consent.hpp, research only).
    // denied: an entry in force at either time denies, or a document. unknown: otherwise.
    virtual Result<policy::Consent> consent(const model::Pseudonym& pseudonym, model::Purpose purpose,
                                            Instant now, Instant measured) = 0;

    // Administration, on behalf of `actor` as the audit log names it ("user:1000"). Each change that is made
    // leaves its ChangeRecord. `admit` adds a person or replaces the demographics of the one with the first
    // identifier and returns the pseudonym; all identifiers given afterwards lead to that person
    // (invalid_input when one belongs to another person).
    virtual Result<model::Pseudonym> admit(const model::Identity& identity, std::string_view actor) = 0;
    // Opens an association; invalid_input when it overlaps another one of the device.
    virtual Result<std::int64_t> associate(const Association& association, std::string_view actor) = 0;
    // Ends the association in force at `until`; invalid_input when there is none that began before.
    virtual Result<void> end_association(std::string_view device, Instant until, std::string_view actor) = 0;
    virtual Result<std::vector<Association>> associations(std::string_view device) = 0;
    // The oldest change whose record the audit log has not got yet; nothing: it has all.
    virtual Result<std::optional<ChangeRecord>> unrecorded_change() = 0;
    // It has this one now. A name that is not there is no error.
    virtual Result<void> change_recorded(std::string_view name) = 0;
    // Keyed hashes of everything that names the persons here, for the inspection of what goes out. Whom the
    // vault takes up or changes is in it before that is committed; whom it erases goes with the next fill.
    [[nodiscard]] virtual const dlp::Dictionary& dictionary() const = 0;
    // Goes on with the fill under way by `most` persons, or begins one. True: it has come to its end.
    virtual Result<bool> fill_dictionary(std::size_t most) = 0;
    // Number of persons, for metrics.
    virtual Result<std::int64_t> count_persons() = 0;

    // Destroys a person: the entry of the erasure ledger is on disk first, then keys, identity, identifiers,
    // associations and consents go in one transaction and out of the cache, and the write-ahead log is moved
    // so that no old page keeps them (a backup being read at that moment delays that). A crash between the
    // two is made good at the next opening. The caller writes the audit record, with the entry's link as
    // details. invalid_input: erased before or never known.
    virtual Result<Erasure> erase(const model::Pseudonym& pseudonym) = 0;
    // Entries of the ledger, all carried out in vault.db, and how many of them the opening carried out
    // because the file was older than the ledger.
    struct ErasureStatus {
        std::uint64_t entries = 0;
        std::uint64_t replayed = 0;
    };
    virtual ErasureStatus erasures() = 0;
    // Runs `work` while no change of the vault can be committed: to begin a snapshot of the file. Brief.
    virtual Result<void> while_unchanged(const std::function<Result<void>()>& work) = 0;
};

inline constexpr const char* vault_file = "vault.db";

// vault.db in `folder`, made and migrated when needed. Uses the keys vault, person, pseudonym and
// audit-signing. Erasures of the ledger in `folder` that the file has not seen are carried out before it
// returns; corrupt: the file has seen more erasures than the ledger has, or others.
Result<std::unique_ptr<IdentityVault>> open_vault(const std::filesystem::path& folder,
                                                  const crypto::KeyRing& keys);

}  // namespace edgeward::vault

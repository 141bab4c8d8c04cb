#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <edgeward/core/result.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/crypto/digest.hpp>
#include <edgeward/model/identity.hpp>
#include <edgeward/model/pseudonym.hpp>
#include <edgeward/vault/erasure_certificate.hpp>
#include <edgeward/vault/person_finder.hpp>

// Who is to be erased, who must not be, and how far an erasure has come (docs/vault-format.md,
// docs/adr/0026).
namespace edgeward::vault {

// Art. 17(1)(a) to (f) DSGVO.
inline constexpr std::array<std::string_view, 6> erasure_reasons{
    "no_longer_needed", "consent_withdrawn", "objection", "unlawful", "legal_duty", "child_services"};
// Art. 17(3)(a) to (e) DSGVO; retention_duty is (b), e.g. § 630f BGB.
inline constexpr std::array<std::string_view, 6> hold_reasons{
    "retention_duty", "legal_claims", "court_order", "public_health", "archiving", "free_expression"};
inline constexpr std::array<std::string_view, 5> rejection_reasons{"not_entitled", "wrong_person",
                                                                   "legal_hold", "withdrawn", "other"};

// While it is in force the person is not erased.
struct LegalHold {
    std::int64_t id = 0;
    std::string reason;  // one of hold_reasons
    Instant set{};
    std::string actor;
    std::optional<Instant> until;  // nothing: until it is released
    std::optional<Instant> released;
    std::string released_by;

    [[nodiscard]] bool in_force(Instant now) const noexcept { return !released && (!until || *until > now); }
};

enum class ErasureState : std::uint8_t {
    open = 1,  // waits for somebody else to decide
    rejected = 2,
    approved = 3,  // is carried out, also after a crash
    done = 4,
};
std::string_view name_of(ErasureState state) noexcept;

struct ErasureRequest {
    std::uint64_t number = 0;
    ErasureState state = ErasureState::open;
    std::string reason;     // one of erasure_reasons
    std::string requester;  // "user:1000"
    Instant requested{};
    std::string decider;
    std::optional<Instant> decided;
    std::string rejection;                    // one of rejection_reasons
    bool gives_up = false;                    // what is undelivered is given up
    std::optional<model::Pseudonym> subject;  // until it is rejected or done
};

// What the vault has of a person, those it was merged with included. No identity.
struct PersonExtent {
    std::vector<model::Pseudonym> subjects;
    std::vector<ErasureCertificate::Count> counts;  // identifiers, associations, consents, visits, …
    std::vector<LegalHold> holds;                   // all that were set
};

// What an erasure needs to know of itself after the vault has forgotten the person.
struct ErasureJournal {
    std::vector<model::Pseudonym> subjects;
    std::vector<std::uint64_t> held;  // ids of messages in quarantine that name the person
    ErasureCertificate draft;
};

// Errors and threads as IdentityVault; invalid_input: no such person, request or hold, or not in a state for
// this; denied: a legal hold is in force (its reason is named).
class ErasureRegister {
public:
    ErasureRegister() = default;
    ErasureRegister(const ErasureRegister&) = delete;
    ErasureRegister& operator=(const ErasureRegister&) = delete;
    virtual ~ErasureRegister() = default;

    // The person with that identifier; nobody is made.
    virtual Result<model::Pseudonym> find_person(const model::PatientIdentifier& identifier) = 0;
    virtual Result<PersonExtent> extent_of(const model::Pseudonym& subject) = 0;
    // By what messages name the person.
    virtual Result<PersonFinder> finder_of(const model::Pseudonym& subject) = 0;

    // Refused as denied while an approved erasure of the person is under way.
    virtual Result<std::int64_t> set_hold(const model::Pseudonym& subject, std::string_view reason,
                                          std::optional<Instant> until, std::string_view actor) = 0;
    virtual Result<void> release_hold(std::int64_t id, std::string_view actor) = 0;

    // Written down until somebody decides. One open request for a person.
    virtual Result<std::uint64_t> request_erasure(const model::Pseudonym& subject, std::string_view reason,
                                                  std::string_view actor) = 0;
    virtual Result<std::vector<ErasureRequest>> erasure_requests() = 0;
    virtual Result<ErasureRequest> erasure_request(std::uint64_t number) = 0;
    // From here on it is carried out, whatever happens.
    virtual Result<void> approve_erasure(std::uint64_t number, bool gives_up, std::string_view actor) = 0;
    virtual Result<void> reject_erasure(std::uint64_t number, std::string_view reason,
                                        std::string_view actor) = 0;

    // Destroys the person of an approved request as IdentityVault::erase() does, and remembers in the journal
    // of the request what the following steps need: pseudonyms, `held`, and `draft` with counts, entries of
    // the ledger and fingerprints of what was destroyed added; `fingerprinter` is that of its salt. Done
    // before: gives the journal.
    virtual Result<ErasureJournal> forget_person(std::uint64_t number, ErasureCertificate draft,
                                                 const std::vector<std::uint64_t>& held,
                                                 const Fingerprinter& fingerprinter) = 0;
    // What forget_person() gave; nothing: it has not been done.
    virtual Result<std::optional<ErasureJournal>> erasure_journal(std::uint64_t number) = 0;
    // Keeps the journal of a later step.
    virtual Result<void> note_erasure(std::uint64_t number, const ErasureJournal& journal) = 0;
    // Builds the file anew from what it still has and moves the write-ahead log, so that no page keeps a
    // trace of what was deleted. unavailable: a reader of the file (a backup) is in the way.
    virtual Result<void> leave_no_trace() = 0;
    // The certificate is kept with the request, which is done.
    virtual Result<void> finish_erasure(std::uint64_t number, std::string_view certificate) = 0;
    virtual Result<std::string> erasure_certificate(std::uint64_t number) = 0;
    // By what messages name the persons whom the opening erased because the file was older than the ledger.
    // Once; nothing: there was none.
    virtual std::optional<PersonFinder> take_replayed_persons() = 0;
};

}  // namespace edgeward::vault

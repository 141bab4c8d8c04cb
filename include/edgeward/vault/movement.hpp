#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <edgeward/core/result.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/model/identity.hpp>

// Persons ↔ beds ↔ devices over time. Spans are half open, [from, until). docs/vault-format.md has the tables
// and how stays follow from movements.
namespace edgeward::vault {

// What patient administration says happened. A visit's movements are kept as they are told; its stays are
// worked out of them anew after each, in the order in which they happened, so that late and corrected ones
// take their place.
enum class MovementKind : std::uint8_t {
    arrival = 1,   // admitted to a bed, or to none
    transfer = 2,  // to another bed; one after a departure moves nobody
    departure = 3,
    demographics,         // of the person only; with `corrects`, the movement `mark` is set right too
    arrival_cancelled,    // all movements of the visit never happened
    transfer_cancelled,   // `mark`, else the newest transfer of the visit, unless it led to `bed`
    departure_cancelled,  // `mark`, else the newest departure of the visit
    cancellation,         // `mark` never happened
    merge,                // `merged` are identifiers of this person
    account_move,         // the visits of account `merged_account` are this person's
    visit_move,           // the visit `merged_visit` is this person's, from now on as `patient.visit_number`
};

struct Movement {
    MovementKind kind = MovementKind::demographics;
    model::Identity
        patient;  // found by any of its identifiers, or made; what it leaves empty stays as it was
    std::string account;
    std::string bed;  // model::bed_name(); empty: no bed
    Instant happened{};
    Instant recorded{};     // of two tellings of one `mark` the later one holds
    std::string mark;       // the sender's own name of the movement; may be empty
    bool corrects = false;  // replaces the movement `mark`
    std::vector<model::PatientIdentifier> merged = {};
    std::string merged_account = {};
    std::string merged_visit = {};
};

// What one message says: all of it or nothing takes effect.
struct MovementMessage {
    std::string scope;        // the authority whose visit, account and movement numbers these are
    std::string word;         // for the audit log: "A02 kis"
    std::string fingerprint;  // the same for the same message of the same sender, and for no other
    std::vector<Movement> movements;
};
enum class MovementOutcome : std::uint8_t {
    done,
    repeated,  // this very message took effect before; nothing was changed
};
// invalid_input of move() with one of these words as its whole message: the message contradicts what is
// known.
inline constexpr std::string_view movement_unknown = "movement_unknown";  // visit, account or movement
inline constexpr std::string_view movement_conflict =
    "movement_conflict";  // somebody else's, or two persons'

// Which bed a device is fixed to.
struct BedPlacement {
    std::int64_t id = 0;
    std::string device;
    std::string bed;
    Instant from{};
    std::optional<Instant> until;
};

// A person in a bed, as worked out.
struct Stay {
    std::string bed;
    model::PatientIdentifier patient;
    Instant from{};
    std::optional<Instant> until;
};

// Who was there in that time is told otherwise than before: at a device, or at a bed (the other is empty).
struct PlaceChange {
    std::int64_t id = 0;
    std::string device;
    std::string bed;
    Instant from{};
    std::optional<Instant> until;
};

// The part of the vault that patient administration and the ward change. Errors and threads as IdentityVault.
class BedRegister {
public:
    BedRegister() = default;
    BedRegister(const BedRegister&) = delete;
    BedRegister& operator=(const BedRegister&) = delete;
    virtual ~BedRegister() = default;

    // One transaction with its change records. Committed when it returns.
    virtual Result<MovementOutcome> move(const MovementMessage& message, std::string_view actor) = 0;
    // Fixes a device to a bed; invalid_input when it overlaps another placement of the device.
    virtual Result<std::int64_t> place(const BedPlacement& placement, std::string_view actor) = 0;
    // Ends the placement in force at `until`; invalid_input when there is none that began before.
    virtual Result<void> end_placement(std::string_view device, Instant until, std::string_view actor) = 0;
    virtual Result<std::vector<BedPlacement>> placements(std::string_view device) = 0;
    // By time; the newest `most`.
    virtual Result<std::vector<Stay>> stays_in(std::string_view bed, std::size_t most) = 0;
    // The oldest change that what is stored has not been held against; nothing: none. Written in the
    // transaction of the change, so that none is missed, whenever the power goes.
    virtual Result<std::optional<PlaceChange>> unexamined_change() = 0;
    virtual Result<void> change_examined(std::int64_t id) = 0;
    // Devices placed at the bed at some time in [from, until).
    virtual Result<std::vector<std::string>> devices_at(std::string_view bed, Instant from,
                                                        std::optional<Instant> until) = 0;
    // Of the person with that identifier; none for an unknown one.
    virtual Result<std::vector<Stay>> stays_of(const model::PatientIdentifier& identifier,
                                               std::size_t most) = 0;
};

}  // namespace edgeward::vault

#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <edgeward/config/document.hpp>
#include <edgeward/core/log.hpp>
#include <edgeward/core/metrics.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/hl7/adt_message.hpp>
#include <edgeward/vault/movement.hpp>

// The flow of patient administration: read ▸ commit in the vault (movement + change record) ▸ answer.
namespace edgeward::pipeline {

// How one [[adt.sender]] is read.
struct AdtSender {
    std::string name;
    std::string authority;  // of identifiers without one, and of visit, account and movement numbers
    std::string facility;   // PV1-3.4 of the beds our devices stand at; beds of another one are others
    std::string zone;       // of times that state none; empty: gateway.zone
};
// Reads name, authority, facility and zone of each [[adt.sender]] of the table [adt].
std::vector<AdtSender> read_adt_senders(config::Section section);

// What a message means for the vault; nothing: it means nothing here. The faults are those of what a message
// contradicts in itself.
tl::expected<std::optional<vault::MovementMessage>, hl7::MessageFault> movements_of(
    const hl7::AdtMessage& message, const AdtSender& sender, Instant now);

// Takes messages of senders and answers them once they are committed. Threads: one at a time.
class MovementDesk {
public:
    // All outlive the desk.
    struct Parts {
        // Commits in the vault and brings the change records into the audit log.
        std::function<Result<vault::MovementOutcome>(const vault::MovementMessage&, std::string_view actor)>
            commit;
        std::function<void()> moved;  // measurements that were held may have found their person
        const Clock& clock;
        metrics::Registry& metrics;
        std::function<std::string()> zone;  // gateway.zone
    };
    MovementDesk(std::vector<AdtSender> senders,
                 std::map<std::string, hl7::Designator, std::less<>> authorities, Parts parts);

    // The answer, without framing; nothing: the sender wants none to this outcome. What is answered with
    // AA or CA is committed, or was before, or means nothing here. What is answered with AR or CR and 207 was
    // not committed and is taken when it comes again.
    std::optional<std::string> answer(std::string_view sender, std::string_view octets);

private:
    std::optional<hl7::MessageFault> take(const AdtSender& sender, std::string_view octets);
    std::optional<hl7::MessageFault> commit(const AdtSender& sender, const vault::MovementMessage& message);
    hl7::AdtReading reading_for(const AdtSender& sender) const;
    void count(const AdtSender& sender, const char* outcome);

    std::vector<AdtSender> senders_;
    std::map<std::string, hl7::Designator, std::less<>> authorities_;
    Parts parts_;
    log::Trouble trouble_;
};

}  // namespace edgeward::pipeline

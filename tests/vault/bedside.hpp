#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "fixture.hpp"

namespace edgeward::vault {

// A vault to which patient administration tells movements, each in a message of its own.
struct Bedside : OpenVault {
    Movement movement(MovementKind kind, std::string_view patient, std::string_view bed, int minute,
                      std::string_view visit = "V1") {
        Movement made;
        made.kind = kind;
        made.patient = person_with({identifier(patient)}, "");
        made.patient.visit_number = visit;
        made.bed = bed;
        made.happened = at(minute);
        made.recorded = at(told_ = std::max(told_ + 1, minute));
        return made;
    }
    Result<MovementOutcome> tell(Movement movement) {
        return tell(std::move(movement), "message " + std::to_string(++messages_));
    }
    Result<MovementOutcome> tell(Movement movement, std::string fingerprint) {
        return vault->move({"kis", "A0x kis", std::move(fingerprint), {std::move(movement)}}, "sender:kis");
    }
    // Who was in the bed: "-" nobody, "?" more than one, else the person's identifier.
    std::string in(std::string_view bed, int minute) {
        auto subject = vault->subject_at("fixed", at(minute), bed);
        if (!subject) return "?";
        if (!*subject) return "-";
        const auto identity =
            vault->disclose((*subject)->pseudonym, permit_of(model::IdentityLevel::identified));
        return identity.value().reveal().identifiers.front().value;
    }

private:
    int told_ = 0;
    int messages_ = 0;
};

}  // namespace edgeward::vault

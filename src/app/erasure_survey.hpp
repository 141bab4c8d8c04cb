#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <edgeward/core/bytes.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/crypto/seal.hpp>
#include <edgeward/delivery/delivery_service.hpp>
#include <edgeward/store/held_messages.hpp>
#include <edgeward/store/store_reader.hpp>
#include <edgeward/vault/erasure_certificate.hpp>
#include <edgeward/vault/person_finder.hpp>

namespace edgeward::app {

// Messages in quarantine that name a person.
Result<store::HeldMessages> held_messages(store::StoreReader& reader,
                                          const crypto::SealingKey& quarantine_key,
                                          const vault::PersonFinder& person, std::uint64_t after,
                                          Instant now);

// What the store has of a person and what became of it.
struct ReportSurvey {
    std::uint64_t reports = 0;
    std::map<std::string, std::map<store::DeliveryState, std::uint64_t>> deliveries;  // by destination

    [[nodiscard]] std::uint64_t waiting_at(const std::string& destination) const;  // pending, parked, again
    [[nodiscard]] std::uint64_t dead_at(const std::string& destination) const;
};
Result<ReportSurvey> survey_reports(store::StoreReader& reader,
                                    const std::vector<model::Pseudonym>& subjects);

// What a treatment still waits for: "kis: 3 waiting, 1 dead-lettered". Empty: nothing. A destination that is
// not in the configuration any more counts as one for treatment: nobody can say otherwise.
std::string undelivered(const ReportSurvey& survey,
                        const std::vector<delivery::DestinationStatus>& destinations);

// The audit log's word on where data of a person went and on what an erasure has taken so far: the log
// outlives the reports, and a crash.
struct ErasureEvidence {
    std::vector<vault::ErasureCertificate::Recipient> recipients;
    std::vector<vault::ErasureCertificate::Count> erased;  // reports, held-messages, delivery <name>
};
Result<ErasureEvidence> erasure_evidence(store::StoreReader& reader,
                                         const std::vector<model::Pseudonym>& subjects,
                                         std::uint64_t request);

// The rule of the audit records of an erasure.
std::string erasure_rule(std::uint64_t request);

}  // namespace edgeward::app

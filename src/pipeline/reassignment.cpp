#include <edgeward/pipeline/reassignment.hpp>

#include <algorithm>

#include <edgeward/crypto/digest.hpp>

#include "inbound_decoder.hpp"

namespace edgeward::pipeline {
namespace {

constexpr std::size_t octets_of_time = 7;  // at the beginning of an observation id

model::ObservationId id_under(const model::ObservationId& id, const model::Pseudonym& subject) {
    const auto digest = crypto::sha256({bytes_of("edgeward-reassigned-1"), id.octets, subject.octets()});
    model::ObservationId made = id;
    std::copy_n(digest.begin(), made.octets.size() - octets_of_time, made.octets.begin() + octets_of_time);
    return made;
}

model::ResultKey key_under(const model::ResultKey& key, const model::Pseudonym& subject) {
    const auto digest = crypto::sha256({bytes_of("edgeward-reassigned-1"), key, subject.octets()});
    model::ResultKey made{};
    std::copy_n(digest.begin(), made.size(), made.begin());
    return made;
}

}  // namespace

std::optional<model::Report> about_person(model::Report report) {
    std::erase_if(report.observations, [](const model::Observation& observation) {
        return observation.category == model::Category::technical;
    });
    if (report.observations.empty()) return std::nullopt;
    return report;
}

model::Report taken_back(model::Report report, std::uint64_t number) {
    report.takes_back = number;
    return report;
}

model::Report given_to(model::Report report, const model::Pseudonym& subject) {
    report.subject = subject;
    for (auto& observation : report.observations) {
        observation.id = id_under(observation.id, subject);
        if (observation.result != model::ResultKey{})
            observation.result = key_under(observation.result, subject);
    }
    return report;
}

store::Inbound held(const model::Report& report, const crypto::SealingKey& quarantine_key) {
    store::Inbound inbound;
    inbound.device = report.device;
    inbound.received = report.received;
    inbound.fate = quarantine_report(report, quarantine_key);
    return inbound;
}

}  // namespace edgeward::pipeline

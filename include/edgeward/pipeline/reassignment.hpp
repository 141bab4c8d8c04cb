#pragma once

#include <optional>
#include <string>

#include <edgeward/crypto/seal.hpp>
#include <edgeward/device/device_registry.hpp>
#include <edgeward/model/report.hpp>
#include <edgeward/store/observation_store.hpp>
#include <edgeward/vault/identity_vault.hpp>

// What becomes of a stored report that turns out to be another person's. Device data in it (category
// technical) stays as it was: it is nobody's. Pure. Threads: any.
namespace edgeward::pipeline {

// The report without its device data; nothing: it has no other.
std::optional<model::Report> about_person(model::Report report);
// What takes it back: the same observations under the same person, naming the report `number`.
model::Report taken_back(model::Report report, std::uint64_t number);
// The same of another person. Its observations have ids of their own, which follow from the old id and the
// person: first 72 bits of SHA-256("edgeward-reassigned-1" ‖ id (16) ‖ subject (16)) behind the 7 octets of
// its time.
model::Report given_to(model::Report report, const model::Pseudonym& subject);
// The bed the registry fixes the device to; empty: none.
std::string fixed_bed_of(const device::Device& device);
// A message in quarantine, reason no_association, that stands for it while nobody is known to have been
// there.
store::Inbound held(const model::Report& report, const crypto::SealingKey& quarantine_key);

}  // namespace edgeward::pipeline

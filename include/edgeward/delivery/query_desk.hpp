#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <edgeward/audit/record.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/crypto/seal.hpp>
#include <edgeward/delivery/fhir_server_settings.hpp>
#include <edgeward/device/device_registry.hpp>
#include <edgeward/fhir/observation_query.hpp>
#include <edgeward/policy/permit.hpp>
#include <edgeward/pseudonym/pseudonymizer.hpp>
#include <edgeward/store/writer.hpp>
#include <edgeward/vault/identity_vault.hpp>

// Disclosure to who asks: find the person ▸ open ▸ decide ▸ reduce ▸ render ▸ record, by the same policies
// and with the same records as disclosure to destinations. Nothing is given out before its audit record is on
// disk.
namespace edgeward::delivery {

// All outlive the desk.
struct QueryParts {
    store::StoreReader& reader;
    store::Writer& writer;
    vault::IdentityVault& vault;
    const pseudonym::Pseudonymizer& pseudonymizer;
    const crypto::SealingKey& technical_key;
    const Clock& clock;
    std::function<policy::Decider()> policy;          // in force
    std::function<device::DeviceRegistry()> devices;  // likewise
};

// Part of what a search finds, and where it goes on.
struct FoundObservations {
    std::vector<fhir::Served> observations;
    std::optional<fhir::PageStart> next;  // nothing: that was all
    std::string patient;                  // id of whom it is about; empty: nobody
};

// Errors: those of store and vault; what a client may not see is not found. Threads: any.
class QueryDesk {
public:
    QueryDesk(const FhirServerSettings& settings, QueryParts parts);
    QueryDesk(const QueryDesk&) = delete;
    QueryDesk& operator=(const QueryDesk&) = delete;
    ~QueryDesk();

    // Goes through the person's reports in the order they were stored, for two seconds at most; then, or when
    // `count` or 4 MiB are found, the rest is another page.
    Result<FoundObservations> search(const FhirClient& client, const fhir::ObservationQuery& query);
    Result<std::optional<fhir::Served>> observation(const FhirClient& client, std::string_view id);
    // Persons, for clients that see every ward.
    Result<std::optional<fhir::Served>> patient(const FhirClient& client, const fhir::SearchedPerson& who);
    // All devices; nothing about persons, so that nobody is asked.
    [[nodiscard]] std::vector<fhir::Served> devices() const;

private:
    struct Person;
    struct Look;

    Result<std::optional<Person>> find(const FhirClient& client, const fhir::SearchedPerson& who);
    Result<std::optional<Person>> person_of(const model::Pseudonym& subject);
    Result<std::optional<model::Pseudonym>> subject_of_id(const FhirClient& client, const std::string& id);
    Result<std::optional<model::Pseudonym>> subject_of_identifier(const fhir::IdentifierOf& identifier);
    Result<void> look_through(Look& look);
    Result<void> look_at_rows(Look& look, store::StoreReader::PersonMeasurements rows);
    Result<void> look_at(Look& look, store::Delivery row);
    Result<void> look_at_ids(Look& look);
    Result<void> look_at_id(Look& look, std::string_view id);
    Result<std::string> id_of(const FhirClient& client, const Person& person, const policy::Permit& permit);
    Result<void> record(const Look& look, const char* what);
    Result<void> append(std::vector<audit::Event> events);
    [[nodiscard]] std::string device_id(const device::DeviceRegistry& registry, std::string_view id) const;
    [[nodiscard]] std::string uuid_of(ByteView octets, std::string_view domain) const;

    const FhirServerSettings settings_;
    const QueryParts parts_;
    std::mutex mutex_;  // of known_
    // By client and id: whom it stands for. To find somebody by the id alone costs a look at everybody.
    std::map<std::pair<std::string, std::string>, model::Pseudonym> known_;
};

}  // namespace edgeward::delivery

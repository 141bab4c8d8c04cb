#pragma once

#include <functional>
#include <memory>
#include <mutex>

#include <boost/asio/any_io_executor.hpp>

#include <edgeward/admin/admin_server.hpp>
#include <edgeward/delivery/query_desk.hpp>

#include "failure_tally.hpp"
#include "fhir_routes.hpp"

namespace edgeward::app {

// The FHIR server while the gateway runs: the door, who may come in, and what is in force. Threads: any.
class FhirServer {
public:
    // All outlive it.
    struct Parts {
        store::StoreReader& reader;
        store::Writer& writer;
        vault::IdentityVault& vault;
        const pseudonym::Pseudonymizer& pseudonymizer;
        const crypto::SealingKey& technical_key;
        const config::Credentials& credentials;
        metrics::Registry& metrics;
        std::function<device::DeviceRegistry()> devices;  // in force
        std::function<std::string()> zone;
    };

    FhirServer(const delivery::FhirServerSettings& settings, policy::Decider policy, const Parts& parts);
    FhirServer(const FhirServer&) = delete;
    FhirServer& operator=(const FhirServer&) = delete;
    ~FhirServer() = default;

    // Opens the door, when it is enabled. misconfigured: address, port or credentials.
    Result<void> start(const boost::asio::any_io_executor& executor);
    void stop();
    // From now on these policies decide; new certificates for connections to come, and on error a warning.
    void reload(policy::Decider policy);
    // Where clients come to; 0: nowhere.
    [[nodiscard]] std::uint16_t port() const { return door_ ? door_->port() : std::uint16_t{0}; }

private:
    void tell_unknown(std::uint64_t count);

    const delivery::FhirServerSettings settings_;
    const Parts parts_;
    std::mutex mutex_;  // of policy_
    policy::Decider policy_;
    delivery::QueryDesk desk_;
    access::RateLimit limit_;
    FailureTally unknown_;
    FhirDoor routes_;
    std::unique_ptr<admin::AdminServer> door_;  // last: its handlers use the others
};

}  // namespace edgeward::app

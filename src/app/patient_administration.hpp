#pragma once

#include <memory>

#include <edgeward/config/credentials.hpp>
#include <edgeward/ingest/mllp_listener.hpp>
#include <edgeward/pipeline/movement_desk.hpp>

#include "change_recorder.hpp"
#include "configuration.hpp"
#include "held_keeper.hpp"
#include "reassignment_keeper.hpp"

namespace edgeward::app {

// Patient administration in the gateway: the listener, the desk its messages go over, and the keepers of the
// measurements that wait for a movement and of those that a late one gives to somebody else.
class PatientAdministration {
public:
    // All outlive it.
    struct Parts {
        vault::IdentityVault& vault;
        ChangeRecorder& changes;
        pipeline::InboundPipeline& pipeline;
        store::StoreReader& reader;
        store::Writer& writer;
        metrics::Registry& metrics;
        const Clock& clock;
        const crypto::SealingKey& quarantine_key;
        std::function<void()> stored;                                       // new reports wait for delivery
        std::function<void(const std::vector<std::uint64_t>&)> taken_back;  // reports not to be sent any more
        std::function<void(const alarm::TakenBack&)> alarms;                // may have begun with those
    };
    PatientAdministration(const Configuration& configuration, Parts parts);
    PatientAdministration(const PatientAdministration&) = delete;
    PatientAdministration& operator=(const PatientAdministration&) = delete;
    ~PatientAdministration() = default;

    // Listens when the configuration says so. misconfigured: credentials or address.
    Result<void> start(const config::Credentials& credentials);
    void stop();
    // New certificates for connections to come; on error a warning, and the old ones stay.
    void reload();
    // Who was where has changed by another way. Threads: any.
    void wake() {
        reassignments_.wake();
        held_.wake();
    }
    // Where it listens; 0: it does not.
    [[nodiscard]] std::uint16_t port() const { return listener_ ? listener_->port() : std::uint16_t{0}; }

private:
    ingest::MllpListenerSettings settings_;
    metrics::Registry& metrics_;
    HeldKeeper held_;
    ReassignmentKeeper reassignments_;
    pipeline::MovementDesk desk_;
    std::unique_ptr<ingest::MllpListener> listener_;  // last: its thread uses the desk
};

}  // namespace edgeward::app

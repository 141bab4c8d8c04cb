#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include <edgeward/audit/record.hpp>
#include <edgeward/core/metrics.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/crypto/seal.hpp>
#include <edgeward/delivery/destination_settings.hpp>
#include <edgeward/device/device_registry.hpp>
#include <edgeward/policy/permit.hpp>
#include <edgeward/pseudonym/pseudonymizer.hpp>
#include <edgeward/store/destination_control.hpp>
#include <edgeward/store/writer.hpp>
#include <edgeward/transport/transport.hpp>
#include <edgeward/vault/identity_vault.hpp>

// The outbound flow: claim ▸ decide ▸ disclose ▸ render ▸ send ▸ settle, one per destination, none of which
// can hurt another.
//
//   order     reports of one person reach a destination in the order they were stored; persons overtake each
//   other parked    a message the peer will not take now holds back its own person only paused    a
//   destination that does not answer waits with backoff and jitter; its queue stays on disk once      every
//   resend carries the same identifiers; ambiguous ones are counted
namespace edgeward::delivery {

// Opens the connection a destination's form asks for; misconfigured when a credential is missing or unusable.
using TransportOpener = std::function<Result<std::unique_ptr<transport::Transport>>(
    const DestinationSettings&, const boost::asio::any_io_executor&)>;

// Where destinations are delivered: one thing at a time, beside the other threads.
struct DeliveryThread {
    boost::asio::any_io_executor executor;
    store::StoreReader& reader;
};

// What all flows work with. Everything outlives the service.
struct DeliveryParts {
    std::vector<DeliveryThread> threads;  // ew-delivery; at least one: destinations are spread over them
    store::Writer& writer;
    vault::IdentityVault& vault;
    const pseudonym::Pseudonymizer& pseudonymizer;
    const crypto::SealingKey& technical_key;
    TransportOpener open_transport;
    const Clock& clock;
    metrics::Registry& metrics;
    std::filesystem::path objects = {};  // folder of sealed objects
};

// Everything a reload may change, taken over as a whole.
struct DeliveryPlan {
    std::vector<DestinationSettings> destinations;
    device::DeviceRegistry devices;
    policy::Decider policy;  // without one nothing is disclosed
};

struct DestinationStatus {
    std::string name;
    std::string kind;
    model::IdentityLevel level;
    model::Purpose purpose;
    bool answering = true;  // false: paused after a failure, or not usable
    bool usable = true;     // false: its credentials or certificate do not allow a connection
    std::string trouble;    // our own words; empty when answering
    store::DestinationMode mode = store::DestinationMode::running;
    std::string domain = {};  // of its pseudonyms
    std::string pseudonym_prefix = {};
};

// Threads: any.
class DeliveryService {
public:
    explicit DeliveryService(const DeliveryParts& parts);
    DeliveryService(const DeliveryService&) = delete;
    DeliveryService& operator=(const DeliveryService&) = delete;
    ~DeliveryService();

    // Starts, or replaces, the flows, and commits `records` with the change. Queues are never touched.
    //
    // A destination whose transport cannot be opened (missing credential, unusable certificate) harms no
    // other: it is not usable, keeps its queue and is tried again every `retry_longest` and by the next
    // apply. Flows that run are replaced all or nothing: what would make a usable destination unusable, or
    // adds an unusable one, is refused as misconfigured.
    Result<void> apply(DeliveryPlan plan, const std::vector<audit::Event>& records = {});
    // New reports may be waiting.
    void wake();
    // Reports of this destination that had ended are pending again (store::ObservationStore::retry).
    void claim_again(std::string_view destination);
    // A restriction of processing was lifted: what waits for that is looked at again, everywhere.
    void look_again_at_restricted();
    // These reports were taken back in the store (store::ObservationStore::reassign): those in memory are not
    // sent.
    void drop(const std::vector<std::uint64_t>& reports);
    // Drops what is held in memory of persons who are erased: it ends as erased. A send under way ends in its
    // own time. Call it when the vault has forgotten them.
    void forget(const std::vector<model::Pseudonym>& subjects);
    // Follows what the operator wants of a destination (store::ObservationStore::set_mode). A send under way
    // ends in its own time.
    void set_mode(std::string_view destination, store::DestinationMode mode);
    // Ends all flows: no new sends; what is under way may finish until `patience` is over; settles.
    void stop(std::chrono::milliseconds patience);

    [[nodiscard]] std::vector<DestinationStatus> status() const;
    // Of the plan that was applied last.
    [[nodiscard]] std::vector<DestinationSettings> destinations() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace edgeward::delivery

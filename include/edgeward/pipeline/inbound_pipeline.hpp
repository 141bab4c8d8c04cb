#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <edgeward/core/metrics.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/crypto/seal.hpp>
#include <edgeward/device/device_registry.hpp>
#include <edgeward/device/device_watch.hpp>
#include <edgeward/mapping/mapping.hpp>
#include <edgeward/model/report.hpp>
#include <edgeward/pipeline/object_sender.hpp>
#include <edgeward/pipeline/result_sender.hpp>
#include <edgeward/store/writer.hpp>
#include <edgeward/vault/identity_vault.hpp>

// The inbound flow: receive ▸ identify device ▸ map ▸ PSEUDONYMIZE ▸ commit (data + audit) ▸ acknowledge.
//
// Every message accepted ends in exactly one of stored, quarantined and refused, in the order of arrival, and
// is acknowledged only after the transaction that says so is on disk. Nothing is dropped: when the vault or
// the store cannot take a message now, the flow waits, its queue fills, and the source stops reading.
namespace edgeward::pipeline {

// Who may speak and how it is read. Replaced as a whole by a reload.
struct Catalogue {
    device::DeviceRegistry devices;
    mapping::MappingSet mappings;
    std::string zone = "Europe/Berlin";              // of device times that state none
    std::set<std::string, std::less<>> authorities;  // issuers of patient identifiers that are known here
    std::map<std::string, std::string, std::less<>> systems = {};  // FHIR identifier.system to authority
    // How HL7 results are read: their senders, and the authorities as CX-4 names them.
    std::map<std::string, ResultSender, std::less<>> result_senders = {};
    std::map<std::string, hl7::Designator, std::less<>> designators = {};
    std::map<std::string, ObjectSender, std::less<>> object_senders = {};  // of DICOM
};

struct PipelineSettings {
    std::size_t queue_capacity = 1024;                    // messages received and not yet decoded
    std::size_t batch_limit = 256;                        // messages handed to the store at once
    std::size_t batches_under_way = 8;                    // handed over and not yet committed
    std::size_t largest_message = std::size_t{1} << 20U;  // octets; larger ones are refused
    device::WatchSettings watch{};
    // Between two batches, when no message in them is urgent: a lone one does not wait.
    std::chrono::milliseconds between_batches{1};
};

// Looks at reports that will be stored, before their commit is waited for.
struct ReportWatcher {
    std::function<bool()> wanted = [] { return false; };
    // `mapping`: of its device. `repeated`: the message may have come before a crash. Adds what has to be
    // committed with it.
    std::function<void(const model::Report& report, std::string_view mapping, bool repeated,
                       std::vector<store::AlarmChange>& changes)>
        look = {};
    // Those are on disk. Must not block.
    std::function<void(const std::vector<store::AlarmChange>& changes)> on_disk = {};
};

// What the flow works with. All outlive the pipeline.
struct PipelineParts {
    vault::IdentityVault& vault;
    store::Writer& writer;
    const crypto::SealingKey& technical_key;  // seals reports without a person
    const crypto::SealingKey& quarantine_key;
    const Clock& clock;
    metrics::Registry& metrics;
    // Every message of that source (as accept was told) with a ticket up to this is on disk.
    std::function<void(std::size_t source, std::uint64_t ticket)> acknowledge;
    std::function<void()> stored;  // new reports wait for delivery
    // Whether messages could come: otherwise no device is silent.
    std::function<bool()> listening = [] { return true; };
    // What became of one message, told before it is acknowledged, for sources that have to say so.
    std::function<void(std::size_t source, const store::Inbound& inbound)> told = {};
    ReportWatcher watcher = {};
    // Whether the source reads on while its messages are not acknowledged, so that one may wait for others: a
    // transaction costs the same for one message and for many.
    std::function<bool(std::size_t source)> reads_ahead = [](std::size_t) { return false; };
};

// Takes from any number of sources; the order of arrival is kept for each. Threads: any. One thread of its
// own, ew-pipe.
class InboundPipeline {
public:
    InboundPipeline(const PipelineSettings& settings, const PipelineParts& parts, Catalogue catalogue);
    InboundPipeline(const InboundPipeline&) = delete;
    InboundPipeline& operator=(const InboundPipeline&) = delete;
    ~InboundPipeline();

    // What was known of devices before a restart; before start().
    void recall(store::StoreReader::WatchedDevices known);
    void start();
    // Takes one message of a source, numbered from 0 by the caller; each counts its own tickets. Blocks while
    // the queue is full or the intake is held. False after stop().
    bool accept(model::RawMessage&& message, std::size_t source = 0);
    // Takes no message from now on, so that the sources stop reading; what was taken is still committed.
    void hold();
    void release();
    // No more messages; decodes and commits what is queued, then ends.
    void stop();

    // New devices and mappings for all messages decoded from now on.
    void replace(Catalogue catalogue);
    [[nodiscard]] std::shared_ptr<const Catalogue> catalogue() const;

    // Decodes a quarantined message again, with today's mappings and associations, without storing it.
    // The inner error (invalid_input, with the reason) means it would be quarantined again. `whose`: a person
    // who has looked at it says so of every measurement in it that names nobody itself.
    [[nodiscard]] Result<store::Inbound> decode_again(
        const store::QuarantineEntry& entry,
        const std::optional<model::PatientIdentifier>& whose = std::nullopt) const;

    // Messages taken since start(), and those among them whose fate is on disk, in that order: when ended()
    // reaches what taken() was, nothing is under way any more that was taken until then.
    [[nodiscard]] std::uint64_t taken() const;
    [[nodiscard]] std::uint64_t ended() const;

    [[nodiscard]] std::vector<device::Watched> watched() const;

    // Not ready: why messages do not move (vault or store in trouble).
    [[nodiscard]] Result<void> health() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

// Opens what a quarantined message said, for those who may see it.
struct QuarantinedMessage {
    std::string topic;
    Bytes payload;
};
Result<QuarantinedMessage> open_quarantined(const store::QuarantineEntry& entry,
                                            const crypto::SealingKey& key);

}  // namespace edgeward::pipeline

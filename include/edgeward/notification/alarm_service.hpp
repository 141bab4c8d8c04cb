#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <edgeward/alarm/engine.hpp>
#include <edgeward/config/credentials.hpp>
#include <edgeward/core/metrics.hpp>
#include <edgeward/core/random.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/crypto/seal.hpp>
#include <edgeward/device/device_registry.hpp>
#include <edgeward/model/report.hpp>
#include <edgeward/notification/alarm_settings.hpp>
#include <edgeward/policy/permit.hpp>
#include <edgeward/store/writer.hpp>
#include <edgeward/transport/mqtt_link.hpp>
#include <edgeward/vault/identity_vault.hpp>

// Alarms on what passes by: judged beside the commit, told in stages, kept on disk (docs/alarms.md,
// docs/adr/0035). An additional information: the devices' own alarms stay the primary ones.
namespace edgeward::notification {

// What the service works with. All outlive it.
struct AlarmParts {
    store::StoreReader& reader;
    store::Writer& writer;
    vault::IdentityVault& vault;
    const crypto::SealingKey& technical_key;
    const config::Credentials& credentials;
    const Clock& clock;
    metrics::Registry& metrics;
    Random& random;
    transport::MqttLinkSettings broker;  // host, port, TLS
    // The devices in force, to see who is at them.
    std::function<std::vector<device::Device>()> devices;
};

// Threads: any, unless said. Threads of its own: ew-alarm (what time does), ew-tell (sends).
class AlarmService {
public:
    // misconfigured: a target that cannot work.
    static Result<std::unique_ptr<AlarmService>> open(AlarmSettings settings, alarm::RuleSet rules,
                                                      policy::Decider policies, const AlarmParts& parts);
    AlarmService(const AlarmService&) = delete;
    AlarmService& operator=(const AlarmService&) = delete;
    ~AlarmService();

    // Goes on with what is on disk; before the pipeline starts. Once.
    Result<void> start();
    // Nothing is judged or told any more; what waits is on disk. While the store still commits.
    void stop();

    // Whether reports need to be shown.
    [[nodiscard]] bool watching() const;
    // A report that will be stored, before its commit is waited for. Steps that have to be committed with it
    // are added to `changes`; what was raised is told at once. `repeated`: the message may have been seen
    // before a crash. By one thread (ew-pipe).
    void look(const model::Report& report, std::string_view mapping, bool repeated,
              std::vector<store::AlarmChange>& changes);
    // Those changes are committed. Must not block (ew-db).
    void on_disk(const std::vector<store::AlarmChange>& changes);

    // Active and acknowledged ones, oldest first.
    [[nodiscard]] std::vector<alarm::Alarm> alarms() const;
    [[nodiscard]] std::string text_of(const alarm::Alarm& alarm, const std::string& language) const;
    // Committed when they return. invalid_input: there is no such alarm, or it has ended.
    Result<void> acknowledge(std::string_view id, std::string_view actor);
    Result<void> silence(std::string_view id, Instant until, std::string_view actor);

    // After a reload.
    void replace(alarm::RuleSet rules, policy::Decider policies);
    // Late movements: alarms that another person's values began end.
    void take_back(const alarm::TakenBack& taken);
    // Erased persons: no alarm of theirs goes on or is told. Their rows are erased by the caller.
    void forget(const std::vector<model::Pseudonym>& subjects);

private:
    struct State;
    explicit AlarmService(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace edgeward::notification

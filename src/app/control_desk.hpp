#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include <edgeward/admin/health.hpp>
#include <edgeward/admin/http.hpp>
#include <edgeward/crypto/seal.hpp>
#include <edgeward/delivery/delivery_service.hpp>
#include <edgeward/enrolment/device_book.hpp>
#include <edgeward/pipeline/inbound_pipeline.hpp>
#include <edgeward/store/writer.hpp>
#include <edgeward/vault/identity_vault.hpp>

#include "book_audit.hpp"
#include "change_recorder.hpp"
#include "configuration.hpp"
#include "disk_watch.hpp"

namespace edgeward::app {

struct KeepingTimes {
    std::chrono::milliseconds clinical{};
    std::chrono::milliseconds dead_letters{};
    std::chrono::milliseconds quarantine{};
};

// What the command line asks the running gateway by the Unix socket (docs/control-api.md). Everything that
// changes or shows something about persons has its audit record, with the caller's user id as actor. Handlers
// run on the admin server's pool: any thread, blocking.
struct ControlParts {
    store::StoreReader& reader;
    store::Writer& writer;
    vault::IdentityVault& vault;
    pipeline::InboundPipeline& pipeline;
    delivery::DeliveryService& delivery;
    const crypto::SealingKey& technical_key;
    const crypto::SealingKey& quarantine_key;
    const Clock& clock;
    std::string audit_public_key;  // PEM
    std::function<std::vector<admin::PartHealth>()> health;
    ChangeRecorder& changes;
    BookAudit& books;
    std::function<DiskStatus()> disk;
    // Who was where has changed: measurements that were held may have found their person.
    std::function<void()> moved = [] {};
    // Who has enrolled; nothing without enrolment.
    std::function<enrolment::DeviceBook*()> enrolled = [] { return nullptr; };
    // How long what is kept, as the running configuration says.
    std::function<KeepingTimes()> keeping = [] { return KeepingTimes{}; };
};

// What GET /v1/configuration shows and POST /v1/reload asks for.
struct ConfigurationInForce {
    std::function<std::pair<std::vector<config::Setting>, std::vector<MappingFile>>()> read;
    std::function<Result<void>()> reload;
};

class ControlDesk {
public:
    explicit ControlDesk(const ControlParts& parts) : parts_(parts) {}
    [[nodiscard]] admin::Routes routes(ConfigurationInForce configuration);

private:
    ControlParts parts_;
};

// The routes of one subject each; ControlDesk puts them together.
admin::Routes status_routes(const ControlParts& parts);
admin::Routes configuration_routes(ConfigurationInForce configuration);
admin::Routes audit_routes(const ControlParts& parts);
admin::Routes dead_letter_routes(const ControlParts& parts);
admin::Routes destination_routes(const ControlParts& parts);
admin::Routes device_routes(const ControlParts& parts);
admin::Routes quarantine_routes(const ControlParts& parts);
admin::Routes person_routes(const ControlParts& parts);
admin::Routes bed_routes(const ControlParts& parts);
admin::Routes pseudonym_routes(const ControlParts& parts);
admin::Routes consent_routes(const ControlParts& parts);
admin::Routes rights_routes(const ControlParts& parts);
admin::Routes access_routes(const ControlParts& parts);

}  // namespace edgeward::app

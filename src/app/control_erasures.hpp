#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include <edgeward/admin/http.hpp>
#include <edgeward/delivery/delivery_service.hpp>
#include <edgeward/pipeline/inbound_pipeline.hpp>
#include <edgeward/store/writer.hpp>
#include <edgeward/vault/identity_vault.hpp>

#include "change_recorder.hpp"
#include "erasure_keeper.hpp"
#include "policy_settings.hpp"

namespace edgeward::app {

struct ErasureRoutes {
    vault::IdentityVault& vault;
    store::StoreReader& reader;
    store::Writer& writer;
    ChangeRecorder& changes;
    pipeline::InboundPipeline& pipeline;
    delivery::DeliveryService& delivery;
    const crypto::SealingKey& quarantine_key;
    const Clock& clock;
    ErasureKeeper& keeper;
};

// /v1/erasures and /v1/holds: who is to be erased, who must not be, and the certificates.
admin::Routes erasure_routes(const ErasureRoutes& parts);

// The number of the account of that name; 0: there is none.
using AccountNumbers = std::function<Result<std::int64_t>(std::string_view name)>;

// Who asked for the erasure that the request decides on: its path has the number. invalid_input: there is
// none.
Result<Asker> erasure_requester(vault::IdentityVault& vault, const AccountNumbers& accounts,
                                const admin::HttpRequest& request);

}  // namespace edgeward::app

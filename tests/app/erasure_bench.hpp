#pragma once

#include <edgeward/vault/identity_vault.hpp>

#include "control_erasures.hpp"
#include "desk.hpp"

namespace edgeward::app {

// A desk with the routes of erasures, and a person to be erased.
class ErasureBench {
public:
    static constexpr const char* patient = R"({"value":"Canary4711","authority":"KIS"})";

    explicit ErasureBench(std::function<Result<void>(std::string_view)> before =
                              [](std::string_view) { return Result<void>(); })
        : keeper({*desk.vault, *desk.store.reader, *desk.store.writer, desk.changes, desk.keys,
                  desk.quarantine_key, system_clock(),
                  [this](const auto& subjects) { desk.delivery.forget(subjects); },
                  [](bool data_too) {
                      std::vector<vault::ErasureCertificate::RemainingBackup> some{
                          {"20261123T020000Z-0011aabb", "persons", Instant{}}};
                      if (data_too) some.push_back({"20261123T020000Z-0011aabb", "data", Instant{}});
                      return Result<std::vector<vault::ErasureCertificate::RemainingBackup>>(std::move(some));
                  },
                  std::move(before)}) {
        desk.routes =
            erasure_routes({*desk.vault, *desk.store.reader, *desk.store.writer, desk.changes, desk.pipeline,
                            desk.delivery, desk.quarantine_key, system_clock(), keeper});
        model::Identity identity;
        identity.identifiers = {{"Canary4711", "KIS", "MR"}};
        identity.family = "Canaryfamily";
        subject = *desk.vault->admit(identity, "user:1000");
        REQUIRE(desk.changes.settle());
    }

    // Reports of the person, and two of another; every message takes one second longer.
    void measure(int reports) {
        desk.pipeline.replace(Desk::catalogue("flat"));
        for (int i = 0; i < reports; ++i)
            desk.take_in(message(i, "Canary4711"));
        desk.take_in(message(reports, "someone"));
        desk.take_in(message(reports + 1, "someone"));
    }
    // Read by a mapping that is not there: held, with the person's identifier in it.
    void hold(int messages) {
        desk.pipeline.replace(Desk::catalogue("lost"));
        for (int i = 0; i < messages; ++i)
            desk.take_in(message(40 + i, "Canary4711"));
        desk.take_in(message(59, "someone"));
        desk.pipeline.replace(Desk::catalogue("flat"));
    }
    static std::string message(int second, const std::string& patient_id) {
        return R"({"t":"2026-11-23T10:)" + std::to_string(10 + second) + R"(:00Z","p":")" + patient_id +
               R"(","hr":62})";
    }
    void queue_for(const std::vector<std::string>& destinations) {
        REQUIRE(desk.store.writer->run(
            [&](store::ObservationStore& store) { return store.set_destinations(destinations); }));
    }
    Answered ask_for_it() {
        return desk.ask("POST", {"v1", "erasures"},
                        std::string(R"({"patient":)") + patient + R"(,"reason":"objection"})");
    }
    Answered approve(bool give_up = true) {
        return desk.ask("POST", {"v1", "erasures", "1", "approve"},
                        give_up ? R"({"give_up_undelivered":true})" : "{}");
    }
    vault::ErasureCertificate certificate(const std::string& text) const {
        const auto key = crypto::public_key_of(*desk.keys.key(crypto::key_name::audit_signing));
        auto parsed = vault::parse_certificate(text, key);
        REQUIRE(parsed);
        return *parsed;
    }
    bool balances() {
        const auto counted = desk.reconciler.reconcile(store::Depth::rows, [] { return false; });
        REQUIRE(counted);
        return counted->differences.empty();
    }

    Desk desk;
    ErasureKeeper keeper;
    model::Pseudonym subject = pseudonym::recall(Bytes(16)).value();
};

}  // namespace edgeward::app

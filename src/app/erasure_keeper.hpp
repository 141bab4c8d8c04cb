#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <edgeward/core/background_thread.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/crypto/key_ring.hpp>
#include <edgeward/store/writer.hpp>
#include <edgeward/vault/identity_vault.hpp>

#include "change_recorder.hpp"
#include "erasure_survey.hpp"

namespace edgeward::app {

// Carries out approved erasures step by step (docs/adr/0026). Each step may be repeated, and the vault's
// journal says what has been done: after a crash anywhere carry_out() goes on and comes to the same end.
//
//   search       messages in quarantine that name the person
//   forget       entry of the erasure ledger; keys, identity and all that hangs on them go from the vault
//   reports      what waits for destinations ends as erased, bodies and pseudonyms go
//   held         the messages go
//   traces       vault.db is built anew, both write-ahead logs are moved and truncated
//   certificate  signed, kept with the request, in the audit log
//
// One erasure at a time. Threads: any but ew-db and ew-io. A thread of its own, ew-erase, tries again what
// could not be finished.
class ErasureKeeper {
public:
    struct Parts {
        vault::IdentityVault& vault;
        store::StoreReader& reader;
        store::Writer& writer;
        ChangeRecorder& changes;
        const crypto::KeyRing& keys;
        const crypto::SealingKey& quarantine_key;
        const Clock& clock;
        // Deliveries in memory of persons that are erased.
        std::function<void(const std::vector<model::Pseudonym>&)> forget;
        // Backups made until now that still have what is erased, and how long; data parts too when messages
        // in quarantine were erased.
        std::function<Result<std::vector<vault::ErasureCertificate::RemainingBackup>>(bool data_too)> backups;
        // Called before each step; an error ends the attempt there. For tests.
        std::function<Result<void>(std::string_view step)> before = [](std::string_view) {
            return Result<void>();
        };
    };
    explicit ErasureKeeper(Parts parts) : parts_(std::move(parts)) {}
    ErasureKeeper(const ErasureKeeper&) = delete;
    ErasureKeeper& operator=(const ErasureKeeper&) = delete;
    ~ErasureKeeper() = default;

    // The certificate of an approved request, or of one that is done. unavailable: a reader was in the way of
    // the last traces; it is tried again.
    Result<std::string> carry_out(std::uint64_t request);
    // Every approved one. At the start, before anything is taken in or sent.
    Result<void> resume();
    void start();
    void stop() { thread_.stop(); }

private:
    Result<vault::ErasureJournal> forget(std::uint64_t request);
    Result<void> search_again(std::uint64_t request, const vault::PersonFinder& person, std::uint64_t after,
                              vault::ErasureJournal& journal);
    Result<void> erase_reports(std::uint64_t request, const std::vector<model::Pseudonym>& subjects);
    Result<void> leave_no_trace();
    Result<std::string> certify(std::uint64_t request, vault::ErasureJournal journal);

    Parts parts_;
    std::mutex mutex_;
    BackgroundThread thread_{"ew-erase"};
};

}  // namespace edgeward::app

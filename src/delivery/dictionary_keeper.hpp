#pragma once

#include <edgeward/core/background_thread.hpp>
#include <edgeward/core/log.hpp>
#include <edgeward/core/metrics.hpp>
#include <edgeward/vault/identity_vault.hpp>

namespace edgeward::delivery {

// Keeps the vault's dictionary filled (thread ew-dlp): at the start, and again when a person was erased. The
// vault is asked for a few persons at a time, so that nobody waits for it long.
class DictionaryKeeper {
public:
    DictionaryKeeper(vault::IdentityVault& vault, metrics::Registry& metrics);

    void start();  // again: nothing happens
    void stop();   // for good

private:
    void work();
    // False: it is time to stop.
    bool fill();
    void say(bool filled);

    vault::IdentityVault& vault_;
    metrics::Gauge entries_;
    metrics::Gauge octets_;
    metrics::Gauge complete_;
    log::Trouble trouble_;
    bool started_ = false;
    BackgroundThread thread_{"ew-dlp"};
};

}  // namespace edgeward::delivery

#pragma once

#include <memory>

#include <edgeward/config/credentials.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/core/secret.hpp>

#include "witness_configuration.hpp"

namespace edgeward::app {

// The seed of a witness's signing key, from its credential.
Result<Secret> read_witness_seed(const WitnessConfiguration& configuration);

// `edgeward witness run`: the desk behind HTTPS with client certificates, and its control socket. Runs until
// destroyed. Threads of its own.
class WitnessProgram {
public:
    // misconfigured: credential, address in use; corrupt: what it remembers does not verify.
    static Result<std::unique_ptr<WitnessProgram>> start(const WitnessConfiguration& configuration);
    WitnessProgram(const WitnessProgram&) = delete;
    WitnessProgram& operator=(const WitnessProgram&) = delete;
    ~WitnessProgram();
    [[nodiscard]] std::uint16_t port() const;

private:
    struct State;
    explicit WitnessProgram(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace edgeward::app

#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <edgeward/anchoring/anchor_settings.hpp>
#include <edgeward/core/metrics.hpp>
#include <edgeward/core/random.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/store/store_reader.hpp>
#include <edgeward/store/writer.hpp>

namespace edgeward::anchoring {

// Of one party outside, for the health page.
struct AnchorHealth {
    std::string name;  // "siem", "witness"
    bool well = true;
    std::string trouble;
};

// Takes the committed audit log out of the house: to a SIEM, and its checkpoints to a witness. A thread of
// its own (ew-anchor) that only reads the store; what it has to say about the anchors goes through the
// writer. Nobody waits for it: an outage costs no memory, only distance. Any thread.
class AnchorService {
public:
    struct Parts {
        store::StoreReader& reader;
        store::Writer& writer;
        const config::Credentials& credentials;
        std::filesystem::path folder;  // where the positions lie
        const Clock& clock;
        Random& random;
        metrics::Registry& metrics;
    };
    // misconfigured: a credential is missing or unreadable; corrupt: a position that cannot be read.
    static Result<std::unique_ptr<AnchorService>> open(const SiemSettings& siem,
                                                       const WitnessSettings& witness, const Parts& parts);
    AnchorService(const AnchorService&) = delete;
    AnchorService& operator=(const AnchorService&) = delete;
    ~AnchorService();  // stop()

    // Once. Nothing happens when neither is enabled.
    void start();
    void stop();
    [[nodiscard]] std::vector<AnchorHealth> health() const;

private:
    struct State;
    explicit AnchorService(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace edgeward::anchoring

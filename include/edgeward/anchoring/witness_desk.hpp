#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <edgeward/core/metrics.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/core/secret.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/crypto/digest.hpp>
#include <edgeward/crypto/signature.hpp>

namespace edgeward::anchoring {

// A gateway whose log is witnessed.
struct WitnessedLog {
    std::string origin;  // "edgeward/<installation id>"
    crypto::PublicKey key{};
};

// What a witness answers (c2sp.org/tlog-witness).
struct WitnessReply {
    unsigned status = 200;
    std::string content_type = "text/plain; charset=utf-8";
    std::string body{};
};

// The other side: remembers the newest checkpoint of each log and cosigns the next one only with a proof that
// the log it has seen is its beginning. What a log signed and what contradicts that is kept for ever, as
// evidence, both signed by the log. Any thread; answers one request after the other.
class WitnessDesk {
public:
    struct Parts {
        std::filesystem::path folder;  // one file for each log, and evidence/
        std::string name;              // of the cosignatures
        const Secret& seed;
        std::vector<WitnessedLog> logs;
        const Clock& clock;
        metrics::Registry& metrics;
    };
    // corrupt: a file of the folder cannot be read; any error of making the folder.
    static Result<std::unique_ptr<WitnessDesk>> open(Parts parts);

    // add-checkpoint.
    WitnessReply add_checkpoint(const std::string& request);
    // The newest cosigned checkpoint; invalid_input: no such log; unavailable: none yet.
    Result<std::string> newest(const std::string& origin) const;
    // A person here has been told that this log goes on from a backup: what was known of it is kept as
    // evidence, and the next checkpoint is the first one. Errors as newest().
    Result<void> accept_restore(const std::string& origin);

private:
    struct Known {
        WitnessedLog log;
        std::string note;       // cosigned; empty: none yet
        bool refusing = false;  // since the newest one was cosigned
        metrics::Gauge size;
        metrics::Gauge seen;
        metrics::Counter refused;
    };
    explicit WitnessDesk(Parts parts) : parts_(std::move(parts)) {}
    Result<void> read(const WitnessedLog& log);
    WitnessReply judge(Known& known, const std::string& note, std::uint64_t old_size,
                       const std::vector<crypto::Digest>& proof);
    WitnessReply refuse(Known& known, unsigned status, std::string_view what, const std::string& note);
    [[nodiscard]] std::filesystem::path file_of(const std::string& origin) const;
    Result<void> keep_evidence(const Known& known, const std::string& note);

    Parts parts_;
    mutable std::mutex mutex_;
    std::map<std::string, Known, std::less<>> known_;  // by origin
};

}  // namespace edgeward::anchoring

#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include <edgeward/core/result.hpp>
#include <edgeward/core/time.hpp>

// Beside the backups: when which of them was last proven, so that a restart does not forget it. The audit log
// has the same, signed. "edgeward-backup-proof 1", "time <RFC 3339>", "name <backup>"; one line each.
namespace edgeward::backup {

struct ProofNote {
    Instant when{};
    std::string name;
};

// Nothing when there is none or it cannot be read.
std::optional<ProofNote> read_proof_note(const std::filesystem::path& folder);
Result<void> write_proof_note(const std::filesystem::path& folder, const ProofNote& note);

}  // namespace edgeward::backup

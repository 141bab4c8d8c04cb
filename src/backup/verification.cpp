#include <edgeward/backup/backup.hpp>

#include "extraction.hpp"
#include "temporary_folder.hpp"

namespace edgeward::backup {
namespace {

constexpr const char* prefix = ".verify-";

// Of a verification that was cut off.
void remove_leftovers(const std::filesystem::path& scratch) {
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(scratch, ignored)) {
        if (entry.path().filename().string().starts_with(prefix))
            std::filesystem::remove_all(entry.path(), ignored);
    }
}

Result<Verified> verify(const BackupPair& pair, const BackupKeys& keys,
                        const std::filesystem::path& scratch) {
    const auto begun = system_clock().monotonic();
    remove_leftovers(scratch);
    const auto folder = TemporaryFolder::make(scratch, prefix);
    if (!folder) return failure(folder.error());
    const auto extracted = extract(pair, keys, folder->path());
    if (!extracted) return failure(extracted.error());
    auto verified = examine_extracted(*extracted, folder->path());
    if (!verified) return verified;
    verified->took =
        std::chrono::duration_cast<std::chrono::milliseconds>(system_clock().monotonic() - begun);
    return verified;
}

}  // namespace

Result<Verified> verify_backup(const BackupPair& pair, const BackupKeys& keys,
                               const std::filesystem::path& scratch) {
    auto verified = verify(pair, keys, scratch);
    if (!verified) return failure(std::move(verified.error()).during("verify the backup"));
    return verified;
}

}  // namespace edgeward::backup

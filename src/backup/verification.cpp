#include <edgeward/backup/backup.hpp>

#include "extraction.hpp"
#include "object_shelf.hpp"
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

// All of them are looked at before one that does not hold is told.
Result<void> check_copies(const BackupPair& pair, const ObjectList& objects, const VerifyRequest& request) {
    const ObjectShelf shelf(pair.data.file.parent_path(), pair.data.installation, request.cancelled);
    std::uint64_t bad = 0;
    for (const auto& [name, listed] : objects) {
        if (listed.state != ObjectState::kept) continue;
        const auto sound = shelf.check(name, listed);
        if (sound) continue;
        if (sound.error().kind != ErrorKind::corrupt) return sound;
        ++bad;
        if (request.damaged != nullptr) request.damaged->push_back(shelf.file_of(name));
    }
    if (bad == 0) return {};
    return failure(ErrorKind::corrupt, std::to_string(bad) + " of " + std::to_string(objects.size()) +
                                           " objects of the backup are damaged or gone");
}

Result<Verified> verify(const BackupPair& pair, const BackupKeys& keys, const VerifyRequest& request) {
    const auto begun = system_clock().monotonic();
    remove_leftovers(request.scratch);
    const auto folder = TemporaryFolder::make(request.scratch, prefix);
    if (!folder) return failure(folder.error());
    const auto extracted = extract(pair, keys, request.databases, folder->path());
    if (!extracted) return failure(extracted.error());
    auto verified = examine_extracted(*extracted, request.databases, folder->path());
    if (!verified) return verified;
    if (auto sound = check_copies(pair, extracted->objects, request); !sound)
        return failure(std::move(sound.error()));
    verified->took =
        std::chrono::duration_cast<std::chrono::milliseconds>(system_clock().monotonic() - begun);
    return verified;
}

}  // namespace

Result<Verified> verify_backup(const BackupPair& pair, const BackupKeys& keys, const VerifyRequest& request) {
    auto verified = verify(pair, keys, request);
    if (!verified) return failure(std::move(verified.error()).during("verify the backup"));
    return verified;
}

}  // namespace edgeward::backup

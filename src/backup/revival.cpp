#include "revival.hpp"

#include <algorithm>

#include <edgeward/core/file.hpp>
#include <edgeward/database/database.hpp>
#include <edgeward/store/examination.hpp>

#include "object_shelf.hpp"
#include "part_names.hpp"
#include "temporary_folder.hpp"

namespace edgeward::backup {
namespace {

namespace fs = std::filesystem;

Result<void> copy_if_there(const fs::path& from, const fs::path& to) {
    std::error_code failed;
    if (!fs::exists(from, failed)) return {};
    fs::copy_file(from, to, fs::copy_options::overwrite_existing, failed);
    if (!failed) return {};
    return failure(ErrorKind::unavailable, "copy " + from.string() + ": " + failed.message());
}

// Copies, as the installation stays as it is until the restore is decided.
Result<void> copy_present(const RestoreRequest& request, const fs::path& into) {
    for (const SideDatabase& side : request.databases) {
        for (const std::string& ending : {std::string(), std::string(part_name::log_ending)}) {
            const std::string name = side.file + ending;
            if (auto copied = copy_if_there(request.data_folder / name, into / name); !copied) return copied;
        }
    }
    return {};
}

// Gives when the newest later data part that opens was made; nothing: there is none.
Result<std::optional<Instant>> take_later(const RestoreRequest& request, const fs::path& into) {
    if (request.backup_folder.empty()) return std::nullopt;
    const auto files = list_backups(request.backup_folder);
    if (!files) return failure(files.error());
    const BackupFile& chosen = request.pair.data;
    for (auto newest = files->rbegin(); newest != files->rend(); ++newest) {
        const BackupFile& file = *newest;
        if (file.persons || file.installation != chosen.installation || file.made <= chosen.made) continue;
        const auto taken = extract_sides(file, request.keys, request.databases, into);
        if (taken) return file.made;
        if (taken.error().kind == ErrorKind::exhausted) return failure(taken.error());
        for (const auto& entry : fs::directory_iterator(into))
            fs::remove(entry.path());
    }
    return std::nullopt;
}

bool opens(const fs::path& file, const Secret& key) {
    std::error_code failed;
    if (!fs::exists(file, failed)) return false;
    auto connection = database::Connection::open(file, key, database::Access::read_write);
    return connection && connection->schema_version();
}

}  // namespace

Result<RevivedDatabases> revive_databases(const RestoreRequest& request, const Extracted& extracted,
                                          const fs::path& staging) {
    const auto later = TemporaryFolder::make(staging, ".later-");
    const auto present = TemporaryFolder::make(staging, ".present-");
    if (!later) return failure(later.error());
    if (!present) return failure(present.error());
    const auto taken = take_later(request, later->path());
    if (!taken) return failure(taken.error());
    if (auto copied = copy_present(request, present->path()); !copied)
        return failure(std::move(copied.error()));
    RevivedDatabases revived;
    revived.known_of = taken->value_or(extracted.data.made);
    for (const SideDatabase& side : request.databases) {
        const auto key = side.key(extracted.keys);
        if (!key) return failure(key.error());
        std::error_code ignored;
        std::vector<fs::path> known;
        for (const auto* folder : {&later->path(), &present->path()}) {
            if (opens(*folder / side.file, *key)) known.push_back(*folder);
        }
        // One that stays and does not open would keep the gateway from starting.
        const bool wanted = fs::exists(staging / side.file, ignored) || !known.empty() ||
                            fs::exists(request.data_folder / side.file, ignored);
        if (!wanted) continue;
        if (auto done = side.revive(staging, known, extracted.keys); !done)
            return failure(std::move(done.error()).during("revive " + side.file));
        const auto entries = side.examine(staging, extracted.keys);
        if (!entries) return failure(Error(entries.error()).during("examine " + side.file));
        revived.entries.emplace(side.file, *entries);
    }
    return revived;
}

Result<RevivedObjects> revive_objects(const RestoreRequest& request, const Extracted& extracted,
                                      const fs::path& staging) {
    const auto named = store::objects_in(staging, extracted.keys);
    if (!named) return failure(named.error());
    const auto folder = store::objects_folder(staging);
    std::error_code failed;
    fs::create_directory(folder, failed);
    if (!failed) fs::permissions(folder, fs::perms::owner_all, failed);
    if (failed) return failure(ErrorKind::unavailable, "make " + folder.string() + ": " + failed.message());
    const ObjectShelf shelf(request.pair.data.file.parent_path(), extracted.data.installation);
    RevivedObjects revived;
    std::uint64_t damaged = 0;
    for (const auto& object : *named) {
        const auto listed = extracted.objects.find(object.name);
        const bool kept = listed != extracted.objects.end() && listed->second.state == ObjectState::kept;
        auto given = kept ? shelf.give(object.name, listed->second, folder)
                          : Result<void>(failure(ErrorKind::corrupt, "it is not in the backup"));
        if (!given && given.error().kind != ErrorKind::corrupt) return failure(std::move(given.error()));
        if (!given) {
            const std::string name = to_hex(object.name);
            fs::create_hard_link(store::objects_folder(request.data_folder) / name, folder / name, failed);
            if (!failed) given = {};
        }
        ++(given ? revived.files : revived.lost);
        if (!given && kept) ++damaged;
    }
    if (damaged == 0 || request.accept_lost) return revived;
    return failure(ErrorKind::corrupt, std::to_string(damaged) + " of " + std::to_string(named->size()) +
                                           " objects of the backup are damaged or gone; "
                                           "--accept-lost-objects restores the others");
}

}  // namespace edgeward::backup

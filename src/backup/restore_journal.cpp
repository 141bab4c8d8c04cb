#include "restore_journal.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <vector>

#include <edgeward/backup/backup.hpp>
#include <edgeward/core/file.hpp>

namespace edgeward::backup {
namespace {

constexpr const char* decision = "decided";
constexpr unsigned owner_only = 0600;

// The first and the last of them: without it no gateway starts.
constexpr const char* key_ring = "keyring";
constexpr std::array<const char*, 4> files_of_installation = {"store.db", "vault.db", "erasures", key_ring};
// They belong to the database they are named after, and go with it.
constexpr std::array<const char*, 2> side_files = {"-wal", "-shm"};

Result<void> move(const std::filesystem::path& from, const std::filesystem::path& to) {
    std::error_code failed;
    std::filesystem::rename(from, to, failed);
    if (!failed) return {};
    return failure(ErrorKind::unavailable, "move " + from.string() + ": " + failed.message());
}

Result<void> move_away(const std::filesystem::path& file, const std::filesystem::path& replaced) {
    std::error_code failed;
    if (!std::filesystem::exists(file, failed)) return {};
    std::filesystem::create_directory(replaced, failed);
    if (failed) return failure(ErrorKind::unavailable, "make " + replaced.string() + ": " + failed.message());
    std::filesystem::permissions(replaced, std::filesystem::perms::owner_all, failed);
    return move(file, replaced / file.filename());
}

// While the new file is still in the staging folder, what stands in its place is the old one.
Result<void> take_place(const std::filesystem::path& folder, const std::filesystem::path& replaced,
                        const std::string& name) {
    const auto prepared = staging_folder(folder) / name;
    std::error_code failed;
    if (!std::filesystem::exists(prepared, failed)) return {};
    for (const char* side : side_files) {
        if (auto moved = move_away(folder / (name + side), replaced); !moved) return moved;
    }
    if (auto moved = move_away(folder / name, replaced); !moved) return moved;
    return move(prepared, folder / name);
}

// What was prepared and is still to be moved: the key ring last.
std::vector<std::string> prepared_in(const std::filesystem::path& staging) {
    std::vector<std::string> names;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(staging, ignored)) {
        std::string name = entry.path().filename().string();
        const bool beside = std::ranges::any_of(side_files, [&](auto side) { return name.ends_with(side); });
        if (!beside && !name.starts_with('.') && name != decision && name != key_ring)
            names.push_back(std::move(name));
    }
    std::ranges::sort(names);
    if (std::filesystem::exists(staging / key_ring, ignored)) names.emplace_back(key_ring);
    return names;
}

// What stands in the way goes into a folder of its own: nothing that was put aside before is replaced.
std::string free_name_for_replaced(const std::filesystem::path& data_folder, const std::string& backup) {
    const std::string first = "replaced-by-" + backup;
    std::string name = first;
    std::error_code ignored;
    for (int number = 2; std::filesystem::exists(data_folder / name, ignored); ++number)
        name = first + "-" + std::to_string(number);
    return name;
}

Result<void> sync_file(const std::filesystem::path& file) {
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
    if (descriptor >= 0) ::close(descriptor);
    if (synced) return {};
    return failure(ErrorKind::unavailable, file.string() + " cannot be brought to the disk");
}

}  // namespace

std::filesystem::path staging_folder(const std::filesystem::path& data_folder) {
    return data_folder / ".restore";
}

bool has_installation(const std::filesystem::path& data_folder) {
    std::error_code ignored;
    for (const char* name : files_of_installation) {
        if (std::filesystem::exists(data_folder / name, ignored)) return true;
    }
    return false;
}

Result<std::filesystem::path> decide_restore(const std::filesystem::path& data_folder,
                                             const std::string& name) {
    const auto staging = staging_folder(data_folder);
    for (const auto& file : prepared_in(staging)) {
        if (auto synced = sync_file(staging / file); !synced) return failure(std::move(synced.error()));
    }
    if (auto synced = sync_folder(staging); !synced) return failure(std::move(synced.error()));
    if (auto synced = sync_folder(data_folder); !synced) return failure(std::move(synced.error()));
    const auto replaced = free_name_for_replaced(data_folder, name);
    auto written = write_file_durably(staging / decision, bytes_of(replaced), owner_only);
    if (!written) return failure(std::move(written.error()));
    return data_folder / replaced;
}

Result<bool> finish_restore(const std::filesystem::path& data_folder) {
    const auto staging = staging_folder(data_folder);
    std::error_code failed;
    if (!std::filesystem::exists(staging, failed)) return false;
    const bool decided = std::filesystem::exists(staging / decision, failed);
    if (decided) {
        const auto name = read_file(staging / decision, 256);
        if (!name) return failure(name.error());
        const auto replaced = data_folder / *name;
        // The old key ring goes first: from here on nothing starts until the new one is there.
        if (std::filesystem::exists(staging / key_ring, failed)) {
            if (auto moved = move_away(data_folder / key_ring, replaced); !moved)
                return failure(std::move(moved.error()));
        }
        for (const auto& file : prepared_in(staging)) {
            if (auto moved = take_place(data_folder, replaced, file); !moved)
                return failure(std::move(moved.error()));
        }
        if (auto synced = sync_folder(data_folder); !synced) return failure(std::move(synced.error()));
    }
    std::filesystem::remove_all(staging, failed);
    if (failed)
        return failure(ErrorKind::unavailable, "clear away " + staging.string() + ": " + failed.message());
    return decided;
}

}  // namespace edgeward::backup

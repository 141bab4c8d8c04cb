#include <edgeward/backup/catalogue.hpp>

#include <algorithm>

#include "backup_name.hpp"
#include "container_reader.hpp"

namespace edgeward::backup {
namespace {

bool older(const BackupFile& left, const BackupFile& right) {
    return left.made != right.made ? left.made < right.made : left.file < right.file;
}

// The newest is the last one.
std::vector<BackupFile> of_kind(const std::vector<BackupFile>& files, const std::string& installation,
                                bool persons) {
    std::vector<BackupFile> some;
    for (const BackupFile& file : files) {
        if (file.persons == persons && file.installation == installation) some.push_back(file);
    }
    std::ranges::sort(some, older);
    return some;
}

}  // namespace

Result<std::vector<BackupFile>> list_backups(const std::filesystem::path& folder) {
    std::vector<BackupFile> files;
    std::error_code failed;
    const std::filesystem::directory_iterator entries(folder, failed);
    if (failed) return failure(ErrorKind::unavailable, folder.string() + ": " + failed.message());
    for (const auto& entry : entries) {
        const auto kind = kind_of_file(entry.path());
        if (!kind) continue;
        const auto header = read_header(entry.path());
        if (!header || header->kind != *kind) continue;
        BackupFile file;
        file.file = entry.path();
        file.name = backup_name(header->made, header->id);
        file.id = header->id;
        file.installation = header->installation;
        file.version = header->version;
        file.made = header->made;
        file.persons = header->kind == Kind::persons;
        file.erasures = header->erasures;
        file.size = entry.file_size(failed);
        file.for_recovery = !header->recovery_fingerprint.empty();
        files.push_back(std::move(file));
    }
    std::ranges::sort(files, older);
    return files;
}

Result<BackupPair> find_pair(const std::vector<BackupFile>& files, const std::string& name) {
    const auto wanted = [&](const BackupFile& file) {
        return !file.persons && (name.empty() || file.name == name || file.id == name);
    };
    const auto data = std::find_if(files.rbegin(), files.rend(), wanted);
    if (data == files.rend())
        return failure(ErrorKind::invalid_input,
                       name.empty() ? "there is no backup" : "there is no such backup");
    const BackupFile* persons = nullptr;
    for (const BackupFile& file : files) {
        const bool fits = file.persons && file.installation == data->installation && file.made >= data->made;
        if (fits && (persons == nullptr || file.id == data->id)) persons = &file;
        if (fits && file.id == data->id) break;
    }
    if (persons == nullptr)
        return failure(ErrorKind::invalid_input,
                       "no part with the persons was made with this backup or after it");
    return BackupPair{*data, *persons};
}

std::vector<BackupFile> expired_backups(const std::vector<BackupFile>& files, const BackupSettings& settings,
                                        const std::string& installation, std::uint64_t erasures,
                                        Instant now) {
    std::vector<BackupFile> expired;
    const auto give_up = [&](const std::vector<BackupFile>& some, std::uint64_t count,
                             std::chrono::milliseconds age, bool newest_too) {
        for (std::size_t i = 0; i < some.size(); ++i) {
            const std::size_t newer = some.size() - 1 - i;
            const bool too_old = now - some[i].made > age;
            const bool holds_erased = some[i].erasures < erasures;
            const bool gone = newer > 0 ? too_old || newer >= count : newest_too && too_old && holds_erased;
            if (gone) expired.push_back(some[i]);
        }
    };
    give_up(of_kind(files, installation, false), settings.data_count, settings.data_age, false);
    give_up(of_kind(files, installation, true), settings.persons_count, settings.persons_age, true);
    return expired;
}

}  // namespace edgeward::backup

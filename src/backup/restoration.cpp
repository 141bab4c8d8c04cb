#include <edgeward/backup/backup.hpp>

#include <unistd.h>

#include <sys/stat.h>

#include <map>

#include <edgeward/config/document.hpp>
#include <edgeward/core/file.hpp>
#include <edgeward/core/folder_lock.hpp>
#include <edgeward/vault/erasure_ledger.hpp>

#include "extraction.hpp"
#include "part_names.hpp"
#include "restore_journal.hpp"
#include "revival.hpp"

namespace edgeward::backup {
namespace {

constexpr unsigned owner_only = 0600;
constexpr unsigned readable = 0644;

// Put back by root, the files belong to whom the folder belongs to.
void give_to_owner_of(const std::filesystem::path& folder, const std::filesystem::path& file) {
    struct stat status {};
    if (::geteuid() != 0 || ::stat(folder.c_str(), &status) != 0) return;
    // What cannot be given stays root's; the gateway then says that it cannot open it.
    if (::lchown(file.c_str(), status.st_uid, status.st_gid) != 0) return;
}

Result<void> make_staging(const std::filesystem::path& data_folder) {
    std::error_code failed;
    std::filesystem::create_directories(data_folder, failed);
    if (!failed) std::filesystem::create_directory(staging_folder(data_folder), failed);
    if (!failed) {
        std::filesystem::permissions(staging_folder(data_folder), std::filesystem::perms::owner_all, failed);
    }
    if (!failed) return {};
    return failure(ErrorKind::unavailable,
                   "make " + staging_folder(data_folder).string() + ": " + failed.message());
}

// The folder that is replaced may know of more erasures than any backup.
Result<void> take_present_erasures(const std::filesystem::path& data_folder,
                                   const vault::ErasureMarks& marks) {
    const auto staging = staging_folder(data_folder);
    const auto audit_key = crypto::public_key_of(marks.signing_seed());
    const auto present = vault::ErasureLedger::load(data_folder, audit_key);
    if (!present) return {};  // of another installation, or beyond use
    auto known = vault::ErasureLedger::load(staging, audit_key);
    if (!known) return failure(std::move(known.error()));
    known->merge(*present, marks);
    return known->save(staging);
}

audit::Event event_of(const RestoreRequest& request, const Restored& restored, const Extracted& extracted) {
    audit::Event event;
    event.actor = request.actor;
    event.action = audit::Action::restored;
    event.object = "backup " + restored.name;
    event.details = crypto::sha256(bytes_of(extracted.data_manifest));
    return event;
}

audit::Event event_of_erasures(const Restored& restored) {
    audit::Event event;
    event.actor = "gateway";
    event.action = audit::Action::person_erased;
    event.object = "erasure ledger of " + std::to_string(restored.erasures) + " entries carried out again";
    event.count = restored.forgotten;
    return event;
}

audit::Event event_of_lost(std::uint64_t lost) {
    audit::Event event;
    event.actor = "gateway";
    event.action = audit::Action::restored;
    event.object = "objects that are not there again";
    event.outcome = audit::Outcome::failure;
    event.count = lost;
    return event;
}

Result<void> append(store::StoreParts& store, const std::vector<audit::Event>& events) {
    return store.writer->run([&](store::ObservationStore& to) -> Result<void> {
        for (const auto& event : events) {
            if (auto appended = to.append_audit(event); !appended) return appended;
        }
        return {};
    });
}

// Who is forgotten has no objects any more; the others' come back.
Result<void> bring_objects(const RestoreRequest& request, const Extracted& extracted,
                           const std::filesystem::path& folder, store::StoreParts& store,
                           Restored& restored) {
    const auto objects = revive_objects(request, extracted, folder);
    if (!objects) return failure(objects.error());
    restored.objects = objects->files;
    restored.objects_lost = objects->lost;
    return objects->lost == 0 ? Result<void>() : append(store, {event_of_lost(objects->lost)});
}

// The log goes on from the backup's last record and says so, signed.
Result<void> continue_log(const RestoreRequest& request, const Extracted& extracted,
                          const std::filesystem::path& folder, vault::IdentityVault& vault,
                          const Clock& clock, Restored& restored) {
    store::StoreSettings settings;
    settings.folder = folder;
    auto store = store::open_store(settings, {}, extracted.keys, clock);
    if (!store) return failure(std::move(store.error()));
    std::vector<audit::Event> events{event_of(request, restored, extracted)};
    if (restored.forgotten > 0) events.push_back(event_of_erasures(restored));
    auto written = append(*store, events);
    if (written) written = forget_again(folder, extracted.keys, *store, vault, clock.now());
    if (written) written = bring_objects(request, extracted, folder, *store, restored);
    if (written)
        written = store->writer->run([](store::ObservationStore& to) { return to.checkpoint_audit(); });
    store->reader.reset();
    store->writer->stop();
    return written;
}

Result<void> prepare(const RestoreRequest& request, const Clock& clock, Restored& restored) {
    const auto staging = staging_folder(request.data_folder);
    const auto extracted = extract(request.pair, request.keys, request.databases, staging);
    if (!extracted) return failure(extracted.error());
    const auto verified = examine_extracted(*extracted, request.databases, staging);
    if (!verified) return failure(verified.error());
    restored.name = request.pair.data.name;
    restored.made = verified->made;
    restored.records = verified->records;

    const auto marks = vault::ErasureMarks::make(extracted->keys);
    if (!marks) return failure(marks.error());
    if (!request.backup_folder.empty()) {
        const auto files = list_backups(request.backup_folder);
        if (!files) return failure(files.error());
        auto taken = take_later_erasures(*files, request.keys, extracted->data.installation, *marks, staging);
        if (!taken) return taken;
    }
    if (auto taken = take_present_erasures(request.data_folder, *marks); !taken) return taken;
    auto vault = vault::open_vault(staging, extracted->keys);
    if (!vault) return failure(vault.error());
    const auto status = (*vault)->erasures();
    restored.erasures = status.entries;
    restored.forgotten = status.replayed;
    if (auto continued = continue_log(request, *extracted, staging, **vault, clock, restored); !continued)
        return continued;
    vault->reset();
    auto revived = revive_databases(request, *extracted, staging);
    if (!revived) return failure(std::move(revived.error()));
    restored.databases = std::move(revived->entries);
    restored.databases_of = revived->known_of;
    const std::string ring = extracted->keys.wrap(request.key_encryption_key);
    if (auto written = write_file_durably(staging / part_name::key_ring, bytes_of(ring), owner_only);
        !written)
        return written;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(staging))
        give_to_owner_of(request.data_folder, entry.path());
    return {};
}

Result<Restored> restore(const RestoreRequest& request, const Clock& clock) {
    std::error_code made_none;
    std::filesystem::create_directories(request.data_folder, made_none);
    // No gateway works on the folder now, and none begins to.
    const auto lock = FolderLock::take(request.data_folder);
    if (!lock) return failure(Error(lock.error()).during("data folder"));
    if (auto finished = finish_restore(request.data_folder); !finished)
        return failure(std::move(finished.error()));
    const bool occupied = has_installation(request.data_folder);
    if (occupied && !request.replace)
        return failure(ErrorKind::denied,
                       request.data_folder.string() +
                           " has an installation already; --replace puts the backup in its place");
    if (auto made = make_staging(request.data_folder); !made) return failure(std::move(made.error()));
    Restored restored;
    if (auto prepared = prepare(request, clock, restored); !prepared) {
        std::error_code ignored;
        std::filesystem::remove_all(staging_folder(request.data_folder), ignored);
        return failure(std::move(prepared.error()));
    }
    const auto replaced = decide_restore(request.data_folder, restored.name);
    if (!replaced) return failure(replaced.error());
    if (auto finished = finish_restore(request.data_folder); !finished)
        return failure(std::move(finished.error()));
    if (std::filesystem::exists(*replaced)) {
        give_to_owner_of(request.data_folder, *replaced);
        restored.replaced = *replaced;
    }
    return restored;
}

Result<void> put_text(const std::filesystem::path& file, const std::string& text,
                      std::vector<std::filesystem::path>& written) {
    const auto present = read_file(file);
    if (present && *present == text) return {};
    std::error_code failed;
    std::filesystem::create_directories(file.parent_path(), failed);
    if (present) {
        auto kept = write_file_durably(file.string() + ".replaced", bytes_of(*present), readable);
        if (!kept) return kept;
    }
    auto put = write_file_durably(file, bytes_of(text), readable);
    if (put) written.push_back(file);
    return put;
}

}  // namespace

Result<Restored> restore_backup(const RestoreRequest& request, const Clock& clock) {
    auto restored = restore(request, clock);
    if (!restored) return failure(std::move(restored.error()).during("restore the backup"));
    return restored;
}

Result<std::vector<std::filesystem::path>> restore_configuration(
    const BackupFile& data, const BackupKeys& keys, const std::filesystem::path& configuration_file) {
    auto reader = ContainerReader::open(data.file, unlocking_of(keys));
    if (!reader) return failure(std::move(reader.error()));
    std::map<std::string, std::string> texts;
    const auto content = reader->read([&](const std::string& name, std::uint64_t) -> Result<PartSink> {
        const bool is_file = name == part_name::configuration || name.starts_with(part_name::mappings) ||
                             name.starts_with(part_name::policies);
        if (!is_file) return PartSink();
        std::string& text = texts[name];
        return PartSink([&text](ByteView octets) {
            text.append(text_of(octets));
            return Result<void>();
        });
    });
    if (!content) return failure(content.error());
    // Relative folders are relative to the configuration file, as when the gateway reads it.
    auto document =
        config::Document::parse(texts[std::string(part_name::configuration)], configuration_file.string());
    const auto mappings_folder =
        document.root().table("gateway").file("mappings_folder", "/etc/edgeward/mappings");
    const auto policies_folder = document.root().table("policy").file("folder", "/etc/edgeward/policies");
    std::vector<std::filesystem::path> written;
    for (const auto& [name, text] : texts) {
        auto file = configuration_file;
        if (name.starts_with(part_name::mappings))
            file = mappings_folder / name.substr(part_name::mappings.size());
        if (name.starts_with(part_name::policies))
            file = policies_folder / name.substr(part_name::policies.size());
        if (auto put = put_text(file, text, written); !put) return failure(std::move(put.error()));
    }
    return written;
}

}  // namespace edgeward::backup

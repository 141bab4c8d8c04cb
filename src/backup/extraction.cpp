#include "extraction.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <set>

#include <edgeward/store/examination.hpp>
#include <edgeward/vault/examination.hpp>

#include "backup_name.hpp"
#include "part_names.hpp"
#include "temporary_folder.hpp"

namespace edgeward::backup {
namespace {

bool is_database_file(std::string_view name) {
    return name == part_name::store || name == part_name::store_log || name == part_name::vault ||
           name == part_name::vault_log;
}

PartSink sink_to_file(const std::filesystem::path& file) {
    // Shared: a sink is copyable. That everything arrived is checked by the file's size afterwards.
    const auto out = std::make_shared<std::ofstream>(file, std::ios::binary | std::ios::trunc);
    ::chmod(file.c_str(), S_IRUSR | S_IWUSR);
    return [out](ByteView octets) -> Result<void> {
        out->write(text_of(octets).data(), static_cast<std::streamsize>(octets.size()));
        if (*out) return {};
        return failure(ErrorKind::exhausted, "there is no room for the databases of the backup");
    };
}

PartSink sink_to_text(std::string& text) {
    return [&text](ByteView octets) {
        text.append(text_of(octets));
        return Result<void>();
    };
}

// Databases go to files, the ledger to memory, the rest is passed over.
ChooseSink sinks_for(const std::filesystem::path& folder, std::string& ledger) {
    return [&folder, &ledger](const std::string& name, std::uint64_t) -> Result<PartSink> {
        if (name == part_name::erasures) return sink_to_text(ledger);
        return is_database_file(name) ? sink_to_file(folder / name) : PartSink();
    };
}

// A log that was in its file already must not be applied to it again.
Result<void> settle_files(const Manifest& manifest, const std::filesystem::path& folder) {
    for (const PartFacts& part : manifest.parts) {
        if (!is_database_file(part.name)) continue;
        std::error_code failed;
        const auto size = std::filesystem::file_size(folder / part.name, failed);
        if (failed || size != part.size)
            return failure(ErrorKind::exhausted, "there is no room for the databases of the backup");
        if (part.left_out || part.size == 0) std::filesystem::remove(folder / part.name, failed);
    }
    return {};
}

struct Opened {
    ContainerReader::Content content;
    vault::ErasureLedger ledger;
};

Result<Opened> open_container(const BackupFile& file, const BackupKeys& keys,
                              const std::filesystem::path& folder, bool with_left_out = false) {
    auto reader = ContainerReader::open(file.file, unlocking_of(keys));
    if (!reader) return failure(std::move(reader.error()));
    std::string ledger_text;
    auto content = reader->read(sinks_for(folder, ledger_text));
    if (!content) return failure(std::move(content.error()).during(file.file.filename().string()));
    const auto seed = content->keys.key(crypto::key_name::audit_signing);
    if (!seed) return failure(seed.error());
    const auto audit_key = crypto::public_key_of(*seed);
    if (keys.audit_key && *keys.audit_key != audit_key)
        return failure(ErrorKind::corrupt, "the backup is not signed by the expected audit key");
    auto ledger = vault::ErasureLedger::parse(ledger_text, audit_key);
    if (!ledger) return failure(std::move(ledger.error()));
    if (ledger->size() != content->manifest.erasures || ledger->link() != content->manifest.erasures_link)
        return failure(ErrorKind::corrupt, "the erasure ledger of the backup is not the one of its manifest");
    if (!with_left_out) {
        if (auto settled = settle_files(content->manifest, folder); !settled)
            return failure(std::move(settled.error()));
    }
    return Opened{*std::move(content), *std::move(ledger)};
}

Result<void> same_keys(const crypto::KeyRing& left, const crypto::KeyRing& right) {
    for (const auto name : {crypto::key_name::store, crypto::key_name::vault, crypto::key_name::person,
                            crypto::key_name::pseudonym, crypto::key_name::audit_signing}) {
        const auto one = left.key(name);
        const auto other = right.key(name);
        if (!one) return failure(one.error());
        if (!other) return failure(other.error());
        if (!crypto::equal_in_constant_time(one->reveal(), other->reveal()))
            return failure(ErrorKind::corrupt, "the two parts of the backup are of different key rings");
    }
    return {};
}

Result<void> check_store(const store::Examination& found, const StoreFacts& stated,
                         const std::string& installation) {
    if (found.chain.origin != "edgeward/" + installation)
        return failure(ErrorKind::corrupt, "the store in the backup is of another installation");
    if (found.schema_version != stated.schema || found.chain.sequence != stated.records ||
        found.chain.head != stated.head || found.chain.checkpoint_note != stated.checkpoint)
        return failure(ErrorKind::corrupt, "the audit chain in the backup is not the one of its manifest");
    if (counts_of(found.inbound) != stated.inbound || counts_of(found.destinations) != stated.destinations)
        return failure(ErrorKind::corrupt, "the books in the backup are not those of its manifest");
    return {};
}

}  // namespace

Unlocking unlocking_of(const BackupKeys& keys) {
    Unlocking unlocking;
    if (keys.wrapping) unlocking.wrapping = keys.wrapping->clone();
    if (keys.recovery_key) unlocking.recovery_key = keys.recovery_key->clone();
    return unlocking;
}

Result<Extracted> extract(const BackupPair& pair, const BackupKeys& keys,
                          const std::filesystem::path& folder) {
    auto persons = open_container(pair.persons, keys, folder);
    if (!persons) return failure(std::move(persons.error()));
    auto data = open_container(pair.data, keys, folder);
    if (!data) return failure(std::move(data.error()));
    const Manifest& of_data = data->content.manifest;
    const Manifest& of_persons = persons->content.manifest;
    if (of_data.installation != of_persons.installation || of_persons.made < of_data.made)
        return failure(
            ErrorKind::invalid_input,
            "the part with the persons must be of the same installation and not older than the data");
    if (auto same = same_keys(data->content.keys, persons->content.keys); !same)
        return failure(std::move(same.error()));
    if (!persons->ledger.continues(data->ledger))
        return failure(ErrorKind::corrupt, "the two parts of the backup have different erasure ledgers");
    if (auto saved = persons->ledger.save(folder); !saved) return failure(std::move(saved.error()));
    return Extracted{std::move(data->content.manifest), std::move(persons->content.manifest),
                     std::move(data->content.manifest_text), std::move(persons->content.manifest_text),
                     std::move(data->content.keys)};
}

Result<void> with_opened_part(
    const std::filesystem::path& file, const BackupKeys& keys, const std::filesystem::path& scratch,
    const std::function<Result<void>(const std::filesystem::path& folder, const OpenedPart& part)>& work) {
    const auto folder = TemporaryFolder::make(scratch, ".search-");
    if (!folder) return failure(folder.error());
    BackupFile named;
    named.file = file;
    auto opened = open_container(named, keys, folder->path(), /*with_left_out=*/true);
    if (!opened) return failure(std::move(opened.error()));
    const Manifest& manifest = opened->content.manifest;
    return work(folder->path(), {backup_name(manifest.made, manifest.id), manifest.kind == Kind::persons,
                                 std::move(opened->content.keys), manifest.erasures_link});
}

Result<Verified> examine_extracted(const Extracted& extracted, const std::filesystem::path& folder) {
    std::set<model::Pseudonym> in_store;
    const auto store = store::examine(folder, extracted.keys,
                                      [&](const model::Pseudonym& subject) { in_store.insert(subject); });
    if (!store) return failure(store.error());
    auto checked = check_store(*store, *extracted.data.store, extracted.data.installation);
    if (!checked) return failure(std::move(checked.error()));
    const auto vault = vault::examine(folder, extracted.keys);
    if (!vault) return failure(vault.error());
    if (vault->schema_version != extracted.persons.vault->schema ||
        vault->persons_found != extracted.persons.vault->persons)
        return failure(ErrorKind::corrupt, "the vault in the backup is not the one of its manifest");

    const auto marks = vault::ErasureMarks::make(extracted.keys);
    if (!marks) return failure(marks.error());
    const auto ledger = vault::ErasureLedger::load(folder, crypto::public_key_of(marks->signing_seed()));
    if (!ledger) return failure(ledger.error());
    std::set<crypto::Digest> erased;
    for (const auto& entry : ledger->entries())
        erased.insert(entry.mark);
    Verified verified;
    for (const auto& subject : in_store) {
        if (std::ranges::binary_search(vault->subjects, subject)) continue;
        if (!erased.contains(marks->of(subject)))
            return failure(ErrorKind::corrupt, "a report of the backup speaks of a person its vault lacks");
        ++verified.erased_since;
    }
    verified.name = backup_name(extracted.data.made, extracted.data.id);
    verified.made = extracted.data.made;
    verified.records = store->chain.sequence;
    verified.reports = store->reports_checked;
    verified.persons = vault->subjects.size();
    verified.digest =
        crypto::sha256({bytes_of(extracted.data_manifest), bytes_of(extracted.persons_manifest)});
    return verified;
}

Result<void> take_later_erasures(const std::vector<BackupFile>& files, const BackupKeys& keys,
                                 const std::string& installation, const vault::ErasureMarks& marks,
                                 const std::filesystem::path& folder) {
    const auto audit_key = crypto::public_key_of(marks.signing_seed());
    auto known = vault::ErasureLedger::load(folder, audit_key);
    if (!known) return failure(std::move(known.error()));
    for (const BackupFile& file : files) {
        if (file.installation != installation || file.erasures == 0) continue;
        auto reader = ContainerReader::open(file.file, unlocking_of(keys));
        std::string text;
        const auto only_the_ledger = [&text](const std::string& name, std::uint64_t) -> Result<PartSink> {
            return name == part_name::erasures ? sink_to_text(text) : PartSink();
        };
        if (!reader || !reader->read_beginning(only_the_ledger)) continue;
        auto ledger = vault::ErasureLedger::parse(text, audit_key);
        if (ledger) known->merge(*ledger, marks);
    }
    return known->save(folder);
}

}  // namespace edgeward::backup

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

using Sides = std::vector<SideDatabase>;

bool is_side_file(std::string_view name, const Sides& sides) {
    if (name.ends_with(part_name::log_ending)) name.remove_suffix(part_name::log_ending.size());
    return std::ranges::find(sides, name, &SideDatabase::file) != sides.end();
}

// Which databases are taken out of a container.
struct Wanted {
    const Sides& sides;
    bool two = true;      // store or vault too
    bool settled = true;  // logs that are not to be applied are gone
};

bool is_wanted(std::string_view name, const Wanted& wanted) {
    const bool of_two = name == part_name::store || name == part_name::store_log ||
                        name == part_name::vault || name == part_name::vault_log;
    return (of_two && wanted.two) || is_side_file(name, wanted.sides);
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

struct Texts {
    std::string ledger;
    std::string objects;
};

// Databases go to files, ledger and objects to memory, the rest is passed over.
ChooseSink sinks_for(const std::filesystem::path& folder, const Wanted& wanted, Texts& texts) {
    return [&folder, &wanted, &texts](const std::string& name, std::uint64_t) -> Result<PartSink> {
        if (name == part_name::erasures) return sink_to_text(texts.ledger);
        if (name == part_name::objects) return sink_to_text(texts.objects);
        return is_wanted(name, wanted) ? sink_to_file(folder / name) : PartSink();
    };
}

// A log that was in its file already must not be applied to it again.
Result<void> settle_files(const Manifest& manifest, const Wanted& wanted,
                          const std::filesystem::path& folder) {
    for (const PartFacts& part : manifest.parts) {
        if (!is_wanted(part.name, wanted)) continue;
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
    ObjectList objects;
};

Result<ObjectList> objects_of(const Manifest& manifest, const std::string& text) {
    auto list = parse_object_list(text);
    if (list && facts_of(*list) != manifest.objects.value_or(ObjectFacts()))
        return failure(ErrorKind::corrupt, "the objects of the backup are not those of its manifest");
    return list;
}

Result<Opened> open_container(const BackupFile& file, const BackupKeys& keys, const Wanted& wanted,
                              const std::filesystem::path& folder) {
    auto reader = ContainerReader::open(file.file, unlocking_of(keys));
    if (!reader) return failure(std::move(reader.error()));
    Texts texts;
    auto content = reader->read(sinks_for(folder, wanted, texts));
    if (!content) return failure(std::move(content.error()).during(file.file.filename().string()));
    const auto seed = content->keys.key(crypto::key_name::audit_signing);
    if (!seed) return failure(seed.error());
    const auto audit_key = crypto::public_key_of(*seed);
    if (keys.audit_key && *keys.audit_key != audit_key)
        return failure(ErrorKind::corrupt, "the backup is not signed by the expected audit key");
    auto ledger = vault::ErasureLedger::parse(texts.ledger, audit_key);
    if (!ledger) return failure(std::move(ledger.error()));
    auto objects = objects_of(content->manifest, texts.objects);
    if (!objects) return failure(std::move(objects.error()));
    if (ledger->size() != content->manifest.erasures || ledger->link() != content->manifest.erasures_link)
        return failure(ErrorKind::corrupt, "the erasure ledger of the backup is not the one of its manifest");
    if (wanted.settled) {
        if (auto settled = settle_files(content->manifest, wanted, folder); !settled)
            return failure(std::move(settled.error()));
    }
    return Opened{*std::move(content), *std::move(ledger), *std::move(objects)};
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

// Every object the store names is listed, and no other.
Result<void> check_objects(const std::vector<store::ObjectFile>& named, const ObjectList& listed) {
    const bool same = std::ranges::equal(named, listed, [](const store::ObjectFile& file, const auto& entry) {
        return file.name == entry.first;
    });
    if (same) return {};
    return failure(ErrorKind::corrupt, "the objects of the backup are not those its store names");
}

Result<void> check_known(const Manifest& manifest, const Sides& sides) {
    for (const auto& [file, schema] : manifest.databases) {
        if (std::ranges::find(sides, file, &SideDatabase::file) == sides.end())
            return failure(ErrorKind::misconfigured,
                           "the backup holds a database this program does not know");
    }
    return {};
}

Result<std::map<std::string, std::uint64_t>> examine_sides(const Extracted& extracted, const Sides& sides,
                                                           const std::filesystem::path& folder) {
    std::map<std::string, std::uint64_t> entries;
    for (const SideDatabase& side : sides) {
        const auto stated = extracted.data.databases.find(side.file);
        if (stated == extracted.data.databases.end()) continue;
        const auto key = side.key(extracted.keys);
        if (!key) return failure(key.error());
        auto connection = database::Connection::open(folder / side.file, *key, database::Access::read_write);
        if (!connection) return failure(std::move(connection.error()).during(side.file));
        const auto schema = connection->schema_version();
        if (!schema) return failure(schema.error());
        if (*schema != stated->second)
            return failure(ErrorKind::corrupt, side.file + " in the backup is not the one of its manifest");
        const auto examined = side.examine(folder, extracted.keys);
        if (!examined) return failure(Error(examined.error()).during("examine " + side.file));
        entries.emplace(side.file, *examined);
    }
    return entries;
}

}  // namespace

Unlocking unlocking_of(const BackupKeys& keys) {
    Unlocking unlocking;
    if (keys.wrapping) unlocking.wrapping = keys.wrapping->clone();
    if (keys.recovery_key) unlocking.recovery_key = keys.recovery_key->clone();
    return unlocking;
}

Result<Extracted> extract(const BackupPair& pair, const BackupKeys& keys,
                          const std::vector<SideDatabase>& databases, const std::filesystem::path& folder) {
    auto persons = open_container(pair.persons, keys, {databases}, folder);
    if (!persons) return failure(std::move(persons.error()));
    auto data = open_container(pair.data, keys, {databases}, folder);
    if (!data) return failure(std::move(data.error()));
    if (auto known = check_known(data->content.manifest, databases); !known)
        return failure(std::move(known.error()));
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
    return Extracted{std::move(data->content.manifest),      std::move(persons->content.manifest),
                     std::move(data->content.manifest_text), std::move(persons->content.manifest_text),
                     std::move(data->content.keys),          std::move(data->objects)};
}

Result<void> extract_sides(const BackupFile& data, const BackupKeys& keys,
                           const std::vector<SideDatabase>& databases, const std::filesystem::path& folder) {
    const auto opened = open_container(data, keys, {databases, /*two=*/false}, folder);
    if (!opened) return failure(opened.error());
    return {};
}

Result<void> with_opened_part(
    const std::filesystem::path& file, const BackupKeys& keys, const std::filesystem::path& scratch,
    const std::function<Result<void>(const std::filesystem::path& folder, const OpenedPart& part)>& work) {
    const auto folder = TemporaryFolder::make(scratch, ".search-");
    if (!folder) return failure(folder.error());
    BackupFile named;
    named.file = file;
    const Sides none;
    auto opened = open_container(named, keys, {none, /*two=*/true, /*settled=*/false}, folder->path());
    if (!opened) return failure(std::move(opened.error()));
    const Manifest& manifest = opened->content.manifest;
    return work(folder->path(), {backup_name(manifest.made, manifest.id), manifest.kind == Kind::persons,
                                 std::move(opened->content.keys), manifest.erasures_link});
}

Result<Verified> examine_extracted(const Extracted& extracted, const std::vector<SideDatabase>& databases,
                                   const std::filesystem::path& folder) {
    std::set<model::Pseudonym> in_store;
    const auto store = store::examine(folder, extracted.keys,
                                      [&](const model::Pseudonym& subject) { in_store.insert(subject); });
    if (!store) return failure(store.error());
    auto checked = check_store(*store, *extracted.data.store, extracted.data.installation);
    if (!checked) return failure(std::move(checked.error()));
    // Version 1 says nothing of objects.
    if (extracted.data.objects) checked = check_objects(store->objects, extracted.objects);
    if (!checked) return failure(std::move(checked.error()));
    auto sides = examine_sides(extracted, databases, folder);
    if (!sides) return failure(std::move(sides.error()));
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
    verified.databases = *std::move(sides);
    const ObjectFacts objects = facts_of(extracted.objects);
    verified.objects = objects.files;
    verified.objects_octets = objects.octets;
    verified.objects_removed = objects.removed;
    verified.objects_lost = objects.lost;
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

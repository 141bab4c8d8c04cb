#include <edgeward/backup/backup.hpp>

#include <algorithm>
#include <initializer_list>

#include <edgeward/core/file.hpp>
#include <edgeward/core/random.hpp>
#include <edgeward/crypto/seal.hpp>
#include <edgeward/store/examination.hpp>
#include <edgeward/vault/examination.hpp>

#include "backup_name.hpp"
#include "container_writer.hpp"
#include "object_copier.hpp"
#include "part_names.hpp"

namespace edgeward::backup {
namespace {

// A database beside the two, if it is there.
struct SideMoment {
    std::string file;
    std::int64_t schema = 0;
    database::Snapshot snapshot;
};

// Everything that must be of one moment.
struct Moment {
    Instant made{};
    std::string installation;
    StoreFacts store_facts;
    VaultFacts vault_facts;
    std::string erasures;  // the ledger's text
    std::uint64_t erasures_size = 0;
    crypto::Digest erasures_link{};
    std::optional<database::Snapshot> store;
    std::optional<database::Snapshot> vault;
    std::vector<SideMoment> sides;
    std::vector<store::ObjectFile> named_objects;
    ObjectList objects;
};

Result<StoreFacts> facts_of(store::StoreReader& reader, std::string& origin) {
    StoreFacts facts;
    auto chain = reader.chain();
    if (!chain) return failure(std::move(chain.error()));
    origin = chain->origin;
    facts.records = chain->sequence;
    facts.head = chain->head;
    facts.checkpoint = chain->checkpoint_note;
    const auto inbound = reader.inbound_book();
    if (!inbound) return failure(inbound.error());
    facts.inbound = counts_of(*inbound);
    const auto destinations = reader.destination_books();
    if (!destinations) return failure(destinations.error());
    facts.destinations = counts_of(*destinations);
    return facts;
}

// In the writer's turn nothing is committed, so the reader and the snapshot see the same state.
Result<void> begin_store(const BackupSources& sources, Moment& moment) {
    return sources.writer.run([&](store::ObservationStore&) -> Result<void> {
        std::string origin;
        auto facts = facts_of(sources.reader, origin);
        if (!facts) return failure(std::move(facts.error()));
        auto snapshot = store::begin_snapshot(sources.data_folder, sources.keys);
        if (!snapshot) return failure(std::move(snapshot.error()));
        const auto version = snapshot->connection().schema_version();
        if (!version) return failure(version.error());
        moment.made = sources.clock.now();
        moment.store_facts = *std::move(facts);
        moment.store_facts.schema = *version;
        moment.installation = origin.substr(origin.find('/') + 1);
        moment.store.emplace(*std::move(snapshot));
        return {};
    });
}

// After the store: whoever a report speaks of was in the vault before the report was stored.
Result<void> begin_vault(const BackupSources& sources, Moment& moment) {
    return sources.vault.while_unchanged([&]() -> Result<void> {
        const auto seed = sources.keys.key(crypto::key_name::audit_signing);
        if (!seed) return failure(seed.error());
        const auto ledger = vault::ErasureLedger::load(sources.data_folder, crypto::public_key_of(*seed));
        if (!ledger) return failure(ledger.error());
        auto snapshot = vault::begin_snapshot(sources.data_folder, sources.keys);
        if (!snapshot) return failure(std::move(snapshot.error()));
        const auto version = snapshot->connection().schema_version();
        if (!version) return failure(version.error());
        const auto persons = vault::persons_in(*snapshot);
        if (!persons) return failure(persons.error());
        moment.vault_facts = {*version, *persons};
        moment.erasures = ledger->text();
        moment.erasures_size = ledger->size();
        moment.erasures_link = ledger->link();
        moment.vault.emplace(*std::move(snapshot));
        return {};
    });
}

// Nothing in store or vault refers to them: each is of a moment of its own, after those two.
Result<void> begin_sides(const BackupSources& sources, Moment& moment) {
    for (const SideDatabase& side : sources.databases) {
        std::error_code failed;
        const auto file = sources.data_folder / side.file;
        if (!std::filesystem::exists(file, failed)) continue;
        const auto key = side.key(sources.keys);
        if (!key) return failure(key.error());
        auto snapshot = database::Snapshot::begin_alone(file, *key);
        if (!snapshot) return failure(std::move(snapshot.error()).during(side.file));
        const auto version = snapshot->connection().schema_version();
        if (!version) return failure(version.error());
        moment.sides.push_back({side.file, *version, *std::move(snapshot)});
    }
    return {};
}

Result<void> begin_all(const BackupSources& sources, Moment& moment) {
    if (auto store = begin_store(sources, moment); !store) return store;
    auto named = store::objects_in(*moment.store);
    if (!named) return failure(std::move(named.error()));
    moment.named_objects = *std::move(named);
    if (auto vault = begin_vault(sources, moment); !vault) return vault;
    return begin_sides(sources, moment);
}

struct Names {
    std::string_view file;
    std::string_view log;
};

// A log that grows without bound fills the disk the devices need: rather no backup.
Result<void> add_database(ContainerWriter& writer, database::Snapshot& snapshot, const Names& names,
                          const BackupSettings& settings, const BackupSources& sources) {
    const auto within_limit = [&]() -> Result<void> {
        if (sources.cancelled != nullptr && *sources.cancelled)
            return failure(ErrorKind::unavailable, "the gateway stops");
        const auto growth = snapshot.log_growth();
        if (!growth) return failure(growth.error());
        if (*growth <= settings.log_limit) return {};
        return failure(ErrorKind::exhausted, "the write-ahead log grew beyond backup.log_limit");
    };
    auto added = writer.add(std::string(names.file), snapshot.file_size(), settings.rate,
                            [&](std::uint64_t offset, std::span<std::uint8_t> out) -> Result<void> {
                                if (auto fine = within_limit(); !fine) return fine;
                                return snapshot.read_file(offset, out);
                            });
    if (!added) return added;
    added = writer.add(
        std::string(names.log), snapshot.log_size(), settings.rate,
        [&](std::uint64_t offset, std::span<std::uint8_t> out) { return snapshot.read_log(offset, out); });
    if (!added) return added;
    const auto whole = snapshot.log_is_whole();
    if (!whole) return failure(whole.error());
    if (!*whole) writer.leave_out_newest();
    return {};
}

// The files of a folder with one of these endings, in the order of their names.
Result<void> add_folder(ContainerWriter& writer, const std::filesystem::path& folder, std::string_view part,
                        std::initializer_list<const char*> endings) {
    std::vector<std::filesystem::path> files;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
        if (std::ranges::find(endings, entry.path().extension().string()) != endings.end())
            files.push_back(entry.path());
    }
    std::ranges::sort(files);
    for (const auto& file : files) {
        const auto text = read_file(file);
        if (!text) return failure(text.error());
        if (auto added = writer.add(std::string(part) + file.filename().string(), *text); !added)
            return added;
    }
    return {};
}

Result<void> add_configuration(ContainerWriter& writer, const BackupSources& sources) {
    const auto text = read_file(sources.configuration_file);
    if (!text) return failure(text.error());
    if (auto added = writer.add(std::string(part_name::configuration), *text); !added) return added;
    if (auto added = add_folder(writer, sources.mappings_folder, part_name::mappings, {".toml"}); !added)
        return added;
    return add_folder(writer, sources.policies_folder, part_name::policies, {".cedar", ".toml"});
}

// One container being written, not yet in its place.
struct Draft {
    ContainerWriter writer;
    std::string manifest;
};

class Maker {
public:
    Maker(const BackupSettings& settings, const BackupSources& sources, Moment& moment, std::string recovery)
        : settings_(settings), sources_(sources), moment_(moment), recovery_pem_(std::move(recovery)) {
        Bytes id(16);
        system_random().fill(id);
        id_ = to_hex(id);
        name_ = backup_name(moment.made, id_);
    }

    [[nodiscard]] const std::string& name() const noexcept { return name_; }

    Result<Draft> persons() {
        return make(Kind::persons, [this](ContainerWriter& writer) {
            return add_database(writer, *moment_.vault, {part_name::vault, part_name::vault_log}, settings_,
                                sources_);
        });
    }
    Result<Draft> data() {
        return make(Kind::data, [this](ContainerWriter& writer) -> Result<void> {
            auto added = writer.add(std::string(part_name::objects), write_object_list(moment_.objects));
            for (auto side = moment_.sides.begin(); added && side != moment_.sides.end(); ++side) {
                const std::string log = side->file + std::string(part_name::log_ending);
                added = add_database(writer, side->snapshot, {side->file, log}, settings_, sources_);
            }
            if (added) added = add_configuration(writer, sources_);
            if (!added) return added;
            return add_database(writer, *moment_.store, {part_name::store, part_name::store_log}, settings_,
                                sources_);
        });
    }

private:
    template <typename Fill>
    Result<Draft> make(Kind kind, const Fill& fill) {
        ContainerHeader header;
        header.kind = kind;
        header.id = id_;
        header.installation = moment_.installation;
        header.made = moment_.made;
        header.erasures = moment_.erasures_size;
        const Secret key = crypto::random_key();
        if (auto wrapped = wrap_container_key(header, key, sources_.wrapping, recovery_pem_); !wrapped)
            return failure(std::move(wrapped.error()));
        auto writer = ContainerWriter::begin(container_file(settings_.folder, name_, kind), header, key);
        if (!writer) return failure(std::move(writer.error()));
        auto filled = writer->add(std::string(part_name::erasures), moment_.erasures);
        if (filled) filled = writer->add(std::string(part_name::key_ring), sources_.keys.wrap(key));
        if (filled) filled = fill(*writer);
        if (!filled) return failure(std::move(filled.error()));
        const auto seed = sources_.keys.key(crypto::key_name::audit_signing);
        if (!seed) return failure(seed.error());
        auto manifest = writer->finish(manifest_for(header), *seed);
        if (!manifest) return failure(std::move(manifest.error()));
        return Draft{*std::move(writer), *std::move(manifest)};
    }

    [[nodiscard]] Manifest manifest_for(const ContainerHeader& header) const {
        Manifest manifest;
        manifest.kind = header.kind;
        manifest.id = header.id;
        manifest.installation = header.installation;
        manifest.made = header.made;
        manifest.program = sources_.program;
        manifest.erasures = header.erasures;
        manifest.erasures_link = moment_.erasures_link;
        if (header.kind == Kind::persons) {
            manifest.vault = moment_.vault_facts;
            return manifest;
        }
        manifest.store = moment_.store_facts;
        manifest.objects = facts_of(moment_.objects);
        for (const SideMoment& side : moment_.sides)
            manifest.databases.emplace(side.file, side.schema);
        return manifest;
    }

    const BackupSettings& settings_;
    const BackupSources& sources_;
    Moment& moment_;
    std::string recovery_pem_;
    std::string id_;
    std::string name_;
};

// What a crash left: "<container>.XXXXXX".
void remove_leftovers(const std::filesystem::path& folder) {
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
        const auto& file = entry.path();
        const bool beside = file.extension().string().size() == 7 && kind_of_file(file.stem()).has_value();
        if (beside && !kind_of_file(file)) std::filesystem::remove(file, ignored);
    }
}

Created summary_of(const Moment& moment) {
    const ObjectFacts objects = facts_of(moment.objects);
    Created created;
    created.objects = objects.files;
    created.objects_octets = objects.octets;
    created.objects_removed = objects.removed;
    created.objects_lost = objects.lost;
    return created;
}

Result<Created> create(const BackupSettings& settings, const BackupSources& sources) {
    const MonotonicTime begun = sources.clock.monotonic();
    auto recovery = read_recovery_key(settings);
    if (!recovery) return failure(std::move(recovery.error()));
    remove_leftovers(settings.folder);
    const auto chain = sources.reader.chain();
    if (!chain) return failure(chain.error());
    ObjectCopier copier(settings, sources, chain->origin.substr(chain->origin.find('/') + 1));
    if (auto copied = copier.copy_ahead(); !copied) return failure(std::move(copied.error()));
    Moment moment;
    if (auto all = begin_all(sources, moment); !all) return failure(std::move(all.error()));
    auto objects = copier.list_of(moment.named_objects);
    if (!objects) return failure(std::move(objects.error()));
    moment.objects = *std::move(objects);
    Maker maker(settings, sources, moment, *std::move(recovery));
    auto persons = maker.persons();
    moment.vault.reset();
    if (!persons) return failure(std::move(persons.error()));
    auto data = maker.data();
    moment.store.reset();
    moment.sides.clear();
    if (!data) return failure(std::move(data.error()));
    // The persons' part first: alone it is whole, and belongs to every older data part too.
    if (auto published = persons->writer.publish(); !published) return failure(std::move(published.error()));
    if (auto published = data->writer.publish(); !published) return failure(std::move(published.error()));
    Created created = summary_of(moment);
    created.name = maker.name();
    created.data_octets = data->writer.size();
    created.persons_octets = persons->writer.size();
    created.copied_octets = copier.copied_octets();
    created.digest = crypto::sha256({bytes_of(data->manifest), bytes_of(persons->manifest)});
    created.took = std::chrono::duration_cast<std::chrono::milliseconds>(sources.clock.monotonic() - begun);
    return created;
}

}  // namespace

Secret wrapping_key_of(const Secret& key_encryption_key) {
    return wrapping_key(key_encryption_key);
}

Result<Created> create_backup(const BackupSettings& settings, const BackupSources& sources) {
    auto created = create(settings, sources);
    if (!created) return failure(std::move(created.error()).during("make a backup"));
    return created;
}

}  // namespace edgeward::backup

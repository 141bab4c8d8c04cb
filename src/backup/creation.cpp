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
#include "part_names.hpp"

namespace edgeward::backup {
namespace {

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
            if (auto added = add_configuration(writer, sources_); !added) return added;
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
        if (header.kind == Kind::data) manifest.store = moment_.store_facts;
        if (header.kind == Kind::persons) manifest.vault = moment_.vault_facts;
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

Result<Created> create(const BackupSettings& settings, const BackupSources& sources) {
    const MonotonicTime begun = sources.clock.monotonic();
    auto recovery = read_recovery_key(settings);
    if (!recovery) return failure(std::move(recovery.error()));
    remove_leftovers(settings.folder);
    Moment moment;
    if (auto store = begin_store(sources, moment); !store) return failure(std::move(store.error()));
    if (auto vault = begin_vault(sources, moment); !vault) return failure(std::move(vault.error()));
    Maker maker(settings, sources, moment, *std::move(recovery));
    auto persons = maker.persons();
    moment.vault.reset();
    if (!persons) return failure(std::move(persons.error()));
    auto data = maker.data();
    moment.store.reset();
    if (!data) return failure(std::move(data.error()));
    // The persons' part first: alone it is whole, and belongs to every older data part too.
    if (auto published = persons->writer.publish(); !published) return failure(std::move(published.error()));
    if (auto published = data->writer.publish(); !published) return failure(std::move(published.error()));
    Created created;
    created.name = maker.name();
    created.data_octets = data->writer.size();
    created.persons_octets = persons->writer.size();
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

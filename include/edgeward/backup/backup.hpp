#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <edgeward/backup/backup_settings.hpp>
#include <edgeward/backup/catalogue.hpp>
#include <edgeward/backup/side_database.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/core/secret.hpp>
#include <edgeward/crypto/digest.hpp>
#include <edgeward/crypto/key_ring.hpp>
#include <edgeward/crypto/signature.hpp>
#include <edgeward/store/writer.hpp>
#include <edgeward/vault/identity_vault.hpp>

// Backup and restore of an installation (docs/backup-format.md, docs/adr/0020-backup-of-ciphertext.md).
// Nothing is in clear on any disk at any moment: the databases are copied as the ciphertext they are, the key
// ring is wrapped under the container's own key, and everything is sealed once more.
namespace edgeward::backup {

// What a backup is made of, in a running gateway.
struct BackupSources {
    std::filesystem::path data_folder;
    std::filesystem::path configuration_file;
    std::filesystem::path mappings_folder;
    std::filesystem::path policies_folder;
    store::StoreReader& reader;
    store::Writer& writer;
    vault::IdentityVault& vault;
    const crypto::KeyRing& keys;
    const Secret& wrapping;  // wrapping_key_of() the key-encryption key
    const Clock& clock;
    std::string program;                           // its version
    const std::atomic<bool>* cancelled = nullptr;  // true: end soon, with unavailable
    std::vector<SideDatabase> databases{};         // beside the two; those that are there are copied
};

// Derived from the key-encryption key, so that the gateway need not keep that one.
Secret wrapping_key_of(const Secret& key_encryption_key);

struct Created {
    std::string name;
    std::uint64_t data_octets = 0;
    std::uint64_t persons_octets = 0;
    std::chrono::milliseconds took{0};
    crypto::Digest digest{};            // SHA-256 over both manifests, for the audit log
    std::uint64_t objects = 0;          // beside the containers
    std::uint64_t objects_octets = 0;   // of those
    std::uint64_t copied_octets = 0;    // of objects no earlier backup had there
    std::uint64_t objects_removed = 0;  // their owners went while the backup was made
    std::uint64_t objects_lost = 0;     // somebody owns them, and their files were not there
};

// Makes a backup in settings.folder while the gateway works. The store's snapshot begins in the writer's
// turn, the vault's after it, so that no report speaks of a person the vault lacks. Objects are copied beside
// the containers, each once for all backups (docs/adr/0054-objects-beside-the-containers.md). After a crash
// at any moment there are two whole files, one whole persons' part, or nothing but a file named *.XXXXXX,
// which the next backup removes. Errors: exhausted (disk full; a write-ahead log grew beyond log_limit),
// unavailable, misconfigured (recovery key or folder).
Result<Created> create_backup(const BackupSettings& settings, const BackupSources& sources);

// Who may open a backup: at least one of them.
struct BackupKeys {
    std::optional<Secret> wrapping;              // wrapping_key_of() the key-encryption key
    std::optional<Secret> recovery_key;          // PEM of the recovery key's private half
    std::optional<crypto::PublicKey> audit_key;  // expected signer; else the one of the key ring inside
};

struct Verified {
    std::string name;
    Instant made{};
    std::uint64_t records = 0;       // of the audit chain, all verified
    std::uint64_t reports = 0;       // all held against their digests
    std::uint64_t persons = 0;       // all opened
    std::uint64_t erased_since = 0;  // persons of the store whom the erasure ledger knows
    std::chrono::milliseconds took{0};
    crypto::Digest digest{};            // as in Created
    std::uint64_t objects = 0;          // all read and held against their digests
    std::uint64_t objects_octets = 0;   // of those
    std::uint64_t objects_removed = 0;  // as in Created
    std::uint64_t objects_lost = 0;
    std::map<std::string, std::uint64_t> databases;  // entries of each beside store and vault, all opened
};

// What a proof has to know beside the backup.
struct VerifyRequest {
    std::filesystem::path scratch;          // needs room for the databases
    std::vector<SideDatabase> databases{};  // a backup with another one is refused as misconfigured
    const std::atomic<bool>* cancelled = nullptr;
    std::vector<std::filesystem::path>* damaged = nullptr;  // gets the copies of objects that do not hold
};

// Proves that a backup can be restored: opens both parts in a fresh folder below `scratch` (as encrypted as
// in the gateway), examines every database, holds all against the signed manifests, each person of the store
// against the vault, and each object the store names against its copy. corrupt: something does not hold.
Result<Verified> verify_backup(const BackupPair& pair, const BackupKeys& keys, const VerifyRequest& request);

// One part alone, its databases as ciphertext in a folder that goes with the end of `work`; nothing is proven
// but the container itself. For whoever searches it. Errors as verify_backup() and those of `work`.
struct OpenedPart {
    std::string name;
    bool persons = false;
    crypto::KeyRing keys;
    crypto::Digest erasures_link{};  // of the ledger when it was made
};
Result<void> with_opened_part(
    const std::filesystem::path& file, const BackupKeys& keys, const std::filesystem::path& scratch,
    const std::function<Result<void>(const std::filesystem::path& folder, const OpenedPart& part)>& work);

// Takes out of a store what came back with it of persons whom the erasure ledger in `folder` knows: their
// reports and what waited of them, and messages in quarantine that name those whom the opening of `vault`
// erased.
Result<void> forget_again(const std::filesystem::path& folder, const crypto::KeyRing& keys,
                          store::StoreParts& store, vault::IdentityVault& vault, Instant now);

struct RestoreRequest {
    BackupPair pair;
    BackupKeys keys;
    Secret key_encryption_key;            // of the new installation
    std::filesystem::path data_folder;    // made when it is not there
    std::filesystem::path backup_folder;  // for the newest erasure ledger; may be empty
    bool replace = false;                 // an installation that is there
    std::string actor;                    // "user:0"
    std::vector<SideDatabase> databases{};
    bool accept_lost = false;  // objects that are damaged or gone; else they are a reason to refuse
};
struct Restored {
    std::string name;
    Instant made{};
    std::uint64_t records = 0;       // of the audit chain; the record of the restore comes next
    std::uint64_t erasures = 0;      // entries of the ledger, all carried out
    std::uint64_t forgotten = 0;     // persons the backup had and the ledger knows as erased
    std::filesystem::path replaced;  // where the files are that were there before; empty: none
    std::uint64_t objects = 0;       // that are there again
    std::uint64_t objects_lost = 0;  // that somebody owns and that are nowhere: they become dead letters
    // Beside store and vault: entries of each. They are as of `databases_of`, at least: what a later backup
    // or the folder that was replaced knows is in them.
    std::map<std::string, std::uint64_t> databases;
    Instant databases_of{};
};
// Puts a backup in place of an installation: proves it as verify_backup(), wraps the keys under the new
// key-encryption key, carries out the newest erasure ledger it finds (in the backup, in later backups beside
// it, in the folder it replaces), writes the audit record `restored` and signs. After a crash at any moment
// finish_restore() has either nothing to do or all. denied: there is an installation and `replace` is not
// set.
Result<Restored> restore_backup(const RestoreRequest& request, const Clock& clock);

// Writes the configuration of a backup to `configuration_file` and mappings and policies to where that says.
// Files that are there and differ are kept beside as *.replaced. Gives the names of what was written.
Result<std::vector<std::filesystem::path>> restore_configuration(
    const BackupFile& data, const BackupKeys& keys, const std::filesystem::path& configuration_file);

// Ends a restore that was cut off after its decision, or clears away one that was cut off before it. The
// gateway calls it before it opens anything. Gives whether there was one to end.
Result<bool> finish_restore(const std::filesystem::path& data_folder);

}  // namespace edgeward::backup

#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <edgeward/backup/backup.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/crypto/key_ring.hpp>
#include <edgeward/database/page_reader.hpp>
#include <edgeward/vault/erasure_certificate.hpp>

namespace edgeward::app {

// One file that was searched for what an erasure destroyed.
struct SearchedFile {
    std::string name;
    database::PagesRead read;   // of a database with its log; of another file the octets alone
    std::uint64_t found = 0;    // places where something of it lies
    bool has_control = false;   // something that must be in this file was looked for with it
    std::uint64_t control = 0;  // and was found at so many places: the search can find

    [[nodiscard]] bool is_clean() const noexcept {
        return found == 0 && read.unauthentic == 0 && (!has_control || control > 0);
    }
};

struct ErasureVerdict {
    vault::ErasureCertificate certificate;
    bool in_ledger = false;     // every entry it names, with its link
    bool in_audit_log = false;  // every entry's person_erased, and the certificate itself
    std::vector<SearchedFile> files;

    [[nodiscard]] bool proven() const noexcept;
};

// Reads the certificate, holds it against the ledger and the audit log in `data_folder`, and searches every
// file below it, databases page by page. The gateway may run. corrupt: the certificate is not signed by this
// installation; unavailable: a file cannot be read.
Result<ErasureVerdict> verify_erasure(std::string_view certificate, const std::filesystem::path& data_folder,
                                      const crypto::KeyRing& keys);

// Searches one part of a backup, opened in a folder of its own below `scratch`.
Result<std::vector<SearchedFile>> search_backup(const vault::ErasureCertificate& certificate,
                                                const std::filesystem::path& file,
                                                const backup::BackupKeys& keys,
                                                const std::filesystem::path& scratch);

}  // namespace edgeward::app

#include "erasure_verification.hpp"

#include <algorithm>
#include <fstream>
#include <optional>
#include <set>

#include <edgeward/store/examination.hpp>
#include <edgeward/vault/erasure_ledger.hpp>

namespace edgeward::app {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t piece_octets = std::size_t{1} << 20U;
constexpr std::string_view log_ending = "-wal";
constexpr std::string_view index_ending =
    "-shm";  // of the log: page numbers and hashes, rewritten all the time

// The fingerprints of a certificate, and of something that must be found in a database.
class Search {
public:
    // corrupt: the certificate's fingerprints were made with another key.
    static Result<Search> make(const vault::ErasureCertificate& certificate, const crypto::KeyRing& keys) {
        auto by = vault::Fingerprinter::make(keys, certificate.salt);
        if (!by) return failure(std::move(by.error()));
        vault::FingerprintSearch erased(certificate.fingerprints, by->clone());
        const bool same =
            !certificate.ledger.empty() &&
            by->mark_of(ByteView(certificate.ledger.back().link).first(vault::Fingerprinter::window)) ==
                certificate.control;
        if (!same)
            return failure(ErrorKind::corrupt,
                           "the fingerprints of the certificate were made with another key ring");
        return Search(std::move(erased), *std::move(by));
    }

    Result<SearchedFile> database(const fs::path& file, const std::string& name, const Secret& key,
                                  ByteView control) const {
        SearchedFile searched;
        searched.name = name;
        std::optional<vault::FingerprintSearch> known;
        if (!control.empty()) known.emplace(fingerprinter_.of(control), fingerprinter_.clone());
        searched.has_control = known.has_value();
        const auto read = database::read_every_page(file, key, [&](ByteView page) {
            searched.found += erased_.count_in(page);
            if (known) searched.control += known->count_in(page);
        });
        if (!read) return failure(read.error());
        searched.read = *read;
        return searched;
    }

    // Pieces overlap by a window.
    Result<SearchedFile> plain(const fs::path& file, const std::string& name) const {
        SearchedFile searched;
        searched.name = name;
        std::ifstream in(file, std::ios::binary);
        if (!in) return failure(ErrorKind::unavailable, name + " cannot be read");
        Bytes piece;
        for (;;) {
            const std::size_t kept = std::min(piece.size(), vault::Fingerprinter::window - 1);
            piece.erase(piece.begin(), piece.end() - static_cast<std::ptrdiff_t>(kept));
            std::string more(piece_octets, '\0');
            in.read(more.data(), static_cast<std::streamsize>(more.size()));
            more.resize(static_cast<std::size_t>(in.gcount()));
            if (more.empty()) break;
            searched.read.octets += more.size();
            piece.insert(piece.end(), more.begin(), more.end());
            searched.found += erased_.count_in(piece);
        }
        if (in.bad()) return failure(ErrorKind::unavailable, name + " cannot be read");
        return searched;
    }

private:
    Search(vault::FingerprintSearch erased, vault::Fingerprinter fingerprinter)
        : erased_(std::move(erased)), fingerprinter_(std::move(fingerprinter)) {}
    vault::FingerprintSearch erased_;
    vault::Fingerprinter fingerprinter_;
};

// What an owner of the keys can find in the file for certain: the newest link in the vault, the name of the
// installation in the store.
struct Controls {
    Bytes vault;
    Bytes store;
};

// The keys of both databases, and what must be there in ours.
struct Known {
    const Secret& vault_key;
    const Secret& store_key;
    const Controls& controls;
};

Result<SearchedFile> search_file(const Search& search, const fs::path& folder, const fs::path& file,
                                 const Known& known) {
    const std::string name = fs::relative(file, folder).string();
    const bool of_vault = file.filename() == "vault.db";
    if (!of_vault && file.filename() != "store.db") return search.plain(file, name);
    // An installation that was put aside has another state: only ours has what must be there.
    const bool ours = file.parent_path() == folder;
    const ByteView control(of_vault ? known.controls.vault : known.controls.store);
    return search.database(file, name, of_vault ? known.vault_key : known.store_key,
                           ours ? control : ByteView());
}

Result<std::vector<SearchedFile>> search_folder(const Search& search, const fs::path& folder,
                                                const crypto::KeyRing& keys, const Controls& controls) {
    const auto vault_key = keys.key(crypto::key_name::vault);
    const auto store_key = keys.key(crypto::key_name::store);
    if (!vault_key) return failure(vault_key.error());
    if (!store_key) return failure(store_key.error());
    const Known known{*vault_key, *store_key, controls};
    std::vector<SearchedFile> all;
    std::error_code failed;
    for (const auto& entry : fs::recursive_directory_iterator(folder, failed)) {
        if (!entry.is_regular_file()) continue;
        const std::string name = entry.path().filename().string();
        if (name.ends_with(log_ending) || name.ends_with(index_ending)) continue;
        auto searched = search_file(search, folder, entry.path(), known);
        if (!searched) return failure(std::move(searched.error()));
        all.push_back(*std::move(searched));
    }
    if (failed) return failure(ErrorKind::unavailable, folder.string() + ": " + failed.message());
    std::ranges::sort(all, {}, &SearchedFile::name);
    return all;
}

Controls controls_of(const vault::ErasureCertificate& certificate, const crypto::Digest& link) {
    Controls controls;
    if (link != crypto::Digest{}) controls.vault.assign(link.begin(), link.end());
    const ByteView name = bytes_of(certificate.installation);
    controls.store.assign(name.begin(), name.end());
    return controls;
}

bool has_all(const vault::ErasureLedger& ledger, const vault::ErasureCertificate& certificate) {
    return !certificate.ledger.empty() && std::ranges::all_of(certificate.ledger, [&](const auto& entry) {
        return entry.number > 0 && entry.number <= ledger.size() &&
               ledger.entries()[entry.number - 1].link == entry.link;
    });
}

Result<bool> is_audited(const fs::path& folder, const crypto::KeyRing& keys,
                        const vault::ErasureCertificate& certificate, std::string_view text) {
    std::set<crypto::Digest> missing{crypto::sha256(bytes_of(text))};
    for (const auto& entry : certificate.ledger)
        missing.insert(entry.link);
    auto read = store::read_audit(folder, keys, [&](const audit::Event& event) {
        if (event.action == audit::Action::person_erased || event.action == audit::Action::erasure_certified)
            missing.erase(event.details);
    });
    if (!read) return failure(std::move(read.error()));
    return missing.empty();
}

}  // namespace

bool ErasureVerdict::proven() const noexcept {
    return in_ledger && in_audit_log && !files.empty() &&
           std::ranges::all_of(files, [](const auto& file) { return file.is_clean(); });
}

Result<ErasureVerdict> verify_erasure(std::string_view text, const fs::path& data_folder,
                                      const crypto::KeyRing& keys) {
    const auto seed = keys.key(crypto::key_name::audit_signing);
    if (!seed) return failure(seed.error());
    const auto key = crypto::public_key_of(*seed);
    auto certificate = vault::parse_certificate(text, key);
    if (!certificate) return failure(std::move(certificate.error()));
    ErasureVerdict verdict;
    verdict.certificate = *std::move(certificate);
    const auto ledger = vault::ErasureLedger::load(data_folder, key);
    if (!ledger) return failure(ledger.error());
    verdict.in_ledger = has_all(*ledger, verdict.certificate);
    const auto audited = is_audited(data_folder, keys, verdict.certificate, text);
    if (!audited) return failure(audited.error());
    verdict.in_audit_log = *audited;
    const auto search = Search::make(verdict.certificate, keys);
    if (!search) return failure(search.error());
    auto files = search_folder(*search, data_folder, keys, controls_of(verdict.certificate, ledger->link()));
    if (!files) return failure(std::move(files.error()));
    verdict.files = *std::move(files);
    return verdict;
}

Result<std::vector<SearchedFile>> search_backup(const vault::ErasureCertificate& certificate,
                                                const fs::path& file, const backup::BackupKeys& keys,
                                                const fs::path& scratch) {
    std::vector<SearchedFile> searched;
    const auto within = [&](const fs::path& folder, const backup::OpenedPart& part) -> Result<void> {
        const auto search = Search::make(certificate, part.keys);
        if (!search) return failure(search.error());
        auto files = search_folder(*search, folder, part.keys, controls_of(certificate, part.erasures_link));
        if (!files) return failure(std::move(files.error()));
        for (auto& one : *files) {
            one.name.insert(0, file.filename().string() + ": ");
            searched.push_back(std::move(one));
        }
        return {};
    };
    if (auto opened = backup::with_opened_part(file, keys, scratch, within); !opened)
        return failure(std::move(opened.error()));
    return searched;
}

}  // namespace edgeward::app

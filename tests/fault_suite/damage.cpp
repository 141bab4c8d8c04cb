#include "damage.hpp"

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <random>

#include <edgeward/core/file.hpp>

namespace edgeward::fault_suite {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t page_octets = 4096;
constexpr std::size_t sector_octets = 512;
constexpr std::size_t largest_file = std::size_t{256} << 20U;
constexpr const char* files[] = {"keyring", "store.db", "store.db-wal", "vault.db", "vault.db-wal"};

// The files of a data folder by name; the index of a write-ahead log is made anew when it is missing.
using Content = std::map<std::string, std::string>;

Result<Content> read_folder(const fs::path& folder) {
    Content content;
    for (const char* name : files) {
        if (!fs::exists(folder / name)) continue;
        auto octets = read_file(folder / name, largest_file);
        if (!octets) return failure(std::move(octets.error()));
        content.emplace(name, *std::move(octets));
    }
    return content;
}

Result<void> write_folder(const fs::path& folder, const Content& content) {
    std::error_code failed;
    fs::remove_all(folder, failed);
    fs::create_directories(folder, failed);
    fs::permissions(folder, fs::perms::owner_all, failed);
    for (const auto& [name, octets] : content) {
        std::ofstream file(folder / name, std::ios::binary);
        file.write(octets.data(), static_cast<std::streamsize>(octets.size()));
        file.close();
        if (!file) return failure(ErrorKind::unavailable, "a copy cannot be written");
        fs::permissions(folder / name, fs::perms::owner_read | fs::perms::owner_write, failed);
    }
    return {};
}

// Pages that are in both states and differ.
std::vector<std::size_t> changed_pages(const std::string& newer, const std::string& older) {
    std::vector<std::size_t> changed;
    const std::size_t common = std::min(newer.size(), older.size());
    for (std::size_t at = 0; at + page_octets <= common; at += page_octets) {
        if (newer.compare(at, page_octets, older, at, page_octets) != 0) changed.push_back(at);
    }
    return changed;
}

// One damaged file and where it was damaged.
struct Wound {
    std::string octets;
    std::string where;
};

class Attacker {
public:
    Attacker(const DamageOrder& order, std::string newer, std::string older)
        : damage_(order.damage),
          newer_(std::move(newer)),
          older_(std::move(older)),
          pages_(changed_pages(newer_, older_)),
          chance_(order.seed) {}

    [[nodiscard]] bool able() const { return damage_ == Damage::bit ? !newer_.empty() : !pages_.empty(); }

    Wound strike() { return damage_ == Damage::bit ? flip() : replace(); }

private:
    std::size_t below(std::size_t limit) {
        return std::uniform_int_distribution<std::size_t>(0, limit - 1)(chance_);
    }

    Wound flip() {
        const std::size_t at = below(newer_.size());
        const auto bit = static_cast<unsigned>(below(8));
        Wound wound{newer_, "octet " + std::to_string(at) + " bit " + std::to_string(bit)};
        wound.octets[at] = static_cast<char>(static_cast<unsigned char>(wound.octets[at]) ^ (1U << bit));
        return wound;
    }

    Wound replace() {
        const std::size_t at = pages_[below(pages_.size())];
        const std::size_t kept =
            damage_ == Damage::stale ? 0 : sector_octets * (1 + below(page_octets / sector_octets - 1));
        Wound wound{newer_, "octet " + std::to_string(at) + ", older from " + std::to_string(kept) + " on"};
        wound.octets.replace(at + kept, page_octets - kept, older_, at + kept, page_octets - kept);
        return wound;
    }

    Damage damage_;
    std::string newer_;
    std::string older_;
    std::vector<std::size_t> pages_;
    std::mt19937_64 chance_;
};

Result<Examination> examine_copy(const Installation& installation, const DamageOrder& order,
                                 const Content& content) {
    if (auto written = write_folder(order.scratch, content); !written)
        return failure(std::move(written.error()));
    Installation copy = installation;
    copy.folder = order.scratch;
    return examine(copy, true);
}

void count(DamageReport& report, const Examination& found, const crypto::Digest& sound,
           const std::string& where) {
    ++report.cases;
    if (!found.detected_by.empty()) {
        ++report.detected[found.detected_by];
    } else if (found.content == sound) {
        ++report.harmless;
    } else {
        report.silent.push_back(where);
    }
}

}  // namespace

Result<DamageReport> do_damage(const Installation& installation, const DamageOrder& order) {
    auto newer = read_folder(installation.folder);
    if (!newer) return failure(std::move(newer.error()));
    Content older;
    if (order.damage != Damage::bit) {
        auto read = read_folder(order.older);
        if (!read) return failure(std::move(read.error()));
        older = *std::move(read);
    }
    const auto sound = examine_copy(installation, order, *newer);
    if (!sound) return failure(sound.error());
    if (!sound->detected_by.empty())
        return failure(ErrorKind::corrupt,
                       "undamaged, found by " + sound->detected_by + ": " + sound->problem);
    Attacker attacker(order, (*newer)[order.file], older[order.file]);
    if (!attacker.able()) return failure(ErrorKind::invalid_input, order.file + " has nothing to damage");
    DamageReport report;
    for (std::uint64_t n = 0; n < order.count; ++n) {
        const Wound wound = attacker.strike();
        // Torn where both states agree: nothing has changed.
        if (wound.octets == newer->at(order.file)) continue;
        Content wounded = *newer;
        wounded[order.file] = wound.octets;
        const auto found = examine_copy(installation, order, wounded);
        if (!found) return failure(found.error());
        count(report, *found, sound->content, wound.where);
    }
    return report;
}

}  // namespace edgeward::fault_suite

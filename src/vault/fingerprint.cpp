#include <algorithm>

#include <edgeward/vault/erasure_certificate.hpp>

namespace edgeward::vault {
namespace {

constexpr std::size_t step = 8;
constexpr std::size_t at_the_beginning = 4;  // windows of a long cell
// 2^64 divided by the golden ratio: an odd number with its bits well spread.
constexpr std::uint64_t multiplier = 0x9E3779B97F4A7C15U;

constexpr std::uint64_t power_of_window() noexcept {
    std::uint64_t power = 1;
    for (std::size_t i = 0; i < Fingerprinter::window; ++i)
        power *= multiplier;
    return power;
}

// The upper bits: the lower ones depend on few octets.
constexpr std::uint32_t short_of(std::uint64_t hash) noexcept {
    return static_cast<std::uint32_t>(hash >> 40U);
}

std::uint64_t hash_of(ByteView window) noexcept {
    std::uint64_t hash = 0;
    for (const std::uint8_t octet : window)
        hash = hash * multiplier + octet;
    return hash;
}

bool before(const Fingerprint& left, const Fingerprint& right) noexcept {
    return left.rolling < right.rolling;
}

}  // namespace

Result<Fingerprinter> Fingerprinter::make(const crypto::KeyRing& keys, const crypto::Digest& salt) {
    const auto master = keys.key(crypto::key_name::pseudonym);
    if (!master) return failure(master.error());
    return Fingerprinter(crypto::hkdf_sha256(*master, "edgeward/erasure/1/fingerprint/" + to_hex(salt)));
}

std::uint32_t Fingerprinter::rolling_of(ByteView octets) noexcept {
    return short_of(hash_of(octets));
}

std::array<std::uint8_t, 16> Fingerprinter::mark_of(ByteView octets) const {
    const auto digest = crypto::hmac_sha256(key_, octets);
    std::array<std::uint8_t, 16> mark{};
    std::copy_n(digest.begin(), mark.size(), mark.begin());
    return mark;
}

std::vector<Fingerprint> Fingerprinter::of(ByteView cell) const {
    std::vector<Fingerprint> made;
    if (cell.size() < window) return made;
    const auto add = [&](std::size_t at) {
        const ByteView octets = cell.subspan(at, window);
        made.push_back({rolling_of(octets), mark_of(octets)});
    };
    const std::size_t last = cell.size() - window;
    const std::size_t end = cell.size() > whole ? at_the_beginning * step : last;
    for (std::size_t at = 0; at < end; at += step)
        add(at);
    add(last);
    return made;
}

void Fingerprinter::add(const std::vector<Bytes>& cells, std::vector<Fingerprint>& into) const {
    for (const auto& cell : cells) {
        const auto made = of(cell);
        into.insert(into.end(), made.begin(), made.end());
    }
}

FingerprintSearch::FingerprintSearch(const std::vector<Fingerprint>& fingerprints, Fingerprinter by)
    : sorted_(fingerprints), filter_(std::size_t{1} << 24U), by_(std::move(by)) {
    std::ranges::sort(sorted_, before);
    for (const auto& one : sorted_)
        filter_[one.rolling & 0xFFFFFFU] = true;
}

FingerprintSearch::~FingerprintSearch() = default;
FingerprintSearch::FingerprintSearch(FingerprintSearch&&) noexcept = default;
FingerprintSearch& FingerprintSearch::operator=(FingerprintSearch&&) noexcept = default;

std::uint64_t FingerprintSearch::count_in(ByteView octets) const {
    constexpr std::size_t window = Fingerprinter::window;
    constexpr std::uint64_t leaving = power_of_window();
    if (octets.size() < window) return 0;
    std::uint64_t found = 0;
    std::uint64_t hash = hash_of(octets.first(window));
    for (std::size_t at = 0;; ++at) {
        const std::uint32_t rolling = short_of(hash);
        if (filter_[rolling]) {
            const auto mark = by_.mark_of(octets.subspan(at, window));
            const auto [first, last] =
                std::equal_range(sorted_.begin(), sorted_.end(), Fingerprint{rolling, {}}, before);
            found +=
                std::any_of(first, last, [&](const Fingerprint& one) { return one.mark == mark; }) ? 1 : 0;
        }
        if (at + window >= octets.size()) return found;
        hash = hash * multiplier + octets[at + window] - leaving * octets[at];
    }
}

}  // namespace edgeward::vault

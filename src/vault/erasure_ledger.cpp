#include <edgeward/vault/erasure_ledger.hpp>

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <optional>
#include <set>

#include <edgeward/core/bytes.hpp>
#include <edgeward/core/file.hpp>

namespace edgeward::vault {
namespace {

constexpr std::string_view header = "edgeward-erasures 1\n";
constexpr std::string_view domain = "edgeward-erasure 1";
constexpr std::string_view mark_info = "edgeward/erasure/1/mark";
constexpr std::size_t longest_ledger = std::size_t{256} << 20U;
constexpr unsigned owner_only = 0600;

crypto::Digest link_of(const crypto::Digest& before, const Erasure& entry) {
    Bytes numbers;
    append_big_endian(numbers, entry.number, 8);
    append_big_endian(numbers, static_cast<std::uint64_t>(entry.time.time_since_epoch().count()), 8);
    return crypto::sha256({bytes_of(domain), before, numbers, entry.mark});
}

Bytes signed_octets(const crypto::Digest& link) {
    const ByteView first = bytes_of(domain);
    Bytes octets(domain.size() + std::tuple_size_v<crypto::Digest>);
    std::copy(link.begin(), link.end(), std::copy(first.begin(), first.end(), octets.begin()));
    return octets;
}

template <typename Fixed>
bool read_fixed(const Bytes& octets, Fixed& into) {
    if (octets.size() != into.size()) return false;
    std::copy(octets.begin(), octets.end(), into.begin());
    return true;
}

std::optional<std::array<std::string_view, 5>> columns_of(std::string_view line) {
    std::array<std::string_view, 5> columns;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const bool last = i + 1 == columns.size();
        const auto end = line.find('\t');
        if ((end == std::string_view::npos) != last) return std::nullopt;
        columns[i] = line.substr(0, end);
        if (!last) line.remove_prefix(end + 1);
    }
    return columns;
}

std::optional<Erasure> read_line(std::string_view line) {
    const auto columns = columns_of(line);
    if (!columns) return std::nullopt;
    const auto& [number, time, mark, link, signature] = *columns;
    Erasure entry;
    const auto read = std::from_chars(number.data(), number.data() + number.size(), entry.number);
    if (read.ec != std::errc() || read.ptr != number.data() + number.size()) return std::nullopt;
    const auto when = parse_rfc3339(time);
    if (!when || to_rfc3339(when->utc) != time) return std::nullopt;
    entry.time = when->utc;
    Bytes octets;
    if (!from_hex(mark, octets) || !read_fixed(octets, entry.mark)) return std::nullopt;
    if (!from_hex(link, octets) || !read_fixed(octets, entry.link)) return std::nullopt;
    if (!from_base64(signature, octets) || !read_fixed(octets, entry.signature)) return std::nullopt;
    return entry;
}

}  // namespace

Result<ErasureMarks> ErasureMarks::make(const crypto::KeyRing& keys) {
    const auto master = keys.key(crypto::key_name::pseudonym);
    if (!master) return failure(master.error());
    auto seed = keys.key(crypto::key_name::audit_signing);
    if (!seed) return failure(std::move(seed.error()));
    return ErasureMarks(crypto::hkdf_sha256(*master, mark_info), std::move(*seed));
}

crypto::Digest ErasureMarks::of(const model::Pseudonym& subject) const {
    return crypto::hmac_sha256(key_, ByteView(subject.octets()));
}

Result<ErasureLedger> ErasureLedger::parse(std::string_view text, const crypto::PublicKey& key) {
    ErasureLedger ledger;
    if (text.empty()) return ledger;
    if (!text.starts_with(header))
        return failure(ErrorKind::invalid_input, "not an erasure ledger of version 1");
    text.remove_prefix(header.size());
    while (!text.empty()) {
        const auto end = text.find('\n');
        const std::uint64_t number = ledger.size() + 1;
        auto entry = end == std::string_view::npos ? std::nullopt : read_line(text.substr(0, end));
        const bool linked = entry && entry->number == number &&
                            entry->link == link_of(ledger.link(), *entry) &&
                            crypto::verify(key, signed_octets(entry->link), entry->signature);
        if (!linked) {
            return failure(ErrorKind::corrupt, "entry " + std::to_string(number) +
                                                   " of the erasure ledger is not the one that was signed");
        }
        ledger.entries_.push_back(*entry);
        text.remove_prefix(end + 1);
    }
    return ledger;
}

Result<ErasureLedger> ErasureLedger::load(const std::filesystem::path& folder, const crypto::PublicKey& key) {
    const auto file = folder / erasures_file;
    std::error_code failed;
    const bool there = std::filesystem::exists(file, failed);
    if (!there && !failed) return ErasureLedger();
    const auto text = read_file(file, longest_ledger);
    if (!text) return failure(Error(text.error()).during("read the erasure ledger"));
    return parse(*text, key);
}

Erasure ErasureLedger::append(const model::Pseudonym& subject, Instant time, const ErasureMarks& marks) {
    return append(marks.of(subject), time, marks);
}

Erasure ErasureLedger::append(const crypto::Digest& mark, Instant time, const ErasureMarks& marks) {
    Erasure entry;
    entry.number = size() + 1;
    entry.time = time;
    entry.mark = mark;
    entry.link = link_of(link(), entry);
    entry.signature = crypto::sign(marks.signing_seed(), signed_octets(entry.link));
    entries_.push_back(entry);
    return entry;
}

void ErasureLedger::merge(const ErasureLedger& other, const ErasureMarks& marks) {
    if (other.continues(*this)) {
        entries_ = other.entries_;
        return;
    }
    std::set<crypto::Digest> known;
    for (const Erasure& entry : entries_)
        known.insert(entry.mark);
    for (const Erasure& entry : other.entries_) {
        if (known.insert(entry.mark).second) append(entry.mark, entry.time, marks);
    }
}

Result<void> ErasureLedger::save(const std::filesystem::path& folder) const {
    const std::string content = text();
    auto written = write_file_durably(folder / erasures_file, bytes_of(content), owner_only);
    if (!written) return failure(std::move(written.error()).during("write the erasure ledger"));
    return {};
}

crypto::Digest ErasureLedger::link() const noexcept {
    return entries_.empty() ? crypto::Digest{} : entries_.back().link;
}

crypto::Digest ErasureLedger::link_at(std::uint64_t size) const {
    assert(size <= entries_.size());
    return size == 0 ? crypto::Digest{} : entries_[size - 1].link;
}

bool ErasureLedger::continues(const ErasureLedger& older) const {
    return older.size() <= size() && link_at(older.size()) == older.link();
}

std::string ErasureLedger::text() const {
    std::string text(header);
    for (const Erasure& entry : entries_) {
        text.append(std::to_string(entry.number)).append(1, '\t').append(to_rfc3339(entry.time));
        text.append(1, '\t').append(to_hex(entry.mark)).append(1, '\t').append(to_hex(entry.link));
        text.append(1, '\t').append(to_base64(entry.signature)).append(1, '\n');
    }
    return text;
}

}  // namespace edgeward::vault

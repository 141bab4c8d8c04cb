#include <edgeward/vault/erasure_certificate.hpp>

#include <algorithm>
#include <charconv>
#include <functional>
#include <map>

namespace edgeward::vault {
namespace {

constexpr std::string_view first_line = "edgeward-erasure-certificate 1";
constexpr std::string_view signature_word = "\nsignature ";

using Words = std::vector<std::string_view>;

Words words_of(std::string_view line) {
    Words words;
    while (!line.empty()) {
        const auto end = std::min(line.find(' '), line.size());
        words.push_back(line.substr(0, end));
        line.remove_prefix(std::min(end + 1, line.size()));
    }
    return words;
}

bool read(std::string_view word, std::uint64_t& value) {
    const auto [end, failed] = std::from_chars(word.data(), word.data() + word.size(), value);
    return failed == std::errc{} && end == word.data() + word.size();
}

bool read(std::string_view word, Instant& value) {
    const auto time = parse_rfc3339(word);
    if (time) value = time->utc;
    return time.has_value();
}

template <std::size_t N>
bool read(std::string_view word, std::array<std::uint8_t, N>& value) {
    Bytes octets;
    if (!from_hex(word, octets) || octets.size() != N) return false;
    std::ranges::copy(octets, value.begin());
    return true;
}

bool read(std::string_view word, std::string& value) {
    value = word;
    return !value.empty();
}

bool read_fingerprint(const Words& words, ErasureCertificate& into) {
    Fingerprint one;
    std::array<std::uint8_t, 3> rolling{};
    if (words.size() != 3 || !read(words[1], rolling) || !read(words[2], one.mark)) return false;
    one.rolling = static_cast<std::uint32_t>(big_endian(rolling));
    into.fingerprints.push_back(one);
    return true;
}

bool read_entry(const Words& words, ErasureCertificate& into) {
    ErasureCertificate::Entry one;
    if (words.size() != 3 || !read(words[1], one.number) || !read(words[2], one.link)) return false;
    into.ledger.push_back(one);
    return true;
}

// The place may have several words; the count is the last.
bool read_count(const Words& words, ErasureCertificate& into) {
    ErasureCertificate::Count one;
    if (words.size() < 3 || !read(words.back(), one.count)) return false;
    for (std::size_t i = 1; i + 1 < words.size(); ++i)
        one.place.append(i == 1 ? "" : " ").append(words[i]);
    into.erased.push_back(std::move(one));
    return true;
}

bool read_recipient(const Words& words, ErasureCertificate& into) {
    ErasureCertificate::Recipient one;
    if (words.size() != 6 || !read(words[1], one.destination) || !read(words[2], one.disclosed) ||
        !read(words[3], one.delivered) || !read(words[4], one.first) || !read(words[5], one.last))
        return false;
    into.recipients.push_back(std::move(one));
    return true;
}

bool read(std::string_view word, std::optional<Instant>& value) {
    if (word == "-") return true;
    Instant time{};
    if (!read(word, time)) return false;
    value = time;
    return true;
}

bool read_backup(const Words& words, ErasureCertificate& into) {
    ErasureCertificate::RemainingBackup one;
    if (words.size() != 4 || !read(words[1], one.name) || !read(words[2], one.part) ||
        !read(words[3], one.until))
        return false;
    into.backups.push_back(std::move(one));
    return true;
}

using Reader = std::function<bool(const Words&, ErasureCertificate&)>;
template <typename Value>
Reader single(Value ErasureCertificate::*member) {
    return [member](const Words& words, ErasureCertificate& into) {
        return words.size() == 2 && read(words[1], into.*member);
    };
}

const std::map<std::string_view, Reader>& readers() {
    static const std::map<std::string_view, Reader> all{
        {"installation", single(&ErasureCertificate::installation)},
        {"request", single(&ErasureCertificate::request)},
        {"reason", single(&ErasureCertificate::reason)},
        {"time", single(&ErasureCertificate::time)},
        {"ledger", read_entry},
        {"erased", read_count},
        {"recipient", read_recipient},
        {"backup", read_backup},
        {"unsearched-identifiers", single(&ErasureCertificate::unsearched)},
        {"salt", single(&ErasureCertificate::salt)},
        {"control", single(&ErasureCertificate::control)},
        {"fingerprint", read_fingerprint}};
    return all;
}

std::string hex_of_rolling(std::uint32_t rolling) {
    Bytes octets;
    append_big_endian(octets, rolling, 3);
    return to_hex(octets);
}

}  // namespace

void ErasureCertificate::count(std::string_view place, std::uint64_t more) {
    const auto known = std::ranges::find(erased, place, &Count::place);
    if (known != erased.end()) {
        known->count += more;
    } else {
        erased.push_back({std::string(place), more});
    }
}

std::uint64_t ErasureCertificate::counted(std::string_view place) const {
    const auto known = std::ranges::find(erased, place, &Count::place);
    return known == erased.end() ? 0 : known->count;
}

std::string body_of(const ErasureCertificate& certificate) {
    std::string text(first_line);
    const auto line = [&](std::initializer_list<std::string_view> words) {
        text += '\n';
        for (const auto word : words)
            text.append(text.ends_with('\n') ? "" : " ").append(word);
    };
    line({"installation", certificate.installation});
    line({"request", std::to_string(certificate.request)});
    line({"reason", certificate.reason});
    line({"time", to_rfc3339(certificate.time)});
    for (const auto& entry : certificate.ledger)
        line({"ledger", std::to_string(entry.number), to_hex(entry.link)});
    for (const auto& one : certificate.erased)
        line({"erased", one.place, std::to_string(one.count)});
    for (const auto& one : certificate.recipients)
        line({"recipient", one.destination, std::to_string(one.disclosed), std::to_string(one.delivered),
              to_rfc3339(one.first), to_rfc3339(one.last)});
    for (const auto& one : certificate.backups)
        line({"backup", one.name, one.part, one.until ? to_rfc3339(*one.until) : "-"});
    line({"unsearched-identifiers", std::to_string(certificate.unsearched)});
    line({"salt", to_hex(certificate.salt)});
    line({"control", to_hex(certificate.control)});
    for (const auto& one : certificate.fingerprints)
        line({"fingerprint", hex_of_rolling(one.rolling), to_hex(one.mark)});
    return text + '\n';
}

std::string sign(const ErasureCertificate& certificate, const Secret& signing_seed) {
    std::string text = body_of(certificate);
    const auto signature = crypto::sign(signing_seed, bytes_of(text));
    return text.append(signature_word).append(to_base64(signature)).append("\n");
}

Result<ErasureCertificate> parse_certificate_body(std::string_view body) {
    ErasureCertificate made;
    for (std::size_t number = 1; !body.empty(); ++number) {
        const auto end = body.find('\n');
        const std::string_view line = body.substr(0, end);
        const auto refuse = [&](const char* what) {
            return failure(ErrorKind::invalid_input, "line " + std::to_string(number) + ": expected " + what);
        };
        if (end == std::string_view::npos) return refuse("an end of the line");
        body.remove_prefix(end + 1);
        if (number == 1 && line != first_line) return refuse("edgeward-erasure-certificate 1");
        if (number == 1) continue;
        const Words words = words_of(line);
        const auto reader = words.empty() ? readers().end() : readers().find(words.front());
        if (reader == readers().end()) return refuse("a line of an erasure certificate of version 1");
        if (!reader->second(words, made)) return refuse("the words that belong to this line");
    }
    if (made.installation.empty() || made.reason.empty())
        return failure(ErrorKind::invalid_input, "not a whole erasure certificate");
    return made;
}

Result<ErasureCertificate> parse_certificate(std::string_view text, const crypto::PublicKey& key) {
    const auto at = text.find(signature_word);
    if (at == std::string_view::npos || !text.ends_with('\n'))
        return failure(ErrorKind::invalid_input, "expected an erasure certificate with its signature line");
    const std::string_view body = text.substr(0, at);
    std::string_view word = text.substr(at + signature_word.size());
    word.remove_suffix(1);
    Bytes octets;
    crypto::Signature signature{};
    if (!from_base64(word, octets) || octets.size() != signature.size())
        return failure(ErrorKind::invalid_input, "the signature is not 64 octets in base64");
    std::ranges::copy(octets, signature.begin());
    if (!crypto::verify(key, bytes_of(body), signature))
        return failure(ErrorKind::corrupt,
                       "the signature of the certificate is not of this installation's key");
    auto parsed = parse_certificate_body(body);
    if (!parsed) return failure(std::move(parsed.error()).during("erasure certificate"));
    return parsed;
}

}  // namespace edgeward::vault

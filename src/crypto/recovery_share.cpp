#include <edgeward/crypto/recovery_share.hpp>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include <edgeward/crypto/digest.hpp>
#include <edgeward/crypto/recovery_key.hpp>
#include <edgeward/crypto/seal.hpp>

namespace edgeward::crypto {
namespace {

constexpr std::string_view first_line = "edgeward-recovery-share 1\n";
constexpr std::size_t longest_share = 262144;

using Group = std::vector<std::size_t>;  // numbers of custodians, rising

struct Terms {
    std::string fingerprint;  // hexadecimal
    std::size_t needed = 0;
    std::size_t custodians = 0;
    friend bool operator==(const Terms&, const Terms&) = default;
};

struct Share {
    Terms terms;
    std::size_t custodian = 0;
    Secret secret;
    std::map<Group, Bytes> groups;
};

std::string text_of_group(const Group& group) {
    std::string text;
    for (const auto number : group)
        text.append(text.empty() ? "" : ",").append(std::to_string(number));
    return text;
}

// What the sealed key is bound to.
std::string context_of(const Terms& terms, const Group& group) {
    std::string text(first_line);
    text.append("key ").append(terms.fingerprint).append("\nof ").append(std::to_string(terms.custodians));
    text.append(", ").append(std::to_string(terms.needed)).append(" needed\ngroup ");
    return text.append(text_of_group(group));
}

template <typename SecretOf>
SealingKey key_of(const Group& group, const SecretOf& secret_of) {
    Bytes joined;
    joined.reserve(32 * group.size());  // no copy is left behind by growing
    for (const auto number : group) {
        const ByteView octets = secret_of(number).reveal();
        joined.insert(joined.end(), octets.begin(), octets.end());
    }
    return SealingKey(hkdf_sha256(Secret(std::move(joined)), "edgeward/recovery-share/1"));
}

// Every group of `needed` of 1 to `custodians`.
std::vector<Group> groups_of(std::size_t needed, std::size_t custodians) {
    std::vector<bool> chosen(custodians, false);
    std::fill(chosen.begin(), chosen.begin() + static_cast<std::ptrdiff_t>(needed), true);
    std::vector<Group> all;
    do {
        Group group;
        for (std::size_t i = 0; i < custodians; ++i) {
            if (chosen[i]) group.push_back(i + 1);
        }
        all.push_back(std::move(group));
    } while (std::prev_permutation(chosen.begin(), chosen.end()));
    return all;
}

bool has(const Group& group, std::size_t number) {
    return std::ranges::find(group, number) != group.end();
}

class Reader {
public:
    explicit Reader(std::string_view text) : rest_(text) {}
    [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }
    bool skip(std::string_view exact) {
        if (!rest_.starts_with(exact)) return false;
        rest_.remove_prefix(exact.size());
        return true;
    }
    // Up to `end`, which is passed over.
    std::optional<std::string_view> until(char end) {
        const auto place = rest_.find(end);
        if (place == std::string_view::npos) return std::nullopt;
        const auto text = rest_.substr(0, place);
        rest_.remove_prefix(place + 1);
        return text;
    }

private:
    std::string_view rest_;
};

std::optional<std::size_t> number_in(std::string_view text) {
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    if (!whole || number < 1 || number > most_custodians || text.starts_with("0")) return std::nullopt;
    return number;
}

std::optional<Group> group_in(std::string_view text) {
    Group group;
    for (;;) {
        const auto comma = std::min(text.find(','), text.size());
        const auto number = number_in(text.substr(0, comma));
        if (!number || (!group.empty() && *number <= group.back())) return std::nullopt;
        group.push_back(*number);
        if (comma == text.size()) return group;
        text.remove_prefix(comma + 1);
    }
}

bool are_hexadecimal(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool read_terms(Reader& reader, Share& share) {
    if (!reader.skip(first_line) || !reader.skip("key ")) return false;
    const auto fingerprint = reader.until('\n');
    if (!fingerprint || fingerprint->size() != 64 || !are_hexadecimal(*fingerprint)) return false;
    share.terms.fingerprint = *fingerprint;
    if (!reader.skip("custodian ")) return false;
    const auto custodian = reader.until(' ');
    if (!custodian || !reader.skip("of ")) return false;
    const auto custodians = reader.until(',');
    if (!custodians || !reader.skip(" ")) return false;
    const auto needed = reader.until(' ');
    if (!needed || !reader.skip("needed\n")) return false;
    const auto numbers = {number_in(*custodian), number_in(*custodians), number_in(*needed)};
    if (std::ranges::any_of(numbers, [](const auto& one) { return !one; })) return false;
    share.custodian = *number_in(*custodian);
    share.terms.custodians = *number_in(*custodians);
    share.terms.needed = *number_in(*needed);
    return share.custodian <= share.terms.custodians && share.terms.needed <= share.terms.custodians &&
           share.terms.needed >= 2;
}

bool read_groups(Reader& reader, Share& share) {
    while (!reader.at_end()) {
        if (!reader.skip("group ")) return false;
        const auto name = reader.until(' ');
        const auto sealed = reader.until('\n');
        if (!name || !sealed) return false;
        const auto group = group_in(*name);
        Bytes octets;
        if (!group || group->size() != share.terms.needed || !has(*group, share.custodian) ||
            group->back() > share.terms.custodians || !from_base64(*sealed, octets))
            return false;
        if (!share.groups.emplace(*group, std::move(octets)).second) return false;
    }
    return true;
}

Result<Share> parse(const Secret& text) {
    const tl::unexpected<Error> wrong =
        failure(ErrorKind::invalid_input, "expected a recovery share of version 1");
    const ByteView octets = text.reveal();
    if (octets.size() > longest_share) return wrong;
    Reader reader(std::string_view(reinterpret_cast<const char*>(octets.data()), octets.size()));
    Share share;
    if (!read_terms(reader, share) || !reader.skip("secret ")) return wrong;
    const auto secret = reader.until('\n');
    Bytes plain;
    if (!secret || !from_base64(*secret, plain)) return wrong;
    share.secret = Secret(std::move(plain));
    if (share.secret.size() != 32 || !read_groups(reader, share)) return wrong;
    return share;
}

}  // namespace

Result<std::vector<Secret>> split_recovery_key(const Secret& private_pem, std::size_t needed,
                                               std::size_t custodians) {
    if (custodians < 2 || custodians > most_custodians || needed < 2 || needed > custodians)
        return failure(ErrorKind::invalid_input,
                       "expected 2 to " + std::to_string(most_custodians) +
                           " custodians, of whom at least 2 and at most all are needed");
    const auto fingerprint = recovery_fingerprint(private_pem);
    if (!fingerprint) return failure(fingerprint.error());
    const Terms terms{to_hex(*fingerprint), needed, custodians};
    std::vector<Secret> secrets;
    for (std::size_t i = 0; i < custodians; ++i)
        secrets.push_back(random_key());
    std::vector<std::string> groups(custodians);
    for (const auto& group : groups_of(needed, custodians)) {
        const auto key =
            key_of(group, [&](std::size_t number) -> const Secret& { return secrets[number - 1]; });
        const auto sealed = key.seal(private_pem.reveal(), bytes_of(context_of(terms, group)));
        const std::string line = "group " + text_of_group(group) + " " + to_base64(sealed) + "\n";
        for (const auto number : group)
            groups[number - 1] += line;
    }
    std::vector<Secret> shares;
    for (std::size_t i = 0; i < custodians; ++i) {
        std::string secret = to_base64(secrets[i].reveal());
        std::string text(first_line);
        text.reserve(256 + secret.size() + groups[i].size());
        text.append("key ").append(terms.fingerprint).append("\ncustodian ").append(std::to_string(i + 1));
        text.append(" of ").append(std::to_string(custodians)).append(", ").append(std::to_string(needed));
        text.append(" needed\nsecret ").append(secret).append("\n").append(groups[i]);
        shares.emplace_back(bytes_of(text));
        wipe(secret.data(), secret.size());
        wipe(text.data(), text.size());
    }
    return shares;
}

Result<Secret> join_recovery_shares(const std::vector<Secret>& shares) {
    std::map<std::size_t, Share> by_custodian;
    for (const auto& text : shares) {
        auto share = parse(text);
        if (!share) return failure(std::move(share.error()));
        if (!by_custodian.empty() && by_custodian.begin()->second.terms != share->terms)
            return failure(ErrorKind::invalid_input,
                           "the recovery shares are not of one key and one division");
        const auto number = share->custodian;
        if (!by_custodian.emplace(number, *std::move(share)).second)
            return failure(ErrorKind::invalid_input,
                           "the share of custodian " + std::to_string(number) + " was given twice");
    }
    if (by_custodian.empty()) return failure(ErrorKind::invalid_input, "expected recovery shares, got none");
    const Terms& terms = by_custodian.begin()->second.terms;
    if (by_custodian.size() < terms.needed)
        return failure(ErrorKind::invalid_input, "expected shares of " + std::to_string(terms.needed) +
                                                     " custodians, got " +
                                                     std::to_string(by_custodian.size()));
    Group group;
    for (auto one = by_custodian.begin(); group.size() < terms.needed; ++one)
        group.push_back(one->first);
    const auto& groups = by_custodian.at(group.front()).groups;
    const auto sealed = groups.find(group);
    if (sealed == groups.end())
        return failure(ErrorKind::corrupt, "a recovery share lacks what is sealed for these custodians");
    const auto key =
        key_of(group, [&](std::size_t number) -> const Secret& { return by_custodian.at(number).secret; });
    auto opened = key.open(sealed->second, bytes_of(context_of(terms, group)));
    if (!opened) return failure(ErrorKind::corrupt, "the recovery shares do not open the recovery key");
    const auto fingerprint = recovery_fingerprint(*opened);
    if (!fingerprint || to_hex(*fingerprint) != terms.fingerprint)
        return failure(ErrorKind::corrupt, "the recovery shares open another key than they name");
    return opened;
}

bool is_recovery_share(ByteView text) noexcept {
    const auto head = bytes_of(first_line);
    return text.size() >= head.size() && std::equal(head.begin(), head.end(), text.begin());
}

}  // namespace edgeward::crypto

#include <edgeward/access/session_book.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace edgeward::access {
namespace {

constexpr std::size_t token_octets = 32;
constexpr std::size_t challenge_octets = 32;

std::chrono::seconds seconds_until(MonotonicTime end, MonotonicTime now) {
    return std::chrono::duration_cast<std::chrono::seconds>(end - now);
}

}  // namespace

SessionBook::SessionBook(SessionLimits limits, Random& random) : limits_(limits), random_(random) {}

crypto::Digest SessionBook::key_of(std::string_view token) {
    return crypto::sha256(bytes_of(token));
}

std::string SessionBook::random_text() {
    std::array<std::uint8_t, token_octets> octets{};
    random_.fill(octets);
    return to_base64url(octets);
}

bool SessionBook::over(const Entry& entry, MonotonicTime now) const {
    if (!entry.second_factor) return now - entry.begun >= std::min(limits_.half, limits_.longest);
    return now - entry.seen >= limits_.idle || now - entry.begun >= limits_.longest;
}

void SessionBook::make_room(std::int64_t account, MonotonicTime now) {
    std::erase_if(entries_, [&](const auto& each) { return over(each.second, now); });
    const auto oldest_of = [&](auto belongs) {
        auto oldest = entries_.end();
        std::size_t count = 0;
        for (auto each = entries_.begin(); each != entries_.end(); ++each) {
            if (!belongs(each->second)) continue;
            ++count;
            if (oldest == entries_.end() || each->second.begun < oldest->second.begun) oldest = each;
        }
        return std::pair(oldest, count);
    };
    const auto [oldest, count] = oldest_of([&](const Entry& each) { return each.account == account; });
    if (count >= limits_.of_one_account) entries_.erase(oldest);
    if (entries_.size() >= limits_.in_all) entries_.erase(oldest_of([](const Entry&) { return true; }).first);
}

SessionKey SessionBook::begin(std::int64_t account, std::string_view name, MonotonicTime now) {
    SessionKey made{random_text(), random_text()};
    Entry entry;
    entry.account = account;
    entry.name = name;
    entry.csrf = made.csrf;
    entry.begun = now;
    entry.seen = now;
    const std::lock_guard lock(mutex_);
    make_room(account, now);
    entries_.emplace(key_of(made.token), std::move(entry));
    return made;
}

std::optional<Session> SessionBook::find(std::string_view token, MonotonicTime now) {
    const std::lock_guard lock(mutex_);
    const auto place = entries_.find(key_of(token));
    if (place == entries_.end()) return std::nullopt;
    Entry& entry = place->second;
    if (over(entry, now)) {
        entries_.erase(place);
        return std::nullopt;
    }
    entry.seen = now;
    Session found;
    found.account = entry.account;
    found.name = entry.name;
    found.csrf = entry.csrf;
    found.complete = entry.second_factor.has_value();
    const auto end =
        entry.begun + (found.complete ? limits_.longest : std::min(limits_.half, limits_.longest));
    found.left = seconds_until(end, now);
    found.idle_left = std::min(found.left, seconds_until(now + limits_.idle, now));
    if (entry.second_factor) found.second_factor_age = seconds_until(now, *entry.second_factor);
    return found;
}

std::optional<SessionKey> SessionBook::move(std::string_view token, MonotonicTime now, bool with_factor) {
    SessionKey made{random_text(), random_text()};
    const std::lock_guard lock(mutex_);
    auto node = entries_.extract(key_of(token));
    if (node.empty() || over(node.mapped(), now)) return std::nullopt;
    Entry& entry = node.mapped();
    if (with_factor) {
        if (!entry.second_factor) entry.begun = now;
        entry.second_factor = now;
        entry.wrong_codes = 0;
        entry.pending = Secret();
    }
    entry.seen = now;
    entry.csrf = made.csrf;
    entry.challenge.reset();
    node.key() = key_of(made.token);
    entries_.insert(std::move(node));
    return made;
}

std::optional<SessionKey> SessionBook::complete(std::string_view token, MonotonicTime now) {
    return move(token, now, true);
}

std::optional<SessionKey> SessionBook::renew(std::string_view token, MonotonicTime now) {
    return move(token, now, false);
}

bool SessionBook::wrong_code(std::string_view token) {
    const std::lock_guard lock(mutex_);
    const auto place = entries_.find(key_of(token));
    if (place == entries_.end()) return false;
    if (++place->second.wrong_codes < limits_.wrong_codes) return true;
    entries_.erase(place);
    return false;
}

bool SessionBook::end(std::string_view token) {
    const std::lock_guard lock(mutex_);
    return entries_.erase(key_of(token)) == 1;
}

std::size_t SessionBook::end_all_of(std::int64_t account, std::string_view but) {
    const auto kept = key_of(but);
    const std::lock_guard lock(mutex_);
    return std::erase_if(
        entries_, [&](const auto& each) { return each.second.account == account && each.first != kept; });
}

std::size_t SessionBook::count(MonotonicTime now) {
    const std::lock_guard lock(mutex_);
    std::erase_if(entries_, [&](const auto& each) { return over(each.second, now); });
    return entries_.size();
}

void SessionBook::keep_secret(std::string_view token, Secret secret) {
    const std::lock_guard lock(mutex_);
    const auto place = entries_.find(key_of(token));
    if (place != entries_.end()) place->second.pending = std::move(secret);
}

std::optional<Secret> SessionBook::secret(std::string_view token) const {
    const std::lock_guard lock(mutex_);
    const auto place = entries_.find(key_of(token));
    if (place == entries_.end() || place->second.pending.empty()) return std::nullopt;
    return place->second.pending.clone();
}

std::optional<Bytes> SessionBook::challenge(std::string_view token, Ceremony ceremony, MonotonicTime now) {
    Bytes octets(challenge_octets);
    random_.fill(octets);
    const std::lock_guard lock(mutex_);
    const auto place = entries_.find(key_of(token));
    if (place == entries_.end() || over(place->second, now)) return std::nullopt;
    place->second.challenge = Challenge{ceremony, octets, now + limits_.challenge};
    return octets;
}

std::optional<Bytes> SessionBook::take_challenge(std::string_view token, Ceremony ceremony,
                                                 MonotonicTime now) {
    const std::lock_guard lock(mutex_);
    const auto place = entries_.find(key_of(token));
    if (place == entries_.end() || over(place->second, now)) return std::nullopt;
    const auto given = std::exchange(place->second.challenge, std::nullopt);
    if (!given || given->ceremony != ceremony || now >= given->until) return std::nullopt;
    return given->octets;
}

}  // namespace edgeward::access

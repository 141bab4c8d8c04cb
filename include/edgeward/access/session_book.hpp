#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include <edgeward/core/bytes.hpp>
#include <edgeward/core/random.hpp>
#include <edgeward/core/secret.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/crypto/digest.hpp>

namespace edgeward::access {

struct SessionLimits {
    std::chrono::milliseconds idle = std::chrono::minutes(15);
    std::chrono::milliseconds longest = std::chrono::hours(8);
    std::chrono::milliseconds half = std::chrono::minutes(5);  // for the second factor
    std::size_t of_one_account = 5;                            // the oldest makes room
    std::size_t in_all = 1000;
    unsigned wrong_codes = 5;  // end the session
    std::chrono::milliseconds challenge = std::chrono::minutes(2);
};

// What a challenge to a security key is for.
enum class Ceremony : std::uint8_t { registration, assertion };

// What its holder is told, once.
struct SessionKey {
    std::string token;  // 256 random bits, base64url
    std::string csrf;   // the same
};

struct Session {
    std::int64_t account = 0;
    std::string name;
    std::string csrf;
    bool complete = false;                     // false: the password alone was shown
    std::chrono::seconds second_factor_age{};  // of a complete one
    std::chrono::seconds idle_left{};
    std::chrono::seconds left{};
};

// The sessions of accounts, in memory: a restart ends all. A token is kept as its SHA-256 only.
// Threads: any.
class SessionBook {
public:
    explicit SessionBook(SessionLimits limits, Random& random = system_random());

    // Half a session, after the password.
    SessionKey begin(std::int64_t account, std::string_view name, MonotonicTime now);
    // Nothing: not known, or its time is over. Begins the idle time anew.
    std::optional<Session> find(std::string_view token, MonotonicTime now);
    // A new token for the same session, from now on with a second factor shown now.
    std::optional<SessionKey> complete(std::string_view token, MonotonicTime now);
    // A new token, nothing else.
    std::optional<SessionKey> renew(std::string_view token, MonotonicTime now);
    // Counts a wrong code; false: that was one too many, and the session has ended.
    bool wrong_code(std::string_view token);
    bool end(std::string_view token);
    // How many there were. `but`: of that token not.
    std::size_t end_all_of(std::int64_t account, std::string_view but = {});
    [[nodiscard]] std::size_t count(MonotonicTime now);

    // The secret of a second factor that is being set up, until it is confirmed.
    void keep_secret(std::string_view token, Secret secret);
    std::optional<Secret> secret(std::string_view token) const;

    // 32 random octets for a security key, in place of any before; a new token forgets them. Nothing: no such
    // session.
    std::optional<Bytes> challenge(std::string_view token, Ceremony ceremony, MonotonicTime now);
    // They are gone afterwards. Nothing: there are none, for something else, or their time is over.
    std::optional<Bytes> take_challenge(std::string_view token, Ceremony ceremony, MonotonicTime now);

private:
    struct Challenge {
        Ceremony ceremony;
        Bytes octets;
        MonotonicTime until{};
    };
    struct Entry {
        std::int64_t account = 0;
        std::string name;
        std::string csrf;
        MonotonicTime begun{};
        MonotonicTime seen{};
        std::optional<MonotonicTime> second_factor;
        unsigned wrong_codes = 0;
        Secret pending;
        std::optional<Challenge> challenge;
    };
    using Entries = std::map<crypto::Digest, Entry>;

    static crypto::Digest key_of(std::string_view token);
    std::string random_text();
    [[nodiscard]] bool over(const Entry& entry, MonotonicTime now) const;
    void make_room(std::int64_t account, MonotonicTime now);
    std::optional<SessionKey> move(std::string_view token, MonotonicTime now, bool with_factor);

    const SessionLimits limits_;
    Random& random_;
    mutable std::mutex mutex_;
    Entries entries_;
};

}  // namespace edgeward::access

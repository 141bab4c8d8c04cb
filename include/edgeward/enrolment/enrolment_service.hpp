#pragma once

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include <edgeward/audit/record.hpp>
#include <edgeward/config/credentials.hpp>
#include <edgeward/core/metrics.hpp>
#include <edgeward/core/random.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/crypto/device_certificate.hpp>
#include <edgeward/enrolment/device_book.hpp>
#include <edgeward/enrolment/enrolment_settings.hpp>

// Who becomes a device, and who is one no longer: decides by token, manufacturer's certificate or a person's
// yes, issues, renews, revokes, and publishes who is revoked.
//
// Every decision has its audit record before it takes effect: a crash between the two leaves a record of
// something that was not done, never the other way round.
namespace edgeward::enrolment {

struct Trust;
struct TrustedManufacturer;
class RevocationList;

struct EnrolmentParts {
    DeviceBook& book;
    const config::Credentials& credentials;
    const Clock& clock;
    Random& random;
    metrics::Registry& metrics;
    std::function<Result<void>(audit::Event)> audit;
    std::function<bool(const std::string& id)> is_configured;  // by [[device]]
    std::function<bool(const std::string& kind)> is_kind;      // by [[device_class]]
    std::function<void()> changed;  // the registry of devices is another one; must not fail
    // At the broker too; nothing to do for a device without an account there.
    std::function<Result<void>(const std::string& id)> withdraw_account;
};

// What a device wants, and what it shows of itself.
struct Asking {
    std::string body;                // of the request, as EST has it
    std::string authorization{};     // the header field; empty: none
    std::string peer_certificate{};  // PEM, possession proven; empty: none
};

struct Granted {
    std::string certificate;  // PEM
};
struct Waiting {
    std::chrono::seconds retry_after;
};
using Answer = std::variant<Granted, Waiting>;

// A token is shown once; only its digest is kept.
struct NewToken {
    std::string token;
    Instant expires{};
};

// Threads: any; one decision after the other.
class EnrolmentService {
public:
    // misconfigured: authority or manufacturer's credential missing or unusable. With a `crl_file`, writes
    // it.
    static Result<std::unique_ptr<EnrolmentService>> open(const EnrolmentSettings& settings,
                                                          const EnrolmentParts& parts);
    EnrolmentService(const EnrolmentService&) = delete;
    EnrolmentService& operator=(const EnrolmentService&) = delete;
    ~EnrolmentService();

    // The authority's certificate and those above it, PEM.
    [[nodiscard]] const std::string& authorities() const noexcept;

    // denied: no right to it; invalid_input: the request itself is not acceptable; exhausted: too many wait.
    Result<Answer> enrol(const Asking& asking);
    // For the device of the certificate shown, which may have ended within the window.
    Result<Answer> renew(const Asking& asking);

    // `actor`: "user:<uid>". Errors as a person can mend them: invalid_input, rejected.
    Result<NewToken> make_token(const DeviceEntry& entry, std::chrono::milliseconds valid,
                                const std::string& actor);
    // `entry` with what the person says; an empty id or kind is that of the request. `again`: the device is
    // known and may have another certificate.
    Result<void> approve(std::uint64_t number, DeviceEntry entry, bool again, const std::string& actor);
    Result<void> reject(std::uint64_t number, const std::string& actor);
    // Takes effect at once, and is published. Gives how many certificates that were. ambiguous: revoked, and
    // the list cannot be written or the account at the broker not be taken away now; it is tried again.
    Result<std::uint64_t> revoke(const std::string& id, std::string_view reason, const std::string& actor);

    // Whether a device may be called so, and is described. denied, invalid_input.
    [[nodiscard]] Result<void> check_entry(const DeviceEntry& entry) const;

    // Regularly: list of the revoked when it gets old or could not be written, records of refusals, what has
    // waited too long.
    void maintain();

private:
    struct Right {
        DeviceEntry entry;
        std::string name;    // of the right, for the record
        std::string origin;  // of the device
        Consumed consumed{};
    };

    EnrolmentService(EnrolmentSettings settings, const EnrolmentParts& parts,
                     std::unique_ptr<const Trust> trust);

    Result<Answer> decide(const Asking& asking);
    Result<Answer> decide_renewal(const Asking& asking);
    Result<Answer> by_token(std::string_view token, const crypto::CertificationRequest& request);
    Result<Answer> by_manufacturer(const TrustedManufacturer& trusted, const std::string& peer,
                                   const crypto::CertificationRequest& request);
    Result<Answer> by_person(DeviceEntry entry, std::string origin,
                             const crypto::CertificationRequest& request);
    Result<Answer> issue(const Right& right, const crypto::CertificationRequest& request);
    // The answer may have been lost: who asks again with the same key soon gets the same certificate.
    Result<std::optional<Granted>> granted_before(const crypto::CertificationRequest& request);
    Result<Answer> wait(EnrolmentRequest request);
    Result<void> check_name(const std::string& id) const;
    Result<void> check_kind(const DeviceEntry& entry) const;
    Result<bool> is_known(const std::string& id) const;
    Result<Answer> counted(Result<Answer> answer);
    Result<void> tell(audit::Action action, std::string actor, std::string object, std::string rule,
                      const crypto::Digest& details = {}, std::uint64_t count = 1) const;
    void tell_refusals();

    const EnrolmentSettings settings_;
    const EnrolmentParts parts_;
    const std::unique_ptr<const Trust> trust_;
    const std::unique_ptr<RevocationList> list_;
    std::mutex mutex_;
    std::map<std::string, std::uint64_t> refusals_;  // since the last records of them
    metrics::Counter issued_;
    metrics::Counter refused_;
    metrics::Gauge waiting_;
};

// Why a device is revoked; goes into the record.
inline constexpr std::array<std::string_view, 5> revocation_reasons{"lost", "stolen", "retired",
                                                                    "compromised", "other"};

}  // namespace edgeward::enrolment

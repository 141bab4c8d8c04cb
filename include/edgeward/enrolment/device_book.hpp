#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <edgeward/core/result.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/crypto/digest.hpp>
#include <edgeward/crypto/key_ring.hpp>
#include <edgeward/model/report.hpp>

// devices.db: which devices have enrolled, what they hold, who waits (docs/devices-format.md).
namespace edgeward::enrolment {

inline constexpr const char* book_file = "devices.db";

// What a person says of a device. `kind` is empty for one that [[device]] describes.
struct DeviceEntry {
    std::string id;
    std::string kind{};  // name of a [[device_class]]
    model::Location location{};
    std::string serial{};
    std::string eui64{};
    std::string software{};
};

struct KnownDevice {
    DeviceEntry entry;
    bool revoked = false;
    std::string origin{};  // by what right it came: "token", "approval", "manufacturer <name>", "password"
    Instant since{};       // of its first certificate, its account, or its revocation
};

struct IssuedCertificate {
    std::string device;
    std::string pem;
    std::string serial;            // lower-case hexadecimal
    crypto::Digest fingerprint{};  // SHA-256 of its DER
    crypto::Digest key{};          // SHA-256 of its SubjectPublicKeyInfo
    Instant not_before{};
    Instant not_after{};
    std::string right{};  // as KnownDevice::origin, or "renewal"
    std::optional<Instant> revoked{};
};

enum class RequestState : std::uint8_t { waiting = 1, approved = 2, rejected = 3 };

// A device that has no right to a certificate yet. What it is called is what it says of itself until somebody
// approves.
struct EnrolmentRequest {
    std::uint64_t number = 0;
    DeviceEntry entry;
    crypto::Digest key{};
    std::string origin{};  // "approval", or "manufacturer <name>"
    Instant first{};
    Instant last{};
    RequestState state = RequestState::waiting;
};

// The right to enrol once. An empty id: any new device of the kind.
struct Token {
    std::int64_t number = 0;
    DeviceEntry entry;
    Instant expires{};
    std::optional<crypto::Digest> used{};  // by this key
};

// What a certificate uses up.
struct Consumed {
    std::optional<std::int64_t> token{};
    std::optional<std::uint64_t> request{};
};

// Every change is on disk when its member returns. Threads: any.
class DeviceBook {
public:
    // Made when it is not there. corrupt: another key; misconfigured: a newer version's file.
    static Result<DeviceBook> open(const std::filesystem::path& folder, const crypto::KeyRing& keys);
    DeviceBook(DeviceBook&&) noexcept;
    DeviceBook& operator=(DeviceBook&&) noexcept;
    DeviceBook(const DeviceBook&) = delete;
    DeviceBook& operator=(const DeviceBook&) = delete;
    ~DeviceBook();

    // In the order of ids.
    Result<std::vector<KnownDevice>> devices();
    Result<std::optional<KnownDevice>> device(const std::string& id);
    // The device as it is from now on, its certificate, and what that uses up: together. Its account goes.
    Result<void> record(const KnownDevice& device, const IssuedCertificate& certificate,
                        const Consumed& consumed = {});
    // The device, its account and all its certificates, from now on. Gives how many certificates that were.
    Result<std::uint64_t> revoke(const std::string& id, Instant now);

    // Devices that have an account at the broker, or shall have one soon.
    Result<std::set<std::string>> accounts();
    // The device as it is from now on, with an account.
    Result<void> keep_account(const KnownDevice& device);
    Result<void> drop_account(const std::string& device);

    // Newest first.
    Result<std::vector<IssuedCertificate>> certificates_of(const std::string& device);
    Result<std::optional<IssuedCertificate>> certificate(const crypto::Digest& fingerprint);
    // The newest for that key.
    Result<std::optional<IssuedCertificate>> certificate_for(const crypto::Digest& key);
    // Of that serial number (lower-case hexadecimal).
    Result<std::optional<IssuedCertificate>> certificate_of_serial(const std::string& serial);
    // PEM of those revoked that end after that time.
    Result<std::vector<std::string>> revoked_after(Instant end);

    Result<std::vector<EnrolmentRequest>> requests();
    Result<std::optional<EnrolmentRequest>> request(std::uint64_t number);
    Result<std::optional<EnrolmentRequest>> request_of(const crypto::Digest& key);
    // A new one; gives its number.
    Result<std::uint64_t> wait(const EnrolmentRequest& request);
    Result<void> touch(std::uint64_t number, Instant now);
    // Somebody has decided. invalid_input: it does not wait.
    Result<void> decide(std::uint64_t number, RequestState state, const DeviceEntry& entry);
    // Those that were not heard of since then, and tokens that ended before. Gives how many requests went.
    Result<std::uint64_t> forget_before(Instant heard, Instant ended);

    Result<void> add_token(const crypto::Digest& digest, const Token& token);
    Result<std::optional<Token>> token(const crypto::Digest& digest);

private:
    struct State;
    explicit DeviceBook(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace edgeward::enrolment

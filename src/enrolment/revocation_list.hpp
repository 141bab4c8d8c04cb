#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <edgeward/core/result.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/crypto/certificate.hpp>
#include <edgeward/enrolment/device_book.hpp>

namespace edgeward::enrolment {

// After it the broker would refuse every device; a list that is kept fresh never gets so old.
inline constexpr std::chrono::hours list_lifetime{24 * 30};

// The file where the broker reads who is revoked (RFC 5280 §5, PEM), and behind it the lists of other
// authorities. An empty path: there is no such file. One thread at a time.
class RevocationList {
public:
    RevocationList(std::filesystem::path file, std::string further, const crypto::CertifiedKey& authority,
                   DeviceBook& book)
        : file_(std::move(file)), further_(std::move(further)), authority_(authority), book_(book) {}

    // What the list in the file says beyond the book, which may be an older one put back: a device whose
    // certificate it names and the book does not is revoked, after `tell`; serial numbers of which the book
    // knows nothing stay on the list from now on. Before the first publish().
    Result<void> look_back(Instant now, const std::function<Result<void>(const std::string& device)>& tell);
    // Writes what the book says; the file is the old or the new one at any time.
    Result<void> publish(Instant now);
    // The book will say more; keep_fresh() publishes unless publish() did.
    void expect() noexcept { behind_ = true; }
    // Publishes when the file is behind or a day old.
    Result<void> keep_fresh(Instant now);

private:
    const std::filesystem::path file_;
    const std::string further_;
    const crypto::CertifiedKey& authority_;
    DeviceBook& book_;
    std::vector<std::string> beyond_book_;  // serial numbers
    Instant published_{};                   // what the list says of itself
    bool behind_ = false;
};

}  // namespace edgeward::enrolment

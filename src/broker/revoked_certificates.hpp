#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <openssl/x509.h>

namespace edgeward::broker {

struct CrlDeleter {
    void operator()(X509_CRL* list) const noexcept { X509_CRL_free(list); }
};

// The lists of the revoked (RFC 5280 §5, PEM) in the file that the gateway writes. One thread.
class RevokedCertificates {
public:
    explicit RevokedCertificates(std::filesystem::path file) : file_(std::move(file)) {}

    enum class Change : std::uint8_t { none, read, unreadable };
    // Reads the file when it is another one than before. What cannot be read leaves the lists as they were
    // and is tried again.
    Change refresh();
    [[nodiscard]] bool hold(X509* certificate) const;

private:
    const std::filesystem::path file_;
    std::string seen_;  // the octets of the file that was read
    std::vector<std::unique_ptr<X509_CRL, CrlDeleter>> lists_;
};

}  // namespace edgeward::broker

#include "revoked_certificates.hpp"

#include <catch2/catch_test_macros.hpp>

#include <fstream>

#include <openssl/bio.h>
#include <openssl/pem.h>

#include <edgeward/crypto/certificate.hpp>

#include "support/scratch_folder.hpp"

namespace edgeward::broker {
namespace {

using namespace std::chrono_literals;
using Owned = std::unique_ptr<X509, decltype(&X509_free)>;

Owned read(const std::string& pem) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> memory(
        BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free);
    return {PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr), &X509_free};
}

struct Authority {
    explicit Authority(const std::string& name)
        : pair(*crypto::make_authority(name, system_clock().now(), 24h)),
          device(crypto::issue_certificate(pair, {"device", {}, {}}, system_clock().now())->certificate) {}
    [[nodiscard]] std::string list(const std::vector<std::string>& revoked) const {
        return *crypto::make_revocation_list(pair, revoked, system_clock().now(), 24h);
    }
    crypto::CertifiedKey pair;
    std::string device;
};

}  // namespace

TEST_CASE("certificates are held by the list of their own issuer", "[revoked_certificates]") {
    const support::ScratchFolder folder;
    const Authority one("One");
    const Authority other("Other");
    std::ofstream(folder / "crl") << one.list({}) << other.list({other.device});
    RevokedCertificates revoked(folder / "crl");
    CHECK_FALSE(revoked.hold(read(other.device).get()));
    REQUIRE(revoked.refresh() == RevokedCertificates::Change::read);
    CHECK_FALSE(revoked.hold(read(one.device).get()));
    CHECK(revoked.hold(read(other.device).get()));
}

TEST_CASE("a list is read when it is another one", "[revoked_certificates]") {
    const support::ScratchFolder folder;
    const Authority one("One");
    RevokedCertificates revoked(folder / "crl");
    CHECK(revoked.refresh() == RevokedCertificates::Change::unreadable);
    std::ofstream(folder / "crl") << one.list({one.device});
    CHECK(revoked.refresh() == RevokedCertificates::Change::read);
    CHECK(revoked.refresh() == RevokedCertificates::Change::none);
    std::ofstream(folder / "crl") << "";
    CHECK(revoked.refresh() == RevokedCertificates::Change::unreadable);
    CHECK(revoked.hold(read(one.device).get()));
    std::ofstream(folder / "crl") << one.list({});
    CHECK(revoked.refresh() == RevokedCertificates::Change::read);
    CHECK_FALSE(revoked.hold(read(one.device).get()));
}

}  // namespace edgeward::broker

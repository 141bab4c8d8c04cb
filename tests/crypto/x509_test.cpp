#include "x509.hpp"

#include <catch2/catch_test_macros.hpp>

namespace edgeward::crypto {

using namespace std::chrono_literals;

TEST_CASE("an authority opens with its own key only", "[x509]") {
    const Instant now = system_clock().now();
    auto one = make_authority("One", now, 24h);
    auto other = make_authority("Other", now, 24h);
    REQUIRE(one);
    REQUIRE(other);
    CHECK(open_authority(*one));
    CHECK_FALSE(open_authority({one->certificate, other->key.clone()}));
    CHECK_FALSE(open_authority({one->certificate, Secret(bytes_of("no key"))}));
    CHECK_FALSE(open_authority({"no certificate", one->key.clone()}));
}

TEST_CASE("a key under a passphrase is refused and asks nobody", "[x509]") {
    // openssl ecparam -name secp384r1 -genkey -noout | openssl ec -aes256 -passout pass:x: the header is what
    // makes OpenSSL ask.
    const auto authority = make_authority("One", system_clock().now(), 24h);
    REQUIRE(authority);
    const std::string_view locked =
        "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n"
        "DEK-Info: AES-256-CBC,00112233445566778899AABBCCDDEEFF\n\n"
        "AAAAAAAAAAAAAAAAAAAAAA==\n-----END EC PRIVATE KEY-----\n";
    CHECK_FALSE(open_authority({authority->certificate, Secret(bytes_of(locked))}));
}

TEST_CASE("a name that X.520 does not allow makes no certificate", "[x509]") {
    const Key key(EVP_EC_gen("P-256"));
    const Instant now = system_clock().now();
    CHECK(begin_certificate(std::string(64, 'a'), key.get(), now, 24h));
    CHECK_FALSE(begin_certificate(std::string(65, 'a'), key.get(), now, 24h));  // ub-common-name
    CHECK_FALSE(begin_certificate("", key.get(), now, 24h));
}

}  // namespace edgeward::crypto

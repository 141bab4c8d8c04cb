// The openssl program is the device, and judges what is made here.
#include <edgeward/crypto/device_certificate.hpp>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "support/openssl_bench.hpp"

namespace edgeward::crypto {
namespace {

using namespace std::chrono_literals;
using support::OpensslBench;

using Words = std::vector<std::string>;

CertifiedKey authority(std::chrono::hours lifetime = 24h * 365) {
    auto made = make_authority("Test authority", system_clock().now(), lifetime);
    REQUIRE(made);
    return *std::move(made);
}

Result<CertificationRequest> read(const OpensslBench& bench, const std::string& name) {
    return read_certification_request(bytes_of(bench.text(name + ".csr")));
}

Words ec(const std::string& curve) {
    return {"-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:" + curve};
}

}  // namespace

TEST_CASE("requests with keys and digests of TR-02102 are read", "[device_certificate]") {
    struct Row {
        Words key;
        Words more;
    };
    const auto row =
        GENERATE(values<Row>({{ec("P-256"), {"-sha256"}},
                              {ec("P-384"), {"-sha384"}},
                              {ec("P-521"), {"-sha512"}},
                              {{"-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:3072"}, {"-sha256"}}}));
    OpensslBench bench;
    bench.make_request("device", "/O=Somebody/CN=pump-7", row.key, row.more);
    const auto request = read(bench, "device");
    REQUIRE(request);
    CHECK(request->common_name == "pump-7");
    bench.must(
        {"pkey", "-in", bench.file("device.key"), "-pubout", "-outform", "DER", "-out", bench.file("spki")});
    CHECK(std::string(text_of(request->public_key)) == bench.text("spki"));
}

TEST_CASE("weak keys and digests are refused", "[device_certificate]") {
    struct Row {
        Words key;
        Words more;
    };
    const auto row = GENERATE(values<Row>({{ec("P-224"), {}},
                                           {ec("secp256k1"), {}},
                                           {ec("P-256"), {"-sha1"}},
                                           {{"-algorithm", "ED25519"}, {}},
                                           {{"-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"}, {}}}));
    OpensslBench bench;
    bench.make_request("device", "/CN=pump-7", row.key, row.more);
    const auto request = read(bench, "device");
    REQUIRE_FALSE(request);
    CHECK(request.error().kind == ErrorKind::invalid_input);
}

TEST_CASE("a request proves that its sender has the key", "[device_certificate]") {
    OpensslBench bench;
    bench.make_request("device", "/CN=pump-7");
    std::string der = bench.text("device.csr");
    REQUIRE(read_certification_request(bytes_of(der)));
    for (std::size_t i = 0; i < der.size(); ++i) {
        std::string changed = der;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        CHECK_FALSE(read_certification_request(bytes_of(changed)));
    }
    CHECK_FALSE(read_certification_request(bytes_of(der + '\0')));
    CHECK_FALSE(read_certification_request(bytes_of(der.substr(0, der.size() - 1))));
    CHECK_FALSE(read_certification_request({}));
}

TEST_CASE("a subject with two names has none", "[device_certificate]") {
    OpensslBench bench;
    bench.make_request("device", "/CN=pump-7/CN=gateway");
    const auto request = read(bench, "device");
    REQUIRE(request);
    CHECK(request->common_name.empty());
}

TEST_CASE("openssl accepts a certificate for a device as client and as nothing else",
          "[device_certificate]") {
    OpensslBench bench;
    const auto issuer = authority();
    bench.put("ca.pem", issuer.certificate);
    // What a device would like to be is not what it gets.
    bench.make_request("device", "/O=Root/CN=somebody", ec("P-256"),
                       {"-addext", "basicConstraints=CA:TRUE", "-addext", "extendedKeyUsage=serverAuth",
                        "-addext", "subjectAltName=DNS:broker.example"});
    const auto request = read(bench, "device");
    REQUIRE(request);
    const Instant now = system_clock().now();
    const auto pem = certify_client(issuer, "pump-7", request->public_key, now, 24h * 30);
    REQUIRE(pem);
    bench.put("device.pem", *pem);
    const Words verify{"verify", "-x509_strict", "-CAfile", bench.file("ca.pem"), "-purpose"};
    for (const auto& [purpose, good] : {std::pair("sslclient", true), std::pair("sslserver", false)}) {
        Words words = verify;
        words.insert(words.end(), {purpose, bench.file("device.pem")});
        CHECK((bench.openssl(words) == 0) == good);
    }
    bench.must({"x509", "-in", bench.file("device.pem"), "-noout", "-text", "-nameopt", "RFC2253"});
    CHECK(bench.says("Subject: CN=pump-7\n"));
    CHECK(bench.says("CA:FALSE"));
    CHECK_FALSE(bench.says("broker.example"));
    const auto facts = facts_of(*pem);
    REQUIRE(facts);
    CHECK(facts->common_name == "pump-7");
    CHECK(facts->public_key == request->public_key);
    CHECK(facts->not_after - now <= 24h * 30);
    CHECK(facts->not_after - now > 24h * 30 - 2s);
    bench.must({"x509", "-in", bench.file("device.pem"), "-noout", "-serial", "-fingerprint", "-sha256"});
    std::string said;
    for (const char c : bench.said()) {
        if (c != ':') said += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    CHECK(said.find("serial=" + facts->serial + "\n") != std::string::npos);
    CHECK(said.find(to_hex(facts->fingerprint)) != std::string::npos);
    CHECK(facts->serial.size() == 32);  // 128 bits
}

TEST_CASE("a certificate does not outlive its authority", "[device_certificate]") {
    OpensslBench bench;
    bench.make_request("device", "/CN=pump-7");
    const auto request = read(bench, "device");
    REQUIRE(request);
    const auto issuer = authority(48h);
    const Instant now = system_clock().now();
    const auto pem = certify_client(issuer, "pump-7", request->public_key, now, 24h * 30);
    REQUIRE(pem);
    CHECK(facts_of(*pem)->not_after <= facts_of(issuer.certificate)->not_after);
    CHECK_FALSE(certify_client(issuer, "pump-7", request->public_key, now + 49h, 24h));
    CHECK_FALSE(certify_client(issuer, "", request->public_key, now, 24h));
    CHECK_FALSE(certify_client(issuer, "pump-7", bytes_of("no key"), now, 24h));
}

TEST_CASE("a manufacturer's certificate is judged by its issuer and use and time", "[device_certificate]") {
    OpensslBench bench;
    const auto maker = authority();
    const auto stranger = authority();
    const Instant now = system_clock().now();
    CertificateRequest wanted;
    wanted.common_name = "pump";
    const auto client = issue_certificate(maker, wanted, now);
    wanted.use = CertificateUse::server;
    const auto server = issue_certificate(maker, wanted, now);
    REQUIRE(client);
    REQUIRE(server);
    CHECK(verify_client(client->certificate, maker.certificate, now));
    CHECK(verify_client(client->certificate, stranger.certificate + maker.certificate, now));
    CHECK(verify_client(client->certificate, stranger.certificate, now).error().kind == ErrorKind::denied);
    CHECK(verify_client(server->certificate, maker.certificate, now).error().kind == ErrorKind::denied);
    CHECK(verify_client(client->certificate, maker.certificate, now + 24h * 398).error().kind ==
          ErrorKind::denied);
    CHECK(verify_client(client->certificate, "", now).error().kind == ErrorKind::misconfigured);
    CHECK(verify_client("", maker.certificate, now).error().kind == ErrorKind::denied);
}

TEST_CASE("the number that a manufacturer gave stands in the certificate", "[device_certificate]") {
    OpensslBench bench;
    bench.make_request("maker", "/CN=Maker");
    bench.must({"req", "-x509", "-new", "-key", bench.file("maker.key"), "-subj",
                "/O=Maker/serialNumber=PN4711-0815/CN=pump", "-days", "1", "-out", bench.file("device.pem")});
    const auto facts = facts_of(bench.text("device.pem"));
    REQUIRE(facts);
    CHECK(facts->device_number == "PN4711-0815");
    CHECK_FALSE(facts_of("no certificate"));
}

TEST_CASE("openssl finds the certificates in a PKCS 7 message", "[device_certificate]") {
    OpensslBench bench;
    const auto one = authority();
    const auto other = authority();
    const auto packed = certificates_only(one.certificate + other.certificate);
    REQUIRE(packed);
    bench.put("certs.p7", text_of(*packed));
    bench.must({"pkcs7", "-inform", "DER", "-in", bench.file("certs.p7"), "-print_certs", "-out",
                bench.file("certs.pem")});
    const std::string text = bench.text("certs.pem");
    CHECK(text.find(one.certificate) != std::string::npos);
    CHECK(text.find(other.certificate) != std::string::npos);
    // RFC 5652 §5.1: SignedData without content and signers, as `openssl crl2pkcs7` makes it.
    bench.put("two.pem", one.certificate + other.certificate);
    bench.must({"crl2pkcs7", "-nocrl", "-certfile", bench.file("two.pem"), "-outform", "DER", "-out",
                bench.file("expected.p7")});
    CHECK(std::string(text_of(*packed)) == bench.text("expected.p7"));
    CHECK_FALSE(certificates_only("nothing"));
}

}  // namespace edgeward::crypto

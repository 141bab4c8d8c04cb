#include "trust.hpp"

#include "bench.hpp"

namespace edgeward::enrolment {

TEST_CASE("an authority that cannot sign stops the start", "[trust]") {
    Bench bench;
    const Instant now = bench.clock.now();
    CHECK(load_trust(bench.settings, bench.credentials, now));
    SECTION("no key") {
        bench.settings.authority_key = "none";
    }
    SECTION("another key") {
        const auto other = crypto::make_authority("Other", now, 24h);
        bench.put_credential("device-authority-key", other->key.reveal());
    }
    SECTION("no certificate") {
        bench.put_credential("device-authority", bytes_of("nothing"));
    }
    SECTION("no manufacturer's authority") {
        bench.settings.manufacturers = {{"acme", "none", "pump"}};
    }
    SECTION("no further lists") {
        bench.settings.further_crls = "none";
    }
    const auto refused = load_trust(bench.settings, bench.credentials, now);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::misconfigured);
}

TEST_CASE("an external authority's chain is what devices are told to trust", "[trust]") {
    Bench bench;
    auto& openssl = bench.devices;
    openssl.make_request("root", "/CN=Hospital root");
    openssl.must({"req", "-x509", "-new", "-key", openssl.file("root.key"), "-subj", "/CN=Hospital root",
                  "-days", "30", "-addext", "keyUsage=critical,keyCertSign,cRLSign", "-out",
                  openssl.file("root.pem")});
    openssl.make_request("issuing", "/CN=Hospital devices");
    openssl.put("extensions",
                "basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign,cRLSign\n"
                "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n");
    openssl.must({"x509", "-req", "-inform", "DER", "-in", openssl.file("issuing.csr"), "-CA",
                  openssl.file("root.pem"), "-CAkey", openssl.file("root.key"), "-CAcreateserial", "-extfile",
                  openssl.file("extensions"), "-out", openssl.file("issuing.pem")});
    const std::string chain = openssl.text("issuing.pem") + openssl.text("root.pem");
    bench.put_credential("device-authority", bytes_of(chain));
    bench.put_credential("device-authority-key", bytes_of(openssl.text("issuing.key")));
    CHECK(bench.service().authorities() == chain);
    const auto token = bench.token_for({"pump-7", "pump"});
    openssl.put("device.pem", Bench::granted(bench.service().enrol({bench.asks("a", "pump-7"), token, {}})));
    CHECK(openssl.openssl({"verify", "-x509_strict", "-CAfile", openssl.file("root.pem"), "-untrusted",
                           openssl.file("issuing.pem"), "-purpose", "sslclient",
                           openssl.file("device.pem")}) == 0);
}

TEST_CASE("nobody's device is a stranger", "[trust]") {
    Bench bench;
    const Instant now = bench.clock.now();
    const auto maker = crypto::make_authority("Maker", now, 24h);
    bench.put_credential("maker-ca", bytes_of(maker->certificate));
    bench.settings.manufacturers = {{"acme", "maker-ca", "pump"}};
    const auto trust = load_trust(bench.settings, bench.credentials, now);
    REQUIRE(trust);
    crypto::CertificateRequest wanted;
    wanted.common_name = "x";
    const auto device = crypto::issue_certificate(*maker, wanted, now);
    const auto* found = manufacturer_of(*trust, device->certificate, now);
    REQUIRE(found != nullptr);
    CHECK(found->rule.name == "acme");
    CHECK(manufacturer_of(*trust, bench.authority, now) == nullptr);
    CHECK(manufacturer_of(*trust, "", now) == nullptr);
    CHECK(manufacturer_of(*trust, "no certificate", now) == nullptr);
}

}  // namespace edgeward::enrolment

// The openssl program judges what is made here.
#include <edgeward/crypto/certificate.hpp>

#include <catch2/catch_test_macros.hpp>

#include <fstream>

#include <edgeward/core/bytes.hpp>
#include <edgeward/crypto/device_certificate.hpp>

#include "support/program.hpp"

namespace edgeward::crypto {
namespace {

using namespace std::chrono_literals;

struct Workbench {
    Workbench() : now(system_clock().now()) {
        auto made = make_authority("Test authority", now, 24h);
        REQUIRE(made);
        authority = *std::move(made);
        put("ca.pem", authority.certificate);
    }

    void put(const std::string& name, std::string_view text) const {
        std::ofstream(folder / name, std::ios::binary) << text;
    }
    CertifiedKey issue(const CertificateRequest& request) const {
        auto made = issue_certificate(authority, request, now);
        REQUIRE(made);
        return *std::move(made);
    }
    // Exit code of `openssl` with these words; its words, good and bad, are in `said`.
    int openssl(std::vector<std::string> words) {
        words.insert(words.begin(), "openssl");
        support::Program program(std::move(words), folder / "said");
        const int code = program.wait();
        said = program.output() + support::text_of_file(folder / "said.err");
        return code;
    }
    std::string file(const std::string& name) const { return (folder / name).string(); }
    bool verifies(const std::string& name, std::vector<std::string> more = {}) {
        std::vector<std::string> words = {"verify", "-x509_strict", "-CAfile", file("ca.pem")};
        words.insert(words.end(), more.begin(), more.end());
        words.push_back(file(name));
        return openssl(std::move(words)) == 0;
    }
    bool says(std::string_view text) const { return said.find(text) != std::string::npos; }

    support::ScratchFolder folder;
    Instant now;
    CertifiedKey authority;
    std::string said;
};

CertificateRequest server() {
    CertificateRequest request;
    request.common_name = "broker";
    request.dns_names = {"localhost", "broker.example"};
    request.addresses = {"127.0.0.1", "::1"};
    request.use = CertificateUse::server;
    return request;
}

CertificateRequest client(std::string name = "monitor-1") {
    CertificateRequest request;
    request.common_name = std::move(name);
    return request;
}

}  // namespace

TEST_CASE("openssl accepts a certificate for its own purpose only", "[certificate]") {
    Workbench bench;
    bench.put("server.pem", bench.issue(server()).certificate);
    bench.put("client.pem", bench.issue(client()).certificate);
    auto both = server();
    both.use = CertificateUse::server_and_client;
    bench.put("both.pem", bench.issue(both).certificate);
    CHECK(bench.verifies("ca.pem"));
    CHECK(bench.verifies("server.pem", {"-purpose", "sslserver"}));
    CHECK_FALSE(bench.verifies("server.pem", {"-purpose", "sslclient"}));
    CHECK(bench.verifies("client.pem", {"-purpose", "sslclient"}));
    CHECK_FALSE(bench.verifies("client.pem", {"-purpose", "sslserver"}));
    CHECK(bench.verifies("both.pem", {"-purpose", "sslserver"}));
    CHECK(bench.verifies("both.pem", {"-purpose", "sslclient"}));
}

TEST_CASE("openssl finds the names and addresses asked for and no others", "[certificate]") {
    Workbench bench;
    bench.put("server.pem", bench.issue(server()).certificate);
    CHECK(bench.verifies("server.pem", {"-verify_hostname", "localhost"}));
    CHECK(bench.verifies("server.pem", {"-verify_hostname", "broker.example"}));
    CHECK_FALSE(bench.verifies("server.pem", {"-verify_hostname", "other.example"}));
    CHECK(bench.verifies("server.pem", {"-verify_ip", "127.0.0.1"}));
    CHECK(bench.verifies("server.pem", {"-verify_ip", "::1"}));
    CHECK_FALSE(bench.verifies("server.pem", {"-verify_ip", "127.0.0.2"}));
    REQUIRE(bench.openssl({"x509", "-in", bench.file("server.pem"), "-noout", "-text"}) == 0);
    CHECK(bench.says("CN = broker"));
    CHECK(bench.says("ecdsa-with-SHA384"));
    CHECK(bench.says("secp384r1"));
    CHECK(bench.says("CA:FALSE"));
}

TEST_CASE("the key belongs to the certificate and no two are alike", "[certificate]") {
    Workbench bench;
    const auto first = bench.issue(client());
    const auto second = bench.issue(client());
    CHECK(first.certificate != second.certificate);
    CHECK(text_of(first.key.reveal()) != text_of(second.key.reveal()));
    bench.put("client.pem", first.certificate);
    bench.put("client.key", text_of(first.key.reveal()));
    REQUIRE(bench.openssl({"x509", "-in", bench.file("client.pem"), "-noout", "-pubkey"}) == 0);
    const auto of_certificate = bench.said;
    REQUIRE(bench.openssl({"pkey", "-in", bench.file("client.key"), "-pubout"}) == 0);
    CHECK(bench.said == of_certificate);
}

TEST_CASE("a certificate is good from a little before now until its lifetime ends", "[certificate]") {
    Workbench bench;
    auto request = client();
    request.lifetime = 2h;
    bench.put("client.pem", bench.issue(request).certificate);
    const auto at = [&](std::chrono::seconds later) {
        const auto time = std::chrono::floor<std::chrono::seconds>(bench.now + later).time_since_epoch();
        return bench.verifies("client.pem", {"-attime", std::to_string(time.count())});
    };
    CHECK(at(-4min));
    CHECK_FALSE(at(-6min));
    CHECK(at(119min));
    CHECK_FALSE(at(121min));
}

TEST_CASE("openssl refuses a certificate of another authority of the same name", "[certificate]") {
    Workbench bench;
    Workbench other;
    bench.put("client.pem", other.issue(client()).certificate);
    CHECK_FALSE(bench.verifies("client.pem"));
}

TEST_CASE("an end entity signs no further certificate that openssl would accept", "[certificate]") {
    Workbench bench;
    const auto middle = bench.issue(client());
    const auto below = issue_certificate(middle, client("below"), bench.now);
    if (below) {
        bench.put("middle.pem", middle.certificate);
        bench.put("below.pem", below->certificate);
        CHECK_FALSE(bench.verifies("below.pem", {"-untrusted", bench.file("middle.pem")}));
    } else {
        CHECK(below.error().kind == ErrorKind::invalid_input);
    }
}

TEST_CASE("openssl refuses the certificate on the revocation list and no other", "[certificate]") {
    Workbench bench;
    const auto lost = bench.issue(client("lost"));
    bench.put("lost.pem", lost.certificate);
    bench.put("kept.pem", bench.issue(client("kept")).certificate);
    const auto list_of = [&](const std::vector<std::string>& revoked) {
        const auto list = make_revocation_list(bench.authority, revoked, bench.now, 24h);
        REQUIRE(list);
        bench.put("ca.crl", *list);
    };
    const std::vector<std::string> check = {"-crl_check", "-CRLfile", bench.file("ca.crl")};
    list_of({});
    CHECK(bench.verifies("lost.pem", check));
    list_of({lost.certificate});
    CHECK_FALSE(bench.verifies("lost.pem", check));
    CHECK(bench.says("certificate revoked"));
    CHECK(bench.verifies("kept.pem", check));
    CHECK(make_revocation_list(bench.authority, {"no certificate"}, bench.now, 24h).error().kind ==
          ErrorKind::invalid_input);
}

TEST_CASE("a list is read back when its authority has signed it", "[certificate]") {
    Workbench bench;
    const Workbench other;
    const auto lost = bench.issue(client("lost"));
    bench.put("lost.pem", lost.certificate);
    const auto serial = facts_of(lost.certificate)->serial;
    const auto list = make_revocation_list(bench.authority, {lost.certificate}, bench.now, 24h).value();
    const auto theirs = make_revocation_list(other.authority, {}, bench.now, 24h, {"0a"}).value();
    CHECK(revoked_serials(theirs + list, bench.authority) == std::vector{serial});
    CHECK(revoked_serials(theirs, bench.authority)->empty());
    CHECK(revoked_serials("no list", bench.authority)->empty());
    // By the number alone openssl refuses the certificate too.
    bench.put("ca.crl", make_revocation_list(bench.authority, {}, bench.now, 24h, {serial}).value());
    CHECK_FALSE(bench.verifies("lost.pem", {"-crl_check", "-CRLfile", bench.file("ca.crl")}));
    CHECK(bench.says("certificate revoked"));
    CHECK_FALSE(make_revocation_list(bench.authority, {}, bench.now, 24h, {"no number"}));
}

TEST_CASE("unusable names and authorities are refused", "[certificate]") {
    Workbench bench;
    for (const std::string& name : {std::string(), std::string(65, 'a')}) {
        CHECK_FALSE(make_authority(name, bench.now, 1h));
        CHECK_FALSE(issue_certificate(bench.authority, client(name), bench.now));
    }
    for (const char* name : {"", "a,DNS:b", "a\nb", "a\\b"}) {
        auto request = server();
        request.dns_names = {name};
        CHECK_FALSE(issue_certificate(bench.authority, request, bench.now));
    }
    for (const char* address : {"", "localhost", "1.2.3", "127.0.0.1,DNS:b"}) {
        auto request = server();
        request.addresses = {address};
        CHECK_FALSE(issue_certificate(bench.authority, request, bench.now));
    }
    const auto other = make_authority("Other", bench.now, 1h);
    REQUIRE(other);
    const CertifiedKey mixed{other->certificate, bench.authority.key.clone()};
    CHECK(issue_certificate(mixed, client(), bench.now).error().kind == ErrorKind::invalid_input);
    CHECK_FALSE(make_revocation_list(mixed, {}, bench.now, 1h));
    CHECK_FALSE(issue_certificate({"", {}}, client(), bench.now));
}

}  // namespace edgeward::crypto

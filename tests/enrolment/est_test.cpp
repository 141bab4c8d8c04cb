#include <edgeward/enrolment/est.hpp>

#include <catch2/catch_test_macros.hpp>

#include "support/openssl_bench.hpp"

namespace edgeward::enrolment {

TEST_CASE("a request is read as openssl and base64 write it", "[est]") {
    support::OpensslBench bench;
    bench.make_request("device", "/CN=pump-7");
    bench.must({"base64", "-in", bench.file("device.csr"), "-out", bench.file("lines")});
    bench.must({"base64", "-A", "-in", bench.file("device.csr"), "-out", bench.file("line")});
    std::string spaced = " \t\r\n";
    for (const char c : bench.text("line"))
        spaced.append(1, c).append(1, ' ');
    for (const auto& body : {bench.text("lines"), bench.text("line"), spaced}) {
        const auto request = read_enrolment(body);
        REQUIRE(request);
        CHECK(request->common_name == "pump-7");
    }
}

TEST_CASE("what is no base64 of a request is refused", "[est]") {
    support::OpensslBench bench;
    bench.make_request("device", "/CN=pump-7");
    const std::string der = bench.text("device.csr");
    for (const auto& body : {std::string(), std::string(" "), der, std::string("AAAA"),
                             "-----BEGIN CERTIFICATE REQUEST-----\n" + to_base64(bytes_of(der)),
                             to_base64(bytes_of(der)) + "=", std::string(40000, 'A')}) {
        const auto request = read_enrolment(body);
        REQUIRE_FALSE(request);
        CHECK(request.error().kind == ErrorKind::invalid_input);
    }
}

TEST_CASE("openssl reads certificates as they are sent", "[est]") {
    support::OpensslBench bench;
    const auto authority = crypto::make_authority("A", system_clock().now(), std::chrono::hours(24));
    REQUIRE(authority);
    const auto body = write_certificates(authority->certificate);
    REQUIRE(body);
    bench.put("body", *body);
    bench.must({"base64", "-d", "-in", bench.file("body"), "-out", bench.file("certs.p7")});
    bench.must({"pkcs7", "-inform", "DER", "-in", bench.file("certs.p7"), "-print_certs"});
    CHECK(bench.says(authority->certificate));
    CHECK_FALSE(write_certificates("nothing"));
}

TEST_CASE("the password of HTTP Basic is found", "[est]") {
    // RFC 7617 §2: user-id "Aladdin", password "open sesame".
    CHECK(basic_password("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==") == "open sesame");
    CHECK(basic_password("basic  QWxhZGRpbjpvcGVuIHNlc2FtZQ==") == "open sesame");
    // RFC 7617 §2.1: user "test", password "123£".
    CHECK(basic_password("Basic dGVzdDoxMjPCow==") == "123\xC2\xA3");
    CHECK(basic_password("Basic Og==") == "");
    for (const char* other :
         {"", "Basic", "Basic ", "Basic QWxhZGRpbg==", "Bearer QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
          "Basicx QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ"})
        CHECK_FALSE(basic_password(other));
}

}  // namespace edgeward::enrolment

#include <edgeward/crypto/recovery_key.hpp>

#include <catch2/catch_test_macros.hpp>

#include <cstdlib>
#include <fstream>

#include "octets.hpp"
#include "support/program.hpp"

namespace edgeward::crypto {
namespace {

const RecoveryPair& a_pair() {
    static const RecoveryPair pair = make_recovery_pair();
    return pair;
}

void write(const std::filesystem::path& file, ByteView content) {
    std::ofstream(file, std::ios::binary)
        .write(text_of(content).data(), static_cast<std::streamsize>(content.size()));
}

TEST_CASE("what is wrapped to the public half opens with the private half", "[recovery_key]") {
    const Secret key(Bytes(32, 0x42));
    const auto wrapped = wrap_for_recovery(a_pair().public_key, key, bytes_of("label"));
    REQUIRE(wrapped);
    CHECK(wrapped->size() == 384);
    const auto opened = unwrap_by_recovery(a_pair().private_key, *wrapped, bytes_of("label"));
    REQUIRE(opened);
    CHECK(to_hex(opened->reveal()) == to_hex(key.reveal()));
    CHECK(*wrapped != *wrap_for_recovery(a_pair().public_key, key, bytes_of("label")));
}

TEST_CASE("another label; another key or altered octets do not open", "[recovery_key]") {
    const Secret key(Bytes(32, 0x42));
    const auto wrapped = wrap_for_recovery(a_pair().public_key, key, bytes_of("label")).value();
    CHECK(unwrap_by_recovery(a_pair().private_key, wrapped, bytes_of("other")).error().kind ==
          ErrorKind::corrupt);
    CHECK_FALSE(unwrap_by_recovery(a_pair().private_key, wrapped, {}));
    CHECK_FALSE(unwrap_by_recovery(make_recovery_pair().private_key, wrapped, bytes_of("label")));
    Bytes altered = wrapped;
    altered[100] ^= 1U;
    CHECK_FALSE(unwrap_by_recovery(a_pair().private_key, altered, bytes_of("label")));
    CHECK_FALSE(unwrap_by_recovery(a_pair().private_key, ByteView(wrapped).first(383), bytes_of("label")));
}

TEST_CASE("openssl opens what is wrapped here and agrees on the fingerprint", "[recovery_key]") {
    const support::ScratchFolder folder;
    const Secret key(Bytes(32, 0x42));
    write(folder / "recovery.key", a_pair().private_key.reveal());
    write(folder / "recovery.pem", bytes_of(a_pair().public_key));
    write(folder / "wrapped", wrap_for_recovery(a_pair().public_key, key, bytes_of("label")).value());
    const std::string at = (folder / "").string();
    const std::string command = "openssl pkeyutl -decrypt -inkey " + at + "recovery.key -in " + at +
                                "wrapped -out " + at +
                                "opened -pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha256 " +
                                "-pkeyopt rsa_mgf1_md:sha256 -pkeyopt rsa_oaep_label:6c6162656c";
    REQUIRE(std::system(command.c_str()) == 0);
    CHECK(support::text_of_file(folder / "opened") == std::string(32, '\x42'));
    const std::string print = "openssl pkey -pubin -in " + at +
                              "recovery.pem -outform DER | sha256sum | cut -c1-64 > " + at + "fingerprint";
    REQUIRE(std::system(print.c_str()) == 0);
    const auto fingerprint = recovery_fingerprint(a_pair().public_key).value();
    CHECK(support::text_of_file(folder / "fingerprint") == to_hex(fingerprint) + "\n");
    CHECK(recovery_fingerprint(a_pair().private_key).value() == fingerprint);
}

TEST_CASE("what openssl wraps opens here", "[recovery_key]") {
    const support::ScratchFolder folder;
    const std::string at = (folder / "").string();
    const std::string command =
        "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072 -out " + at +
        "k 2> /dev/null && openssl pkey -in " + at + "k -pubout -out " + at +
        "p && printf 'a key of thirty-two octets, yes.' | openssl pkeyutl -encrypt -pubin -inkey " + at +
        "p -out " + at + "w -pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha256";
    REQUIRE(std::system(command.c_str()) == 0);
    const Secret private_key(bytes_of(support::text_of_file(folder / "k")));
    const auto opened = unwrap_by_recovery(private_key, bytes_of(support::text_of_file(folder / "w")), {});
    REQUIRE(opened);
    CHECK(text_of(opened->reveal()) == "a key of thirty-two octets, yes.");
}

TEST_CASE("other keys are refused", "[recovery_key]") {
    const support::ScratchFolder folder;
    const std::string at = (folder / "").string();
    REQUIRE(std::system(("openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out " + at +
                         "short.key 2> /dev/null && openssl pkey -in " + at + "short.key -pubout -out " + at +
                         "short.pem && openssl genpkey -algorithm ED25519 -out " + at +
                         "ed.key && openssl pkey -in " + at + "ed.key -pubout -out " + at + "ed.pem")
                            .c_str()) == 0);
    const Secret key(Bytes(32, 1));
    for (const std::string& pem :
         {support::text_of_file(folder / "short.pem"), support::text_of_file(folder / "ed.pem"),
          std::string("nothing"), std::string()}) {
        CHECK(wrap_for_recovery(pem, key, {}).error().kind == ErrorKind::invalid_input);
        CHECK(recovery_fingerprint(pem).error().kind == ErrorKind::invalid_input);
    }
    const Secret short_key(bytes_of(support::text_of_file(folder / "short.key")));
    CHECK(unwrap_by_recovery(short_key, Bytes(256, 1), {}).error().kind == ErrorKind::invalid_input);
}

}  // namespace
}  // namespace edgeward::crypto

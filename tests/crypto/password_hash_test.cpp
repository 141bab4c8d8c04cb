#include <edgeward/crypto/password_hash.hpp>

#include <chrono>
#include <iostream>

#include <catch2/catch_test_macros.hpp>

namespace edgeward::crypto {
namespace {

constexpr PasswordCost cheap{64, 1, 1};

}  // namespace

TEST_CASE("a hash of the reference implementation is known again", "[password_hash]") {
    // https://github.com/P-H-C/phc-winner-argon2, src/test.c, version 0x13, Argon2id, m 2^16, t 2, p 1.
    const std::string published =
        "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
    CHECK(password_matches(bytes_of("password"), published).value());
    CHECK_FALSE(password_matches(bytes_of("differentpassword"), published).value());
}

TEST_CASE("a password matches its own hash to the last octet and no other", "[password_hash]") {
    const std::string password(128, 'x');
    const auto hash = hash_password(bytes_of(password), cheap, system_random()).value();
    CHECK(hash.starts_with("$argon2id$v=19$m=64,t=1,p=1$"));
    CHECK(hash.find('\0') == std::string::npos);
    CHECK(password_matches(bytes_of(password), hash).value());
    CHECK_FALSE(password_matches(bytes_of(password.substr(1)), hash).value());
    CHECK_FALSE(password_matches(bytes_of(password.substr(1) + "y"), hash).value());
    CHECK_FALSE(password_matches({}, hash).value());
    CHECK(hash_password(bytes_of(password), cheap, system_random()).value() != hash);
}

TEST_CASE("what is no hash is corrupt", "[password_hash]") {
    for (const char* text : {"", "x", "$argon2id$v=19$m=64,t=1,p=1$", "$argon2i$v=19$m=64,t=1,p=1$AAAA$AAAA"})
        CHECK(password_matches(bytes_of("password"), text).error().kind == ErrorKind::corrupt);
}

TEST_CASE("a password at the shipped cost", "[.speed]") {
    const auto begin = std::chrono::steady_clock::now();
    constexpr int times = 10;
    for (int i = 0; i < times; ++i)
        REQUIRE(hash_password(bytes_of("correct horse battery"), {}, system_random()));
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
    std::cout << took.count() / times << " ms a hash\n";
}

}  // namespace edgeward::crypto

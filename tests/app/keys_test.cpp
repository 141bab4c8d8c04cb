#include "keys.hpp"

#include <catch2/catch_test_macros.hpp>

#include <edgeward/core/file.hpp>

#include "installation.hpp"

namespace edgeward::app {
namespace {

Secret kek_of(std::uint8_t octet) {
    return Secret(Bytes(32, octet));
}

std::string credential(const std::filesystem::path& folder, std::string_view content) {
    ::unsetenv("CREDENTIALS_DIRECTORY");
    REQUIRE(write_file_durably(folder / "kek", bytes_of(content), 0600));
    const auto key = read_key_encryption_key(config::Credentials(folder), "kek");
    return key ? to_hex(key->reveal()) : std::string(name_of(key.error().kind));
}

}  // namespace

TEST_CASE("a key-encryption key is 32 octets or 64 digits", "[keys]") {
    const support::ScratchFolder folder;
    const std::string digits(64, 'a');
    CHECK(credential(folder.path(), std::string(32, 'x')) == to_hex(Bytes(32, 'x')));
    CHECK(credential(folder.path(), digits) == digits);
    CHECK(credential(folder.path(), digits + "\r\n") == digits);
    CHECK(credential(folder.path(), digits + "a") == "misconfigured");
    CHECK(credential(folder.path(), std::string(64, 'g')) == "misconfigured");
    CHECK(credential(folder.path(), "short") == "misconfigured");
    CHECK(credential(folder.path(), "") == "misconfigured");
}

TEST_CASE("a ring is made once and opens with its own key only", "[keys]") {
    const support::ScratchFolder folder;
    CHECK(load_key_ring(folder.path(), kek_of(1)).error().kind == ErrorKind::misconfigured);
    REQUIRE(create_key_ring(folder.path(), kek_of(1)));
    CHECK(create_key_ring(folder.path(), kek_of(1)).error().kind == ErrorKind::misconfigured);
    REQUIRE(load_key_ring(folder.path(), kek_of(1)));
    CHECK(load_key_ring(folder.path(), kek_of(2)).error().kind == ErrorKind::corrupt);
    CHECK((std::filesystem::status(folder / key_ring_file).permissions() & std::filesystem::perms::mask) ==
          (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
}

TEST_CASE("wrapping anew changes the key-encryption key and no other", "[keys]") {
    const support::ScratchFolder folder;
    REQUIRE(create_key_ring(folder.path(), kek_of(1)));
    const auto before = load_key_ring(folder.path(), kek_of(1));
    REQUIRE(before);
    CHECK(rewrap_key_ring(folder.path(), kek_of(3), kek_of(2)).error().kind == ErrorKind::corrupt);
    REQUIRE(rewrap_key_ring(folder.path(), kek_of(1), kek_of(2)));
    CHECK(load_key_ring(folder.path(), kek_of(1)).error().kind == ErrorKind::corrupt);
    const auto after = load_key_ring(folder.path(), kek_of(2));
    REQUIRE(after);
    for (const auto name : {crypto::key_name::store, crypto::key_name::vault, crypto::key_name::pseudonym,
                            crypto::key_name::person, crypto::key_name::quarantine,
                            crypto::key_name::technical, crypto::key_name::audit_signing}) {
        CHECK(to_hex(before->key(name)->reveal()) == to_hex(after->key(name)->reveal()));
    }
}

}  // namespace edgeward::app

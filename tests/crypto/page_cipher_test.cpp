#include <edgeward/crypto/page_cipher.hpp>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <algorithm>

namespace edgeward::crypto {
namespace {

Bytes octets_of(std::string_view hex) {
    Bytes made;
    REQUIRE(from_hex(hex, made));
    return made;
}

}  // namespace

// That real databases of SQLCipher are read is shown by tests/database/page_reader_test.cpp; here the
// definition is held against Python's hashlib and hmac and the openssl command:
//
//   key, salt, iv = bytes(range(32)), bytes(range(16)), bytes(range(100, 116))
//   mac_key = hashlib.pbkdf2_hmac("sha512", key, bytes(b ^ 0x3a for b in salt), 2, 32)
//   ciphertext = openssl enc -aes-256-cbc -nopad -K key -iv iv < bytes(range(16)), then 4000 or 4032 zeros
//   mac = hmac.new(mac_key, ciphertext + iv + (7).to_bytes(4, "little"), "sha512" or "sha256").digest()
TEST_CASE("a page is opened and authenticated as the design of SQLCipher says", "[page_cipher]") {
    struct Case {
        PageMac mac;
        const char* value;
        std::size_t content;
    };
    const auto row = GENERATE(values<Case>(
        {{PageMac::sha512,
          "af37fd514ed835b9fd213433a092ee4cb7cf79d5d6496d60e32d1a30a29dc501f79bc67cb1600fc7fcd61d822f7ed47dc6"
          "7e"
          "494f43683f98483504be0904c7de",
          4016},
         {PageMac::sha256, "bb46cde68c26a855e29454db844eccedf0b13fb2a1028079dd560a91ee68f149", 4048}}));
    Bytes key(32);
    Bytes salt(16);
    for (std::uint8_t i = 0; i < 32; ++i)
        key[i] = i;
    std::copy_n(key.begin(), 16, salt.begin());
    const PageCipher cipher(Secret(ByteView(key)), salt, row.mac);
    Bytes page = octets_of("1b4dd132a4c840a32931649f08e9c042");
    page.resize(row.content, 0);
    for (std::uint8_t i = 100; i < 116; ++i)
        page.push_back(i);
    const Bytes mac = octets_of(row.value);
    page.insert(page.end(), mac.begin(), mac.end());
    CHECK(cipher.is_authentic(7, page));
    CHECK_FALSE(cipher.is_authentic(8, page));
    Bytes content(PageCipher::page_octets);
    CHECK(cipher.open(7, page, content) == row.content);
    for (std::uint8_t i = 0; i < 16; ++i)
        CHECK(content[i] == i);
    page[20] ^= 1;
    CHECK_FALSE(cipher.is_authentic(7, page));
    CHECK(cipher.open(1, page, content) == row.content - 16);
    CHECK(cipher.open(7, ByteView(page).first(33), content) == 32);
    CHECK_FALSE(cipher.is_authentic(7, ByteView(page).first(33)));
}

}  // namespace edgeward::crypto

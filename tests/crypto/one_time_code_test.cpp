#include <edgeward/crypto/one_time_code.hpp>

#include <catch2/catch_test_macros.hpp>

namespace edgeward::crypto {
namespace {

Instant at_second(std::int64_t second) {
    return Instant(std::chrono::seconds(second));
}

// RFC 6238 Appendix B: the ASCII digits 1 to 0, repeated to the length of the hash.
Secret seed(std::size_t length) {
    std::string text;
    while (text.size() < length)
        text += "1234567890";
    return Secret(bytes_of(std::string_view(text).substr(0, length)));
}

}  // namespace

TEST_CASE("codes are those of RFC 6238", "[one_time_code]") {
    // Appendix B, table 1: all 18.
    struct Row {
        std::int64_t second;
        const char* sha1;
        const char* sha256;
        const char* sha512;
    };
    for (const Row& row :
         {Row{59, "94287082", "46119246", "90693936"}, Row{1111111109, "07081804", "68084774", "25091201"},
          Row{1111111111, "14050471", "67062674", "99943326"},
          Row{1234567890, "89005924", "91819424", "93441116"},
          Row{2000000000, "69279037", "90698825", "38618901"},
          Row{20000000000, "65353130", "77737706", "47863826"}}) {
        CAPTURE(row.second);
        const auto step = code_step_at(at_second(row.second));
        CHECK(one_time_code(seed(20), step, 8, CodeHash::sha1) == row.sha1);
        CHECK(one_time_code(seed(32), step, 8, CodeHash::sha256) == row.sha256);
        CHECK(one_time_code(seed(64), step, 8, CodeHash::sha512) == row.sha512);
    }
}

TEST_CASE("a code holds for its own step and the two beside it, and once", "[one_time_code]") {
    // RFC 4226 Appendix D has the codes of the steps 0 to 9 of this secret.
    const auto secret = seed(20);
    CHECK(one_time_code(secret, 5, 6, CodeHash::sha1) == "254676");
    const auto accepted = [&](std::int64_t second, std::uint64_t used = 0) {
        return step_of_code(secret, "254676", at_second(second), used);
    };
    CHECK_FALSE(accepted(4 * 30 - 1));
    CHECK(accepted(4 * 30) == 5);
    CHECK(accepted(5 * 30 + 29) == 5);
    CHECK(accepted(6 * 30 + 29) == 5);
    CHECK_FALSE(accepted(7 * 30));
    CHECK(accepted(5 * 30, 4) == 5);
    CHECK_FALSE(accepted(5 * 30, 5));
    CHECK_FALSE(accepted(5 * 30, 6));
}

TEST_CASE("what is no code of six digits is none", "[one_time_code]") {
    for (const char* text : {"", "25467", "2546760", "254677", "25467x"})
        CHECK_FALSE(step_of_code(seed(20), text, at_second(150), 0));
    CHECK(code_step_at(at_second(-1)) == 0);
}

TEST_CASE("base32 is that of RFC 4648 without padding", "[one_time_code]") {
    // Section 10.
    CHECK(to_base32({}).empty());
    CHECK(to_base32(bytes_of("f")) == "MY");
    CHECK(to_base32(bytes_of("fo")) == "MZXQ");
    CHECK(to_base32(bytes_of("foo")) == "MZXW6");
    CHECK(to_base32(bytes_of("foob")) == "MZXW6YQ");
    CHECK(to_base32(bytes_of("fooba")) == "MZXW6YTB");
    CHECK(to_base32(bytes_of("foobar")) == "MZXW6YTBOI");
}

}  // namespace edgeward::crypto

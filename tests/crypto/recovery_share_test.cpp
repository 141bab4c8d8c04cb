#include <edgeward/crypto/recovery_share.hpp>

#include <algorithm>
#include <string>

#include <catch2/catch_test_macros.hpp>

#include <edgeward/crypto/digest.hpp>
#include <edgeward/crypto/recovery_key.hpp>
#include <edgeward/crypto/seal.hpp>

#include "support/program.hpp"

namespace edgeward::crypto {
namespace {

const RecoveryPair& pair() {
    static const RecoveryPair made = make_recovery_pair();
    return made;
}

std::string text_of_share(const Secret& share) {
    return std::string(edgeward::text_of(share.reveal()));
}

std::vector<Secret> some(const std::vector<Secret>& all, std::initializer_list<std::size_t> numbers) {
    std::vector<Secret> made;
    for (const auto number : numbers)
        made.push_back(all.at(number - 1).clone());
    return made;
}

bool is_the_key(const Result<Secret>& joined) {
    return joined && std::ranges::equal(joined->reveal(), pair().private_key.reveal());
}

TEST_CASE("any two of three custodians have the key and none has it alone", "[recovery_share]") {
    const auto shares = split_recovery_key(pair().private_key, 2, 3).value();
    REQUIRE(shares.size() == 3);
    CHECK(is_the_key(join_recovery_shares(some(shares, {1, 2}))));
    CHECK(is_the_key(join_recovery_shares(some(shares, {3, 1}))));
    CHECK(is_the_key(join_recovery_shares(some(shares, {2, 3}))));
    CHECK(is_the_key(join_recovery_shares(some(shares, {1, 2, 3}))));
    const auto alone = join_recovery_shares(some(shares, {2}));
    CHECK(alone.error().kind == ErrorKind::invalid_input);
    CHECK(alone.error().message == "expected shares of 2 custodians, got 1");
    CHECK(join_recovery_shares(some(shares, {2, 2})).error().message ==
          "the share of custodian 2 was given twice");
    CHECK_FALSE(join_recovery_shares({}));
}

TEST_CASE("a share is readable lines and none holds the key in clear", "[recovery_share]") {
    const auto shares = split_recovery_key(pair().private_key, 3, 5).value();
    for (const auto& share : shares) {
        CHECK(is_recovery_share(share.reveal()));
        const auto text = text_of_share(share);
        CHECK(text.find(to_hex(recovery_fingerprint(pair().public_key).value())) != std::string::npos);
        CHECK(text.find("PRIVATE") == std::string::npos);
        // C(4, 2) groups have this custodian.
        std::size_t groups = 0;
        for (auto at = text.find("\ngroup "); at != std::string::npos; at = text.find("\ngroup ", at + 1))
            ++groups;
        CHECK(groups == 6);
    }
    CHECK(text_of_share(shares[1]).find("\ncustodian 2 of 5, 3 needed\nsecret ") != std::string::npos);
    CHECK(is_the_key(join_recovery_shares(some(shares, {5, 2, 4}))));
    CHECK_FALSE(join_recovery_shares(some(shares, {5, 2})));
    CHECK_FALSE(is_recovery_share(pair().private_key.reveal()));
}

TEST_CASE("shares of two divisions do not fit", "[recovery_share]") {
    const auto one = split_recovery_key(pair().private_key, 2, 3).value();
    const auto other = split_recovery_key(pair().private_key, 2, 3).value();
    std::vector<Secret> mixed = some(one, {1});
    mixed.push_back(other[1].clone());
    CHECK(join_recovery_shares(mixed).error().kind == ErrorKind::corrupt);
    std::vector<Secret> unlike = some(one, {1});
    unlike.push_back(split_recovery_key(pair().private_key, 2, 4).value()[1].clone());
    CHECK(join_recovery_shares(unlike).error().message ==
          "the recovery shares are not of one key and one division");
}

TEST_CASE("an altered share is refused and its octets are not repeated", "[recovery_share]") {
    const auto shares = split_recovery_key(pair().private_key, 2, 2).value();
    const auto text = text_of_share(shares[0]);
    const auto joined = [&](std::string altered) {
        std::vector<Secret> both;
        both.emplace_back(bytes_of(altered));
        both.push_back(shares[1].clone());
        return join_recovery_shares(both);
    };
    REQUIRE(is_the_key(joined(text)));
    const auto replaced = [&](std::string_view what, std::string_view by) {
        std::string altered = text;
        altered.replace(altered.find(what), what.size(), by);
        return altered;
    };
    for (const auto& wrong :
         {replaced("share 1", "share 2"), replaced("1 of 2", "3 of 2"), replaced("2 needed", "1 needed"),
          replaced("1 of 2", "01 of 2"), replaced("group 1,2", "group 2,1"), replaced("group 1,2", "group 2"),
          replaced("secret ", "secret !"), text.substr(0, text.size() - 1), text + "more\n", std::string()}) {
        const auto refused = joined(wrong);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().message == "expected a recovery share of version 1");
    }
    // One sign of the secret, one of the sealed key.
    for (const std::string_view place : {"secret ", "group 1,2 "}) {
        std::string altered = text;
        const auto at = altered.find(place) + place.size() + 10;
        altered[at] = altered[at] == 'A' ? 'B' : 'A';
        CHECK(joined(altered).error().kind == ErrorKind::corrupt);
    }
}

TEST_CASE("a division nobody can want is refused", "[recovery_share]") {
    for (const auto& [needed, custodians] :
         {std::pair<std::size_t, std::size_t>{1, 3}, {4, 3}, {2, 1}, {2, 8}, {0, 0}})
        CHECK(split_recovery_key(pair().private_key, needed, custodians).error().kind ==
              ErrorKind::invalid_input);
    CHECK(split_recovery_key(Secret(bytes_of("no key")), 2, 3).error().kind == ErrorKind::invalid_input);
    CHECK(split_recovery_key(pair().private_key, 7, 7).value().size() == 7);
}

// docs/backup-format.md, read as another program would.
TEST_CASE("a share is as the documentation says", "[recovery_share]") {
    const auto octets_behind = [](const std::string& text, std::string_view name) {
        const auto begin = text.find(name) + name.size();
        Bytes octets;
        REQUIRE(from_base64(std::string_view(text).substr(begin, text.find('\n', begin) - begin), octets));
        return octets;
    };
    const auto shares = split_recovery_key(pair().private_key, 2, 2).value();
    const auto one = text_of_share(shares[0]);
    Bytes secrets = octets_behind(one, "\nsecret ");
    const auto other = octets_behind(text_of_share(shares[1]), "\nsecret ");
    secrets.insert(secrets.end(), other.begin(), other.end());
    const auto digits = one.substr(one.find("\nkey ") + 5, 64);
    const std::string context = "edgeward-recovery-share 1\nkey " + digits + "\nof 2, 2 needed\ngroup 1,2";
    const SealingKey key(hkdf_sha256(Secret(std::move(secrets)), "edgeward/recovery-share/1"));
    CHECK(is_the_key(key.open(octets_behind(one, "\ngroup 1,2 "), bytes_of(context))));

    // What openssl kdf prints there.
    Bytes example(32, 0x11);
    example.resize(64, 0x22);
    const auto page = support::text_of_file(EDGEWARD_SOURCE_DIR "/docs/backup-format.md");
    CHECK(page.find("\n" +
                    to_hex(hkdf_sha256(Secret(std::move(example)), "edgeward/recovery-share/1").reveal()) +
                    "\n") != std::string::npos);
}

}  // namespace
}  // namespace edgeward::crypto

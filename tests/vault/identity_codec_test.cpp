#include "identity_codec.hpp"

#include <catch2/catch_test_macros.hpp>

#include "fixture.hpp"

namespace edgeward::vault {
namespace {

TEST_CASE("an identity comes back whole", "[identity_codec]") {
    auto identity = canary_identity();
    identity.identifiers.push_back({std::string("a\0b", 3), "other", ""});
    identity.given.clear();
    identity.visit_number.assign(longest_text, 'x');
    const auto octets = encode_identity(identity);
    CHECK(decode_identity(octets.reveal()).value() == identity);
}

// Written by hand after docs/vault-format.md.
TEST_CASE("the octets are those of the documented form", "[identity_codec]") {
    model::Identity identity;
    identity.identifiers = {{"7", "k", "PI"}};
    identity.family = "Ab";
    identity.sex = "male";
    CHECK(to_hex(encode_identity(identity).reveal()) ==
          "01"  // version
          "01"  // one identifier
          "000137"
          "00016b"
          "00025049"  // 7, k, PI
          "00024162"
          "0000"
          "0000"
          "00046d616c65"
          "0000");
}

TEST_CASE("a shortened or lengthened form is corrupt", "[identity_codec]") {
    const auto octets = encode_identity(canary_identity());
    for (std::size_t size = 0; size < octets.size(); ++size) {
        CAPTURE(size);
        const auto cut = decode_identity(octets.reveal().first(size));
        REQUIRE_FALSE(cut);
        CHECK(cut.error().kind == ErrorKind::corrupt);
        CHECK_FALSE(has_canary(cut.error().message));
    }
    Bytes longer(octets.reveal().begin(), octets.reveal().end());
    longer.push_back(0);
    CHECK_FALSE(decode_identity(longer));
    longer.pop_back();
    longer[0] = 2;
    CHECK_FALSE(decode_identity(longer));
}

TEST_CASE("an identity needs an identifier with value and authority", "[identity_codec]") {
    CHECK(check_identity(canary_identity()));
    CHECK_FALSE(check_identity({}));
    CHECK_FALSE(check_identity(person_with({identifier("")})));
    CHECK_FALSE(check_identity(person_with({identifier("1", "")})));
    CHECK_FALSE(check_identity(person_with({identifier("1"), identifier("")})));
}

TEST_CASE("texts and lists have bounds", "[identity_codec]") {
    const std::string longest(longest_text, 'x');
    CHECK(check_identity(person_with({identifier(longest)}, longest)));
    CHECK_FALSE(check_identity(person_with({identifier(longest + "x")})));
    CHECK_FALSE(check_identity(person_with({identifier("1")}, longest + "x")));
    auto many = canary_identity();
    many.identifiers.assign(most_identifiers, identifier("1"));
    CHECK(check_identity(many));
    many.identifiers.push_back(identifier("2"));
    CHECK_FALSE(check_identity(many));
}

}  // namespace
}  // namespace edgeward::vault

#include "consent_codec.hpp"

#include <catch2/catch_test_macros.hpp>

#include "fixture.hpp"

namespace edgeward::vault {
namespace {

model::ConsentDocument document() {
    model::ConsentDocument made;
    made.identifier = "urn:x|C-1";
    made.id = "c1";
    made.policy = "urn:oid:1.2";
    made.stated = at(0);
    made.version = at(1);
    made.provisions = {{6, true, at(0), at(9)}, {8, false, at(0), at(9)}};
    return made;
}

// The layout of docs/vault-format.md, written out by hand. 2026-01-01T00:00Z is 1767225600000 ms, hexadecimal
// 019b76daa800.
TEST_CASE("what names a document is encoded as documented", "[consent_codec]") {
    CHECK(to_hex(encode_document(document()).reveal()) ==
          "01"
          "0009"
          "75726e3a787c432d31"
          "0002"
          "6331"
          "000b"
          "75726e3a6f69643a312e32"
          "01"
          "0000019b76daa800");
}

TEST_CASE("what is decoded is what was encoded", "[consent_codec]") {
    auto unstated = document();
    unstated.stated.reset();
    for (const auto& one : {document(), unstated}) {
        model::ConsentDocument back;
        REQUIRE(decode_document(encode_document(one).reveal(), back));
        CHECK(back.identifier == one.identifier);
        CHECK(back.id == one.id);
        CHECK(back.policy == one.policy);
        CHECK(back.stated == one.stated);
    }
}

TEST_CASE("octets of no document are corrupt", "[consent_codec]") {
    const auto whole = encode_document(document());
    const ByteView octets = whole.reveal();
    model::ConsentDocument into;
    for (std::size_t size = 0; size < octets.size(); ++size)
        CHECK(decode_document(octets.first(size), into).error().kind == ErrorKind::corrupt);
    Bytes more(octets.begin(), octets.end());
    more.push_back(0);
    CHECK_FALSE(decode_document(more, into));
    Bytes other(octets.begin(), octets.end());
    other.front() = 2;
    CHECK_FALSE(decode_document(other, into));
}

TEST_CASE("whatever a document says makes another version of it", "[consent_codec]") {
    const auto same = whole_document(document());
    CHECK(whole_document(document()) == same);
    const auto differs = [&](auto change) {
        auto other = document();
        change(other);
        return whole_document(other) != same;
    };
    CHECK(differs([](auto& one) { one.status = model::ConsentStatus::inactive; }));
    CHECK(differs([](auto& one) { one.version.reset(); }));
    CHECK(differs([](auto& one) { one.stated.reset(); }));
    CHECK(differs([](auto& one) { one.provisions[0].permit = false; }));
    CHECK(differs([](auto& one) { one.provisions[0].until = at(8); }));
    CHECK(differs([](auto& one) { one.provisions[1].code = 9; }));
    CHECK(differs([](auto& one) { one.provisions.pop_back(); }));
    CHECK(differs([](auto& one) { one.policy.clear(); }));
}

}  // namespace
}  // namespace edgeward::vault

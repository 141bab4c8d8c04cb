#include "note_signature.hpp"

#include <catch2/catch_test_macros.hpp>

namespace edgeward::audit {
namespace {

// The example of c2sp.org/tlog-cosignature.
const std::string witness_line =
    "\xE2\x80\x94 witness.example.com/w1 "
    "jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/"
    "zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==";

}  // namespace

TEST_CASE("a signature line of the specification is read and written again", "[note_signature]") {
    const auto parsed = parse_signature_line(witness_line);
    REQUIRE(parsed);
    CHECK(parsed->name == "witness.example.com/w1");
    CHECK(to_hex(parsed->id) == "8d66cf3f");
    CHECK(parsed->signature.size() == 72);
    // 1679315147: the time of the specification's example of a signed message.
    CHECK(big_endian(ByteView(parsed->signature).first(8)) == 1679315147);
    CHECK(signature_line(parsed->name, parsed->id, parsed->signature) == witness_line + "\n");
}

TEST_CASE("what is no signature line is refused", "[note_signature]") {
    CHECK_FALSE(parse_signature_line(""));
    CHECK_FALSE(parse_signature_line("\xE2\x80\x94 "));
    CHECK_FALSE(parse_signature_line("\xE2\x80\x94 name"));
    CHECK_FALSE(parse_signature_line("\xE2\x80\x94  AAAAAAAA"));
    CHECK_FALSE(parse_signature_line("\xE2\x80\x94 name AAAA"));  // no more than part of a key id
    CHECK_FALSE(parse_signature_line("\xE2\x80\x94 name not base64"));
    CHECK_FALSE(parse_signature_line("- name AAAAAAAA"));
}

TEST_CASE("a note is cut at its last blank line", "[note_signature]") {
    const auto parts = split_note("one\ntwo\n\nsignatures\n");
    REQUIRE(parts);
    CHECK(parts->body == "one\ntwo\n");
    CHECK(parts->signatures == "signatures\n");
    CHECK_FALSE(split_note("one\ntwo\n"));
    CHECK_FALSE(split_note(std::string(longest_note, 'x') + "\n\n"));
    std::string_view rest = "a\nb";
    CHECK(next_line(rest) == "a");
    CHECK_FALSE(next_line(rest));
}

}  // namespace edgeward::audit

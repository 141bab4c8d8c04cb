#include "container_header.hpp"

#include <catch2/catch_test_macros.hpp>

#include <edgeward/crypto/recovery_key.hpp>
#include <edgeward/crypto/stream_seal.hpp>

#include "payload_parser.hpp"
#include "yard.hpp"

namespace edgeward::backup {
namespace {

ContainerHeader header_of(Kind kind = Kind::persons) {
    ContainerHeader header;
    header.kind = kind;
    header.id = "0011aabbccddeeff0011aabbccddeeff";
    header.installation = "ffeeddccbbaa99887766554433221100";
    header.made = Instant(std::chrono::milliseconds(1'795'459'726'123));
    header.erasures = 17;
    header.for_kek = Bytes(61, 0x5a);
    return header;
}

const std::string written_out =
    "edgeward-backup 2\n"
    "part persons\n"
    "id 0011aabbccddeeff0011aabbccddeeff\n"
    "installation ffeeddccbbaa99887766554433221100\n"
    "made 2026-11-23T18:48:46.123Z\n"
    "erasures 17\n"
    "key-for kek WlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWg==\n"
    "\n";

TEST_CASE("a header has the form of the documentation", "[container_header]") {
    CHECK(write_header(header_of()) == written_out);
    const auto parsed = parse_header(written_out + "then the stream");
    REQUIRE(parsed);
    CHECK(parsed->size == written_out.size());
    CHECK(write_header(parsed->header) == written_out);
    CHECK(parsed->header.kind == Kind::persons);
    CHECK(parsed->header.erasures == 17);
    CHECK(parsed->header.version == 2);
    std::string older = written_out;
    older.replace(older.find(" 2\n"), 3, " 1\n");
    CHECK(parse_header(older).value().header.version == 1);
    CHECK(write_header(parse_header(older)->header) == older);
}

TEST_CASE("a header that is not exactly of this form is refused", "[container_header]") {
    const auto with = [](const std::string& from, const std::string& to) {
        std::string text = written_out;
        text.replace(text.find(from), from.size(), to);
        return text;
    };
    for (const std::string& text :
         {std::string(), std::string("edgeward-backup 2\n\n"), with("backup 2", "backup 3"),
          with("backup 2", "backup 0"), with("backup 2", "backup 02"), with("persons", "all"),
          with("id 0011aabb", "id 0011AABB"), with("ffeedd", "ffeed"), with("T18", " 18"),
          with(".123Z", ".123+01:00"), with("erasures 17", "erasures 017"),
          with("erasures 17", "erasures -1"), with("Wg==", "Wg="), with("Wg==\n", "Wg==\nmore x\n"),
          with("made", "Made"), written_out.substr(0, written_out.size() - 1)}) {
        CAPTURE(text);
        CHECK(parse_header(text).error().kind == ErrorKind::invalid_input);
    }
}

TEST_CASE("the key opens for the key-encryption key and for the recovery key", "[container_header]") {
    const Secret key(Bytes(32, 0x77));
    const Secret wrapping = wrapping_key(kek_of(1));
    ContainerHeader header = header_of();
    REQUIRE(wrap_container_key(header, key, wrapping, recovery_pair().public_key));
    const auto again = parse_header(write_header(header)).value().header;
    Unlocking by_kek;
    by_kek.wrapping = wrapping.clone();
    CHECK(to_hex(unwrap_container_key(again, by_kek).value().reveal()) == to_hex(key.reveal()));
    Unlocking by_recovery;
    by_recovery.recovery_key = recovery_pair().private_key.clone();
    CHECK(to_hex(unwrap_container_key(again, by_recovery).value().reveal()) == to_hex(key.reveal()));
    // A key-encryption key that was changed since does not stand in the way of the recovery key.
    by_recovery.wrapping = wrapping_key(kek_of(9));
    CHECK(unwrap_container_key(again, by_recovery));
}

TEST_CASE("other keys and headers changed since do not open", "[container_header]") {
    const Secret key(Bytes(32, 0x77));
    ContainerHeader header = header_of();
    REQUIRE(wrap_container_key(header, key, wrapping_key(kek_of(1)), {}));
    Unlocking other;
    other.wrapping = wrapping_key(kek_of(2));
    CHECK(unwrap_container_key(header, other).error().kind == ErrorKind::corrupt);
    CHECK(unwrap_container_key(header, {}).error().kind == ErrorKind::misconfigured);
    Unlocking recovery;
    recovery.recovery_key = recovery_pair().private_key.clone();
    CHECK(unwrap_container_key(header, recovery).error().kind == ErrorKind::corrupt);
    Unlocking right;
    right.wrapping = wrapping_key(kek_of(1));
    ContainerHeader moved = header;
    moved.kind = Kind::data;
    CHECK_FALSE(unwrap_container_key(moved, right));
    moved = header;
    moved.id.front() = '1';
    CHECK_FALSE(unwrap_container_key(moved, right));
    moved = header;
    moved.version = 1;
    CHECK_FALSE(unwrap_container_key(moved, right));
    CHECK(wrap_container_key(header, key, wrapping_key(kek_of(1)), "no key").error().kind ==
          ErrorKind::invalid_input);
}

TEST_CASE("every header has a stream key of its own", "[container_header]") {
    const Secret key(Bytes(32, 0x77));
    // openssl kdf -keylen 32 -kdfopt digest:SHA256 -kdfopt hexkey:$(printf 77%.0s $(seq 32))
    //   -kdfopt info:edgeward/backup/1/stream/$(printf text | sha256sum | cut -c1-64) HKDF
    CHECK(to_hex(stream_key(key, "text").reveal()) ==
          "3a258520c8ad3d96892dcbfcb01691abb50cf19e490b4d6295688c43dedfa88d");
    CHECK(to_hex(stream_key(key, "other").reveal()) != to_hex(stream_key(key, "text").reveal()));
}

// Made by python3-cryptography.
TEST_CASE("the documentation's example is what this code reads and seals", "[container_header]") {
    const std::string page = text_of_path(EDGEWARD_SOURCE_DIR "/docs/backup-format.md");
    const auto begin = page.find("edgeward-backup 2\npart data");
    REQUIRE(begin != std::string::npos);
    const auto parsed = parse_header(std::string_view(page).substr(begin));
    REQUIRE(parsed);
    const std::string text = page.substr(begin, parsed->size);
    CHECK(write_header(parsed->header) == text);
    Unlocking unlocking;
    unlocking.wrapping = wrapping_key(kek_of(0x11));
    const auto key = unwrap_container_key(parsed->header, unlocking);
    REQUIRE(key);
    CHECK(to_hex(key->reveal()) == to_hex(Bytes(32, 0x77)));
    const auto stream = stream_key(*key, text);
    CHECK(page.find("\n" + to_hex(stream.reveal()) + "\n") != std::string::npos);
    Bytes sealed;
    crypto::StreamSealer(stream).seal(part_head("erasures", 0), true, sealed);
    CHECK(page.find("\n" + to_hex(sealed) + "\n") != std::string::npos);
}

}  // namespace
}  // namespace edgeward::backup

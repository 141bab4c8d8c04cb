#include <edgeward/crypto/sealed_file.hpp>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <fstream>
#include <iterator>

#include "octets.hpp"
#include "support/scratch_folder.hpp"

namespace edgeward::crypto {
namespace {

constexpr std::string_view key_digits = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

Bytes content_of(std::size_t size) {
    Bytes content(size);
    for (std::size_t i = 0; i < size; ++i)
        content[i] = static_cast<std::uint8_t>(i * 31 % 251);
    return content;
}

std::filesystem::path write(const support::ScratchFolder& folder, ByteView content) {
    const auto path = folder / "object";
    auto writer = SealedFileWriter::begin(path, secret(key_digits));
    REQUIRE(writer);
    while (!content.empty()) {
        const std::size_t step = std::min<std::size_t>(content.size(), 10'007);
        REQUIRE(writer->add(content.first(step)));
        content = content.subspan(step);
    }
    REQUIRE(writer->publish());
    return path;
}

std::string octets_of(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void overwrite(const std::filesystem::path& path, const std::string& octets) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << octets;
}

}  // namespace

TEST_CASE("the octets on disk are those another program computes", "[sealed_file]") {
    // python3-cryptography: b'EWSEALED\x01' + AESGCM(key).encrypt(bytes(11) + b'\x01', b'first', None)
    const support::ScratchFolder folder;
    CHECK(to_hex(bytes_of(octets_of(write(folder, bytes_of("first"))))) ==
          "45575345414c45440173bfcd8f30d8a877697c668a52aee7e7fab648aa5a");
}

TEST_CASE("a content of any length comes back from any place", "[sealed_file]") {
    const auto size = GENERATE(0U, 1U, 65'535U, 65'536U, 65'537U, 131'072U, 300'000U);
    const support::ScratchFolder folder;
    const Bytes content = content_of(size);
    auto reader = SealedFileReader::open(write(folder, content), secret(key_digits));
    REQUIRE(reader);
    CHECK(reader->size() == size);
    Bytes all(size + 10);
    CHECK(reader->read(0, all) == size);
    all.resize(size);
    CHECK(all == content);
    for (const std::size_t from : {std::size_t{70'000}, std::size_t{65'530}, std::size_t{299'990}}) {
        if (from >= size) continue;
        Bytes some(20);
        const auto got = reader->read(from, some);
        REQUIRE(got);
        CHECK(std::equal(some.begin(), some.begin() + static_cast<std::ptrdiff_t>(*got),
                         content.begin() + static_cast<std::ptrdiff_t>(from)));
        CHECK(*got == std::min<std::size_t>(20, size - from));
    }
}

TEST_CASE("a file that was cut off or altered does not open there", "[sealed_file]") {
    const support::ScratchFolder folder;
    const auto path = write(folder, content_of(200'000));
    const std::string whole = octets_of(path);
    // At a boundary of chunks too: the last one says that it is the last.
    const auto left = GENERATE(0U, 9U, 20U, 9U + 65'552U, 9U + 131'104U, 150'000U);
    overwrite(path, whole.substr(0, left));
    CHECK(SealedFileReader::open(path, secret(key_digits)).error().kind == ErrorKind::corrupt);
    std::string altered = whole;
    altered[70'000] = static_cast<char>(altered[70'000] ^ 1);
    overwrite(path, altered);
    auto reader = SealedFileReader::open(path, secret(key_digits));
    REQUIRE(reader);
    Bytes some(10);
    CHECK(reader->read(0, some) == 10U);
    CHECK(reader->read(66'000, some).error().kind == ErrorKind::corrupt);
}

TEST_CASE("a file that is gone or another key are corrupt", "[sealed_file]") {
    const support::ScratchFolder folder;
    CHECK(SealedFileReader::open(folder / "none", secret(key_digits)).error().kind == ErrorKind::corrupt);
    const auto path = write(folder, content_of(10));
    const std::string other(64, 'a');
    CHECK(SealedFileReader::open(path, secret(other)).error().kind == ErrorKind::corrupt);
}

TEST_CASE("what was not published is not there", "[sealed_file]") {
    const support::ScratchFolder folder;
    {
        auto writer = SealedFileWriter::begin(folder / "object", secret(key_digits));
        REQUIRE(writer);
        REQUIRE(writer->add(content_of(100'000)));
    }
    CHECK(std::filesystem::is_empty(folder.path()));
}

}  // namespace edgeward::crypto

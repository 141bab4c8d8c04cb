#include <catch2/catch_test_macros.hpp>

#include <edgeward/crypto/seal.hpp>
#include <edgeward/vault/erasure_certificate.hpp>

namespace edgeward::vault {
namespace {

Fingerprinter fingerprinter(const crypto::KeyRing& keys, std::uint8_t salt = 1) {
    crypto::Digest octets{};
    octets.fill(salt);
    return Fingerprinter::make(keys, octets).value();
}

Bytes random_octets(std::size_t size) {
    Bytes made;
    while (made.size() < size) {
        const Secret more = crypto::random_key();
        made.insert(made.end(), more.reveal().begin(), more.reveal().end());
    }
    made.resize(size);
    return made;
}

// A page of other octets with some of `cell` in it.
Bytes page_with(ByteView cell, std::size_t at) {
    Bytes page = random_octets(4016);
    std::copy(cell.begin(), cell.end(), page.begin() + static_cast<std::ptrdiff_t>(at));
    return page;
}

}  // namespace

TEST_CASE("the rolling hash of sixteen octets is what a big integer says", "[fingerprint]") {
    // python3 -c "h=0
    // for b in range(16): h=(h*0x9E3779B97F4A7C15+b)%2**64
    // print(hex(h>>40))"
    Bytes octets;
    for (std::uint8_t i = 0; i < 16; ++i)
        octets.push_back(i);
    CHECK(Fingerprinter::rolling_of(octets) == 0x661586);
}

TEST_CASE("a cell is found wherever in a page it lies", "[fingerprint]") {
    const auto keys = crypto::KeyRing::generate();
    const auto by = fingerprinter(keys);
    const Bytes cell = random_octets(61);
    const FingerprintSearch search(by.of(cell), by.clone());
    for (const std::size_t at : {0U, 1U, 7U, 2000U, 3955U}) {
        CAPTURE(at);
        CHECK(search.count_in(page_with(cell, at)) == by.of(cell).size());
    }
    CHECK(search.count_in(random_octets(4016)) == 0);
}

TEST_CASE("any run of 23 octets of a cell is enough to be found", "[fingerprint]") {
    const auto keys = crypto::KeyRing::generate();
    const auto by = fingerprinter(keys);
    const Bytes cell = random_octets(61);
    const FingerprintSearch search(by.of(cell), by.clone());
    for (std::size_t begin = 0; begin + 23 <= cell.size(); ++begin) {
        CAPTURE(begin);
        CHECK(search.count_in(page_with(ByteView(cell).subspan(begin, 23), 100)) > 0);
    }
    CHECK(search.count_in(page_with(ByteView(cell).subspan(1, 15), 100)) == 0);
}

TEST_CASE("of a long cell its beginning and its end are known", "[fingerprint]") {
    const auto keys = crypto::KeyRing::generate();
    const auto by = fingerprinter(keys);
    const Bytes cell = random_octets(2000);
    CHECK(by.of(cell).size() == 5);
    const FingerprintSearch search(by.of(cell), by.clone());
    CHECK(search.count_in(ByteView(cell).first(39)) > 0);
    CHECK(search.count_in(ByteView(cell).last(16)) > 0);
    CHECK(by.of(random_octets(15)).empty());
}

TEST_CASE("another salt and another key ring know nothing of it", "[fingerprint]") {
    const auto keys = crypto::KeyRing::generate();
    const Bytes cell = random_octets(61);
    const auto made = fingerprinter(keys).of(cell);
    CHECK(FingerprintSearch(made, fingerprinter(keys)).count_in(cell) > 0);
    CHECK(FingerprintSearch(made, fingerprinter(keys, 2)).count_in(cell) == 0);
    CHECK(FingerprintSearch(made, fingerprinter(crypto::KeyRing::generate())).count_in(cell) == 0);
}

}  // namespace edgeward::vault

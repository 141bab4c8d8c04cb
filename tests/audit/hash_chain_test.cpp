#include <edgeward/audit/hash_chain.hpp>

#include <catch2/catch_test_macros.hpp>

#include "trail.hpp"

namespace edgeward::audit {

TEST_CASE("each record links to the one before it", "[hash_chain]") {
    HashChain chain;
    const Record first = chain.append(second(1), event_of(1)).value();
    const Record next = chain.append(second(2), event_of(2)).value();
    CHECK(first.sequence == 1);
    CHECK(first.previous == crypto::Digest{});
    CHECK(next.sequence == 2);
    CHECK(next.previous == first.digest);
    CHECK(chain.head() == next.digest);
    CHECK(next.octets == canonical(second(2), event_of(2)).value());
}

TEST_CASE("a refused record leaves the chain as it was", "[hash_chain]") {
    HashChain chain(41, crypto::sha256(bytes_of("head")));
    Event event = event_of(1);
    event.actor.clear();
    CHECK_FALSE(chain.append(second(1), event));
    CHECK(chain.sequence() == 41);
    CHECK(chain.head() == crypto::sha256(bytes_of("head")));
}

TEST_CASE("any flipped bit of a record changes its digest", "[hash_chain]") {
    const Record record = Trail::make(1).records.front();
    for (std::size_t bit = 0; bit < record.octets.size() * 8; ++bit) {
        Bytes flipped = record.octets;
        flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1U << (bit % 8)));
        CHECK(link_digest(record.previous, record.sequence, flipped) != record.digest);
    }
}

}  // namespace edgeward::audit

#include "sealed_memory.hpp"

#include <string_view>

#include <catch2/catch_test_macros.hpp>

#include <edgeward/pseudonym/pseudonymizer.hpp>

namespace edgeward::vault {
namespace {

model::Pseudonym pseudonym(std::uint8_t octet) {
    return pseudonym::recall(Bytes(16, octet)).value();
}

// Counts how often it is asked.
struct Rows {
    Result<SealedPart> operator()() {
        ++read;
        return SealedPart{pseudonym(1), Bytes{static_cast<std::uint8_t>(read)}};
    }
    int read = 0;
};

TEST_CASE("a part is read once while nothing changes", "[sealed_memory]") {
    SealedMemory memory(10);
    Rows rows;
    const auto ask = [&](std::int64_t changes) {
        return int{memory.recall(pseudonym(1), changes, [&] { return rows(); }).value()->octets.front()};
    };
    CHECK(ask(5) == 1);
    CHECK(ask(5) == 1);
    CHECK(ask(6) == 2);
    CHECK(ask(6) == 2);
    memory.forget();
    CHECK(ask(6) == 3);
}

TEST_CASE("what cannot be read is not remembered", "[sealed_memory]") {
    SealedMemory memory(10);
    const auto refused = memory.recall(
        pseudonym(1), 0, []() -> Result<SealedPart> { return failure(ErrorKind::invalid_input, "nobody"); });
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message == "nobody");
    Rows rows;
    CHECK(memory.recall(pseudonym(1), 0, [&] { return rows(); }));
    CHECK(rows.read == 1);
}

TEST_CASE("the one not asked for the longest goes first", "[sealed_memory]") {
    SealedMemory memory(2);
    Rows rows;
    const auto ask = [&](std::uint8_t who) {
        const auto before = rows.read;
        REQUIRE(memory.recall(pseudonym(who), 0, [&] { return rows(); }));
        return rows.read > before;
    };
    CHECK(ask(1));
    CHECK(ask(2));
    CHECK_FALSE(ask(1));
    CHECK(ask(3));
    CHECK_FALSE(ask(1));
    CHECK(ask(2));
}

}  // namespace
}  // namespace edgeward::vault

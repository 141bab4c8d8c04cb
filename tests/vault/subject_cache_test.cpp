#include "subject_cache.hpp"

#include <catch2/catch_test_macros.hpp>
#include <thread>
#include <vector>

#include "fixture.hpp"

namespace edgeward::vault {
namespace {

Subject subject_of_octet(std::uint8_t octet) {
    return {pseudonym::recall(Bytes(16, octet)).value(),
            std::make_shared<const crypto::SealingKey>(Secret(Bytes(32, octet)))};
}

TEST_CASE("a kept person is found by identifier and by pseudonym", "[subject_cache]") {
    SubjectCache cache(10);
    const auto subject = subject_of_octet(1);
    cache.keep(identifier("1"), subject);
    CHECK(cache.find(identifier("1"))->data_key == subject.data_key);
    CHECK(cache.find(subject.pseudonym)->data_key == subject.data_key);
    CHECK_FALSE(cache.find(identifier("2")));
    CHECK_FALSE(cache.find(identifier("1", "other")));
}

TEST_CASE("a span answers for its time only", "[subject_cache]") {
    SubjectCache cache(10);
    const auto subject = subject_of_octet(1);
    cache.keep(subject);
    cache.keep("m", DeviceSpan{at(10), at(20), subject.pseudonym});
    CHECK_FALSE(cache.find("m", at(9)));
    CHECK(cache.find("m", at(10)).value().value().pseudonym == subject.pseudonym);
    CHECK_FALSE(cache.find("m", at(20)));
    CHECK_FALSE(cache.find("n", at(15)));
    cache.forget_spans();
    CHECK_FALSE(cache.find("m", at(15)));
}

TEST_CASE("a span of nobody is an answer too", "[subject_cache]") {
    SubjectCache cache(10);
    cache.keep("m", DeviceSpan{at(10), at(20), std::nullopt});
    const auto answer = cache.find("m", at(15));
    REQUIRE(answer);
    CHECK_FALSE(answer->has_value());
}

TEST_CASE("a span whose person has left the cache is not an answer", "[subject_cache]") {
    SubjectCache cache(1);
    const auto subject = subject_of_octet(1);
    cache.keep(subject);
    cache.keep("m", DeviceSpan{at(10), at(20), subject.pseudonym});
    cache.keep(subject_of_octet(2));
    CHECK_FALSE(cache.find("m", at(15)));
}

TEST_CASE("threads may keep and find at the same time", "[subject_cache]") {
    SubjectCache cache(16);
    std::vector<std::thread> threads;
    for (std::uint8_t t = 0; t < 4; ++t) {
        threads.emplace_back([&cache, t] {
            const auto subject = subject_of_octet(t);
            for (int i = 0; i < 500; ++i) {
                cache.keep(identifier(std::to_string(i % 40)), subject);
                cache.keep("m", DeviceSpan{at(0), at(i + 1), subject.pseudonym});
                static_cast<void>(cache.find("m", at(0)));
                static_cast<void>(cache.find(identifier(std::to_string(i % 7))));
                if (i % 9 == 0) cache.forget_spans();
            }
        });
    }
    for (auto& thread : threads)
        thread.join();
    CHECK(cache.find(subject_of_octet(3).pseudonym));
}

}  // namespace
}  // namespace edgeward::vault

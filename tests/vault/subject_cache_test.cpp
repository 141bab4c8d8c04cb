#include "subject_cache.hpp"

#include <catch2/catch_test_macros.hpp>
#include <thread>
#include <vector>

#include "fixture.hpp"
#include "remembered.hpp"

namespace edgeward::vault {
namespace {

TEST_CASE("a kept person is found by lookup and by pseudonym until all is forgotten", "[subject_cache]") {
    SubjectCache cache(10);
    cache.keep(lookup_of(1), person_of(1));
    CHECK(cache.find(lookup_of(1))->pseudonym == pseudonym_of(1));
    CHECK(cache.find(pseudonym_of(1))->pseudonym == pseudonym_of(1));
    CHECK_FALSE(cache.find(lookup_of(2)));
    cache.forget_spans();
    CHECK(cache.find(lookup_of(1)));
    cache.clear();
    CHECK_FALSE(cache.find(lookup_of(1)));
}

TEST_CASE("a span answers for its time only", "[subject_cache]") {
    SubjectCache cache(10);
    cache.keep(person_of(1));
    cache.keep("m", DeviceSpan{at(10), at(20), pseudonym_of(1)});
    CHECK_FALSE(cache.find("m", at(9)));
    CHECK(cache.find("m", at(10)).value().value().pseudonym == pseudonym_of(1));
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
    cache.keep(person_of(1));
    cache.keep("m", DeviceSpan{at(10), at(20), pseudonym_of(1)});
    cache.keep(person_of(2));
    CHECK_FALSE(cache.find("m", at(15)));
}

TEST_CASE("threads may keep and find at the same time", "[subject_cache]") {
    SubjectCache cache(16);
    std::vector<std::thread> threads;
    for (std::uint32_t t = 0; t < 4; ++t) {
        threads.emplace_back([&cache, t] {
            const auto person = person_of(t);
            for (std::uint32_t i = 0; i < 500; ++i) {
                cache.keep(lookup_of(i % 40), person);
                cache.keep("m", DeviceSpan{at(0), at(static_cast<int>(i) + 1), person.subject.pseudonym});
                static_cast<void>(cache.find("m", at(0)));
                static_cast<void>(cache.find(lookup_of(i % 7)));
                if (i % 9 == 0) cache.forget_spans();
            }
        });
    }
    for (auto& thread : threads)
        thread.join();
    CHECK(cache.find(lookup_of(499 % 40)));
}

}  // namespace
}  // namespace edgeward::vault

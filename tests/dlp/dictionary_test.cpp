#include <edgeward/dlp/dictionary.hpp>

#include <catch2/catch_test_macros.hpp>

#include "hash_key.hpp"
#include "persons.hpp"
#include "support/at_once.hpp"

using namespace edgeward;
using namespace edgeward::dlp;

namespace {

Kind kind_of(const Dictionary& dictionary, std::string_view folded) {
    const std::uint64_t hash = dictionary.key().finish(dictionary.key().of(folded).value);
    Kind kind = Kind::none;
    dictionary.look_up({&hash, 1}, {&kind, 1});
    return kind;
}

}  // namespace

TEST_CASE("everything that names a person is in the dictionary and nothing else is", "[dictionary]") {
    Dictionary dictionary(invented::key());
    invented::fill(dictionary, {invented::canary(), invented::common(), invented::compound()});
    for (const char* identifier : {"kanarie84651973", "91847362", "fall55512873", "4711kis", "kis4711"})
        CHECK(kind_of(dictionary, identifier) == Kind::identifier);
    CHECK(kind_of(dictionary, "135792") == Kind::number);
    for (const char* name :
         {"uenderssraeuscher", "underssrauscher", "gelbfried", "annakoch", "kochanna", "muellerluedenscheidt",
          "muller", "luedenscheidt", "jean", "etienne", "jeanlucetienne", "jeanmueller"}) {
        CAPTURE(name);
        CHECK(kind_of(dictionary, name) == Kind::name);
    }
    for (const char* other : {"4711", "koch", "anna", "luc", "kis", "kanarie", "koc", ""})
        CHECK(kind_of(dictionary, other) == Kind::none);
}

TEST_CASE("a dictionary is complete when it was filled and everything fitted", "[dictionary]") {
    Dictionary dictionary(invented::key());
    CHECK_FALSE(dictionary.complete());
    CHECK(dictionary.stale());
    invented::fill(dictionary, {invented::canary()});
    CHECK(dictionary.complete());
    CHECK_FALSE(dictionary.stale());

    Dictionary small(invented::key(), 3);
    small.begin_fill();
    const auto added = small.add(invented::canary());
    REQUIRE_FALSE(added);
    CHECK(added.error().kind == ErrorKind::exhausted);
    small.end_fill();
    CHECK_FALSE(small.complete());
}

TEST_CASE("who is forgotten is gone after the next fill and who comes meanwhile is not", "[dictionary]") {
    Dictionary dictionary(invented::key());
    invented::fill(dictionary, {invented::canary(), invented::common()});
    dictionary.forget();
    CHECK(dictionary.stale());
    dictionary.begin_fill();
    REQUIRE(dictionary.add(invented::common()));
    CHECK(kind_of(dictionary, "gelbfried") == Kind::name);
    REQUIRE(dictionary.add(invented::compound()));  // admitted while it is filled
    dictionary.end_fill();
    CHECK(kind_of(dictionary, "gelbfried") == Kind::none);
    CHECK(kind_of(dictionary, "annakoch") == Kind::name);
    CHECK(kind_of(dictionary, "luedenscheidt") == Kind::name);
}

TEST_CASE("two keys share no hash", "[dictionary]") {
    const HashKey one(invented::key());
    const HashKey other(Secret(Bytes(32, 9)));
    CHECK(one.finish(one.of("84651973").value) != other.finish(other.of("84651973").value));
    CHECK(one.of_date(19370429) != one.finish(one.of("19370429").value));
}

TEST_CASE("a table holds some sixteen to thirty-two octets for an entry", "[dictionary]") {
    Dictionary dictionary(invented::key());
    std::mt19937 random(1);
    dictionary.begin_fill();
    for (std::uint32_t i = 0; i < 5000; ++i)
        REQUIRE(dictionary.add(invented::person(random, i)));
    dictionary.end_fill();
    CHECK(dictionary.entries() > 15'000);
    CHECK(dictionary.octets() >= 16 * dictionary.entries());
    CHECK(dictionary.octets() <= 32 * dictionary.entries());
}

TEST_CASE("a person is found all the time while the dictionary is filled again", "[dictionary]") {
    Dictionary dictionary(invented::key());
    invented::fill(dictionary, {invented::canary()});
    const auto missed = support::at_once(3, [&](unsigned number) {
        int count = 0;
        for (int i = 0; i < 200; ++i) {
            if (number == 0) {
                dictionary.begin_fill();
                count += dictionary.add(invented::common()) && dictionary.add(invented::canary()) ? 0 : 1;
                dictionary.end_fill();
            } else {
                count += kind_of(dictionary, "gelbfried") == Kind::name && dictionary.complete() ? 0 : 1;
            }
        }
        return count;
    });
    CHECK(missed == std::vector<int>(3, 0));
}

#include <edgeward/access/session_book.hpp>

#include <catch2/catch_test_macros.hpp>

#include "support/at_once.hpp"

namespace edgeward::access {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
const MonotonicTime begin{std::chrono::hours(1)};

}  // namespace

TEST_CASE("the password opens half a session and the second factor another with a new token",
          "[session_book]") {
    SessionBook book({});
    const auto half = book.begin(7, "alice", begin);
    CHECK(half.token.size() == 43);  // 256 bits in base64url
    const auto shown = book.find(half.token, begin).value();
    CHECK(shown.account == 7);
    CHECK(shown.name == "alice");
    CHECK_FALSE(shown.complete);
    CHECK(shown.csrf == half.csrf);
    const auto whole = book.complete(half.token, begin + minutes(1)).value();
    CHECK(whole.token != half.token);
    CHECK(whole.csrf != half.csrf);
    CHECK_FALSE(book.find(half.token, begin + minutes(1)));
    const auto complete = book.find(whole.token, begin + minutes(2)).value();
    CHECK(complete.complete);
    CHECK(complete.second_factor_age == seconds(60));
    const auto stepped_up = book.complete(whole.token, begin + minutes(3)).value();
    CHECK_FALSE(book.find(whole.token, begin + minutes(3)));
    CHECK(book.find(stepped_up.token, begin + minutes(3)).value().second_factor_age == seconds(0));
    CHECK_FALSE(book.complete(half.token, begin));
    CHECK_FALSE(book.find("", begin));
}

TEST_CASE("a session ends by idleness, by age and half of one by five minutes", "[session_book]") {
    SessionBook book({});
    const auto half = book.begin(7, "alice", begin);
    CHECK(book.find(half.token, begin + minutes(5) - seconds(1)));
    CHECK_FALSE(book.find(half.token, begin + minutes(5)));

    const auto idle = book.complete(book.begin(7, "alice", begin).token, begin).value();
    CHECK(book.find(idle.token, begin + minutes(14)).value().idle_left == minutes(15));
    CHECK(book.find(idle.token, begin + minutes(28)));
    CHECK_FALSE(book.find(idle.token, begin + minutes(43)));

    const auto old = book.complete(book.begin(7, "alice", begin).token, begin).value();
    MonotonicTime now = begin;
    for (; now < begin + std::chrono::hours(8) - minutes(10); now += minutes(10))
        REQUIRE(book.find(old.token, now));
    CHECK(book.find(old.token, now).value().left == minutes(10));
    CHECK(book.complete(old.token, now));  // showing the factor again does not make it younger
    CHECK(book.count(begin + std::chrono::hours(8)) == 0);
}

TEST_CASE("an account has five sessions, the oldest makes room, and they end together", "[session_book]") {
    SessionBook book({});
    std::vector<SessionKey> keys;
    for (int i = 0; i < 6; ++i)
        keys.push_back(
            book.complete(book.begin(7, "alice", begin + seconds(i)).token, begin + seconds(i)).value());
    const auto other = book.begin(8, "bob", begin);
    CHECK_FALSE(book.find(keys[0].token, begin + seconds(6)));
    CHECK(book.find(keys[1].token, begin + seconds(6)));
    CHECK(book.end_all_of(7, keys[5].token) == 4);
    CHECK(book.find(keys[5].token, begin + seconds(6)));
    CHECK(book.end_all_of(7) == 1);
    CHECK(book.find(other.token, begin + seconds(6)));
    CHECK(book.end(other.token));
    CHECK_FALSE(book.end(other.token));
}

TEST_CASE("sessions are bounded in number", "[session_book]") {
    SessionLimits limits;
    limits.in_all = 3;
    SessionBook book(limits);
    const auto first = book.begin(1, "a", begin);
    for (int i = 2; i < 6; ++i)
        book.begin(i, "b", begin + seconds(i));
    CHECK(book.count(begin + seconds(6)) == 3);
    CHECK_FALSE(book.find(first.token, begin + seconds(6)));
}

TEST_CASE("the fifth wrong code ends the session", "[session_book]") {
    SessionBook book({});
    const auto half = book.begin(7, "alice", begin);
    for (int i = 0; i < 4; ++i)
        CHECK(book.wrong_code(half.token));
    CHECK_FALSE(book.wrong_code(half.token));
    CHECK_FALSE(book.find(half.token, begin));
    CHECK_FALSE(book.wrong_code(half.token));
}

TEST_CASE("a secret is kept until its factor is confirmed", "[session_book]") {
    SessionBook book({});
    const auto half = book.begin(7, "alice", begin);
    CHECK_FALSE(book.secret(half.token));
    book.keep_secret(half.token, Secret(bytes_of("seed")));
    CHECK(text_of(book.secret(half.token).value().reveal()) == "seed");
    const auto renewed = book.renew(half.token, begin).value();
    CHECK(book.secret(renewed.token));
    CHECK_FALSE(book.find(renewed.token, begin).value().complete);
    const auto whole = book.complete(renewed.token, begin).value();
    CHECK_FALSE(book.secret(whole.token));
}

TEST_CASE("a challenge is answered once, in its session and its time", "[session_book]") {
    SessionBook book({});
    const auto one = book.begin(7, "alice", begin);
    const auto other = book.begin(7, "alice", begin);
    CHECK_FALSE(book.challenge("nobody", Ceremony::assertion, begin));
    CHECK_FALSE(book.take_challenge(one.token, Ceremony::assertion, begin));
    const auto given = book.challenge(one.token, Ceremony::assertion, begin).value();
    CHECK(given.size() == 32);
    CHECK_FALSE(book.take_challenge(other.token, Ceremony::assertion, begin));
    CHECK(book.take_challenge(one.token, Ceremony::assertion, begin) == given);
    CHECK_FALSE(book.take_challenge(one.token, Ceremony::assertion, begin));

    const auto first = book.challenge(one.token, Ceremony::assertion, begin).value();
    const auto second = book.challenge(one.token, Ceremony::assertion, begin).value();
    CHECK(first != second);
    CHECK(book.take_challenge(one.token, Ceremony::assertion, begin + std::chrono::seconds(119)) == second);

    REQUIRE(book.challenge(one.token, Ceremony::assertion, begin));
    CHECK_FALSE(book.take_challenge(one.token, Ceremony::assertion, begin + std::chrono::seconds(120)));
    // For the other ceremony it is gone as well.
    REQUIRE(book.challenge(one.token, Ceremony::registration, begin));
    CHECK_FALSE(book.take_challenge(one.token, Ceremony::assertion, begin));
    CHECK_FALSE(book.take_challenge(one.token, Ceremony::registration, begin));
    // A new token does not know it.
    REQUIRE(book.challenge(one.token, Ceremony::assertion, begin));
    const auto whole = book.complete(one.token, begin).value();
    CHECK_FALSE(book.take_challenge(whole.token, Ceremony::assertion, begin));
}

TEST_CASE("threads begin, show and end sessions at once", "[session_book]") {
    SessionLimits limits;
    limits.in_all = 10;
    limits.of_one_account = 2;
    SessionBook book(limits);
    const auto completed = support::at_once(4, [&](unsigned number) {
        int count = 0;
        for (int i = 0; i < 200; ++i) {
            const auto whole = book.complete(book.begin(number, "a", begin).token, begin);
            count += whole && book.find(whole->token, begin) && book.count(begin) > 0 ? 1 : 0;
            if (whole) book.wrong_code(whole->token);
            if (i % 9 == 0) book.end_all_of(number);
        }
        return count;
    });
    CHECK(completed ==
          std::vector<int>(4, 200));  // two for each of four accounts: nobody makes room for another
}

}  // namespace edgeward::access

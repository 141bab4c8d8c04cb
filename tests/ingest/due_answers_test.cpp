#include "due_answers.hpp"

#include <atomic>

#include <catch2/catch_test_macros.hpp>

#include "support/at_once.hpp"

namespace edgeward::ingest {
namespace {

struct Due : DueAnswer {
    std::string sender;
};

Due due_to(std::string sender) {
    Due due;
    due.sender = std::move(sender);
    return due;
}

SourceStatus status_of(const DueAnswers<Due>& answers) {
    SourceStatus status;
    answers.describe(status);
    return status;
}

}  // namespace

TEST_CASE("answers are given in the order of tickets and as far as is committed", "[due_answers]") {
    DueAnswers<Due> answers{metrics::Gauge()};
    std::vector<std::uint64_t> tickets;
    const MessageHandler taker = [&](model::RawMessage&& message) {
        tickets.push_back(message.ticket);
        return true;
    };
    for (const char* sender : {"a", "b", "c"})
        REQUIRE(answers.hand_over({}, due_to(sender), taker));
    CHECK(tickets == std::vector<std::uint64_t>{1, 2, 3});
    answers.tell(2, Fate::refused, "oversized");
    answers.tell(9, Fate::held, "");
    const auto ready = answers.committed_through(2);
    REQUIRE(ready.size() == 2);
    CHECK(ready[0].sender == "a");
    CHECK(ready[0].fate == Fate::stored);
    CHECK(ready[1].sender == "b");
    CHECK(ready[1].fate == Fate::refused);
    CHECK(ready[1].reason == "oversized");
    CHECK(answers.committed_through(1).empty());
    CHECK(status_of(answers).received == 3);
    CHECK(status_of(answers).acknowledged == 2);
}

TEST_CASE("a commit that comes before the taker returns finds the answer", "[due_answers]") {
    DueAnswers<Due> answers{metrics::Gauge()};
    std::size_t given = 0;
    REQUIRE(answers.hand_over({}, due_to("a"), [&](model::RawMessage&& message) {
        given = answers.committed_through(message.ticket).size();
        return true;
    }));
    CHECK(given == 1);
}

TEST_CASE("what the taker refuses has no answer due and nothing follows it", "[due_answers]") {
    DueAnswers<Due> answers{metrics::Gauge()};
    int asked = 0;
    const MessageHandler taker = [&](model::RawMessage&&) { return ++asked == 1; };
    CHECK(answers.hand_over({}, due_to("a"), taker));
    CHECK_FALSE(answers.hand_over({}, due_to("b"), taker));
    CHECK_FALSE(answers.hand_over({}, due_to("c"), taker));
    CHECK(asked == 2);
    CHECK(status_of(answers).received == 1);
    CHECK(answers.committed_through(9).size() == 1);
}

TEST_CASE("threads hand over and commit at once and each answer is given once", "[due_answers]") {
    constexpr std::uint64_t messages = 2000;
    DueAnswers<Due> answers{metrics::Gauge()};
    std::atomic<std::uint64_t> newest = 0;
    const MessageHandler taker = [&](model::RawMessage&& message) {
        newest = message.ticket;
        return true;
    };
    const auto counted = support::at_once(2, [&](unsigned number) {
        std::uint64_t count = 0;
        while (number == 0 && count < messages)
            count += answers.hand_over({}, due_to("a"), taker) ? 1 : messages;
        while (number == 1 && count < messages) {
            answers.tell(newest, Fate::held, "");
            count += answers.committed_through(newest).size();
        }
        return count;
    });
    CHECK(counted == std::vector<std::uint64_t>(2, messages));
    CHECK(status_of(answers).acknowledged == messages);
}

}  // namespace edgeward::ingest

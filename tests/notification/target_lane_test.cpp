#include "target_lane.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include <deque>

#include "telling.hpp"

namespace edgeward::notification {
namespace {

using nlohmann::json;
using Lines = std::vector<std::string>;

transport::Outcome refusal(ErrorKind kind) {
    transport::Refusal refused;
    refused.error = Error{kind, "as the test says"};
    return tl::unexpected<transport::Refusal>(std::move(refused));
}

// A lane whose target answers as the test says.
struct Lane {
    explicit Lane(TargetSettings settings = target("ward")) {
        settings.retry = {std::chrono::milliseconds(1), std::chrono::milliseconds(2)};
        lane = std::make_shared<TargetLane>(
            settings, TargetLane::Parts{
                          io.get_executor(), system_random(), system_clock(), metrics,
                          [this](const alarm::Alarm&) { return permit; },
                          [this](std::string body, std::string identifier) { return send(body, identifier); },
                          [this](const store::AlarmNotice& notice, Ending ending, const std::string& rule) {
                              const char* const words[] = {"told", "denied", "refused"};
                              settled.push_back(std::to_string(notice.sequence) + " " +
                                                words[static_cast<int>(ending)] + " " + rule);
                          }});
    }
    boost::asio::awaitable<transport::Outcome> send(std::string body, std::string identifier) {
        sent.push_back(identifier.substr(identifier.rfind('-') + 1) +
                       (body.find("\"repeated\":true") != std::string::npos ? " again" : ""));
        transport::Outcome outcome;
        if (!answers.empty()) {
            outcome = answers.front();
            answers.pop_front();
        }
        co_return outcome;
    }
    void push(std::uint64_t sequence, bool committed = true, bool repeated = false) {
        auto alarm = raised_alarm();
        alarm.sequence = sequence;
        lane->push(telling(alarm, alarm::Step::raised, repeated), committed);
    }
    void run() {
        io.restart();
        io.run();
    }

    boost::asio::io_context io;
    metrics::Registry metrics;
    Result<std::string> permit = std::string("a-rule");
    std::deque<transport::Outcome> answers;
    Lines sent;
    Lines settled;
    std::shared_ptr<TargetLane> lane;
};

}  // namespace

TEST_CASE("notices are told in order and settled with the rule that permits", "[target_lane]") {
    Lane scene;
    scene.push(1);
    scene.push(2);
    scene.run();
    CHECK(scene.sent == Lines{"1", "2"});
    CHECK(scene.settled == Lines{"1 told a-rule", "2 told a-rule"});
}

TEST_CASE("a target that does not answer is tried until it does, and nothing overtakes", "[target_lane]") {
    Lane scene;
    scene.answers = {refusal(ErrorKind::unavailable), refusal(ErrorKind::ambiguous),
                     refusal(ErrorKind::misconfigured)};
    scene.push(1);
    scene.push(2);
    scene.run();
    // After an answer that leaves it open the notice says that it is repeated.
    CHECK(scene.sent == Lines{"1", "1", "1 again", "1 again", "2"});
    CHECK(scene.settled == Lines{"1 told a-rule", "2 told a-rule"});
}

TEST_CASE("a refusal for good and a denial end a notice", "[target_lane]") {
    Lane scene;
    scene.answers = {refusal(ErrorKind::rejected)};
    scene.push(1);
    scene.run();
    scene.permit = failure(ErrorKind::denied, "forbidden-here");
    scene.push(2);
    scene.run();
    CHECK(scene.sent == Lines{"1"});
    CHECK(scene.settled == Lines{"1 refused refused", "2 denied forbidden-here"});
}

TEST_CASE("a notice that cannot be written for its target is settled as refused", "[target_lane]") {
    auto pager = target("pager");
    Pcd04Target pcd04;
    pcd04.message.charset = hl7::Charset::ascii;
    pager.form = pcd04;
    pager.language = "de";
    Lane scene(pager);
    auto told = telling(raised_alarm());
    told.rule.texts["de"] = "S\u00E4ttigung";
    scene.lane->push(told, true);
    scene.run();
    CHECK(scene.sent.empty());
    CHECK(scene.settled == Lines{"1 refused not rendered"});
}

TEST_CASE("what is told before its commit is settled after it", "[target_lane]") {
    Lane scene;
    scene.push(1, false);
    scene.run();
    CHECK(scene.sent == Lines{"1"});
    CHECK(scene.settled.empty());
    scene.lane->on_disk(telling(raised_alarm()).notice);
    CHECK(scene.settled == Lines{"1 told a-rule"});
}

TEST_CASE("a commit that comes first changes nothing", "[target_lane]") {
    Lane scene;
    scene.push(1, false);
    scene.lane->on_disk(telling(raised_alarm()).notice);
    scene.run();
    CHECK(scene.settled == Lines{"1 told a-rule"});
}

TEST_CASE("of an erased person nothing more is told", "[target_lane]") {
    Lane scene;
    scene.push(1);
    scene.lane->forget([](const model::Pseudonym& one) { return one == alarm::person(1); });
    scene.run();
    CHECK(scene.sent.empty());
    CHECK(scene.settled.empty());
}

TEST_CASE("a closed lane leaves what waits to the next start", "[target_lane]") {
    Lane scene;
    scene.lane->close();
    scene.push(1);
    scene.run();
    CHECK(scene.sent.empty());
    CHECK(scene.settled.empty());
}

TEST_CASE("an Alertmanager hears again of what goes on, others do not", "[target_lane]") {
    auto settings = target("monitoring", model::IdentityLevel::technical);
    settings.form = AlertmanagerTarget{};
    Lane scene(settings);
    boost::asio::co_spawn(scene.io, scene.lane->refresh({telling(raised_alarm())}), boost::asio::detached);
    scene.run();
    CHECK(scene.sent == Lines{"refresh"});
    CHECK(scene.settled.empty());
    Lane other;
    boost::asio::co_spawn(other.io, other.lane->refresh({telling(raised_alarm())}), boost::asio::detached);
    other.run();
    CHECK(other.sent.empty());
}

TEST_CASE("how long it took is observed for what is new", "[target_lane]") {
    Lane scene;
    scene.push(1);
    scene.push(2, true, true);
    scene.run();
    const std::string page = scene.metrics.expose();
    CHECK(page.find("edgeward_alarm_latency_seconds_count{target=\"ward\"} 1\n") != std::string::npos);
    CHECK(page.find("edgeward_alarm_notices_total{outcome=\"told\",target=\"ward\"} 2\n") !=
          std::string::npos);
    CHECK(page.find("edgeward_alarm_notices_waiting{target=\"ward\"} 0\n") != std::string::npos);
}

}  // namespace edgeward::notification

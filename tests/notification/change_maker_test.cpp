#include "change_maker.hpp"

#include <catch2/catch_test_macros.hpp>

#include "scene.hpp"

namespace edgeward::notification {
namespace {

using alarm::Step;
using Names = std::vector<std::string>;

AlarmSettings settings() {
    AlarmSettings made;
    made.targets = {target("ward"), target("head"), target("chief")};
    made.targets[2].wards = {"ICU2"};
    made.stages = {{{}, alarm::Priority::low, {"ward"}},
                   {std::chrono::seconds(60), alarm::Priority::high, {"head", "ward"}},
                   {std::chrono::seconds(60), alarm::Priority::low, {"chief"}}};
    return made;
}

Names told(Step step, std::uint32_t stage, alarm::Priority priority = alarm::Priority::high,
           const std::string& ward = "ICU") {
    auto one = raised_alarm();
    one.stage = stage;
    one.priority = priority;
    one.location.ward = ward;
    return targets_of(settings(), {step, one, "gateway", "normal"});
}

struct Bench {
    support::ScratchFolder folder;
    crypto::KeyRing keys = crypto::KeyRing::generate();
    std::unique_ptr<vault::IdentityVault> vault = *vault::open_vault(folder.path(), keys);
    crypto::SealingKey technical_key{*keys.key(crypto::key_name::technical)};
    model::Pseudonym person = vault->subject_of({"4711", "KIS", "MR"})->pseudonym;
};

}  // namespace

TEST_CASE("a stage tells its own targets, an end tells all who were told", "[change_maker]") {
    CHECK(told(Step::raised, 1) == Names{"ward"});
    CHECK(told(Step::escalated, 2) == Names{"head", "ward"});
    CHECK(told(Step::ended, 2) == Names{"ward", "head"});
    CHECK(told(Step::acknowledged, 1) == Names{"ward"});
    CHECK(told(Step::silenced, 2).empty());
    CHECK(told(Step::began, 0).empty());
    CHECK(told(Step::raised, 0).empty());
}

TEST_CASE("who was passed over for the priority, or is of another ward, is not told of the end",
          "[change_maker]") {
    CHECK(told(Step::ended, 2, alarm::Priority::low) == Names{"ward"});
    CHECK(told(Step::escalated, 3).empty());
    CHECK(told(Step::escalated, 3, alarm::Priority::high, "ICU2") == Names{"chief"});
    CHECK(told(Step::ended, 3, alarm::Priority::high, "ICU2") == Names{"ward", "head", "chief"});
}

TEST_CASE("the audit log says what happened to which alarm, and by whom", "[change_maker]") {
    auto one = raised_alarm();
    const auto raised = event_of({Step::raised, one, "gateway", {}});
    REQUIRE(raised);
    CHECK(raised->action == audit::Action::alarm_raised);
    CHECK(raised->object == one.id + " high");
    CHECK(raised->rule == "spo2-low");
    CHECK(raised->subject == alarm::person(1));
    one.stage = 2;
    CHECK(event_of({Step::escalated, one, "gateway", {}})->object == one.id + " stage 2");
    CHECK(event_of({Step::ended, one, "gateway", "person_gone"})->object == one.id + " person_gone");
    CHECK(event_of({Step::acknowledged, one, "user:7", {}})->actor == "user:7");
    one.silent_until = alarm::at(0);
    CHECK(event_of({Step::silenced, one, "user:7", {}})->object ==
          one.id + " until 2026-11-23T18:36:40.000Z");
    CHECK_FALSE(event_of({Step::began, one, "gateway", {}}));
    CHECK_FALSE(event_of({Step::dropped, one, "gateway", {}}));
}

TEST_CASE("a step is committed under the person's key and opened again", "[change_maker]") {
    Bench bench;
    const auto one = raised_alarm(bench.person);
    const auto made = committed_form(settings(), {Step::raised, one, "gateway", {}}, alarm::at(1),
                                     *bench.vault, bench.technical_key);
    REQUIRE(made.notices.size() == 1);
    CHECK(made.notices.front() == store::AlarmNotice{one.id, 1, "ward", Step::raised, alarm::at(1)});
    CHECK(made.row.alarm.values.empty());
    CHECK(opened_form(made.row, *bench.vault, bench.technical_key) == one);
    const auto device = raised_alarm(std::nullopt);
    const auto technical = committed_form(settings(), {Step::raised, device, "gateway", {}}, alarm::at(1),
                                          *bench.vault, bench.technical_key);
    CHECK(opened_form(technical.row, *bench.vault, bench.technical_key) == device);
}

TEST_CASE("of an erased person nothing is opened, and nothing measured is written", "[change_maker]") {
    Bench bench;
    const auto one = raised_alarm(bench.person);
    const auto before = committed_form(settings(), {Step::raised, one, "gateway", {}}, alarm::at(1),
                                       *bench.vault, bench.technical_key);
    REQUIRE(bench.vault->erase(bench.person));
    CHECK_FALSE(opened_form(before.row, *bench.vault, bench.technical_key));
    const auto after = committed_form(settings(), {Step::ended, one, "gateway", "normal"}, alarm::at(1),
                                      *bench.vault, bench.technical_key);
    CHECK(after.row.sealed.empty());
}

}  // namespace edgeward::notification

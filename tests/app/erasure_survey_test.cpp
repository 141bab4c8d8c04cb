#include "erasure_survey.hpp"

#include <catch2/catch_test_macros.hpp>

#include "control_request.hpp"
#include "erasure_bench.hpp"

namespace edgeward::app {
namespace {

delivery::DestinationStatus destination(std::string name, model::Purpose purpose) {
    return {std::move(name), "fhir", model::IdentityLevel::pseudonymous, purpose, true, true, {}};
}

}  // namespace

TEST_CASE("what treatment waits for is said and what others wait for is not", "[erasure_survey]") {
    ReportSurvey survey;
    survey.deliveries["kis"] = {{store::DeliveryState::pending, 2},
                                {store::DeliveryState::again, 1},
                                {store::DeliveryState::parked, 1},
                                {store::DeliveryState::dead, 5},
                                {store::DeliveryState::delivered, 9}};
    survey.deliveries["research"] = {{store::DeliveryState::pending, 7}};
    survey.deliveries["gone"] = {{store::DeliveryState::dead, 1}};
    const std::vector all{destination("kis", model::Purpose::treatment),
                          destination("research", model::Purpose::research)};
    CHECK(undelivered(survey, all) == "gone: 0 waiting, 1 dead-lettered; kis: 4 waiting, 5 dead-lettered");
    survey.deliveries.erase("gone");
    survey.deliveries["kis"] = {{store::DeliveryState::delivered, 9}, {store::DeliveryState::filtered, 1}};
    CHECK(undelivered(survey, all).empty());
    CHECK(survey.waiting_at("nowhere") == 0);
}

TEST_CASE("messages in quarantine that name the person are found and others let be", "[erasure_survey]") {
    ErasureBench bench;
    bench.hold(2);
    const auto finder = bench.desk.vault->finder_of(bench.subject);
    REQUIRE(finder);
    const auto found =
        held_messages(*bench.desk.store.reader, bench.desk.quarantine_key, *finder, 0, Instant{});
    REQUIRE(found);
    CHECK(found->ids == std::vector<std::uint64_t>{1, 2});
    CHECK(found->cells.size() == 4);
    CHECK(found->looked_to == 3);
    const auto later =
        held_messages(*bench.desk.store.reader, bench.desk.quarantine_key, *finder, 1, Instant{});
    CHECK(later->ids == std::vector<std::uint64_t>{2});
    const crypto::SealingKey other(crypto::random_key());
    CHECK_FALSE(held_messages(*bench.desk.store.reader, other, *finder, 0, Instant{}));
}

TEST_CASE("the audit log tells where data went and what an erasure took", "[erasure_survey]") {
    ErasureBench bench;
    const auto event = [&](audit::Action action, std::string actor, std::uint64_t count, bool theirs,
                           std::string rule = {}, std::string object = {}) {
        audit::Event made;
        made.action = action;
        made.actor = std::move(actor);
        made.count = count;
        if (theirs) made.subject = bench.subject;
        made.rule = std::move(rule);
        made.object = std::move(object);
        REQUIRE(write_audit(*bench.desk.store.writer, made));
    };
    using audit::Action;
    event(Action::disclosed, "destination:kis", 3, true);
    event(Action::delivered, "destination:kis", 2, true);
    event(Action::delivered, "destination:kis", 50, false);
    event(Action::disclosed, "destination:research", 1, true);
    event(Action::reports_removed, "gateway", 4, false, "erasure request 1");
    event(Action::reports_removed, "gateway", 5, false, "erasure request 11");
    event(Action::deliveries_erased, "destination:kis", 1, false, "erasure request 1");
    event(Action::deliveries_erased, "destination:kis", 1, true, "erased");
    event(Action::quarantine_erased, "gateway", 2, false, {}, "device monitor-1 request 1");
    event(Action::quarantine_erased, "gateway", 9, false, {}, "request 11");
    event(Action::alarm_ended, "gateway", 3, false, "erasure request 1", "alarms erased");
    event(Action::alarm_ended, "gateway", 1, true, "spo2-low", "7 normal");
    event(Action::alarm_told, "target:ward", 1, true, "treatment-may-be-pseudonymous", "7 1 raised");
    const auto evidence = erasure_evidence(*bench.desk.store.reader, {bench.subject}, 1);
    REQUIRE(evidence);
    REQUIRE(evidence->recipients.size() == 3);
    CHECK(evidence->recipients[0].destination == "alarm-target:ward");
    CHECK(evidence->recipients[0].delivered == 1);
    CHECK(evidence->recipients[1].destination == "kis");
    CHECK(evidence->recipients[1].disclosed == 3);
    CHECK(evidence->recipients[1].delivered == 2);
    CHECK(evidence->recipients[2].destination == "research");
    CHECK(evidence->recipients[2].delivered == 0);
    vault::ErasureCertificate counts;
    counts.erased = evidence->erased;
    CHECK(counts.counted("reports") == 4);
    CHECK(counts.counted("delivery kis") == 2);
    CHECK(counts.counted("held-messages") == 2);
    CHECK(counts.counted("alarms") == 3);
}

}  // namespace edgeward::app

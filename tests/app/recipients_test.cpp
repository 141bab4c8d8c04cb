#include "recipients.hpp"

#include <catch2/catch_test_macros.hpp>

#include "delivery/ward.hpp"
#include "desk.hpp"

namespace edgeward::app {
namespace {

void disclose(Desk& desk, const model::Pseudonym& subject, const std::string& to, std::string object,
              std::uint64_t count = 1) {
    audit::Event event;
    event.actor = "destination:" + to;
    event.action = audit::Action::disclosed;
    event.subject = subject;
    event.object = std::move(object);
    event.count = count;
    REQUIRE(
        desk.store.writer->run([&](store::ObservationStore& store) { return store.append_audit(event); }));
}

}  // namespace

TEST_CASE("recipients are those the log has, with purpose, count and times", "[recipients]") {
    Desk desk;
    const auto one = desk.vault->subject_of({"4711", "KIS", "MR"})->pseudonym;
    const auto two = desk.vault->subject_of({"0815", "KIS", "MR"})->pseudonym;
    disclose(desk, one, "hub", "pseudonymous research consent", 3);
    disclose(desk, one, "hub", "pseudonymous research consent", 4);
    disclose(desk, one, "kis", "identified treatment art9-2h");
    disclose(desk, two, "other", "pseudonymous research consent");
    const auto research = recipients_of(*desk.store.reader, {one}, {}, model::Purpose::research);
    REQUIRE(research);
    REQUIRE(research->size() == 1);
    CHECK(research->front().destination == "hub");
    CHECK(research->front().reports == 7);
    CHECK(research->front().first <= research->front().last);
    CHECK(research->front().legal_bases == std::set<std::string>{"consent"});
    CHECK(recipients_of(*desk.store.reader, {one}, {}, std::nullopt)->size() == 2);
    CHECK(recipients_of(*desk.store.reader, {one, two}, {}, std::nullopt)->size() == 3);
    CHECK(recipients_of(*desk.store.reader, {}, {}, std::nullopt)->empty());
}

TEST_CASE("targets that were told of alarms are recipients, those that were not are none", "[recipients]") {
    Desk desk;
    const auto one = desk.vault->subject_of({"4711", "KIS", "MR"})->pseudonym;
    const auto tell = [&](const char* target, audit::Outcome outcome) {
        audit::Event event;
        event.actor = std::string("target:") + target;
        event.action = audit::Action::alarm_told;
        event.subject = one;
        event.object = "7eed79ac-d3ab-88f8-964e-e652c182f483 1 raised pseudonymous treatment art9-2h";
        event.outcome = outcome;
        REQUIRE(desk.store.writer->run(
            [&](store::ObservationStore& store) { return store.append_audit(event); }));
    };
    tell("ward", audit::Outcome::success);
    tell("ward", audit::Outcome::success);
    tell("head", audit::Outcome::denied);
    const auto found = recipients_of(*desk.store.reader, {one}, {}, model::Purpose::treatment);
    REQUIRE(found);
    REQUIRE(found->size() == 1);
    CHECK(found->front().destination == "alarm target ward");
    CHECK(found->front().reports == 2);
    CHECK(found->front().levels == std::set<std::string>{"pseudonymous"});
    CHECK(found->front().legal_bases == std::set<std::string>{"art9-2h"});
}

TEST_CASE("a record without a purpose has that of the configuration or belongs to all", "[recipients]") {
    Desk desk;
    const auto one = desk.vault->subject_of({"4711", "KIS", "MR"})->pseudonym;
    disclose(desk, one, "hub", "pseudonymous");
    disclose(desk, one, "gone", "pseudonymous");
    const auto asked = [&](model::Purpose purpose) {
        std::vector<std::string> names;
        const auto found = recipients_of(*desk.store.reader, {one}, {delivery::research("hub")}, purpose);
        REQUIRE(found);
        for (const auto& each : *found)
            names.push_back(each.destination);
        return names;
    };
    CHECK(asked(model::Purpose::research) == std::vector<std::string>{"gone", "hub"});
    CHECK(asked(model::Purpose::quality) == std::vector<std::string>{"gone"});
}

TEST_CASE("what was acknowledged is counted beside what was opened", "[recipients]") {
    Desk desk;
    delivery::DeliveryPlan plan;
    plan.destinations = {delivery::kis("hub")};
    std::get<delivery::Hl7Form>(plan.destinations[0].form).message.authorities["KIS"] = {"KIS", {}, {}};
    plan.devices = device::DeviceRegistry(Desk::devices());
    plan.policy = support::shipped_policy();
    REQUIRE(desk.delivery.apply(std::move(plan)));
    desk.pipeline.replace(Desk::catalogue("flat"));
    desk.take_in(R"({"t":"2026-11-23T12:00:00Z","p":"4711","hr":62})");
    desk.delivery.wake();
    REQUIRE(support::eventually(
        [&] { return desk.store.reader->destination_books()->at("hub").delivered == 1; }));
    const auto one = desk.vault->subject_of({"4711", "KIS", "MR"})->pseudonym;
    const auto found = recipients_of(*desk.store.reader, {one}, desk.delivery.destinations(), std::nullopt);
    REQUIRE(found);
    REQUIRE(found->size() == 1);
    CHECK(found->front().reports == 1);
    CHECK(found->front().acknowledged.reports == 1);
    const auto told = json_of(found->front());
    CHECK(told.at("purposes") == nlohmann::json{"treatment"});
    CHECK(told.at("acknowledged").at("first") == told.at("acknowledged").at("last"));
}

}  // namespace edgeward::app

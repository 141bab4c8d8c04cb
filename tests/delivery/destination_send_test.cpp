// What is done with each answer of a peer: src/delivery/destination_send.cpp.

#include <algorithm>
#include <atomic>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "destination_flow.hpp"
#include "ward.hpp"

using namespace edgeward;
using namespace edgeward::delivery;
using support::eventually;

namespace {

FakePeer::Judge refuse_value(std::string value, ErrorKind kind, bool message_only) {
    return [value = std::move(value), kind, message_only](const transport::OutboundMessage& message) {
        return message.body.find("|" + value + "|") == std::string::npos
                   ? transport::Outcome{}
                   : refuse(kind, message_only, "the peer's own words");
    };
}

bool waits_for_cases(Ward& ward, int persons) {
    const std::string line =
        "edgeward_delivery_unknown_cases{destination=\"kis\"} " + std::to_string(persons) + "\n";
    return eventually([&] { return ward.metrics.expose().find(line) != std::string::npos; });
}

}  // namespace

TEST_CASE("a message the peer rejects becomes a dead letter and the next one goes on", "[destination_send]") {
    Ward ward;
    ward.peer("kis").set_judge(refuse_value("61", ErrorKind::rejected, true));
    ward.apply({kis()});
    for (const char* value : {"60", "61", "62"})
        ward.measure("4711", value);
    REQUIRE(ward.delivered("kis", 2));
    REQUIRE(eventually([&] { return ward.book("kis").dead == 1; }));
    const auto letters = ward.store.reader->dead_letters("kis", 10);
    REQUIRE(letters->size() == 1);
    const auto subject = ward.vault->subject_of({"4711", "KIS", "MR"});
    CHECK(*store::open_foreign(letters->front().sealed_foreign, *subject->data_key) ==
          "the peer's own words");
}

TEST_CASE("what waits of a person who is erased ends as erased and the others go on", "[destination_send]") {
    const bool forgotten = GENERATE(false, true);  // is the service told, or does it find out by itself?
    Ward ward;
    FakePeer& peer = ward.peer("kis");
    peer.set_judge([](const auto&) { return refuse(ErrorKind::unavailable, false, ""); });
    ward.apply({kis()});
    for (const char* value : {"60", "61"})
        ward.measure("4711", value);
    ward.measure("4712", "70");
    REQUIRE(eventually([&] { return !peer.messages().empty(); }));
    const auto gone = ward.vault->subject_of({"4711", "KIS", "MR"})->pseudonym;
    REQUIRE(ward.vault->erase(gone));
    if (forgotten) ward.service.forget({gone});
    peer.set_judge([](const auto&) { return transport::Outcome{}; });
    REQUIRE(ward.delivered("kis", 1));
    REQUIRE(eventually([&] { return ward.book("kis").erased == 2; }));
    CHECK(ward.book("kis").dead == 0);
    CHECK(ward.book("kis").balances());
    CHECK(value_in(peer.messages().back().body) == "70");
    ward.measure("4712", "71");
    REQUIRE(ward.delivered("kis", 2));
}

TEST_CASE("a dead letter that is retried is delivered with the same identifier", "[destination_send]") {
    Ward ward;
    FakePeer& peer = ward.peer("kis");
    peer.set_judge(refuse_value("61", ErrorKind::rejected, true));
    ward.apply({kis()});
    for (const char* value : {"60", "61", "62"})
        ward.measure("4711", value);
    REQUIRE(eventually([&] { return ward.book("kis").dead == 1 && ward.book("kis").delivered == 2; }));
    peer.set_judge([](const auto&) { return transport::Outcome{}; });
    REQUIRE(ward.store.writer->run([](store::ObservationStore& store) -> Result<void> {
        const auto retried = store.retry("kis", {}, "user:0");
        if (!retried) return failure(retried.error());
        return {};
    }));
    ward.service.claim_again("kis");
    REQUIRE(ward.delivered("kis", 3));
    const auto messages = peer.messages();
    REQUIRE(messages.size() == 4);
    CHECK(value_in(messages.back().body) == "61");
    CHECK(messages.back().identifier == messages.at(1).identifier);
}

TEST_CASE("a message the peer will not take now holds back its own person only", "[destination_send]") {
    Ward ward;
    FakePeer& peer = ward.peer("kis");
    peer.set_judge(refuse_value("61", ErrorKind::unavailable, true));
    ward.apply({kis()});
    ward.measure("a", "61");
    ward.measure("a", "62");
    for (int i = 0; i < 10; ++i)
        ward.measure("b", std::to_string(70 + i));
    REQUIRE(ward.delivered("kis", 10));
    CHECK(eventually([&] { return ward.book("kis").parked >= 1; }));
    peer.set_judge([](const auto&) { return transport::Outcome{}; });
    REQUIRE(ward.delivered("kis", 12));
    const auto values = values_in(peer.messages());
    const auto last_61 = std::find(values.rbegin(), values.rend(), "61");
    const auto first_62 = std::find(values.begin(), values.end(), "62");
    CHECK(last_61.base() <= first_62);  // its person's order held
}

TEST_CASE("a message refused too often becomes a dead letter and frees its person", "[destination_send]") {
    Ward ward;
    ward.peer("kis").set_judge(refuse_value("61", ErrorKind::unavailable, true));
    auto settings = kis();
    settings.attempts = 3;
    ward.apply({settings});
    ward.measure("a", "61");
    ward.measure("a", "62");
    REQUIRE(ward.delivered("kis", 1));
    CHECK(ward.book("kis").dead == 1);
    CHECK(ward.store.reader->dead_letters("kis", 1)->front().reason == "attempts_exhausted");
}

TEST_CASE("a report waits for a patient the peer does not know yet and for no number of attempts",
          "[destination_send]") {
    Ward ward;
    FakePeer& peer = ward.peer("kis");
    peer.set_judge([](const transport::OutboundMessage& message) {
        auto outcome = refuse_value("61", ErrorKind::unavailable, true)(message);
        if (!outcome) outcome.error().unknown_case = true;
        return outcome;
    });
    auto settings = kis();
    settings.attempts = 2;
    ward.apply({settings});
    ward.measure("a", "61");
    ward.measure("a", "62");
    ward.measure("b", "70");
    REQUIRE(ward.delivered("kis", 1));  // other persons' reports go on
    REQUIRE(eventually([&] { return peer.count() > 8; }));
    CHECK(waits_for_cases(ward, 1));
    CHECK(ward.book("kis").dead == 0);
    peer.set_judge([](const auto&) { return transport::Outcome{}; });
    REQUIRE(ward.delivered("kis", 3));
    CHECK(values_in(peer.messages()).back() == "62");  // in order
    CHECK(waits_for_cases(ward, 0));
}

TEST_CASE("waiting for a patient ends when the patience does", "[destination_send]") {
    Ward ward;
    ward.peer("kis").set_judge([](const auto&) {
        auto outcome = refuse(ErrorKind::unavailable, true);
        outcome.error().unknown_case = true;
        return outcome;
    });
    auto settings = kis();
    settings.case_patience = std::chrono::milliseconds(50);
    ward.apply({settings});
    ward.measure("a", "61");
    REQUIRE(eventually([&] { return ward.book("kis").dead == 1; }));
    CHECK(ward.store.reader->dead_letters("kis", 1)->front().reason == "unknown_case");
}

// ISiK Basismodul 4.0: the case is found by its number, so a report without one would only be refused.
TEST_CASE("a report for a case waits until a visit of its person is known", "[destination_send]") {
    Ward ward;
    FakePeer& peer = ward.peer("kis");
    auto settings = kis();
    FhirForm form;
    form.bundle.profiles = fhir::ProfileSet::isik;
    form.bundle.form = fhir::BundleForm::isik_report;
    form.bundle.device_system = "urn:test:device";
    form.bundle.account_system = "urn:test:case";
    form.bundle.authorities["KIS"] = {"urn:test:patient", "MR"};
    settings.form = form;
    settings.attempts = 2;
    ward.apply({settings});
    ward.measure("a", "61");
    REQUIRE(waits_for_cases(ward, 1));
    CHECK(peer.count() == 0);
    model::Identity person;
    person.identifiers = {{"a", "KIS", "MR"}};
    person.family = "Quittenbaum";
    person.visit_number = "F-99";
    REQUIRE(ward.vault->admit(person, "user:0"));
    REQUIRE(ward.delivered("kis", 1));
    CHECK(peer.messages().front().body.find("\"F-99\"") != std::string::npos);
}

TEST_CASE("silence is blamed on a message only when others were answered", "[destination_send]") {
    Ward ward;
    FakePeer& peer = ward.peer("kis");
    peer.concurrency = 1;
    peer.set_judge([](const auto&) { return refuse(ErrorKind::ambiguous); });
    auto settings = kis();
    settings.attempts = 2;
    ward.apply({settings});
    ward.measure("a", "61");
    ward.measure("b", "70");
    REQUIRE(eventually([&] { return peer.count() > 12; }));
    CHECK(ward.book("kis").dead == 0);  // nobody is answered: the peer is away
    peer.set_judge(refuse_value("61", ErrorKind::ambiguous, false));
    REQUIRE(ward.delivered("kis", 1));
    REQUIRE(eventually([&] { return ward.book("kis").dead == 1; }));
}

TEST_CASE("one bad report of a bundle suffers alone", "[destination_send]") {
    Ward ward;
    FakePeer& peer = ward.peer("kis");
    peer.concurrency = 1;
    peer.reports_per_message = 50;
    // FHIR, so that several reports share a message.
    auto settings = kis();
    FhirForm form;
    form.bundle.device_system = "urn:test:device";
    form.bundle.authorities["KIS"] = {"urn:test:patient", "MR"};
    settings.form = form;
    peer.set_judge([](const transport::OutboundMessage& message) {
        return message.body.find("\"value\":61,") == std::string::npos ? transport::Outcome{}
                                                                       : refuse(ErrorKind::rejected);
    });
    for (int i = 0; i < 10; ++i)
        ward.measure(std::to_string(i), std::to_string(60 + i));
    ward.apply({settings});
    for (int i = 0; i < 10; ++i)
        ward.measure(std::to_string(i), std::to_string(60 + i));
    REQUIRE(eventually([&] {
        return ward.book("kis").delivered + ward.book("kis").dead == ward.book("kis").offered &&
               ward.book("kis").offered > 0;
    }));
    CHECK(ward.book("kis").dead == ward.book("kis").offered / 10);
}

TEST_CASE("a peer that refuses message after message pauses the destination and makes no dead letter",
          "[destination_send]") {
    Ward ward;
    FakePeer& peer = ward.peer("kis");
    peer.reports_per_message = GENERATE(1U, 50U);
    peer.set_judge([](const auto&) { return refuse(ErrorKind::misconfigured, true); });
    auto settings = kis();
    settings.attempts = 2;
    ward.apply({settings});
    for (int i = 0; i < 6; ++i)
        ward.measure(std::to_string(i), std::to_string(60 + i));
    REQUIRE(eventually([&] { return peer.count() >= 30; }));
    CHECK(ward.book("kis").dead == 0);
    CHECK(ward.book("kis").pending == 6);
    CHECK_FALSE(ward.service.status().front().answering);
    CHECK(ward.service.status().front().trouble == "refused by the test");
    peer.set_judge([](const auto&) { return transport::Outcome{}; });
    CHECK(ward.delivered("kis", 6));
    CHECK(ward.service.status().front().answering);
}

TEST_CASE("one message refused as if all were becomes a dead letter once others were taken",
          "[destination_send]") {
    Ward ward;
    FakePeer& peer = ward.peer("kis");
    peer.concurrency = GENERATE(1U, 2U);
    peer.set_judge(refuse_value("61", ErrorKind::misconfigured, true));
    ward.apply({kis()});
    ward.measure("a", "61");
    ward.measure("a", "62");
    for (int i = 0; i < 10; ++i)
        ward.measure("b", std::to_string(70 + i));
    REQUIRE(ward.delivered("kis", 11));
    CHECK(ward.book("kis").dead == 1);
    CHECK(ward.store.reader->dead_letters("kis", 1)->front().reason == "refused by the test");
    CHECK(ward.service.status().front().answering);
}

TEST_CASE("messages that fail together pause their destination once", "[destination_send]") {
    Ward ward;
    FakePeer& peer = ward.peer("kis");
    peer.concurrency = 16;
    std::atomic<int> failing = 16;
    peer.set_judge(
        [&](const auto&) { return failing-- > 0 ? refuse(ErrorKind::ambiguous) : transport::Outcome{}; });
    DestinationSettings patient = kis();
    // Sixteen pauses in a row would be minutes.
    patient.backoff = {std::chrono::milliseconds(10), std::chrono::hours(1)};
    ward.apply({patient});
    ward.service.set_mode("kis", store::DestinationMode::paused);
    for (int i = 0; i < 16; ++i)
        ward.measure(std::to_string(i), "62");
    ward.service.set_mode("kis", store::DestinationMode::running);
    CHECK(ward.delivered("kis", 16));
}

TEST_CASE("a peer that refuses us as such pauses the destination and loses nothing", "[destination_send]") {
    Ward ward;
    FakePeer& peer = ward.peer("kis");
    peer.set_judge([](const auto&) { return refuse(ErrorKind::misconfigured); });
    ward.apply({kis()});
    ward.measure("4711", "62");
    REQUIRE(eventually([&] { return peer.count() >= 2; }));
    CHECK(ward.book("kis").dead == 0);
    CHECK(ward.book("kis").pending == 1);
    peer.set_judge([](const auto&) { return transport::Outcome{}; });
    CHECK(ward.delivered("kis", 1));
}

namespace {

// Takes the reports back, for nobody, as a late movement does.
void take_back(Ward& ward, const std::vector<std::uint64_t>& reports) {
    std::vector<store::Reassignment> all;
    for (const auto number : reports) {
        const auto row = ward.store.reader->report(number).value();
        const auto subject = ward.vault->subject(*row.subject).value();
        auto report = store::open_report(row, *subject->data_key).value();
        report.takes_back = number;
        store::Inbound held;
        held.device = row.device;
        held.received = row.received;
        held.fate = store::Quarantined{"no_association", {}, Bytes(20, 1), Bytes(20, 2)};
        all.push_back({number, store::seal_report(report, *subject->data_key), held});
    }
    REQUIRE(ward.store.writer->run([&](store::ObservationStore& store) -> Result<void> {
        auto done = store.reassign(all);
        if (!done) return failure(std::move(done.error()));
        return {};
    }));
    ward.service.drop(reports);
    ward.service.wake();
}

}  // namespace

TEST_CASE("a report taken back while it waits in memory is not sent", "[destination_send]") {
    Ward ward;
    FakePeer& peer = ward.peer("kis");
    peer.concurrency = 1;
    std::atomic<bool> away{true};
    peer.set_judge([&](const auto&) { return away ? refuse(ErrorKind::unavailable) : transport::Outcome{}; });
    ward.apply({kis()});
    ward.measure("a", "61");
    REQUIRE(eventually([&] { return peer.count() > 0; }));
    for (const char* value : {"62", "63"})
        ward.measure("a", value);
    REQUIRE(eventually([&] { return ward.book("kis").pending == 3; }));
    take_back(ward, {1, 3});
    const std::size_t before = peer.count();
    away = false;
    // 1 was tried and may be there: what takes it back is sent. 3 was not, and nothing of it is.
    REQUIRE(eventually([&] { return ward.book("kis").pending == 0; }));
    CHECK(ward.book("kis").filtered == 2);
    const auto values = values_in([&] {
        auto all = peer.messages();
        all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(before));
        return all;
    }());
    CHECK(std::count(values.begin(), values.end(), "63") == 0);
    CHECK(std::count(values.begin(), values.end(), "62") == 1);
    CHECK(std::count(values.begin(), values.end(), "61") >= 1);
    CHECK(peer.messages().back().body.find("|W|") != std::string::npos);
}

// Everything waits in memory, examined and recorded, when the consent is withdrawn.
TEST_CASE("a withdrawal stops what was prepared and not sent", "[destination_send]") {
    Ward ward;
    FakePeer& peer = ward.peer("research");
    const auto reports_per_message = GENERATE(std::size_t{1}, std::size_t{50});
    peer.reports_per_message = reports_per_message;
    peer.concurrency = 1;
    std::atomic<bool> away = true;
    const Instant now = system_clock().now();
    const auto say = [&](const std::string& patient, bool given) {
        return ward.vault
            ->set_consent(
                {patient, "KIS", "MR"},
                {model::Purpose::research, given, given ? Instant{} : now, now + std::chrono::hours(1)},
                "user:1")
            .has_value();
    };
    REQUIRE(say("4711", true));
    REQUIRE(say("0815", true));
    // Withdrawn while the one message that has left is refused: whatever leaves later was looked at after it.
    std::atomic<bool> withdraw = false;
    bool withdrawn = false;
    std::size_t before = 0;
    peer.set_judge([&](const auto&) -> transport::Outcome {
        if (!away) return {};
        if (withdraw) {
            withdrawn = say("4711", false);
            before = peer.seen.size();
            away = false;
        }
        return refuse(ErrorKind::unavailable);
    });
    ward.apply({research()});
    for (int i = 0; i < 20; ++i) {
        ward.measure("4711", std::to_string(100 + i));
        ward.measure("0815", std::to_string(200 + i));
    }
    const auto disclosed = [&] {
        std::uint64_t count = 0;
        REQUIRE(ward.store.reader->export_audit(
            1, 1000,
            [&](const audit::Record& record) {
                if (record.event.action == audit::Action::disclosed) count += record.event.count;
            },
            [](std::string_view) {}));
        return count;
    };
    REQUIRE(eventually([&] { return disclosed() == 40; }));
    withdraw = true;
    REQUIRE(eventually([&] { return !away; }));
    CHECK(withdrawn);
    REQUIRE(ward.delivered("research", 20));
    REQUIRE(eventually([&] { return ward.book("research").filtered == 20; }));
    const auto book = ward.book("research");
    CHECK(book.offered == 40);
    CHECK(book.pending == 0);
    const auto messages = peer.messages();
    std::string sent;
    for (auto message = messages.begin() + static_cast<std::ptrdiff_t>(before); message != messages.end();
         ++message)
        sent += message->body;
    for (int i = 0; i < 20; ++i) {
        CHECK(sent.find("|" + std::to_string(100 + i) + "|") == std::string::npos);
        // An HL7 message has one report, the rest of a batch is only counted.
        if (reports_per_message == 1)
            CHECK(sent.find("|" + std::to_string(200 + i) + "|") != std::string::npos);
    }
}

#include <edgeward/pipeline/movement_desk.hpp>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <edgeward/hl7/ack.hpp>

#include "bedside.hpp"

namespace edgeward::pipeline {
namespace {

using vault::MovementKind;

const AdtSender sender{"kis", "KIS", {}, "Europe/Berlin"};

std::string adt(std::string_view trigger, std::string_view bed, std::string_view more = {},
                std::string_view control_id = "1", std::string_view patient = "4711") {
    std::string message = "MSH|^~\\&|ORBIS|KH|EDGEWARD|KH|20261123190000||ADT^";
    message.append(trigger).append("|").append(control_id).append("|P|2.5|||NE|NE||8859/1\r");
    message.append("EVN||20261123190000||||20261123194800\rPID|1||").append(patient).append("\r");
    message.append("PV1|1|I|").append(bed).append(std::string(16, '|')).append("V1\r").append(more);
    return message;
}

struct Desk : Bedside {
    Desk() {
        authorities["KIS"] = {"KIS", "1.2.3", "ISO"};
        desk.emplace(
            std::vector{sender}, authorities,
            MovementDesk::Parts{[this](const vault::MovementMessage& message, std::string_view actor) {
                                    actors.emplace_back(actor);
                                    return vault.move(message, actor);
                                },
                                [this] { ++moved; }, system_clock(), metrics, [] { return "UTC"; }});
    }
    hl7::Acknowledgement tell(const std::string& message) {
        const auto answer = desk->answer("kis", message);
        REQUIRE(answer);
        return hl7::parse_acknowledgement(*answer).value();
    }
    std::map<std::string, hl7::Designator, std::less<>> authorities;
    metrics::Registry metrics;
    std::vector<std::string> actors;
    int moved = 0;
    std::optional<MovementDesk> desk;
};

using enum hl7::AcknowledgementCode;

std::optional<vault::MovementMessage> meant(const std::string& message) {
    hl7::AdtReading reading{"Europe/Berlin", "KIS", {}, {}};
    const auto read = hl7::read_adt(message, reading);
    REQUIRE(read);
    auto made = movements_of(*read, sender, noon);
    REQUIRE(made);
    return *std::move(made);
}

TEST_CASE("what is accepted is in the vault", "[movement_desk]") {
    Desk desk;
    const auto answer = desk.tell(adt("A01", "ICU^1^07"));
    CHECK(answer.code == application_accept);
    CHECK(answer.control_id == "1");
    // 19:48 in Berlin is noon of this test.
    CHECK_FALSE(desk.real_vault->subject_at("m", noon - std::chrono::seconds(1), "ICU^1^07").value());
    CHECK(desk.real_vault->subject_at("m", noon, "ICU^1^07").value());
    CHECK(desk.moved == 1);
    CHECK(desk.actors == std::vector<std::string>{"sender:kis"});
    CHECK(desk.real_vault->unrecorded_change().value()->event.object == "A01 kis");
}

TEST_CASE("the same message is answered the same way and changes nothing", "[movement_desk]") {
    Desk desk;
    const auto message = adt("A01", "ICU^1^07");
    const auto first = desk.desk->answer("kis", message);
    REQUIRE(desk.tell(adt("A02", "ICU^1^08", {}, "2")).code == application_accept);
    const auto second = desk.desk->answer("kis", message);
    REQUIRE(first);
    REQUIRE(second);
    CHECK(first->substr(first->find("|EW")) == second->substr(second->find("|EW")));
    CHECK(desk.moved == 2);
    CHECK(desk.metrics.expose().find("edgeward_adt_messages_total{outcome=\"repeated\",sender=\"kis\"} 1") !=
          std::string::npos);
}

TEST_CASE("what is not committed is not accepted and taken when it comes again", "[movement_desk]") {
    Desk desk;
    desk.vault.fail_with(Error{ErrorKind::exhausted, "disk full"});
    const auto refused = desk.tell(adt("A01", "ICU^1^07"));
    CHECK(refused.code == application_reject);
    CHECK(refused.error == 207);
    CHECK(desk.moved == 0);
    desk.vault.fail_with(std::nullopt);
    CHECK(desk.tell(adt("A01", "ICU^1^07")).code == application_accept);
}

TEST_CASE("a contradiction is refused with its place", "[movement_desk]") {
    Desk desk;
    CHECK(desk.tell(adt("A13", "ICU^1^07")).error == 204);
    REQUIRE(desk.tell(adt("A01", "ICU^1^07", {}, "2")).code == application_accept);
    const auto stranger = desk.tell(adt("A02", "ICU^1^08", {}, "3", "other"));
    CHECK(stranger.code == application_error);
    CHECK(stranger.error == 205);
    CHECK(desk.tell("MSH|^~\\&|A|B|C|D|20261123||ORU^R01|9|P|2.5\r").error == 200);
    CHECK(desk.tell(adt("A02", "", {}, "4")).error == 101);
}

TEST_CASE("an event that means nothing here is accepted", "[movement_desk]") {
    Desk desk;
    CHECK(desk.tell(adt("A60", "ICU^1^07")).code == application_accept);
    CHECK(*desk.real_vault->count_persons() == 0);
    CHECK(desk.moved == 0);
}

TEST_CASE("octets that are no message are answered too", "[movement_desk]") {
    Desk desk;
    const auto answer = desk.tell("garbage");
    CHECK(answer.code == application_error);
    CHECK(answer.control_id.empty());
}

TEST_CASE("events become movements", "[movement_desk]") {
    struct Row {
        const char* trigger;
        const char* bed;
        MovementKind kind;
    };
    const auto row = GENERATE(
        Row{"A01", "A^1^2", MovementKind::arrival}, Row{"A04", "A^1^2", MovementKind::arrival},
        Row{"A04", "", MovementKind::demographics}, Row{"A05", "A^1^2", MovementKind::demographics},
        Row{"A02", "A^1^2", MovementKind::transfer}, Row{"A03", "A^1^2", MovementKind::departure},
        Row{"A06", "A^1^2", MovementKind::transfer}, Row{"A07", "", MovementKind::demographics},
        Row{"A08", "A^1^2", MovementKind::demographics}, Row{"A11", "A^1^2", MovementKind::arrival_cancelled},
        Row{"A12", "A^1^2", MovementKind::transfer_cancelled},
        Row{"A13", "A^1^2", MovementKind::departure_cancelled});
    CAPTURE(row.trigger, row.bed);
    const auto made = meant(adt(row.trigger, row.bed));
    REQUIRE(made);
    CHECK(made->scope == "KIS");
    CHECK(made->word == std::string(row.trigger) + " kis");
    REQUIRE(made->movements.size() == 1);
    const auto& movement = made->movements.front();
    CHECK(movement.kind == row.kind);
    CHECK(movement.bed == row.bed);
    CHECK(movement.happened == noon);
    CHECK(movement.patient.visit_number == "V1");
}

TEST_CASE("a ZBE marks, corrects and cancels movements", "[movement_desk]") {
    struct Row {
        const char* trigger;
        const char* action;
        const char* original;
        MovementKind kind;
        bool marked;
        bool corrects;
    };
    const auto row = GENERATE(Row{"A02", "INSERT", "", MovementKind::transfer, true, false},
                              Row{"A02", "UPDATE", "", MovementKind::transfer, true, false},
                              Row{"A02", "CANCEL", "", MovementKind::cancellation, true, false},
                              Row{"A12", "CANCEL", "", MovementKind::transfer_cancelled, true, false},
                              Row{"A12", "INSERT", "", MovementKind::transfer_cancelled, false, false},
                              Row{"A08", "INSERT", "", MovementKind::demographics, false, false},
                              Row{"A08", "UPDATE", "", MovementKind::demographics, true, true},
                              Row{"Z99", "UPDATE", "A01", MovementKind::arrival, true, false},
                              Row{"Z99", "UPDATE", "", MovementKind::demographics, true, true},
                              Row{"Z99", "DELETE", "A01", MovementKind::cancellation, true, false});
    CAPTURE(row.trigger, row.action);
    const auto made =
        meant(adt(row.trigger, "A^1^2",
                  std::string("ZBE|m1|20261123194800||") + row.action + "|N|" + row.original + "\r"));
    REQUIRE(made);
    const auto& movement = made->movements.front();
    CHECK(movement.kind == row.kind);
    CHECK(movement.mark == (row.marked ? "m1" : ""));
    CHECK(movement.corrects == row.corrects);
}

TEST_CASE("a bed of another facility keeps its name apart", "[movement_desk]") {
    hl7::AdtMessage message;
    message.event = hl7::AdtEvent::admit;
    message.trigger = "A01";
    message.occurred = message.recorded = ZonedTime{};
    message.groups.emplace_back().place = {"ICU", "1", "07"};
    CHECK((*movements_of(message, sender, {}))->movements.front().bed == "ICU^1^07");
    message.groups.front().other_facility = "KH2";
    CHECK((*movements_of(message, sender, {}))->movements.front().bed == "ICU^1^07^KH2");
}

TEST_CASE("senders are read with their authority, facility and zone", "[movement_desk]") {
    auto document = config::Document::parse(
        "[[adt.sender]]\nname = \"kis\"\nauthority = \"KIS\"\nfacility = \"KH\"\nzone = \"Europe/Vienna\"\n"
        "[[adt.sender]]\nname = \"b\"\nzone = \"Nowhere\"\n",
        "gateway.toml");
    const auto senders = read_adt_senders(document.root().table("adt"));
    REQUIRE(senders.size() == 2);
    CHECK(senders[0].authority == "KIS");
    CHECK(senders[0].facility == "KH");
    CHECK(senders[0].zone == "Europe/Vienna");
    REQUIRE(document.problems().size() == 2);
    CHECK(document.problems()[0].to_string().find("authority") != std::string::npos);
    CHECK(document.problems()[1].to_string().find("zone") != std::string::npos);
}

}  // namespace
}  // namespace edgeward::pipeline

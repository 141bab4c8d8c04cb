#include "syslog_message.hpp"

#include <catch2/catch_test_macros.hpp>

#include "house.hpp"

namespace edgeward::anchoring {
namespace {

const SyslogOrigin origin{"gateway.hospital.example", "42", 32473, {test_origin, {}}};

}  // namespace

// RFC 5424, 6: HEADER = PRI VERSION SP TIMESTAMP SP HOSTNAME SP APP-NAME SP PROCID SP MSGID, then
// STRUCTURED-DATA. IHE ITI-20: facility 10, severity 5 or 4, MSGID IHE+RFC-3881.
TEST_CASE("a record is an RFC 5424 message with its place in the log", "[syslog_message]") {
    auto trail = Trail::make(1);
    const auto& record = trail.records[0];
    const std::string head =
        "1 2023-11-14T22:13:21.000Z gateway.hospital.example edgeward 42 IHE+RFC-3881 "
        "[edgeward@32473 origin=\"" +
        test_origin + "\" sequence=\"1\" digest=\"" + to_hex(record.digest) + "\"] <AuditMessage>";
    CHECK(syslog_message(record, origin).starts_with("<85>" + head));
    auto denied = record;
    denied.event.outcome = audit::Outcome::denied;
    CHECK(syslog_message(denied, origin).starts_with("<84>" + head));
    auto nameless = origin;
    nameless.host.clear();
    CHECK(syslog_message(record, nameless).starts_with("<85>1 2023-11-14T22:13:21.000Z - edgeward 42 "));
}

TEST_CASE("a checkpoint travels as it was signed", "[syslog_message]") {
    const auto trail = Trail::make(10);
    const auto text = syslog_checkpoint(trail.notes.at(10), 10, second(5), origin);
    CHECK(
        text.starts_with("<85>1 2023-11-14T22:13:25.000Z gateway.hospital.example edgeward 42 CHECKPOINT "
                         "[edgeward@32473 origin=\"" +
                         test_origin + "\" size=\"10\" note=\""));
    const auto begin = text.find("note=\"") + 6;
    Bytes note;
    REQUIRE(from_base64(text.substr(begin, text.find('"', begin) - begin), note));
    CHECK(text_of(note) == trail.notes.at(10));
}

TEST_CASE("this process has a number and a name that stands in a message", "[syslog_message]") {
    const auto mine = syslog_origin(7, "site");
    CHECK(mine.process == std::to_string(::getpid()));
    CHECK(mine.enterprise_number == 7);
    CHECK(mine.source.site == "site");
    CHECK(mine.host.find(' ') == std::string::npos);
}

}  // namespace edgeward::anchoring

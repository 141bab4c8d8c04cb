#include <edgeward/audit/audit_message.hpp>
#include <edgeward/audit/hash_chain.hpp>

#include <catch2/catch_test_macros.hpp>

#include <fstream>

#include <edgeward/pseudonym/pseudonymizer.hpp>

#include "support/program.hpp"
#include "trail.hpp"

namespace edgeward::audit {
namespace {

const AuditSource source{test_origin, "hospital"};

Record record_of(Event event) {
    HashChain chain;
    return chain.append(Instant(std::chrono::milliseconds(1795459726123)), std::move(event)).value();
}

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

// The first record of the worked example in docs/audit-format.md, in the form of DICOM PS3.15, A.5.
TEST_CASE("a delivery to a destination is an export of a pseudonymous person's data", "[audit_message]") {
    Event event;
    event.actor = "destination:kis";
    event.action = Action::delivered;
    event.object = "reports 41-44";
    event.count = 4;
    Bytes octets;
    REQUIRE(from_hex("000102030405060708090a0b0c0d0e0f", octets));
    event.subject = pseudonym::recall(octets).value();
    const Record record = record_of(event);
    CHECK(audit_message(record, source) ==
          "<AuditMessage>"
          "<EventIdentification EventActionCode=\"R\" EventDateTime=\"2026-11-23T18:48:46.123Z\" "
          "EventOutcomeIndicator=\"0\">"
          "<EventID csd-code=\"110106\" codeSystemName=\"DCM\" originalText=\"Export\"/>"
          "<EventTypeCode csd-code=\"delivered\" codeSystemName=\"edgeward\" originalText=\"delivered\"/>"
          "</EventIdentification>"
          "<ActiveParticipant UserID=\"destination:kis\" UserIsRequestor=\"false\">"
          "<RoleIDCode csd-code=\"110152\" codeSystemName=\"DCM\" originalText=\"Destination Role ID\"/>"
          "</ActiveParticipant>"
          "<ActiveParticipant UserID=\"edgeward/00112233445566778899aabbccddeeff\" UserIsRequestor=\"true\">"
          "<RoleIDCode csd-code=\"110150\" codeSystemName=\"DCM\" originalText=\"Application\"/>"
          "</ActiveParticipant>"
          "<AuditSourceIdentification AuditEnterpriseSiteID=\"hospital\" "
          "AuditSourceID=\"edgeward/00112233445566778899aabbccddeeff\">"
          "<AuditSourceTypeCode csd-code=\"4\"/></AuditSourceIdentification>"
          "<ParticipantObjectIdentification ParticipantObjectID=\"000102030405060708090a0b0c0d0e0f\" "
          "ParticipantObjectTypeCode=\"1\" ParticipantObjectTypeCodeRole=\"1\">"
          "<ParticipantObjectIDTypeCode csd-code=\"2\" codeSystemName=\"RFC-3881\" originalText=\"Patient "
          "Number\"/>"
          "<ParticipantObjectName>pseudonym</ParticipantObjectName>"
          "<ParticipantObjectDescription><Anonymized>true</Anonymized></ParticipantObjectDescription>"
          "</ParticipantObjectIdentification>"
          "<ParticipantObjectIdentification ParticipantObjectID=\"1\" ParticipantObjectTypeCode=\"2\">"
          "<ParticipantObjectIDTypeCode csd-code=\"sequence\" codeSystemName=\"edgeward\" "
          "originalText=\"Sequence in the audit log\"/>"
          "<ParticipantObjectName>audit record</ParticipantObjectName>"
          // printf 'reports 41-44' | base64; printf 4 | base64
          "<ParticipantObjectDetail type=\"object\" value=\"cmVwb3J0cyA0MS00NA==\"/>"
          "<ParticipantObjectDetail type=\"count\" value=\"NA==\"/>"
          "<ParticipantObjectDetail type=\"canonical\" value=\"" +
              to_base64(record.octets) +
              "\"/>"
              "</ParticipantObjectIdentification>"
              "</AuditMessage>");
}

TEST_CASE("what was denied or failed says so and a broken glass is an emergency override",
          "[audit_message]") {
    Event event = event_of(1);
    event.actor = "user:1000";
    event.action = Action::access_denied;
    event.outcome = Outcome::denied;
    auto text = audit_message(record_of(event), source);
    CHECK(contains(text, "EventOutcomeIndicator=\"4\""));
    CHECK(contains(text, "<EventOutcomeDescription>denied</EventOutcomeDescription>"));
    CHECK(contains(text, "csd-code=\"110113\""));
    CHECK(contains(text, "<ActiveParticipant UserID=\"user:1000\" UserIsRequestor=\"true\"/>"));
    event.action = Action::glass_broken;
    event.outcome = Outcome::success;
    text = audit_message(record_of(event), source);
    CHECK(contains(text, "csd-code=\"110127\""));
    CHECK_FALSE(contains(text, "EventOutcomeDescription"));
}

TEST_CASE("a name from the configuration cannot break out of its place", "[audit_message]") {
    Event event = event_of(1);
    event.actor = "destination:a\"/><x y='&";
    const auto text = audit_message(record_of(event), source);
    CHECK(contains(text, "UserID=\"destination:a&quot;/&gt;&lt;x y=&apos;&amp;\""));
}

// audit_message.rng: the schema of DICOM PS3.15, A.5.1.1, held against by libxml2.
TEST_CASE("every action with every outcome is a valid DICOM audit message", "[audit_message][integration]") {
    const support::ScratchFolder folder;
    std::vector<std::string> command{"xmllint", "--noout", "--relaxng",
                                     EDGEWARD_SOURCE_DIR "/tests/audit/audit_message.rng"};
    for (int action = 1; action < 256; ++action) {
        if (name_of(static_cast<Action>(action)).empty()) continue;
        for (const Outcome outcome : {Outcome::success, Outcome::failure, Outcome::denied}) {
            for (const char* const actor : {"gateway", "destination:a\"<&>'", "device:d", "user:0"}) {
                Event event = event_of(static_cast<std::uint64_t>(action));
                event.action = static_cast<Action>(action);
                event.outcome = outcome;
                event.actor = actor;
                if (action % 2 == 0) event.subject = pseudonym::recall(Bytes(16, 0xA5)).value();
                if (action % 3 == 0) event.object.clear();
                const auto file = folder.path() / (std::to_string(command.size()) + ".xml");
                std::ofstream(file) << audit_message(record_of(event), source);
                command.push_back(file);
            }
        }
    }
    const auto broken = folder.path() / "broken.xml";
    std::ofstream(broken) << "<AuditMessage><EventIdentification/></AuditMessage>";
    support::Program negative({command[0], command[1], command[2], command[3], broken}, folder.path() / "no");
    CHECK(negative.wait() == 3);  // xmllint(1): validation error
    REQUIRE(command.size() > 600);
    support::Program validation(command, folder.path() / "all");
    CHECK(validation.wait() == 0);
}

}  // namespace edgeward::audit

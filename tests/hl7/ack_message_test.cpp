#include <edgeward/hl7/ack_message.hpp>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

using namespace edgeward;
using namespace edgeward::hl7;

namespace {

constexpr std::string_view incoming =
    "MSH|^~\\&|ORBIS^1.2.3^ISO|KH|EDGEWARD|ITS|20261125081501||ADT^A01|4711|P|2.5|||AL|NE\rPID|1||7\r";

AckEnvelope envelope() {
    return {"EW1", *parse_rfc3339("2026-11-25T08:15:02+01:00")};
}

MessageHeader header_with(std::string_view accept, std::string_view application) {
    MessageHeader header;
    header.accept_condition = accept;
    header.application_condition = application;
    return header;
}

}  // namespace

// HL7 v2.6 2.9.2 and 2.14: sender and receiver change places, MSA-2 is the message's MSH-10.
TEST_CASE("an acknowledgement goes back to the sender with the message's control id", "[ack_message]") {
    const auto header = read_header(incoming);
    REQUIRE(header);
    CHECK(header->type == "ADT");
    CHECK(header->trigger == "A01");
    CHECK(write_acknowledgement(*header, AcknowledgementCode::commit_accept, nullptr, envelope()) ==
          "MSH|^~\\&|EDGEWARD|ITS|ORBIS^1.2.3^ISO|KH|20261125081502+0100||ACK^A01^ACK|EW1|P|2.5\r"
          "MSA|CA|4711\r");
}

// HL7 v2.5.1 7.3.3: ORU^R30 is answered by ACK^R33; the order's numbers go back so that the sender can tie
// its result to them.
TEST_CASE("a point-of-care result is answered with the numbers of its order", "[ack_message]") {
    auto header = *read_header(incoming);
    header.trigger = "R30";
    auto with_order = envelope();
    with_order.placer_number = "P7";
    with_order.filler_number = "F7";
    const auto answer =
        write_acknowledgement(header, AcknowledgementCode::application_accept, nullptr, with_order);
    CHECK(answer.find("|ACK^R33^ACK|") != std::string::npos);
    CHECK(answer.ends_with("MSA|AA|4711\rORC|OK|P7|F7\r"));
    const MessageFault fault{100, "ORC", 0, 0, "expected exactly one order"};
    CHECK(write_acknowledgement(header, AcknowledgementCode::application_error, &fault, with_order)
              .find("\rORC") == std::string::npos);
}

TEST_CASE("a refusal says where and why in the form of its version", "[ack_message]") {
    const MessageFault fault{101, "PID", 3, 1, "expected an identifier of a configured authority"};
    auto header = *read_header(incoming);
    const auto since_2_5 =
        write_acknowledgement(header, AcknowledgementCode::commit_error, &fault, envelope());
    CHECK(
        since_2_5.ends_with("MSA|CE|4711\rERR||PID^1^3^1^1|101^Required field missing^HL70357|E||||"
                            "PID-3-1: expected an identifier of a configured authority\r"));
    header.version = "2.3.1";
    const auto before = write_acknowledgement(header, AcknowledgementCode::commit_error, &fault, envelope());
    CHECK(before.ends_with("MSA|CE|4711\rERR|PID^1^3^101&Required field missing&HL70357\r"));
}

TEST_CASE("our reader of answers understands our answers", "[ack_message]") {
    const MessageFault fault{207, {}, 0, 0, "try again"};
    const auto header = *read_header(incoming);
    const auto answer = parse_acknowledgement(
        write_acknowledgement(header, AcknowledgementCode::application_reject, &fault, envelope()));
    REQUIRE(answer);
    CHECK(answer->code == AcknowledgementCode::application_reject);
    CHECK(answer->control_id == "4711");
    CHECK(answer->error == 207);
    CHECK_FALSE(answer->in_header);
}

// HL7 v2.6 2.9.2.1 and table 0155.
TEST_CASE("the code is the one the sender asks for", "[ack_message]") {
    using enum AcknowledgementCode;
    struct Row {
        const char* accept;
        const char* application;
        std::optional<AcknowledgementCode> done;
        std::optional<AcknowledgementCode> wrong;
        std::optional<AcknowledgementCode> unsupported;
    };
    const auto row = GENERATE(Row{"", "", application_accept, application_error, application_reject},
                              Row{"AL", "NE", commit_accept, commit_error, commit_reject},
                              Row{"AL", "AL", commit_accept, commit_error, commit_reject},
                              Row{"ER", "NE", std::nullopt, commit_error, commit_reject},
                              Row{"SU", "NE", commit_accept, std::nullopt, std::nullopt},
                              Row{"NE", "AL", application_accept, application_error, application_reject},
                              Row{"NE", "ER", std::nullopt, application_error, application_reject},
                              Row{"NE", "SU", application_accept, std::nullopt, std::nullopt},
                              Row{"NE", "NE", application_accept, application_error, application_reject});
    CAPTURE(row.accept, row.application);
    const auto header = header_with(row.accept, row.application);
    const MessageFault wrong{204, "MRG", 1, 1, "expected"};
    const MessageFault unsupported{200, "MSH", 9, 1, "expected"};
    CHECK(answer_code(header, nullptr) == row.done);
    CHECK(answer_code(header, &wrong) == row.wrong);
    CHECK(answer_code(header, &unsupported) == row.unsupported);
}

TEST_CASE("foreign text in a header stays inside its field", "[ack_message]") {
    const auto header =
        read_header("MSH|^~\\&|A\\F\\B\\X0D\\MSA|\xC3\xA4|X|Y|20261125||ADT^A01|4\\R\\2|P|2.5|\r");
    REQUIRE(header);
    const auto answer =
        write_acknowledgement(*header, AcknowledgementCode::application_accept, nullptr, envelope());
    CHECK(answer ==
          "MSH|^~\\&|X|Y|A\\F\\B\\X0D\\MSA|\xC3\xA4|20261125081502+0100||ACK^A01^ACK|EW1|P|2.5||||||UNICODE "
          "UTF-8\r"
          "MSA|AA|4\\R\\2\r");
}

TEST_CASE("a header with texts beyond all measure keeps none of them", "[ack_message]") {
    const auto header =
        read_header("MSH|^~\\&|A|B|C|D|20261125||ADT^A01|" + std::string(300, 'x') + "|P|2.5\r");
    REQUIRE(header);
    CHECK(header->control_id.empty());
    CHECK_FALSE(read_header("PID|1"));
}

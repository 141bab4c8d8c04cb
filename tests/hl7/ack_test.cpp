#include <edgeward/hl7/ack.hpp>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

using namespace edgeward;
using namespace edgeward::hl7;

namespace {

std::string ack(std::string_view code, std::string_view rest = "") {
    return std::string("MSH|^~\\&|R|F|S|F|20261123194847||ACK|a1|P|2.6\rMSA|")
        .append(code)
        .append("|c-1\r")
        .append(rest);
}

Verdict verdict_on(std::string_view octets) {
    return classify(parse_acknowledgement(octets), "c-1");
}

}  // namespace

TEST_CASE("accept codes of both modes are accepted", "[ack]") {
    const std::string code = GENERATE("AA", "CA", "aa", " CA ");
    CHECK(verdict_on(ack(code)).accepted);
}

TEST_CASE("refusal codes lead to their next action", "[ack]") {
    struct Case {
        std::string code;
        std::string err;
        ErrorKind kind;
        bool message_only;
    };
    // Conditions of HL7 table 0357.
    const auto row = GENERATE(values<Case>({
        {"AE", "", ErrorKind::rejected, true},
        {"CE", "ERR||PID^1^3|101^Required field missing^HL70357|E\r", ErrorKind::rejected, true},
        {"CE", "ERR|||207^Application internal error^HL70357|E\r", ErrorKind::rejected, true},
        {"CE", "ERR||MSH^1^12|203^Unsupported version id^HL70357|E\r", ErrorKind::misconfigured, false},
        {"AE", "ERR||MSH^1^5|103^Table value not found^HL70357|E\r", ErrorKind::misconfigured, true},
        {"AR", "ERR||MSH^1^6^1^1|103^Table value not found^HL70357|E\r", ErrorKind::misconfigured, true},
        {"AE", "ERR|MSH^1^5^103&Table value not found&HL70357\r", ErrorKind::misconfigured, true},
        {"AE", "ERR||MSH^1^10|205^Duplicate key identifier^HL70357|E\r", ErrorKind::rejected, true},
        {"AE", "ERR||MSH^1^7|102^Data type error^HL70357|E\r", ErrorKind::rejected, true},
        // HL7 v2.6 2.9.2: rejected "for reasons unrelated to its content or format".
        {"AR", "", ErrorKind::misconfigured, true},
        {"CR", "", ErrorKind::misconfigured, true},
        {"AR", "ERR|||207^Application internal error^HL70357|E\r", ErrorKind::unavailable, true},
        {"CR", "ERR|||206^Application record locked^HL70357|E\r", ErrorKind::unavailable, true},
        {"CR", "ERR|||200^Unsupported message type^HL70357|E\r", ErrorKind::misconfigured, false},
        {"AR", "ERR|||201^Unsupported event code^HL70357|E\r", ErrorKind::misconfigured, false},
        {"AR", "ERR|||202^Unsupported processing id^HL70357|E\r", ErrorKind::misconfigured, false},
        {"CR", "ERR|||203^Unsupported version id^HL70357|E\r", ErrorKind::misconfigured, false},
        {"AR", "ERR|||204^Unknown key identifier^HL70357|E\r", ErrorKind::rejected, true},
        // Version 2.4 and before: ERR-1.4.1.
        {"AR", "ERR|PID^1^3^203&Unsupported version id&HL70357\r", ErrorKind::misconfigured, false},
    }));
    CAPTURE(row.code, row.err);
    const Verdict verdict = verdict_on(ack(row.code, row.err));
    CHECK_FALSE(verdict.accepted);
    CHECK(verdict.error.kind == row.kind);
    CHECK(verdict.message_only == row.message_only);
}

TEST_CASE("an answer for another message is ambiguous", "[ack]") {
    const Verdict verdict = classify(parse_acknowledgement(ack("AA")), "c-2");
    CHECK_FALSE(verdict.accepted);
    CHECK(verdict.error.kind == ErrorKind::ambiguous);
}

TEST_CASE("an answer that cannot be read is ambiguous", "[ack]") {
    const std::string bad = GENERATE("", "\x06", "OK", "MSH|^~\\&|R\r", "MSH|^~\\&|R\rMSA\r",
                                     "MSH|^~\\&|R\rMSA|XX|c-1\r", "MSA|AA|c-1\r");
    CHECK(verdict_on(bad).error.kind == ErrorKind::ambiguous);
}

// Answers in the form the named receivers gave when they were tried; values our own.
TEST_CASE("answers of real receivers are understood", "[ack]") {
    const std::string text = GENERATE(
        // node-hl7-server: constant MSH-10, application accept in enhanced mode
        "MSH|^~\\&|||||20261123194847||ACK^R01^ACK|ACK|P|2.6\rMSA|AA|c-1",
        // Medplum: text in MSA-3
        "MSH|^~\\&|KIS|H|EDGEWARD|W|2026-11-23T18:48:47.000Z||ACK|1|P|2.5.1\rMSA|AA|c-1|OK",
        // python3-hl7: no zone
        "MSH|^~\\&|KIS|HOSPITAL|EDGEWARD|WARD|20261123194847||ACK^R01^ACK|AB12|P|2.6\rMSA|CA|c-1\r",
        // Line feeds for segment ends, further segments
        "MSH|^~\\&|KIS\nSFT|x\nMSA|CA|c-1\nERR|||0^Message accepted^HL70357|I\n");
    CHECK(verdict_on(text).accepted);
}

TEST_CASE("the words of the receiver stay foreign", "[ack]") {
    const Verdict verdict =
        verdict_on(ack("AE", "ERR||PID^1^5|102^Data type^HL70357|E|||Mrs. Doe|call desk\r"));
    CHECK(verdict.error.foreign == "Data type; Mrs. Doe; call desk");
    CHECK(verdict.error.message == "receiver answered AE, error condition 102");
}

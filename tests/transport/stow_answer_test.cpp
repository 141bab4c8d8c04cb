#include "stow_answer.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

using namespace edgeward;
using namespace edgeward::transport;
using namespace std::chrono_literals;

namespace {

constexpr const char* instance = "1.3.6.1.4.1.5962.1.1.1.1.1.20040119072730.12322";

// An item of a sequence in the DICOM JSON model (PS3.18 annex F.2) with the SOP Instance Reference Macro
// (PS3.3 table 10-11) and, when there is one, a further attribute of PS3.18 table I.1-1.
std::string item(const std::string& uid, const std::string& more = {}) {
    return R"({"00081150":{"vr":"UI","Value":["1.2.840.10008.5.1.4.1.1.2"]},"00081155":{"vr":"UI","Value":[")" +
           uid + R"("]})" + more + "}";
}

std::string sequence(const char* tag, const std::string& items) {
    return "\"" + std::string(tag) + R"(":{"vr":"SQ","Value":[)" + items + "]}";
}

std::string reason(unsigned code) {
    return R"(,"00081197":{"vr":"US","Value":[)" + std::to_string(code) + "]}";
}

std::string stored(const std::string& more = {}) {
    return R"({"00081190":{"vr":"UR","Value":["https://pacs.example/studies/1.2"]},)" +
           sequence("00081199", item(instance, more)) + "}";
}

std::string failed(const std::string& why) {
    return "{" + sequence("00081198", item(instance, why)) + "}";
}

Outcome judge(unsigned status, const std::string& body, const std::string& retry_after = {}) {
    return judge_stow_answer({status, body, retry_after}, instance, {});
}

}  // namespace

TEST_CASE("an object that the answer says is stored is delivered", "[stow_answer]") {
    CHECK(judge(200, stored()));
    // PS3.18 table I.2-1: warnings mean stored.
    CHECK(judge(202, stored(R"(,"00081196":{"vr":"US","Value":[45056]})")));
    CHECK(judge(200, "[" + stored() + "]"));
}

// PS3.18 table I.2-2.
TEST_CASE("a reason of failure counts as the status of C-STORE", "[stow_answer]") {
    struct Case {
        unsigned reason;
        ErrorKind kind;
        std::string_view word;
        bool alone;
    };
    const auto one = GENERATE(values<Case>({{0xA700, ErrorKind::unavailable, "dicom_status_a700", false},
                                            {0x0110, ErrorKind::unavailable, "dicom_status_0110", true},
                                            {0xA900, ErrorKind::rejected, "dicom_status_a900", false},
                                            {0xC000, ErrorKind::rejected, "dicom_status_c000", false},
                                            {0xC122, ErrorKind::rejected, "dicom_status_c122", false},
                                            {0x0122, ErrorKind::rejected, "dicom_status_0122", false},
                                            {0x0124, ErrorKind::misconfigured, "dicom_status_0124", false}}));
    CAPTURE(one.reason);
    const unsigned status = GENERATE(200U, 202U, 400U, 409U);
    const auto outcome = judge(status, failed(reason(one.reason)));
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().error.kind == one.kind);
    CHECK(outcome.error().error.message == one.word);
    CHECK(outcome.error().message_only == one.alone);
    CHECK(outcome.error().error.foreign.find("00081198") != std::string::npos);
}

TEST_CASE("an object that is there already is delivered", "[stow_answer]") {
    CHECK(judge(409, failed(reason(0x0111))));
}

TEST_CASE("a failure without a readable reason may pass and concerns the object alone", "[stow_answer]") {
    const auto why =
        GENERATE(as<std::string>{}, "", R"(,"00081197":{"vr":"US"})",
                 R"(,"00081197":{"vr":"US","Value":["A700"]})", R"(,"00081197":{"vr":"US","Value":[99999]})");
    CAPTURE(why);
    const auto outcome = judge(409, failed(why));
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().error.kind == ErrorKind::unavailable);
    CHECK(outcome.error().message_only);
}

TEST_CASE("a success that does not name the object leaves it open", "[stow_answer]") {
    const auto body = GENERATE(as<std::string>{}, "", "{}", "<html>welcome</html>", "[]", "null", "[1, 2]",
                               "{\"00081199\":{\"vr\":\"SQ\",\"Value\":[1,{\"00081155\":{\"Value\":[7]}}]}}",
                               "{" + sequence("00081199", item("1.2.3")) + "}");
    CAPTURE(body);
    const auto outcome = judge(200, body);
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().error.kind == ErrorKind::ambiguous);
}

// RFC 9110 section 15; PS3.18 table 10.5.3-1.
TEST_CASE("without a word about the object the status counts", "[stow_answer]") {
    struct Case {
        unsigned status;
        ErrorKind kind;
        bool alone;
    };
    const auto one = GENERATE(values<Case>({{301, ErrorKind::misconfigured, false},
                                            {400, ErrorKind::rejected, true},
                                            {401, ErrorKind::misconfigured, false},
                                            {403, ErrorKind::misconfigured, true},
                                            {404, ErrorKind::misconfigured, true},
                                            {408, ErrorKind::unavailable, false},
                                            {409, ErrorKind::rejected, true},
                                            {413, ErrorKind::rejected, true},
                                            {415, ErrorKind::misconfigured, true},
                                            {429, ErrorKind::unavailable, false},
                                            {500, ErrorKind::unavailable, false},
                                            {503, ErrorKind::unavailable, false}}));
    CAPTURE(one.status);
    const auto outcome = judge(one.status, "words of theirs");
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().error.kind == one.kind);
    CHECK(outcome.error().message_only == one.alone);
    CHECK(outcome.error().error.message.find("words of theirs") == std::string::npos);
    CHECK(outcome.error().error.foreign == "words of theirs");
}

TEST_CASE("a server says how long it wants to be left alone", "[stow_answer]") {
    CHECK(judge(503, "", "120").error().retry_after == 120s);
    CHECK(judge(503, "", "soon").error().retry_after == 0s);
}

TEST_CASE("of what a server says no more is kept than is needed", "[stow_answer]") {
    CHECK(judge(400, std::string(100'000, 'x')).error().error.foreign.size() == 4096);
    CHECK_FALSE(judge(200, std::string(500'000, '[')));
}

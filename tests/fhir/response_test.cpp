#include <edgeward/fhir/response.hpp>

#include <random>
#include <string>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

using namespace edgeward;
using namespace edgeward::fhir;
using namespace std::chrono_literals;

namespace {

const Instant now{std::chrono::milliseconds(1795459726123)};

std::string response(std::initializer_list<const char*> statuses) {
    std::string body = R"({"resourceType":"Bundle","type":"transaction-response","entry":[)";
    for (const char* status : statuses) {
        if (body.back() != '[') body += ',';
        body += R"({"response":{"status":")" + std::string(status) +
                R"(","location":"Observation/1/_history/1"}})";
    }
    return body + "]}";
}

// An OperationOutcome as FHIR R4's own example "operationoutcome-example-exception" has it, other words.
constexpr auto outcome = R"({"resourceType":"OperationOutcome","issue":[
    {"severity":"error","code":"invalid","details":{"text":"no such unit"}},
    {"severity":"warning","code":"code-invalid","diagnostics":"code unknown"}]})";

}  // namespace

TEST_CASE("a transaction is accepted when every entry is", "[response]") {
    const auto verdict = judge({200, response({"201 Created", "200 OK", "201"}), {}}, 3, now);
    CHECK_FALSE(verdict.error);
}

TEST_CASE("the status of nested resources does not count", "[response]") {
    const auto body =
        R"({"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Observation","status":"final",
        "type":"x","entry":[{"response":{"status":"500"}}]},"response":{"status":"201"}}],"type":"transaction-response"})";
    CHECK_FALSE(judge({200, body, {}}, 1, now).error);
}

TEST_CASE("an answer that is no transaction response leaves the question open", "[response]") {
    const auto body = GENERATE(as<std::string>{}, "", "<html>captive portal</html>", "{}", "[]",
                               R"({"resourceType":"Bundle","type":"searchset","entry":[]})",
                               R"({"resourceType":"Patient"})", R"({"resourceType":"Bundle",)",
                               R"({"resourceType":"OperationOutcome","issue":[]})");
    CAPTURE(body);
    const auto verdict = judge({200, body, {}}, 1, now);
    REQUIRE(verdict.error);
    CHECK(verdict.error->kind == ErrorKind::ambiguous);
}

TEST_CASE("a response with too few entries leaves the question open", "[response]") {
    const auto verdict = judge({200, response({"201"}), {}}, 2, now);
    REQUIRE(verdict.error);
    CHECK(verdict.error->kind == ErrorKind::ambiguous);
}

TEST_CASE("an entry without a status is not accepted", "[response]") {
    const auto body = R"({"resourceType":"Bundle","type":"transaction-response","entry":[{"response":{}}]})";
    CHECK(judge({200, body, {}}, 1, now).error);
}

TEST_CASE("a refused entry refuses the message", "[response]") {
    const auto verdict = judge({200, response({"201", "422 Unprocessable Entity"}), {}}, 2, now);
    REQUIRE(verdict.error);
    CHECK(verdict.error->kind == ErrorKind::rejected);
    const auto passing = judge({200, response({"422", "503"}), {}}, 2, now);
    REQUIRE(passing.error);
    CHECK(passing.error->kind == ErrorKind::unavailable);
}

TEST_CASE("each status has its consequence", "[response]") {
    struct Row {
        unsigned status;
        ErrorKind kind;
        bool message_only;
        bool unauthorized;
    };
    const auto row = GENERATE(values<Row>(
        {{400, ErrorKind::rejected, true, false},       {401, ErrorKind::misconfigured, false, true},
         {403, ErrorKind::misconfigured, true, false},  {404, ErrorKind::misconfigured, true, false},
         {405, ErrorKind::misconfigured, true, false},  {406, ErrorKind::misconfigured, true, false},
         {408, ErrorKind::unavailable, false, false},   {409, ErrorKind::unavailable, true, false},
         {410, ErrorKind::misconfigured, true, false},  {412, ErrorKind::unavailable, true, false},
         {413, ErrorKind::rejected, true, false},       {415, ErrorKind::misconfigured, true, false},
         {422, ErrorKind::rejected, true, false},       {425, ErrorKind::unavailable, false, false},
         {429, ErrorKind::unavailable, false, false},   {500, ErrorKind::unavailable, false, false},
         {503, ErrorKind::unavailable, false, false},   {301, ErrorKind::misconfigured, false, false},
         {307, ErrorKind::misconfigured, false, false}, {101, ErrorKind::ambiguous, false, false}}));
    CAPTURE(row.status);
    const auto verdict = judge({row.status, outcome, {}}, 1, now);
    REQUIRE(verdict.error);
    CHECK(verdict.error->kind == row.kind);
    CHECK(verdict.message_only == row.message_only);
    CHECK(verdict.unauthorized == row.unauthorized);
}

TEST_CASE("the server may say how long to wait", "[response]") {
    CHECK(judge({429, "", "7"}, 1, now).retry_after == 7s);
    CHECK(judge({503, "", "nonsense"}, 1, now).retry_after == 0s);
    CHECK(judge({422, "", "7"}, 1, now).retry_after == 0s);
}

TEST_CASE("the server's words are foreign", "[response]") {
    const auto verdict = judge({422, outcome, {}}, 1, now);
    CHECK(verdict.error->foreign == "error invalid: no such unit; warning code-invalid: code unknown");
    CHECK(verdict.error->message.find("unit") == std::string::npos);
    CHECK(judge({400, std::string(100000, 'x'), {}}, 1, now).error->foreign.size() == 4096);
}

TEST_CASE("deep nesting is refused without harm", "[response]") {
    const auto verdict = judge({200, std::string(200000, '['), {}}, 1, now);
    REQUIRE(verdict.error);
    CHECK(verdict.error->kind == ErrorKind::ambiguous);
    CHECK(judge({422, std::string(200000, '['), {}}, 1, now).error->kind == ErrorKind::rejected);
}

TEST_CASE("a damaged response is never taken for an acceptance of more", "[response]") {
    const auto good = response({"201 Created", "201 Created"});
    std::mt19937 random(11);
    for (int round = 0; round < 3000; ++round) {
        std::string bad = good;
        bad.resize(random() % good.size());  // cut anywhere
        REQUIRE(judge({200, bad, {}}, 2, now).error);
    }
}

// ISiK Basismodul 4.0, "Bericht aus Subsystemen": 422 with issue code processing for a patient or a case that
// is not known; everything else as of any FHIR server.
TEST_CASE("a document waits for a patient the receiver does not know yet", "[response]") {
    const auto now = Instant{};
    const std::string unknown =
        R"({"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"processing"}]})";
    const auto waits = fhir::judge_document({422, unknown, {}}, now);
    REQUIRE(waits.error);
    CHECK(waits.error->kind == ErrorKind::unavailable);
    CHECK(waits.message_only);
    CHECK(waits.unknown_case);
    CHECK(fhir::judge_document({200, unknown, {}}, now).error->kind == ErrorKind::ambiguous);
    const std::string wrong =
        R"({"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"invalid"}]})";
    CHECK(fhir::judge_document({422, wrong, {}}, now).error->kind == ErrorKind::rejected);
    CHECK_FALSE(fhir::judge_document({422, wrong, {}}, now).unknown_case);
    CHECK(fhir::judge_document({503, {}, {}}, now).error->kind == ErrorKind::unavailable);
    CHECK(fhir::judge_document({404, {}, {}}, now).error->kind == ErrorKind::misconfigured);
    CHECK_FALSE(fhir::judge_document({201, R"({"resourceType":"DocumentReference"})", {}}, now).error);
    CHECK_FALSE(fhir::judge_document({200, "", {}}, now).error);
    CHECK(fhir::judge_document({200, "<html>Please sign in</html>", {}}, now).error->kind ==
          ErrorKind::ambiguous);
}

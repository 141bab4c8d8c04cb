#include "commitment_judgement.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

using namespace edgeward;
using namespace edgeward::transport;

namespace {

const dicom::ReferencedObject ct{"1.2.840.10008.5.1.4.1.1.2", "1.2.3"};
const dicom::ReferencedObject mr{"1.2.840.10008.5.1.4.1.1.4", "1.2.4"};

}  // namespace

TEST_CASE("objects are delivered when the provider keeps all of them", "[commitment_judgement]") {
    CHECK(judge_commitment({"2.25.7", {mr, ct}, {}}, {ct, mr}));
    const auto missing = judge_commitment({"2.25.7", {ct}, {}}, {ct, mr});
    REQUIRE_FALSE(missing);
    CHECK(missing.error().error.kind == ErrorKind::unavailable);
    CHECK(missing.error().message_only);
    // Of the same instance with another class it says nothing.
    CHECK_FALSE(judge_commitment({"2.25.7", {{ct.sop_class, mr.sop_instance}}, {}}, {mr}));
    // A provider that says both has not committed itself.
    CHECK_FALSE(judge_commitment({"2.25.7", {ct}, {{ct, 0x0110}}}, {ct}));
}

// PS3.3 section C.14.1.1.
TEST_CASE("what is not kept is sent again unless the provider can never keep it", "[commitment_judgement]") {
    const auto [reason, kind, word] = GENERATE(table<int, ErrorKind, std::string>({
        {0x0110, ErrorKind::unavailable, "commitment_0110"},  // processing failure
        {0x0112, ErrorKind::unavailable, "commitment_0112"},  // no such object instance
        {0x0213, ErrorKind::unavailable, "commitment_0213"},  // resource limitation
        {0x0131, ErrorKind::unavailable, "commitment_0131"},  // duplicate transaction UID
        {0x0122, ErrorKind::rejected, "commitment_0122"},     // referenced SOP class not supported
        {0x0119, ErrorKind::rejected, "commitment_0119"},     // class / instance conflict
    }));
    CAPTURE(reason);
    const auto outcome =
        judge_commitment({"2.25.7", {ct}, {{mr, static_cast<std::uint16_t>(reason)}}}, {ct, mr});
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().error.kind == kind);
    CHECK(outcome.error().error.message == word);
    CHECK(outcome.error().message_only);
}

// PS3.7 annex C.
TEST_CASE("a provider that does not take requests for commitment is a matter of configuration",
          "[commitment_judgement]") {
    CHECK(judge_commitment_refusal(0x0122).error().error.kind == ErrorKind::misconfigured);
    CHECK(judge_commitment_refusal(0x0124).error().error.kind == ErrorKind::misconfigured);
    CHECK(judge_commitment_refusal(0x0110).error().error.kind == ErrorKind::unavailable);
    CHECK(judge_commitment_refusal(0x0213).error().error.kind == ErrorKind::unavailable);
}

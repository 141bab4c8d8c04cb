#include "message_header.hpp"

#include <catch2/catch_test_macros.hpp>

#include "hl7/sample_report.hpp"

using namespace edgeward;
using namespace edgeward::hl7;

namespace {

std::string header(const OruSettings& settings) {
    SegmentWriter out(settings.charset);
    write_msh(out, settings,
              {"ORU^R01^ORU_R01", "IHE_PCD_001^IHE PCD^1.3.6.1.4.1.19376.1.6.1.1.1^ISO", "c-1",
               sample::at("2026-11-23T19:48:47.25+01:00"), "P"});
    return *std::move(out).finish();
}

}  // namespace

// IHE PCD TF-2, appendix B.1.
TEST_CASE("a header asks for the accept acknowledgement and names profile and character set",
          "[message_header]") {
    CHECK(header(sample::settings()) ==
          "MSH|^~\\&|EDGEWARD^0011223344556677^EUI-64|WARD|KIS|HOSPITAL|20261123194847.250+0100||"
          "ORU^R01^ORU_R01|c-1|P|2.6|||AL|NE||UNICODE UTF-8|||"
          "IHE_PCD_001^IHE PCD^1.3.6.1.4.1.19376.1.6.1.1.1^ISO\r");
}

TEST_CASE("a header of original mode asks for no kind of acknowledgement", "[message_header]") {
    auto settings = sample::settings();
    settings.acknowledgement = AcknowledgementMode::original;
    settings.charset = Charset::ascii;
    settings.language = "de^German^ISO639";
    CHECK(header(settings).find("|2.6|||||||de^German^ISO639||IHE_PCD_001") != std::string::npos);
}

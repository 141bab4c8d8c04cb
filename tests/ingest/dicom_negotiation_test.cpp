#include "dicom_negotiation.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace edgeward::ingest;
using namespace edgeward::dicom;

TEST_CASE("storage and verification are accepted in the first syntax that can be read",
          "[dicom_negotiation]") {
    AssociateRequest request;
    request.contexts = {
        {1, "1.2.840.10008.1.1", {"1.2.840.10008.1.2"}},
        {3, "1.2.840.10008.5.1.4.1.1.2", {"1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.4.50"}},
        {5, "1.2.840.10008.5.1.4.1.1.2", {"1.2.840.10008.1.2.2"}},
        {7, "1.2.840.10008.5.1.4.1.2.1.1", {"1.2.840.10008.1.2"}}};
    const auto accept = accept_storage(request, {});
    REQUIRE(accept.contexts.size() == 4);
    CHECK(accept.contexts[0].result == ContextResult::accepted);
    CHECK(accept.contexts[1].result == ContextResult::accepted);
    CHECK(accept.contexts[1].transfer_syntax == "1.2.840.10008.1.2.4.50");
    CHECK(accept.contexts[2].result == ContextResult::transfer_syntaxes);
    CHECK(accept.contexts[3].result == ContextResult::abstract_syntax);
    CHECK(accept.largest_pdu == largest_pdu);
}

namespace {

const std::string commitment = "1.2.840.10008.1.20.1";

AssociateAccept accept_of(const std::vector<RoleSelection>& roles, bool may_ask) {
    DicomSender sender{{"ct", {"ct-1"}}, {"CT1"}};
    sender.may_ask_for_commitment = may_ask;
    AssociateRequest request;
    request.contexts = {{1, commitment, {"1.2.840.10008.1.2"}}};
    request.roles = roles;
    return accept_storage(request, commitment_sides(request, sender));
}

}  // namespace

// PS3.4 section J.3.3.1.1: the provider that reports asks for the role of the provider.
TEST_CASE("reports of storage commitment are taken from their provider and from nobody else",
          "[dicom_negotiation]") {
    CHECK(accept_of({}, false).contexts.at(0).result == ContextResult::abstract_syntax);
    CHECK(accept_of({{commitment, true, false}}, false).contexts.at(0).result ==
          ContextResult::abstract_syntax);
    const auto accept = accept_of({{commitment, false, true}}, false);
    CHECK(accept.contexts.at(0).result == ContextResult::accepted);
    CHECK(accept.roles == std::vector<RoleSelection>{{commitment, false, true}});
}

// PS3.7 annex D.3.3.4: without role selection the requestor is the user.
TEST_CASE("a sender that may asks for commitment with role selection or without", "[dicom_negotiation]") {
    CHECK(accept_of({}, true).contexts.at(0).result == ContextResult::accepted);
    CHECK(accept_of({}, true).roles.empty());
    CHECK(accept_of({{commitment, true, false}}, true).roles ==
          std::vector<RoleSelection>{{commitment, true, false}});
    CHECK(accept_of({{commitment, true, true}}, true).roles ==
          std::vector<RoleSelection>{{commitment, true, true}});
    CHECK(accept_of({{commitment, true, true}}, false).roles ==
          std::vector<RoleSelection>{{commitment, false, true}});
    CHECK(accept_of({{commitment, false, false}}, true).contexts.at(0).result ==
          ContextResult::abstract_syntax);
}

TEST_CASE("both AE titles must be the configured ones", "[dicom_negotiation]") {
    const DicomSourceSettings settings;
    const DicomSender sender{{"ct", {"ct-1"}}, {"CT1", "CT2"}};
    const auto answer = [&](const char* called, const char* calling) {
        AssociateRequest request;
        request.called = called;
        request.calling = calling;
        return reason_to_reject(request, settings, sender);
    };
    CHECK_FALSE(answer("EDGEWARD", "CT2"));
    CHECK(answer("EDGEWARD", "CT3") == calling_title_unknown);
    CHECK(answer("edgeward", "CT1") == called_title_unknown);
}

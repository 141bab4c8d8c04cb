#include "egress_guard.hpp"

#include <catch2/catch_test_macros.hpp>

#include "ward.hpp"

using namespace edgeward;
using namespace edgeward::delivery;

namespace {

model::Identity canary() {
    model::Identity identity;
    identity.identifiers = {{"KANARIE-84651973", "KIS", "MR"}};
    identity.family = "Zwitscherling";
    identity.given = "Kanarilda";
    identity.birth_date = "1937-04-29";
    return identity;
}

struct Guarded : Ward {
    Guarded() {
        REQUIRE(vault->admit(canary(), "user:0"));
        while (!*vault->fill_dictionary(100)) {
        }
    }
    [[nodiscard]] std::optional<dlp::Finding> inspect(const DestinationSettings& settings, std::string body) {
        const DeliveryParts all = parts();
        const device::DeviceRegistry devices({device()});
        const EgressGuard guard(settings, all, devices);
        return guard.inspect({std::move(body), "c-1"}, {});
    }
};

}  // namespace

TEST_CASE("only destinations below identified are inspected", "[egress_guard]") {
    Guarded ward;
    const std::string body = "MSH|^~\\&|A\rOBX|1|ST|1^x^L||Frau Zwitscherling";
    CHECK_FALSE(ward.inspect(kis(), body));
    const auto finding = ward.inspect(research(), body);
    REQUIRE(finding);
    CHECK(finding->detector == dlp::Detector::name);
    CHECK(finding->place == "OBX[1]-5");
    auto technical = research("technical");
    technical.level = model::IdentityLevel::technical;
    CHECK(ward.inspect(technical, body));
    technical.inspection.enabled = false;
    CHECK_FALSE(ward.inspect(technical, body));
}

TEST_CASE("what the configuration puts into every message is no finding", "[egress_guard]") {
    Guarded ward;
    auto settings = research();
    std::get<Hl7Form>(settings.form).message.sending_facility.namespace_id = "ZWITSCHERLING";
    CHECK_FALSE(ward.inspect(settings, "MSH|^~\\&|EDGEWARD|ZWITSCHERLING|x"));
    CHECK(ward.inspect(settings, "MSH|^~\\&|EDGEWARD|KANARILDA|x"));
}

TEST_CASE("until the dictionary is complete only what needs no inspection may leave", "[egress_guard]") {
    Ward ward;
    const DeliveryParts all = ward.parts();
    const device::DeviceRegistry devices({Ward::device()});
    CHECK(EgressGuard(kis(), all, devices).ready());
    CHECK_FALSE(EgressGuard(research(), all, devices).ready());
    while (!*ward.vault->fill_dictionary(100)) {
    }
    CHECK(EgressGuard(research(), all, devices).ready());
}

TEST_CASE("detectors that are off are named", "[egress_guard]") {
    auto settings = research();
    CHECK(unguarded(settings).empty());
    settings.inspection.detectors.set(dlp::Detector::phone, false);
    settings.inspection.detectors.set(dlp::Detector::email, false);
    CHECK(unguarded(settings) == "phone email");
    settings.inspection.enabled = false;
    CHECK(unguarded(settings) == "all");
    CHECK(unguarded(kis()).empty());
}

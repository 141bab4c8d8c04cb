#include <edgeward/fhir/served_resource.hpp>

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include "samples.hpp"

using namespace edgeward;
using namespace edgeward::fhir;
using namespace edgeward::fhir::samples;
using nlohmann::json;

namespace {

constexpr std::string_view device_id = "d-1";

std::vector<Served> serve(std::vector<model::Observation> observations) {
    return serve_observations(settings(ProfileSet::isik), report(std::move(observations)), 42,
                              {"KIS1-0123456789ACDEFGHJKLFN", device_id}, uuid_of);
}

}  // namespace

TEST_CASE("an observation has an id and refers to resources of the same server", "[served_resource]") {
    const auto made = serve({temperature(2, "37.0")});
    REQUIRE(made.size() == 1);
    const auto observation = json::parse(made.front().body);
    CHECK(observation.at("id") == made.front().id);
    CHECK(observation.at("subject").at("reference") == "Patient/KIS1-0123456789ACDEFGHJKLFN");
    CHECK(observation.at("device").at("reference") == "Device/d-1");
    CHECK(made.front().body.find("\"value\":37.0,") != std::string::npos);  // as the device wrote it
    CHECK(made.front().body.find("urn:uuid:" + made.front().id.substr(3)) != std::string::npos);
    CHECK(made.front().id.size() <= 64);  // FHIR R4 2.24.0.1
}

TEST_CASE("parts of a blood pressure are one resource", "[served_resource]") {
    const auto made = serve({pressure(7, 150021, 0, "120"), pressure(8, 150021, 1, "80"), heart_rate()});
    REQUIRE(made.size() == 2);
    CHECK(json::parse(made.front().body).at("component").size() == 2);
    CHECK(made.front().id != made.back().id);
}

TEST_CASE("what a device says of itself and what a laboratory says are not served", "[served_resource]") {
    auto glucose = observation(25, 0, "", "41653-7", "40", "mg/dL");
    glucose.category = model::Category::laboratory;
    CHECK(serve({battery(), glucose}).empty());
}

TEST_CASE("an id leads back to its report and nothing else does", "[served_resource]") {
    CHECK(report_in_id(serve({heart_rate()}).front().id) == 42);
    for (const char* wrong : {"", "42", "-", "42-", "x-0e984725-c51c-4bf4-9960-e1c80e27aba0",
                              "42-0e984725c51c4bf49960e1c80e27aba0",
                              "99999999999999999999999-0e984725-c51c-4bf4-9960-e1c80e27aba0"})
        CHECK_FALSE(report_in_id(wrong));
}

TEST_CASE("a Patient and a Device have their ids", "[served_resource]") {
    const auto patient = json::parse(serve_patient(settings(ProfileSet::isik), person(), "P1-X").body);
    CHECK(patient.at("id") == "P1-X");
    CHECK(patient.at("name").at(0).at("family") == person().family);
    const auto made = serve_device(settings(), device(), uuid_of);
    CHECK(made.id == served_device_id(settings(), device(), uuid_of));
    const auto parsed = json::parse(made.body);
    CHECK(parsed.at("id") == made.id);
    CHECK(parsed.at("serialNumber") == "SN-0815");
}

// The FHIR server's side of HTTP. Whole exchanges are in fhir_server_test.cpp and end to end.
#include "fhir_routes.hpp"

#include <algorithm>

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include <edgeward/crypto/certificate.hpp>
#include <edgeward/fhir/server_text.hpp>

#include "delivery/ward.hpp"

namespace edgeward::app {
namespace {

using nlohmann::json;

class Bench {
public:
    Bench() {
        ward_.measure("a", "61");
        const auto now = system_clock().now();
        const auto authority = crypto::make_authority("Hospital CA", now, std::chrono::hours(24)).value();
        crypto::CertificateRequest request;
        request.common_name = "kis.example";
        certificate_ = crypto::issue_certificate(authority, request, now)->certificate;
        request.common_name = "somebody.example";
        stranger_ = crypto::issue_certificate(authority, request, now)->certificate;
    }

    admin::HttpResponse ask(const std::string& pattern, admin::HttpRequest request) {
        const auto route = std::ranges::find_if(routes_, [&](const admin::Route& one) {
            return one.method == request.method && one.pattern == pattern;
        });
        REQUIRE(route != routes_.end());
        if (request.peer_certificate.empty()) request.peer_certificate = certificate_;
        request.certificate_subject = "CN=some";
        return route->handler(request);
    }
    admin::HttpResponse get(std::vector<std::string> path,
                            std::map<std::string, std::string, std::less<>> query = {}) {
        path.insert(path.begin(), "fhir");
        std::string pattern = "/fhir/" + path.at(1) + (path.size() > 2 ? "/{id}" : "");
        return ask(pattern, {"GET", std::move(path), std::move(query)});
    }
    admin::HttpResponse post(std::string body, std::string type = "application/x-www-form-urlencoded") {
        admin::HttpRequest request{"POST", {"fhir", "Observation", "_search"}};
        request.body = std::move(body);
        request.content_type = std::move(type);
        return ask("/fhir/Observation/_search", std::move(request));
    }

    delivery::Ward ward_;
    std::string certificate_;
    std::string stranger_;
    int strangers_ = 0;

private:
    static delivery::FhirServerSettings settings() {
        delivery::FhirServerSettings made;
        made.base = "https://gateway.example:9445/fhir";
        made.resources.profiles = fhir::ProfileSet::isik;
        made.resources.device_system = "urn:test:device";
        made.resources.authorities["KIS"] = {"urn:test:patient", "MR"};
        made.clients = {{delivery::kis("kis-reader"), {"kis.example"}}};
        return made;
    }
    const delivery::FhirServerSettings settings_ = settings();
    delivery::QueryDesk desk_{settings_,
                              {*ward_.store.reader, *ward_.store.writer, *ward_.vault, ward_.pseudonymizer,
                               ward_.technical_key, system_clock(), [] { return support::shipped_policy(); },
                               [] { return device::DeviceRegistry({delivery::Ward::device()}); }}};
    access::RateLimit limit_{{20, 1}};
    FhirDoor door_{settings_,
                   desk_,
                   limit_,
                   system_clock(),
                   ward_.metrics,
                   [] { return std::string("Europe/Berlin"); },
                   [this] { ++strangers_; },
                   "1.2.3"};
    admin::Routes routes_ = fhir_routes(door_);
};

void check_outcome(const admin::HttpResponse& response, unsigned status, const std::string& code) {
    CHECK(response.status == status);
    CHECK(response.content_type == fhir::json_type);
    const auto outcome = json::parse(response.body);
    CHECK(outcome.at("resourceType") == "OperationOutcome");
    CHECK(outcome.at("issue").at(0).at("code") == code);
}

}  // namespace

TEST_CASE("a search by address or by form finds the same", "[fhir_routes]") {
    Bench bench;
    const auto by_form = bench.post("patient.identifier=urn%3Atest%3Apatient%7Ca&date=ge2025&date=lt2026");
    REQUIRE(by_form.status == 200);
    const auto found = json::parse(by_form.body);
    CHECK(found.at("type") == "searchset");
    CHECK(found.at("total") == 1);
    REQUIRE(found.at("entry").size() == 1);
    CHECK(found.at("link").at(0).at("url").get<std::string>().find("patient.identifier") ==
          std::string::npos);
    const auto& one = found.at("entry").at(0).at("resource");
    admin::HttpRequest request{"GET", {"fhir", "Observation"}};
    request.query = {{"patient", one.at("subject").at("reference").get<std::string>()}, {"date", "ge2025"}};
    request.repeated = {{"date", "lt2026"}};
    CHECK(json::parse(bench.ask("/fhir/Observation", request).body).at("entry") == found.at("entry"));
    request.repeated = {{"date", "lt2025"}};
    CHECK_FALSE(json::parse(bench.ask("/fhir/Observation", request).body).contains("entry"));
    const auto read = bench.get({"Observation", one.at("id").get<std::string>()});
    CHECK(json::parse(read.body) == one);
    const auto device = one.at("device").at("reference").get<std::string>().substr(7);
    CHECK(json::parse(bench.get({"Device", device}).body).at("serialNumber") == "SERIAL-0815");
    CHECK(
        json::parse(bench.get({"Device"}, {{"identifier", "urn:test:device|monitor-1"}}).body).at("total") ==
        1);
    CHECK(
        json::parse(bench.get({"Device"}, {{"identifier", "urn:test:device|monitor-2"}}).body).at("total") ==
        0);
}

TEST_CASE("a certificate that is no client's is told so and counted", "[fhir_routes]") {
    Bench bench;
    admin::HttpRequest request{"GET", {"fhir", "metadata"}};
    request.peer_certificate = bench.stranger_;
    check_outcome(bench.ask("/fhir/metadata", request), 403, "forbidden");
    CHECK(bench.strangers_ == 1);
    CHECK(bench.get({"metadata"}).status == 200);
}

TEST_CASE("what cannot be answered is an outcome", "[fhir_routes]") {
    Bench bench;
    check_outcome(bench.get({"Observation"}), 400, "not-supported");
    check_outcome(bench.get({"Observation"}, {{"patient", "P1-X"}, {"_sort", "date"}}), 400, "not-supported");
    check_outcome(bench.post("patient=%zz"), 400, "invalid");
    check_outcome(bench.post("patient=P1-X", "application/fhir+json"), 415, "not-supported");
    check_outcome(bench.get({"Observation", "1-2"}), 404, "not-found");
    check_outcome(bench.get({"Patient", "P1-X"}), 404, "not-found");
    check_outcome(bench.get({"Device", "x"}), 404, "not-found");
    check_outcome(bench.get({"Patient"}, {{"name", "Quittenbaum"}}), 400, "not-supported");
    check_outcome(bench.get({"metadata"}, {{"_format", "ttl"}}), 406, "not-supported");
    admin::HttpRequest request{"GET", {"fhir", "metadata"}};
    request.accept = "text/html";
    check_outcome(bench.ask("/fhir/metadata", request), 406, "not-supported");
}

TEST_CASE("an answer has the form its client asks for", "[fhir_routes]") {
    Bench bench;
    const std::string root = R"(<?xml version="1.0" encoding="UTF-8"?><)";
    const auto statement = bench.get({"metadata"}, {{"_format", "xml"}});
    CHECK(statement.status == 200);
    CHECK(statement.content_type == fhir::xml_type);
    CHECK(statement.body.starts_with(root + "CapabilityStatement xmlns=\"http://hl7.org/fhir\">"));
    const auto refused = bench.get({"Observation"}, {{"_format", "xml"}});
    CHECK(refused.status == 400);
    CHECK(refused.content_type == fhir::xml_type);
    CHECK(refused.body.starts_with(root + "OperationOutcome "));
    admin::HttpRequest request{"GET", {"fhir", "metadata"}};
    request.accept = "application/fhir+xml, application/fhir+json;q=0.5";
    CHECK(bench.ask("/fhir/metadata", request).content_type == fhir::xml_type);
    const auto devices = bench.get({"Device"}, {{"_id", "none"}, {"_format", "application/fhir+xml"}});
    CHECK(devices.body.find("/Device?_format=xml\"/>") != std::string::npos);
    CHECK(bench.post("patient=P1-0123456789ACDEFGHJKLFN&_format=xml").content_type == fhir::xml_type);
}

TEST_CASE("a client that asks too often is told when to come again", "[fhir_routes]") {
    Bench bench;
    for (int i = 0; i < 20; ++i)
        REQUIRE(bench.get({"metadata"}).status == 200);
    const auto late = bench.get({"metadata"});
    check_outcome(late, 429, "throttled");
    CHECK(late.retry_after.value_or(0) > 0);
}

TEST_CASE("refusals of the HTTP server become outcomes", "[fhir_routes]") {
    auto refused = admin::error_response({ErrorKind::invalid_input, "there is no such path"});
    refused.status = 404;
    check_outcome(as_outcome(refused), 404, "not-found");
    refused.status = 413;
    check_outcome(as_outcome(refused), 413, "too-long");
    CHECK(json::parse(as_outcome(refused).body).at("issue").at(0).at("diagnostics") ==
          "there is no such path");
}

}  // namespace edgeward::app

#include "dicom_listener.hpp"

#include <catch2/catch_test_macros.hpp>

#include "dicom_scene.hpp"

using namespace edgeward;
using namespace edgeward::ingest;
using namespace edgeward::ingest::dicom_scene;

namespace {

std::unique_ptr<IncomingObject> nothing(const ObjectHead&) {
    return nullptr;
}

}  // namespace

TEST_CASE("only a sender with its certificate and its titles may speak", "[dicom_listener][integration]") {
    metrics::Registry metrics;
    auto listener = start_dicom_listener(settings(), config::Credentials(certificates()), metrics, nothing);
    REQUIRE(listener);
    const auto port = (*listener)->port();
    CHECK(run("echoscu", port, {}) == 0);
    CHECK(run("echoscu", port, {}, {"us-1", "CT1", "EDGEWARD"}) != 0);
    CHECK(run("echoscu", port, {}, {"stranger", "CT1", "EDGEWARD"}) != 0);
    CHECK(run("echoscu", port, {}, {"ct-1", "CT2", "EDGEWARD"}) != 0);
    CHECK(run("echoscu", port, {}, {"ct-1", "CT1", "OTHER"}) != 0);
    (*listener)->stop();
    CHECK(run("echoscu", port, {}) != 0);
    const auto said = metrics.expose();
    CHECK(said.find("edgeward_dicom_in_disconnects_total{reason=\"released\"} 1") != std::string::npos);
    CHECK(said.find("edgeward_dicom_in_disconnects_total{reason=\"ae_title\"} 2") != std::string::npos);
    CHECK(said.find("edgeward_dicom_in_disconnects_total{reason=\"certificate_name\"} 1") !=
          std::string::npos);
}

TEST_CASE("a port without credentials is not opened", "[dicom_listener]") {
    metrics::Registry metrics;
    auto chosen = settings();
    chosen.tls.ca = "missing";
    const auto listener = start_dicom_listener(chosen, config::Credentials(certificates()), metrics, nothing);
    REQUIRE_FALSE(listener);
    CHECK(listener.error().kind == ErrorKind::misconfigured);
}

#include "destination_transport.hpp"

#include <catch2/catch_test_macros.hpp>

#include <boost/asio/io_context.hpp>

#include "support/scratch_folder.hpp"

namespace edgeward::app {

TEST_CASE("each form of a destination gets its transport", "[destination_transport]") {
    const support::ScratchFolder folder;
    const config::Credentials credentials(folder.path());
    boost::asio::io_context io;
    delivery::DestinationSettings destination;
    delivery::Hl7Form hl7;
    hl7.connection.plaintext_loopback = true;
    hl7.connection.host = "127.0.0.1";
    hl7.connection.connections = 3;
    destination.form = hl7;
    const auto mllp = open_destination_transport(destination, credentials, io.get_executor());
    REQUIRE(mllp);
    CHECK((*mllp)->concurrency() == 3);
    CHECK((*mllp)->reports_per_message() == 1);

    delivery::FhirForm fhir;
    fhir.connection.plaintext_loopback = true;
    fhir.connection.url = "http://127.0.0.1:1/fhir";
    destination.form = fhir;
    const auto https = open_destination_transport(destination, credentials, io.get_executor());
    REQUIRE(https);
    CHECK((*https)->reports_per_message() > 1);

    delivery::DicomwebForm dicomweb;
    dicomweb.connection.plaintext_loopback = true;
    dicomweb.connection.url = "http://127.0.0.1:1/dicom-web";
    dicomweb.connection.connections = 5;
    destination.form = dicomweb;
    const auto stow = open_destination_transport(destination, credentials, io.get_executor());
    REQUIRE(stow);
    CHECK((*stow)->concurrency() == 5);
    CHECK((*stow)->reports_per_message() == 1);

    fhir.connection.url = "https://127.0.0.1:1/fhir";
    fhir.connection.tls.ca = "not-there";
    destination.form = fhir;
    const auto refused = open_destination_transport(destination, credentials, io.get_executor());
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::misconfigured);
}

}  // namespace edgeward::app

#include <edgeward/transport/dicom_transport.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace edgeward;
using namespace edgeward::transport;

TEST_CASE("a DICOM destination needs a host and a title to call", "[dicom_settings]") {
    auto document = config::Document::parse("host = \"pacs\"\ncalled_ae_title = \"PACS\"\n", "test.toml");
    const auto settings = read_dicom_settings(document.root());
    CHECK(document.sound());
    CHECK(settings.port == 2762);  // IANA dicom-tls
    CHECK(settings.ae_title == "EDGEWARD");
    CHECK_FALSE(settings.commitment);
    CHECK(settings.associations == 1);
    auto empty = config::Document::parse("", "test.toml");
    (void)read_dicom_settings(empty.root());
    CHECK(empty.problems().size() == 2);
    auto longer = config::Document::parse(
        "host = \"pacs\"\ncalled_ae_title = \"SEVENTEEN-LETTERS\"\nae_title = \"SEVENTEEN-LETTERS\"\n",
        "test.toml");
    (void)read_dicom_settings(longer.root());
    CHECK(longer.problems().size() == 2);
}

TEST_CASE("storage commitment is asked for where it is configured", "[dicom_settings]") {
    auto document = config::Document::parse(
        "host = \"pacs\"\ncalled_ae_title = \"PACS\"\nassociations = 4\ncommitment = true\n"
        "commitment_objects = 200\ncommitment_patience = \"1h\"\n",
        "test.toml");
    const auto settings = read_dicom_settings(document.root());
    CHECK(document.sound());
    CHECK(settings.associations == 4);
    CHECK(settings.commitment);
    CHECK(settings.commitment_objects == 200);
    CHECK(settings.commitment_patience == std::chrono::hours(1));
}

#include <edgeward/transport/commitment_reporter.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <catch2/catch_test_macros.hpp>

#include "committing_provider.hpp"
#include "support/certificates.hpp"

using namespace edgeward;
using namespace edgeward::transport;

namespace {

namespace asio = boost::asio;

const std::string commitment(dicom::commitment_class);
const dicom::ReferencedObject ct{"1.2.840.10008.5.1.4.1.1.2", "1.2.3"};
const dicom::ReferencedObject mr{"1.2.840.10008.5.1.4.1.1.4", "1.2.4"};

const std::filesystem::path& certificates() {
    static const support::Certificates made({"broker", "gateway", "stranger"});
    return made.path();
}

DicomSettings node(std::uint16_t port) {
    DicomSettings settings;
    settings.host = "localhost";
    settings.port = port;
    settings.called_ae_title = "CT1";
    settings.tls = {"ca.pem", "gateway.pem", "gateway.key", {}, {}};
    return settings;
}

CommittingProvider peer() {
    return {config::Credentials(certificates()), [](const auto&) { return dicom::CommitmentReport(); },
            false};
}

Result<std::uint16_t> tell(const DicomSettings& settings, const dicom::CommitmentReport& report) {
    const config::Credentials credentials(certificates());
    asio::io_context io;
    auto telling = report_commitment(settings, credentials, report);
    auto told = asio::co_spawn(io, std::move(telling), asio::use_future);
    io.run();
    return told.get();
}

}  // namespace

// PS3.4 section J.3.3, PS3.7 annex D.3.3.4.
TEST_CASE("a node is told as by the provider of storage commitment", "[commitment_reporter]") {
    auto asker = peer();
    CHECK(tell(node(asker.port()), {"2.25.7", {ct}, {{mr, 0x0112}}}) == 0x0000);
    const auto told = asker.told();
    REQUIRE(told.size() == 1);
    CHECK(told[0].transaction == "2.25.7");
    CHECK(told[0].committed == std::vector{ct});
    CHECK(told[0].failed == std::vector{dicom::FailedObject{mr, 0x0112}});
    CHECK(asker.asked_roles() == std::vector<dicom::RoleSelection>{{commitment, false, true}});
    CHECK(tell(node(asker.port()), {"2.25.8", {ct, mr}, {}}) == 0x0000);
    CHECK(asker.told().size() == 2);
}

TEST_CASE("a report of ten thousand objects goes in pieces", "[commitment_reporter]") {
    auto asker = peer();
    dicom::CommitmentReport report{"2.25.7", {}, {}};
    for (int i = 0; i < 10'000; ++i)
        report.committed.push_back({ct.sop_class, "1.2.3." + std::to_string(i)});
    CHECK(tell(node(asker.port()), report) == 0x0000);
    CHECK(asker.told().at(0).committed == report.committed);
}

TEST_CASE("what a node answers is given on", "[commitment_reporter]") {
    auto asker = peer();
    asker.answers = 0x0110;
    CHECK(tell(node(asker.port()), {"2.25.7", {ct}, {}}) == 0x0110);
}

TEST_CASE("a node that gives the role is told and one that refuses it is not", "[commitment_reporter]") {
    auto asker = peer();
    asker.roles = {{commitment, false, true}};
    CHECK(tell(node(asker.port()), {"2.25.7", {ct}, {}}) == 0x0000);
    asker.roles = {{commitment, true, false}};
    const auto refused = tell(node(asker.port()), {"2.25.7", {ct}, {}});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::rejected);
    CHECK(asker.told().size() == 1);
}

TEST_CASE("nobody but the verified node is told", "[commitment_reporter]") {
    auto asker = peer();
    auto elsewhere = node(asker.port());
    elsewhere.tls.server_name = "another.example";
    CHECK_FALSE(tell(elsewhere, {"2.25.7", {ct}, {}}));
    auto missing = node(asker.port());
    missing.tls.key = "none.key";
    CHECK_FALSE(tell(missing, {"2.25.7", {ct}, {}}));
    CHECK(asker.told().empty());
}

TEST_CASE("the node of a sender has our title unless another one is said", "[commitment_reporter]") {
    auto document = config::Document::parse("host = \"ct-1\"\ncalled_ae_title = \"CT1\"\n", "test.toml");
    const auto settings = read_commitment_node(document.root(), "GATEWAY");
    CHECK(document.sound());
    CHECK(settings.ae_title == "GATEWAY");
    CHECK(settings.port == 2762);
    auto named = config::Document::parse(
        "host = \"ct-1\"\ncalled_ae_title = \"CT1\"\nae_title = \"STORAGE\"\n", "test.toml");
    CHECK(read_commitment_node(named.root(), "GATEWAY").ae_title == "STORAGE");
    auto empty = config::Document::parse("", "test.toml");
    (void)read_commitment_node(empty.root(), "GATEWAY");
    CHECK(empty.problems().size() == 2);
}

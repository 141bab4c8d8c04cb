#include "commitment_settings.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace edgeward;
using namespace edgeward::app;

namespace {

const std::string senders = R"([dicom_in]
ae_title = "GATEWAY"
[[dicom_in.sender]]
name = "us"
[[dicom_in.sender]]
name = "ct"
)";

std::vector<CommitmentPeer> read(const std::string& text, std::string& problems) {
    auto document = config::Document::parse(text, "test.toml");
    auto peers = read_commitment_peers(document.root().table("dicom_in"));
    for (const auto& problem : document.problems())
        problems += problem.to_string() + "\n";
    return peers;
}

}  // namespace

TEST_CASE("a sender without a node to be told at may not ask for commitment", "[commitment_settings]") {
    std::string problems;
    CHECK(read(senders, problems).empty());
    CHECK(problems.empty());
}

TEST_CASE("a sender is told where its table says", "[commitment_settings]") {
    std::string problems;
    const auto peers = read(senders + R"([dicom_in.sender.commitment]
host = "ct-1.radiology.example"
called_ae_title = "CT1"
within = "2h"
[dicom_in.sender.commitment.tls]
ca = "radiology-ca"
)",
                            problems);
    CHECK(problems.empty());
    REQUIRE(peers.size() == 1);
    CHECK(peers[0].sender == "ct");
    CHECK(peers[0].table == "dicom_in.sender[2].commitment");
    CHECK(peers[0].node.host == "ct-1.radiology.example");
    CHECK(peers[0].node.ae_title == "GATEWAY");
    CHECK(peers[0].node.tls.ca == "radiology-ca");
    CHECK(peers[0].within == std::chrono::hours(2));
    CHECK(peers[0].most_open == 100);
}

TEST_CASE("what cannot be told anywhere is a mistake", "[commitment_settings]") {
    std::string problems;
    (void)read(senders + "[dicom_in.sender.commitment]\nwithin = \"40d\"\n", problems);
    CAPTURE(problems);
    CHECK(problems.find("commitment.host: expected") != std::string::npos);
    CHECK(problems.find("commitment.called_ae_title: expected") != std::string::npos);
    CHECK(problems.find("commitment.within: expected") != std::string::npos);
}

TEST_CASE("an archive commits itself to objects as they came", "[commitment_settings]") {
    delivery::DestinationSettings kis;
    kis.name = "kis";
    kis.form = delivery::Hl7Form{};
    delivery::DestinationSettings pacs;
    pacs.name = "pacs";
    pacs.level = model::IdentityLevel::identified;
    pacs.form = delivery::DicomForm{};
    CHECK(committing({kis, pacs}).empty());
    std::get<delivery::DicomForm>(pacs.form).connection.commitment = true;
    // A copy without the person is no copy of what the sender would delete.
    delivery::DestinationSettings trial = pacs;
    trial.name = "trial";
    trial.level = model::IdentityLevel::pseudonymous;
    CHECK(committing({kis, pacs, trial}) == std::set<std::string>{"pacs"});
}

#include <edgeward/ingest/dicom_source.hpp>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

using namespace edgeward;
using namespace edgeward::ingest;

namespace {

constexpr std::string_view sender =
    "[[dicom_in.sender]]\nname = \"ct\"\ncertificate_names = [\"ct-1\"]\nae_titles = [\"CT1\"]\n";

DicomSourceSettings read(const std::string& text, std::string& problems) {
    auto document = config::Document::parse(text, "test.toml");
    auto settings = read_dicom_source_settings(document.root().table("dicom_in"));
    for (const auto& problem : document.problems())
        problems += problem.to_string() + "\n";
    return settings;
}

}  // namespace

TEST_CASE("the DICOM port is closed unless it is asked for and then at loopback", "[dicom_settings]") {
    std::string problems;
    const auto settings = read("[dicom_in]\nenabled = true\n" + std::string(sender), problems);
    CHECK(problems.empty());
    CHECK_FALSE(DicomSourceSettings{}.enabled);
    CHECK(settings.address == "127.0.0.1");
    CHECK(settings.port == 2762);  // IANA dicom-tls
    REQUIRE(settings.senders.size() == 1);
    CHECK(settings.senders[0].ae_titles == std::vector<std::string>{"CT1"});
    CHECK(settings.senders[0].peer.certificate_names == std::vector<std::string>{"ct-1"});
}

TEST_CASE("a sender may ask for commitment when it is said where it is told", "[dicom_settings]") {
    std::string problems;
    const std::string text = "[dicom_in]\n" + std::string(sender);
    CHECK_FALSE(read(text, problems).senders[0].may_ask_for_commitment);
    CHECK(read(text + "[dicom_in.sender.commitment]\nhost = \"ct-1\"\n", problems)
              .senders[0]
              .may_ask_for_commitment);
    CHECK(problems.empty());
}

TEST_CASE("what the DICOM port cannot work with is named", "[dicom_settings]") {
    const auto [text, expected] = GENERATE(table<std::string, std::string>({
        {"[dicom_in]\nenabled = true\n", "dicom_in.enabled: expected at least one"},
        {"[dicom_in]\naddress = \"pacs\"\n", "dicom_in.address: expected an IP address"},
        {"[dicom_in]\nae_title = \"SEVENTEEN-LETTERS\"\n", "dicom_in.ae_title: expected an AE title"},
        {"[dicom_in]\nae_title = \"A\\\\B\"\n", "dicom_in.ae_title: expected an AE title"},
        {"[dicom_in]\n[[dicom_in.sender]]\nname = \"ct\"\ncertificate_names = [\"ct-1\"]\n",
         "expected the AE titles"},
    }));
    std::string problems;
    (void)read(text, problems);
    CAPTURE(problems);
    CHECK(problems.find(expected) != std::string::npos);
}

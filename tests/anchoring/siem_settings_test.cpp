#include <edgeward/anchoring/anchor_settings.hpp>

#include <catch2/catch_test_macros.hpp>

namespace edgeward::anchoring {
namespace {

struct Read {
    SiemSettings settings;
    std::vector<std::string> problems;
};
Read read(const std::string& text) {
    auto document = config::Document::parse(text, "x.toml");
    Read made{read_siem_settings(document.root().table("siem")), {}};
    document.refuse_unread_keys();
    for (const auto& problem : document.problems())
        made.problems.push_back(problem.to_string());
    return made;
}

}  // namespace

TEST_CASE("without a table nothing is sent to a SIEM", "[siem_settings]") {
    const auto made = read("");
    CHECK(made.problems.empty());
    CHECK_FALSE(made.settings.enabled);
    CHECK(made.settings.endpoint.port == 6514);  // IANA syslog-tls
}

TEST_CASE("a SIEM that is enabled needs a host", "[siem_settings]") {
    CHECK(read("[siem]\nenabled = true\n").problems ==
          std::vector<std::string>{
              "x.toml:1:1: siem.host: expected the host name or address of the syslog collector"});
    CHECK(read("[siem]\nenabled = true\nhost = \"siem.example\"\n").problems.empty());
}

TEST_CASE("what stands in every message of a SIEM has to fit there", "[siem_settings]") {
    CHECK(read("[siem]\nsite = \"two words\"\n").problems.size() == 1);
    CHECK(read("[siem]\nenterprise_number = 0\n").problems.size() == 1);
    CHECK(read("[siem]\nsettle = \"10ms\"\nnonsense = 1\n").problems.size() == 2);
}

}  // namespace edgeward::anchoring

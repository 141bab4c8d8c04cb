#include "sender_settings.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace edgeward;
using namespace edgeward::ingest;

namespace {

std::string problems_of(std::string_view text) {
    auto document = config::Document::parse(text, "test.toml");
    auto root = document.root();
    std::set<std::string> names;
    std::vector<MllpSender> senders;
    for (auto section : root.tables("sender"))
        senders.push_back(read_sender(section, names));
    check_certificate_names(root, senders);
    std::string all;
    for (const auto& problem : document.problems())
        all += problem.to_string() + "\n";
    return all;
}

}  // namespace

TEST_CASE("a sender has a name of its own and certificate names of its own", "[sender_settings]") {
    CHECK(problems_of("[[sender]]\nname = \"a\"\ncertificate_names = [\"x\"]\n").empty());
    CHECK(problems_of("[[sender]]\nname = \"a b\"\ncertificate_names = [\"x\"]\n")
              .find("expected at most 64") != std::string::npos);
    CHECK(problems_of("[[sender]]\nname = \"a\"\n").find("expected certificate_names") != std::string::npos);
    const std::string twice = "[[sender]]\nname = \"a\"\ncertificate_names = [\"x\"]\n";
    CHECK(problems_of(twice + twice).find("named twice") != std::string::npos);
    CHECK(problems_of(twice + "[[sender]]\nname = \"b\"\ncertificate_names = [\"x\"]\n")
              .find("one sender only") != std::string::npos);
}

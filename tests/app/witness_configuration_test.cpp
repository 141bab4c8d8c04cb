#include "witness_configuration.hpp"

#include <catch2/catch_test_macros.hpp>

#include "installation.hpp"

namespace edgeward::app {
namespace {

LoadedWitnessConfiguration load(const std::string& text) {
    const support::ScratchFolder folder;
    write_text(folder.path() / "witness.toml", text);
    return load_witness_configuration(folder.path() / "witness.toml");
}

const std::string listening =
    "[admin]\nport = 9444\nrequire_client_certificate = true\n[admin.tls]\nca = \"ca\"\n"
    "[witness]\nname = \"witness.example\"\n";
const std::string log =
    "[[witness.log]]\norigin = \"edgeward/00112233445566778899aabbccddeeff\"\nkey = \"k\"\n";

}  // namespace

TEST_CASE("the file of a witness names where it listens and whose logs it knows", "[witness_configuration]") {
    const auto loaded = load(listening + log);
    for (const auto& problem : loaded.problems)
        UNSCOPED_INFO(problem.to_string());
    REQUIRE(loaded.problems.empty());
    CHECK(loaded.configuration.name == "witness.example");
    REQUIRE(loaded.configuration.logs.size() == 1);
    CHECK(loaded.configuration.logs[0].origin == "edgeward/00112233445566778899aabbccddeeff");
    CHECK(loaded.configuration.admin.port == 9444);
}

TEST_CASE("a witness without logs name or client certificates is refused", "[witness_configuration]") {
    CHECK(load(listening).problems.size() == 1);
    CHECK(load(listening + log + log).problems.size() == 1);
    CHECK(load("[witness]\n" + log).problems.size() == 2);
    CHECK(load(listening + "nonsense = 1\n" + log).problems.size() == 1);
    CHECK(load("[").problems.size() == 1);
    // The file that docs/operations.md shows.
    const auto text = support::text_of_file(EDGEWARD_SOURCE_DIR "/config/witness.toml");
    REQUIRE_FALSE(text.empty());
    CHECK(load(text).problems.empty());
}

}  // namespace edgeward::app

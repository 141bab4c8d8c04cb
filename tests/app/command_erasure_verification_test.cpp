#include <catch2/catch_test_macros.hpp>

#include "gateway.hpp"
#include "installation.hpp"

namespace edgeward::app {
namespace {

using nlohmann::json;

const std::vector<std::string> patient{"--patient", "Canary4711", "--authority", "KIS"};

// An installation whose gateway runs without a broker and lets its own user decide alone.
struct Running : Installation {
    Running() {
        set("mqtt", "port", "1");
        set("admin", "port", "0");
        std::ofstream(folder() / "policies/alone.cedar")
            << "@id(\"alone\") permit (principal in Role::\"system\", action == "
               "Action::\"approve-own-erasure\", resource);\n";
        std::ofstream(config(), std::ios::app) << "\n[[authority]]\nname = \"KIS\"\noid = \"2.16.1\"\n"
                                                  "system = \"https://kis.example/patient\"\n";
        auto loaded = load_configuration(config());
        for (const auto& problem : loaded.problems)
            UNSCOPED_INFO(problem.to_string());
        REQUIRE(loaded.problems.empty());
        auto opened = Gateway::open(std::move(loaded), config());
        REQUIRE(opened);
        gateway = *std::move(opened);
        REQUIRE(gateway->start());
    }
    Ran must(std::vector<std::string> words, const std::vector<std::string>& more = {}) const {
        words.insert(words.end(), more.begin(), more.end());
        auto ran = run(std::move(words));
        CAPTURE(ran.err);
        REQUIRE(ran.code == exit_success);
        return ran;
    }
    std::unique_ptr<Gateway> gateway;
};

}  // namespace

TEST_CASE("an erasure is proven from outside and what is left in a backup is found",
          "[command_erasure_verification]") {
    Running here;
    std::ofstream(here.folder() / "persons")
        << R"({"identifiers":[{"value":"Canary4711","authority":"KIS"}]})" << '\n';
    here.must({"person", "import", (here.folder() / "persons").string()});
    here.must({"backup", "create"});
    here.must({"person", "erase", "--reason", "objection"}, patient);
    const auto certificate = (here.folder() / "certificate").string();
    here.must({"person", "erase-approve", "1", "--out", certificate});

    const auto proven = here.must({"--json", "erasure", "verify", certificate});
    const auto answer = json::parse(proven.out);
    CHECK(answer.at("proven") == true);
    REQUIRE(answer.at("remaining_backups").size() == 1);
    CHECK(answer.at("remaining_backups").at(0).at("part") == "persons");
    CHECK(contains(here.must({"erasure", "verify", certificate}).out, "PROVEN: nothing of it is left"));

    std::string backup;
    for (const auto& file : std::filesystem::recursive_directory_iterator(here.folder())) {
        if (file.path().string().ends_with(".persons.edgeward-backup")) backup = file.path().string();
    }
    REQUIRE_FALSE(backup.empty());
    const auto left = here.run({"erasure", "verify", certificate, "--backup", backup});
    CHECK(left.code == exit_failure);
    CHECK(contains(left.out, "vault.db: "));
    CHECK(contains(left.out, "FOUND at "));
    CHECK(contains(left.out, "NOT PROVEN"));
    CHECK(here.run({"erasure", "verify", here.config().string()}).code == exit_failure);
    here.gateway->stop();
    CHECK(here.run({"erasure", "verify", certificate}).code == exit_success);
}

}  // namespace edgeward::app

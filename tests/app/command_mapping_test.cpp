#include <catch2/catch_test_macros.hpp>

#include "installation.hpp"

namespace edgeward::app {

TEST_CASE("the shipped mappings pass the lint and a broken one does not", "[command_mapping]") {
    const auto sound = run_edgeward({"mapping", "lint", shipped_mappings().string()});
    CHECK(sound.code == exit_success);
    CHECK(contains(sound.out, "sound"));
    const support::ScratchFolder scratch;
    write_text(scratch / "own.toml", "[mapping]\nname = \"own\"\nsurprise = 1\n");
    const auto broken = run_edgeward({"mapping", "lint", (scratch / "own.toml").string()});
    CHECK(broken.code == exit_failure);
    CHECK(contains(broken.out, "own.toml:3:"));
    CHECK_FALSE(contains(broken.out, ": sound"));
    const auto as_json = run_edgeward({"--json", "mapping", "lint", (scratch / "own.toml").string()});
    CHECK(as_json.code == exit_failure);
    const auto problems = nlohmann::json::parse(as_json.out);
    CHECK(problems.at("sound") == false);
    CHECK(problems.at("problems").back().at("line") == 3);
}

// docs/adding-a-device.md, as somebody would follow it.
TEST_CASE("the page on adding a device shows what the program says", "[command_mapping]") {
    const auto page = support::text_of_file(EDGEWARD_SOURCE_DIR "/docs/adding-a-device.md");
    const auto block_behind = [&](std::string_view mark) {
        const auto begin = page.find("\n", page.find(mark)) + 1;
        return page.substr(begin, page.find("```", begin) - begin);
    };
    const support::ScratchFolder scratch;
    const auto sample = (scratch / "sample.json").string();
    const auto draft = (scratch / "vista.toml").string();
    write_text(sample, block_behind("```json"));
    const auto suggested = run_edgeward({"mapping", "suggest", sample, "--name", "vista"});
    REQUIRE(suggested.code == exit_success);
    CHECK(contains(page, suggested.err));
    const auto shown = block_behind("```toml");
    for (std::size_t begin = 0; begin < shown.size();) {
        const auto end = shown.find('\n', begin);
        INFO(shown.substr(begin, end - begin));
        CHECK(contains(suggested.out, shown.substr(begin, end - begin + 1)));
        begin = end + 1;
    }
    write_text(draft, suggested.out);
    CHECK(run_edgeward({"mapping", "lint", draft}).code == exit_success);
    const auto tested = run_edgeward({"mapping", "test", draft, sample});
    CHECK(contains(page, tested.out));

    write_text(sample, "{\"note\":\"Erika Mustermann\"}");
    const auto nothing = run_edgeward({"mapping", "suggest", sample});
    CHECK(nothing.code == exit_failure);
    CHECK_FALSE(contains(nothing.out, "Erika"));
    write_text(sample, "{\"note\":\"Erika");
    const auto broken = run_edgeward({"mapping", "suggest", sample});
    CHECK(broken.code == exit_failure);
    CHECK(contains(broken.err, "sample.json: invalid_json"));
    CHECK_FALSE(contains(broken.err, "Erika"));
}

TEST_CASE("a sample shows what a mapping makes of it", "[command_mapping]") {
    const support::ScratchFolder scratch;
    const auto mapping = (shipped_mappings() / "monitor_flat.toml").string();
    write_text(scratch / "sample.json", R"({"ts":"2026-11-23T19:48:00+01:00","HR":62.8})");
    const auto shown = run_edgeward({"mapping", "test", mapping, (scratch / "sample.json").string()});
    CHECK(shown.code == exit_success);
    CHECK(contains(shown.out, "62.8"));
    const auto as_json =
        run_edgeward({"--json", "mapping", "test", mapping, (scratch / "sample.json").string()});
    CHECK(nlohmann::json::accept(as_json.out));
    write_text(scratch / "sample.json", "{");
    const auto refused = run_edgeward({"mapping", "test", mapping, (scratch / "sample.json").string()});
    CHECK(refused.code == exit_failure);
    CHECK(contains(refused.err, "invalid_json"));
    const auto reason =
        run_edgeward({"mapping", "test", mapping, (scratch / "sample.json").string(), "--json"}).out;
    CHECK(nlohmann::json::parse(reason).at("quarantined").at("reason") == "invalid_json");
    CHECK(run_edgeward({"mapping", "test", mapping, (scratch / "none").string()}).code == exit_unavailable);
    CHECK(run_edgeward({"mapping", "test", (scratch / "none").string(), mapping}).code == exit_failure);
}

TEST_CASE("a sample of HL7 is read by a mapping of its format", "[command_mapping]") {
    const support::ScratchFolder scratch;
    const auto mapping = (shipped_mappings() / "hl7_laboratory.toml").string();
    const auto sample = (scratch / "sample.hl7").string();
    write_text(sample,
               "MSH|^~\\&|LIS||||20261125||ORU^R01|1|P|2.5.1\rPID|||1^^^ANY\rOBR|1||F1||||202611250800\r"
               "OBX|1|NM|2823-3^^LN||5.1|mmol/L|3.5-5.1|H|||C\r");
    const auto shown = run_edgeward({"--json", "mapping", "test", mapping, sample});
    CHECK(shown.code == exit_success);
    const auto observation = nlohmann::json::parse(shown.out).at("reports").at(0).at("observations").at(0);
    CHECK(observation.at("status") == "corrected");
    CHECK(observation.at("interpretation") == "H");
    CHECK(observation.at("low") == "3.5");
    write_text(sample, "MSH|^~\\&|LIS||||20261125||ADT^A01|1|P|2.5.1\r");
    const auto refused = run_edgeward({"mapping", "test", mapping, sample});
    CHECK(refused.code == exit_failure);
    CHECK(contains(refused.err, "MSH-9-1: expected ORU or OUL"));
}

}  // namespace edgeward::app

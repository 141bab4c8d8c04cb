#include <algorithm>
#include <iostream>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <edgeward/core/file.hpp>
#include <edgeward/mapping/mapping.hpp>

#include "command.hpp"
#include "config_problem.hpp"

namespace edgeward::app {
namespace {

struct TestOptions {
    std::filesystem::path mapping;
    std::filesystem::path sample;
    std::string topic = "devices/sample/data";
    std::string zone = "Europe/Berlin";
};

nlohmann::json to_json(const std::vector<config::Problem>& problems) {
    auto made = nlohmann::json::array();
    for (const auto& problem : problems)
        made.push_back(config_problem(problem));
    return made;
}

int lint(const std::filesystem::path& what, bool as_json) {
    const auto found = mapping::lint(what);
    const bool sound = std::all_of(found.begin(), found.end(), [](const config::Problem& problem) {
        return problem.text.starts_with("warning: ");
    });
    if (as_json) {
        std::cout << nlohmann::json{{"sound", sound}, {"problems", to_json(found)}}.dump(2) << '\n';
    } else {
        for (const auto& problem : found)
            std::cout << problem.to_string() << '\n';
        if (sound) std::cout << what.string() << ": sound\n";
    }
    return sound ? exit_success : exit_failure;
}

// Whose an HL7 sample is, nobody is asked: authorities are not the mapping's.
tl::expected<mapping::MappedMessage, mapping::MappingFailure> apply_hl7(const mapping::Mapping& mapping,
                                                                        const model::RawMessage& message,
                                                                        const TestOptions& chosen) {
    auto results = hl7::read_results(text_of(message.payload), {chosen.zone, "sample", {}});
    if (!results)
        return tl::unexpected(mapping::MappingFailure{"malformed_message", results.error().to_string()});
    for (auto& group : results->groups)
        group.others = false;
    return mapping.apply(*results, message.received, {"sample", true, chosen.zone});
}

int test(const TestOptions& chosen, bool as_json) {
    const auto loaded = mapping::load_mapping(chosen.mapping);
    for (const auto& problem : loaded.problems)
        std::cerr << problem.to_string() << '\n';
    if (!loaded.problems.empty()) {
        if (as_json) std::cout << nlohmann::json{{"problems", to_json(loaded.problems)}}.dump(2) << '\n';
        return exit_failure;
    }
    auto sample = read_file(chosen.sample);
    if (!sample) return complain(sample.error());
    model::RawMessage message;
    message.topic = chosen.topic;
    message.payload.assign(sample->begin(), sample->end());
    message.received = system_clock().now();
    const auto* mapping = loaded.set.find(loaded.set.names().front());
    const auto mapped = mapping->reads_hl7() ? apply_hl7(*mapping, message, chosen)
                                             : mapping->apply(message, {"sample", true, chosen.zone});
    if (!mapped) {
        std::cerr << chosen.sample.string() << ": " << mapped.error().reason << ": " << mapped.error().detail
                  << '\n';
        if (as_json) {
            const nlohmann::json refused{{"reason", mapped.error().reason},
                                         {"detail", mapped.error().detail}};
            std::cout << nlohmann::json{{"quarantined", refused}}.dump(2) << '\n';
        }
        return exit_failure;
    }
    std::cout << mapping::describe(*mapped, as_json);
    return exit_success;
}

int suggest(const std::filesystem::path& file, const std::string& name, bool as_json) {
    const auto sample = read_file(file);
    if (!sample) return complain(sample.error());
    const auto draft = mapping::suggest(*sample, name);
    if (!draft) return complain(Error(draft.error()).during(file.string()));
    if (as_json) {
        std::cout << nlohmann::json{{"toml", draft->toml}, {"guessed", draft->guessed}, {"open", draft->open}}
                         .dump(2)
                  << '\n';
    } else {
        std::cout << draft->toml;
        std::cerr << draft->guessed << " guessed, " << draft->open << " open\n";
    }
    return draft->guessed > 0 ? exit_success : exit_failure;
}

}  // namespace

void add_mapping_commands(CLI::App& app, const CommandOptions& options, int& exit) {
    auto* command = app.add_subcommand("mapping", "Write and check device mappings");
    command->require_subcommand(1);

    auto* linting = command->add_subcommand(
        "lint", "Check a mapping file or folder: paths, units, and codes that do not fit their parameter");
    auto what = std::make_shared<std::filesystem::path>();  // shared: lives as long as the parser's callback
    linting->add_option("file", *what, "Mapping file or folder")->required();
    linting->callback([&options, &exit, what] { exit = lint(*what, options.json); });

    auto* suggesting = command->add_subcommand(
        "suggest", "Draft a mapping from a sample payload: guesses are marked as such, for you to check");
    auto sample = std::make_shared<std::filesystem::path>();
    auto name = std::make_shared<std::string>("draft");
    suggesting->add_option("sample", *sample, "File with one payload as the device sends it")->required();
    suggesting->add_option("--name", *name, "Name of the mapping")->capture_default_str();
    suggesting->callback([&options, &exit, sample, name] { exit = suggest(*sample, *name, options.json); });

    auto* testing = command->add_subcommand("test", "Print what a mapping makes of a sample payload");
    auto chosen = std::make_shared<TestOptions>();
    testing->add_option("mapping", chosen->mapping, "Mapping file")->required();
    testing->add_option("sample", chosen->sample, "File with one payload as the device sends it")->required();
    testing->add_option("--topic", chosen->topic, "Topic the payload came on")->capture_default_str();
    testing->add_option("--zone", chosen->zone, "Zone of times that state none")->capture_default_str();
    testing->callback([&options, &exit, chosen] { exit = test(*chosen, options.json); });
}

}  // namespace edgeward::app

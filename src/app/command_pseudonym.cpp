#include <iostream>

#include <CLI/CLI.hpp>

#include "daemon_request.hpp"
#include "resolution_reasons.hpp"

namespace edgeward::app {
namespace {

using nlohmann::json;

struct Chosen {
    std::string destination;
    std::string pseudonym;
    std::string reason;
    bool correct = false;
};

void print_answer(const json& answer) {
    if (answer.value("corrected", false))
        std::cout << "corrected to " << answer.value("pseudonym", "") << '\n';
    for (const auto& one : answer.at("identifiers"))
        std::cout << one.value("value", "") << '\t' << one.value("authority", "") << '\t'
                  << one.value("type", "") << '\n';
}

}  // namespace

void add_pseudonym_commands(CLI::App& app, const CommandOptions& options, int& exit) {
    auto* command = app.add_subcommand("pseudonym", "What destinations call persons");
    command->require_subcommand(1);
    auto* resolve = command->add_subcommand(
        "resolve",
        "Whose a pseudonym is: identifiers of the person (a privilege of its own; leaves an audit "
        "record before it answers)");
    auto chosen = std::make_shared<Chosen>();  // shared: lives as long as the parser's callback
    resolve->add_option("destination", chosen->destination, "The destination that uses it")->required();
    resolve->add_option("pseudonym", chosen->pseudonym, "The pseudonym, as in RES1-X0QXG5A1P9GVLA851NPADL")
        ->required();
    resolve->add_option("--reason", chosen->reason, "Why, for the audit log; a word, so that it names nobody")
        ->required()
        ->check(
            CLI::IsMember(std::vector<std::string>(resolution_reasons.begin(), resolution_reasons.end())));
    resolve->add_flag(
        "--correct", chosen->correct,
        "Take the one pseudonym that is one wrong symbol away. With two wrong symbols that may be "
        "another person's: compare what it says it was corrected to");
    resolve->callback([&options, &exit, chosen] {
        const json body = {{"destination", chosen->destination},
                           {"pseudonym", chosen->pseudonym},
                           {"reason", chosen->reason},
                           {"correct", chosen->correct}};
        exit = show_answer(
            options, ask_daemon(options, "POST", "/v1/pseudonyms/resolve", body, std::chrono::minutes(5)),
            print_answer);
    });
}

}  // namespace edgeward::app

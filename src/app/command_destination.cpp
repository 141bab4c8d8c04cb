#include <iostream>

#include <CLI/CLI.hpp>

#include <edgeward/admin/control_client.hpp>
#include <edgeward/store/destination_control.hpp>

#include "daemon_request.hpp"

namespace edgeward::app {
namespace {

using nlohmann::json;

struct Chosen {
    std::string destination;
    std::string reason;
    std::string from;
    std::string until;
    bool dry_run = false;
};

void print_list(const json& answer) {
    for (const auto& one : answer.at("destinations")) {
        std::cout << one.value("name", "") << '\t'
                  << (one.value("active", false) ? one.value("mode", "") : "not configured") << '\t'
                  << one.value("pending", 0) << " pending\t" << one.value("parked", 0) << " parked\t"
                  << one.value("dead_lettered", 0) << " dead letters";
        if (one.contains("answering") && !one.at("answering").get<bool>())
            std::cout << "\tdoes not answer: " << one.value("trouble", "");
        if (one.value("mode", "") != "running")
            std::cout << "\tsince " << one.value("since", "") << " by " << one.value("actor", "") << ": "
                      << one.value("reason", "");
        std::cout << '\n';
    }
}

void add_reason(CLI::App& command, Chosen& chosen) {
    command.add_option("--reason", chosen.reason, "Why, for the audit log; a word, so that it names nobody")
        ->required()
        ->check(CLI::IsMember(
            std::vector<std::string>(store::change_reasons.begin(), store::change_reasons.end())));
}

void add_change(CLI::App& command, const CommandOptions& options, int& exit, const std::string& verb,
                const std::string& help) {
    auto* change = command.add_subcommand(verb, help);
    auto chosen = std::make_shared<Chosen>();  // shared: lives as long as the parser's callback
    change->add_option("destination", chosen->destination, "Name of the destination")->required();
    add_reason(*change, *chosen);
    change->callback([&options, &exit, chosen, verb] {
        exit = show_answer(
            options,
            ask_daemon(options, "POST", admin::make_target({"v1", "destinations", chosen->destination, verb}),
                       json{{"reason", chosen->reason}}),
            [](const json& answer) { std::cout << answer.value("mode", "") << '\n'; });
    });
}

void add_replay(CLI::App& command, const CommandOptions& options, int& exit) {
    auto* replay = command.add_subcommand(
        "replay", "Deliver reports again that it acknowledged, with the same identifiers");
    auto chosen = std::make_shared<Chosen>();
    replay->add_option("destination", chosen->destination, "Name of the destination")->required();
    replay->add_option("--from", chosen->from, "Received at or after this time, RFC 3339 with zone")
        ->required();
    replay->add_option("--to", chosen->until, "And before this time")->required();
    replay->add_flag("--dry-run", chosen->dry_run, "Only say how many there are");
    add_reason(*replay, *chosen);
    replay->callback([&options, &exit, chosen] {
        const json body = {{"from", chosen->from},
                           {"until", chosen->until},
                           {"reason", chosen->reason},
                           {"dry_run", chosen->dry_run}};
        exit = show_answer(
            options,
            ask_daemon(options, "POST",
                       admin::make_target({"v1", "destinations", chosen->destination, "replay"}), body),
            [](const json& answer) {
                std::cout << answer.at("replayed") << " reports "
                          << (answer.value("dry_run", false) ? "would be" : "will be") << " sent again\n";
            });
    });
}

}  // namespace

void add_destination_commands(CLI::App& app, const CommandOptions& options, int& exit) {
    auto* command = app.add_subcommand("destination", "Pause, drain and resume destinations, replay to them");
    command->require_subcommand(1);
    command->add_subcommand("list", "All of them with mode and queue")->callback([&options, &exit] {
        exit = show_answer(options, ask_daemon(options, "GET", "/v1/destinations"), print_list);
    });
    add_change(*command, options, exit, "pause", "Send nothing; new reports queue up");
    add_change(*command, options, exit, "drain", "Send what is queued and queue nothing new");
    add_change(*command, options, exit, "resume", "Back to normal");
    add_replay(*command, options, exit);
}

}  // namespace edgeward::app

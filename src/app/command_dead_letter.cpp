#include <iostream>

#include <CLI/CLI.hpp>

#include <edgeward/admin/control_client.hpp>

#include "daemon_request.hpp"

namespace edgeward::app {
namespace {

using nlohmann::json;

struct Chosen {
    std::string destination;
    std::vector<std::uint64_t> reports;
    std::uint64_t most = 100;
    bool all = false;
};

void print_list(const json& answer) {
    for (const auto& letter : answer.at("dead_letters")) {
        std::cout << letter.at("report") << '\t' << letter.value("settled", "") << '\t'
                  << letter.value("device", "") << '\t' << letter.value("attempts", 0) << " attempts\t"
                  << letter.value("reason", "") << '\n';
    }
    std::cout << answer.at("dead_letters").size() << " dead letters\n";
}

int retry(const CommandOptions& options, const Chosen& chosen) {
    if (chosen.reports.empty() && !chosen.all) {
        return complain({ErrorKind::invalid_input, "name the reports to retry, or --all"});
    }
    const json body = chosen.all ? json::object() : json{{"reports", chosen.reports}};
    return show_answer(
        options,
        ask_daemon(options, "POST", admin::make_target({"v1", "dead-letters", chosen.destination, "retry"}),
                   body),
        [](const json& answer) { std::cout << answer.at("retried") << " reports will be sent again\n"; });
}

}  // namespace

void add_dead_letter_commands(CLI::App& app, const CommandOptions& options, int& exit) {
    auto* command = app.add_subcommand("dead-letter", "Reports a destination would not take");
    command->require_subcommand(1);
    auto chosen = std::make_shared<Chosen>();  // shared: lives as long as the parser's callbacks

    auto* list = command->add_subcommand("list", "Which, since when and why");
    list->add_option("destination", chosen->destination, "Name of the destination")->required();
    list->add_option("--most", chosen->most, "At most so many")->capture_default_str();
    list->callback([&options, &exit, chosen] {
        exit = show_answer(options,
                           ask_daemon(options, "GET",
                                      admin::make_target({"v1", "dead-letters", chosen->destination},
                                                         {{"most", std::to_string(chosen->most)}})),
                           print_list);
    });

    auto* show = command->add_subcommand(
        "show", "One of them with the destination's own words (leaves an audit record)");
    show->add_option("destination", chosen->destination, "Name of the destination")->required();
    show->add_option("report", chosen->reports, "Number of the report")->required()->expected(1);
    show->callback([&options, &exit, chosen] {
        exit = show_answer(options,
                           ask_daemon(options, "GET",
                                      admin::make_target({"v1", "dead-letters", chosen->destination,
                                                          std::to_string(chosen->reports.front())})),
                           [](const json& answer) { std::cout << answer.dump(2) << '\n'; });
    });

    auto* again = command->add_subcommand("retry", "Send them again, with the same identifiers");
    again->add_option("destination", chosen->destination, "Name of the destination")->required();
    again->add_option("reports", chosen->reports, "Numbers of the reports");
    again->add_flag("--all", chosen->all, "All dead letters of the destination");
    again->callback([&options, &exit, chosen] { exit = retry(options, *chosen); });
}

}  // namespace edgeward::app

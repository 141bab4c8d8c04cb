#include <iostream>

#include <CLI/CLI.hpp>

#include <edgeward/admin/control_client.hpp>

#include "daemon_request.hpp"

namespace edgeward::app {
namespace {

using nlohmann::json;

struct Chosen {
    std::string alarm;
    std::uint64_t minutes = 5;
};

std::string place_of(const json& one) {
    std::string place;
    for (const char* part : {"ward", "room", "bed"}) {
        const std::string text = one.value(part, "");
        if (!text.empty()) place.append(place.empty() ? "" : " ").append(text);
    }
    return place;
}

void print_list(const json& answer) {
    std::cout << answer.value("note", "") << '\n';
    for (const auto& one : answer.at("alarms")) {
        std::cout << one.value("alarm", "") << '\t' << one.value("priority", "") << '\t'
                  << one.value("state", "") << '\t' << one.value("raised", "") << '\t' << place_of(one)
                  << '\t' << one.value("text", "");
        for (const auto& value : one.at("values"))
            std::cout << ' ' << value.value("value", "") << ' ' << value.value("unit", "");
        std::cout << '\n';
    }
    std::cout << answer.at("alarms").size() << " alarms\n";
}

std::string target_of(const Chosen& chosen, std::vector<std::string> more = {}) {
    std::vector<std::string> path{"v1", "alarms", chosen.alarm};
    path.insert(path.end(), more.begin(), more.end());
    return admin::make_target(path);
}

}  // namespace

void add_alarm_commands(CLI::App& app, const CommandOptions& options, int& exit) {
    auto* command = app.add_subcommand(
        "alarm", "Alarms on measurements that passed by; additional information, not the primary alarm");
    command->require_subcommand(1);
    auto chosen = std::make_shared<Chosen>();  // shared: lives as long as the parser's callbacks

    command->add_subcommand("list", "Alarms that go on (leaves an audit record)")
        ->callback([&options, &exit] {
            exit = show_answer(options, ask_daemon(options, "GET", "/v1/alarms"), print_list);
        });

    auto* show = command->add_subcommand("show", "One of them with all it says (leaves an audit record)");
    show->add_option("alarm", chosen->alarm, "Id of the alarm")->required();
    show->callback([&options, &exit, chosen] {
        exit = show_answer(options, ask_daemon(options, "GET", target_of(*chosen)),
                           [](const json& answer) { std::cout << answer.dump(2) << '\n'; });
    });

    auto* acknowledge = command->add_subcommand("acknowledge", "Take it in hand: no further stage is told");
    acknowledge->add_option("alarm", chosen->alarm, "Id of the alarm")->required();
    acknowledge->callback([&options, &exit, chosen] {
        exit = show_answer(options,
                           ask_daemon(options, "POST", target_of(*chosen, {"acknowledge"}), json::object()),
                           [](const json& answer) {
                               std::cout << "alarm " << answer.value("alarm", "") << " is acknowledged\n";
                           });
    });

    auto* silence =
        command->add_subcommand("silence", "No further stage for a while; it goes on as not acknowledged");
    silence->add_option("alarm", chosen->alarm, "Id of the alarm")->required();
    silence->add_option("--minutes", chosen->minutes, "For so long")
        ->capture_default_str()
        ->check(CLI::Range(1, 1440));
    silence->callback([&options, &exit, chosen] {
        exit = show_answer(options,
                           ask_daemon(options, "POST", target_of(*chosen, {"silence"}),
                                      json{{"seconds", chosen->minutes * 60}}),
                           [](const json& answer) {
                               std::cout << "no further stage until " << answer.value("silent_until", "")
                                         << '\n';
                           });
    });
}

}  // namespace edgeward::app

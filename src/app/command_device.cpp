#include <iostream>

#include <CLI/CLI.hpp>

#include <edgeward/admin/control_client.hpp>

#include "daemon_request.hpp"

namespace edgeward::app {
namespace {

using nlohmann::json;

void print_list(const json& answer) {
    for (const auto& one : answer.at("devices")) {
        std::cout << one.value("device", "") << '\t'
                  << (one.at("received").is_null() ? "never seen" : one.value("received", "")) << "\tmissing "
                  << one.value("missing", 0) << ", duplicates " << one.value("duplicates", 0)
                  << ", out of order " << one.value("out_of_order", 0) << '\t';
        if (one.at("conditions").empty()) std::cout << "ok";
        for (const auto& condition : one.at("conditions"))
            std::cout << condition.get<std::string>() << ' ';
        std::cout << '\n';
    }
}

}  // namespace

void add_device_commands(CLI::App& app, const CommandOptions& options, int& exit) {
    auto* command = app.add_subcommand("device", "When devices spoke and what is the matter with them");
    command->require_subcommand(1);
    command->add_subcommand("list", "All registered devices")->callback([&options, &exit] {
        exit = show_answer(options, ask_daemon(options, "GET", "/v1/devices"), print_list);
    });
    auto device = std::make_shared<std::string>();  // shared: lives as long as the parser's callback
    auto* show = command->add_subcommand("show", "Everything known of one: sequence, clock, learned rate");
    show->add_option("device", *device, "Its id")->required();
    show->callback([&options, &exit, device] {
        exit =
            show_answer(options, ask_daemon(options, "GET", admin::make_target({"v1", "devices", *device})),
                        [](const json& answer) { std::cout << answer.dump(2) << '\n'; });
    });
}

}  // namespace edgeward::app

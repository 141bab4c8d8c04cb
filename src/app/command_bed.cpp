#include "command_bed.hpp"

#include <iostream>

#include <CLI/CLI.hpp>

#include <edgeward/admin/control_client.hpp>
#include <edgeward/core/time.hpp>

#include "daemon_request.hpp"

namespace edgeward::app {
namespace {

using nlohmann::json;

struct Chosen {
    std::string device;
    std::string bed;
    std::string from;
    std::string until;
};

std::string time_or_now(const std::string& time) {
    return time.empty() ? to_rfc3339(system_clock().now()) : time;
}

std::string text_or(const json& value, const char* otherwise) {
    return value.is_string() ? value.get<std::string>() : otherwise;
}

void print_placements(const json& answer) {
    for (const auto& one : answer.at("placements")) {
        std::cout << one.value("device", "") << '\t' << one.value("bed", "") << '\t' << one.value("from", "")
                  << '\t' << text_or(one.at("until"), "until further notice") << '\n';
    }
}

void add_place(CLI::App* command, const CommandOptions& options, int& exit,
               const std::shared_ptr<Chosen>& chosen) {
    auto* place = command->add_subcommand("place", "From now on (or --from) the device stands at this bed");
    place->add_option("device", chosen->device, "Id of the device")->required();
    place->add_option("bed", chosen->bed, "ward^room^bed as in PV1-3, such as ITS1^Z2^B3")->required();
    place->add_option("--from", chosen->from, "RFC 3339 time; default: now");
    place->add_option("--until", chosen->until, "RFC 3339 time; default: open");
    place->callback([&options, &exit, chosen] {
        json body = {{"device", chosen->device}, {"bed", chosen->bed}, {"from", time_or_now(chosen->from)}};
        if (!chosen->until.empty()) body["until"] = chosen->until;
        exit = show_answer(options, ask_daemon(options, "POST", "/v1/placements", body),
                           [](const json&) { std::cout << "placed\n"; });
    });
}

}  // namespace

void print_stays(const json& answer) {
    for (const auto& one : answer.at("stays")) {
        std::cout << one.value("bed", "") << '\t' << one.at("patient").value("value", "") << '\t'
                  << one.at("patient").value("authority", "") << '\t' << one.value("from", "") << '\t'
                  << text_or(one.at("until"), "until further notice") << '\n';
    }
}

void add_bed_commands(CLI::App& app, const CommandOptions& options, int& exit) {
    auto* command = app.add_subcommand("bed", "Which bed a device stands at, and who was in a bed");
    command->require_subcommand(1);
    auto chosen = std::make_shared<Chosen>();  // shared: lives as long as the parser's callbacks
    add_place(command, options, exit, chosen);

    auto* remove = command->add_subcommand("remove", "From now on (or --until) the device stands at no bed");
    remove->add_option("device", chosen->device, "Id of the device")->required();
    remove->add_option("--until", chosen->until, "RFC 3339 time; default: now");
    remove->callback([&options, &exit, chosen] {
        const json body = {{"device", chosen->device}, {"until", time_or_now(chosen->until)}};
        exit = show_answer(options, ask_daemon(options, "POST", "/v1/placements/end", body),
                           [](const json&) { std::cout << "removed\n"; });
    });

    auto* list = command->add_subcommand("list", "All beds a device was placed at");
    list->add_option("device", chosen->device, "Id of the device")->required();
    list->callback([&options, &exit, chosen] {
        exit = show_answer(
            options, ask_daemon(options, "GET", admin::make_target({"v1", "placements", chosen->device})),
            print_placements);
    });

    auto* stays = command->add_subcommand("stays", "Who was in a bed (leaves an audit record)");
    stays->add_option("bed", chosen->bed, "ward^room^bed as in PV1-3")->required();
    stays->callback([&options, &exit, chosen] {
        const json body = {{"bed", chosen->bed}};
        exit = show_answer(options, ask_daemon(options, "POST", "/v1/stays", body), print_stays);
    });
}

}  // namespace edgeward::app

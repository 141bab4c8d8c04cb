#include <iostream>

#include <CLI/CLI.hpp>

#include <edgeward/admin/control_client.hpp>
#include <edgeward/core/bytes.hpp>

#include "daemon_request.hpp"

namespace edgeward::app {
namespace {

using nlohmann::json;

struct Chosen {
    std::vector<std::uint64_t> ids;
    std::string reason;
    std::string patient;
    std::string authority;
    std::uint64_t most = 100;
    bool all = false;
};

void print_list(const json& answer) {
    for (const auto& entry : answer.at("quarantine")) {
        std::cout << entry.at("id") << '\t' << entry.value("received", "") << '\t'
                  << entry.value("device", "") << '\t' << entry.value("reason", "") << '\t'
                  << entry.value("detail", "") << '\n';
    }
    std::cout << answer.at("quarantine").size() << " messages in quarantine\n";
}

void print_message(const json& answer) {
    std::cout << "id " << answer.at("id") << ", received " << answer.value("received", "") << ", "
              << answer.value("reason", "") << ": " << answer.value("detail", "") << "\ntopic "
              << answer.value("topic", "") << '\n';
    Bytes payload;
    if (from_base64(answer.value("payload_base64", ""), payload)) std::cout << text_of(payload) << '\n';
}

void print_replayed(const json& answer) {
    for (const auto& one : answer.at("replayed")) {
        std::cout << one.at("id") << '\t' << one.value("outcome", "") << '\t' << one.value("reason", "")
                  << '\n';
    }
    std::cout << answer.at("replayed").size() << " messages replayed\n";
}

int replay(const CommandOptions& options, const Chosen& chosen) {
    json body = json::object();
    if (!chosen.ids.empty()) {
        body["ids"] = chosen.ids;
    } else if (!chosen.reason.empty()) {
        body["reason"] = chosen.reason;
    } else if (!chosen.all) {
        return complain({ErrorKind::invalid_input, "name the messages to replay, a --reason, or --all"});
    }
    return show_answer(options, ask_daemon(options, "POST", "/v1/quarantine/replay", body), print_replayed);
}

}  // namespace

void add_quarantine_commands(CLI::App& app, const CommandOptions& options, int& exit) {
    auto* command = app.add_subcommand("quarantine", "Messages that could not be mapped or attributed");
    command->require_subcommand(1);
    auto chosen = std::make_shared<Chosen>();  // shared: lives as long as the parser's callbacks

    auto* list = command->add_subcommand("list", "Which, since when and why; no content");
    list->add_option("--most", chosen->most, "At most so many")->capture_default_str();
    list->callback([&options, &exit, chosen] {
        exit = show_answer(
            options,
            ask_daemon(options, "GET",
                       admin::make_target({"v1", "quarantine"}, {{"most", std::to_string(chosen->most)}})),
            print_list);
    });

    auto* show =
        command->add_subcommand("show", "One of them with topic and payload (leaves an audit record)");
    show->add_option("id", chosen->ids, "Its number")->required()->expected(1);
    show->callback([&options, &exit, chosen] {
        exit = show_answer(
            options,
            ask_daemon(options, "GET",
                       admin::make_target({"v1", "quarantine", std::to_string(chosen->ids.front())})),
            print_message);
    });

    auto* assign =
        command->add_subcommand("assign", "Say whose measurements one of them holds, and store it");
    assign->add_option("id", chosen->ids, "Its number")->required()->expected(1);
    assign->add_option("--patient", chosen->patient, "The patient's identifier")->required();
    assign->add_option("--authority", chosen->authority, "Who issued it: a name of [[authority]]")
        ->required();
    assign->callback([&options, &exit, chosen] {
        const json body = {{"value", chosen->patient}, {"authority", chosen->authority}};
        exit = show_answer(options,
                           ask_daemon(options, "POST",
                                      admin::make_target({"v1", "quarantine",
                                                          std::to_string(chosen->ids.front()), "assign"}),
                                      {{"patient", body}}),
                           print_replayed);
    });

    auto* again =
        command->add_subcommand("replay", "Read them again, after a mapping or an association was mended");
    again->add_option("ids", chosen->ids, "Their numbers");
    again->add_option("--reason", chosen->reason, "All with this reason, such as no_association");
    again->add_flag("--all", chosen->all, "All");
    again->callback([&options, &exit, chosen] { exit = replay(options, *chosen); });
}

}  // namespace edgeward::app

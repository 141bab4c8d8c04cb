#include <iomanip>
#include <iostream>

#include <CLI/CLI.hpp>

#include <edgeward/admin/control_client.hpp>

#include "daemon_request.hpp"

namespace edgeward::app {
namespace {

using nlohmann::json;

std::string state_of(const json& destination) {
    if (destination.value("answering", false)) return "answering";
    const std::string trouble = destination.value("trouble", "");
    return (destination.value("usable", true) ? "WAITING: " : "NOT USABLE: ") + trouble;
}

void print_status(const json& answer) {
    std::cout << "Edgeward " << answer.value("version", "")
              << (answer.value("ready", false) ? ", ready" : ", NOT READY") << ", "
              << answer.value("persons", 0) << " persons\n";
    for (const auto& part : answer.at("parts")) {
        std::cout << "  " << std::left << std::setw(12) << part.value("part", "")
                  << (part.value("ready", false) ? "ok" : part.value("reason", "not ready")) << '\n';
    }
    for (const auto& destination : answer.at("destinations")) {
        std::cout << "  -> " << std::setw(16) << destination.value("name", "") << std::setw(6)
                  << destination.value("kind", "") << std::setw(14) << destination.value("identity_level", "")
                  << state_of(destination) << '\n';
    }
    const auto& audit = answer.at("audit");
    std::cout << "  audit: " << audit.value("sequence", 0) << " records, signed up to "
              << audit.value("checkpoint", 0) << '\n';
}

void print_counts(const json& counts, const char* what) {
    for (const auto& [reason, count] : counts.items()) {
        std::cout << "    " << what << ' ' << reason << ": " << count << '\n';
    }
}

void print_books(const json& answer) {
    const auto& inbound = answer.at("inbound");
    std::cout << "messages   received " << inbound.at("received") << " = stored " << inbound.at("stored")
              << " + quarantined " << inbound.at("quarantined") << " + refused " << inbound.at("refused")
              << (inbound.value("balanced", false) ? "" : "   DOES NOT BALANCE") << '\n';
    std::cout << "           reports " << inbound.at("reports") << ", observations "
              << inbound.at("observations") << '\n';
    print_counts(inbound.at("quarantined_by_reason"), "quarantined");
    print_counts(inbound.at("refused_messages"), "refused");
    print_counts(inbound.at("refused_values"), "values refused");
    for (const auto& [name, book] : answer.at("destinations").items()) {
        std::cout << std::left << std::setw(16) << name << " offered " << book.at("offered")
                  << " = delivered " << book.at("delivered") << " + pending " << book.at("pending")
                  << " + dead-lettered " << book.at("dead_lettered") << " + filtered " << book.at("filtered")
                  << " + erased " << book.at("erased")
                  << (book.value("balanced", false) ? "" : "   DOES NOT BALANCE") << '\n';
    }
}

}  // namespace

void add_status_commands(CLI::App& app, const CommandOptions& options, int& exit) {
    app.add_subcommand("status", "How the running gateway is")->callback([&options, &exit] {
        exit = show_answer(options, ask_daemon(options, "GET", "/v1/status"), print_status);
    });
    auto* books =
        app.add_subcommand("books", "What came in and what became of it, and whether the books balance");
    auto device = std::make_shared<std::string>();  // shared: lives as long as the parser's callback
    books->add_option("--device", *device, "Only this device's messages");
    books->callback([&options, &exit, device] {
        const auto query = device->empty() ? std::map<std::string, std::string>{}
                                           : std::map<std::string, std::string>{{"device", *device}};
        exit = show_answer(options, ask_daemon(options, "GET", admin::make_target({"v1", "books"}, query)),
                           print_books);
    });
    app.add_subcommand("reload", "Have the running gateway read its configuration again")
        ->callback([&options, &exit] {
            exit = show_answer(options, ask_daemon(options, "POST", "/v1/reload"),
                               [](const json&) { std::cout << "reloaded\n"; });
        });
}

}  // namespace edgeward::app

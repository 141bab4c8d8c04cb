#include <array>
#include <iomanip>
#include <iostream>
#include <sstream>

#include <CLI/CLI.hpp>

#include "daemon_request.hpp"

namespace edgeward::app {
namespace {

using nlohmann::json;

std::string state_of(const json& destination) {
    if (destination.value("answering", false)) return "answering";
    const std::string trouble = destination.value("trouble", "");
    return (destination.value("usable", true) ? "WAITING: " : "NOT USABLE: ") + trouble;
}

// "78.0 GiB"
std::string size_of(double octets) {
    constexpr std::array<const char*, 5> units = {"B", "KiB", "MiB", "GiB", "TiB"};
    std::size_t unit = 0;
    for (; octets >= 1024 && unit + 1 < units.size(); ++unit)
        octets /= 1024;
    std::ostringstream text;
    text << std::fixed << std::setprecision(unit == 0 ? 0 : 1) << octets << ' ' << units[unit];
    return text.str();
}

void print_disk(const json& disk) {
    std::cout << "  disk: room for " << size_of(disk.value("room", 0.0)) << ", reading stops below "
              << size_of(disk.value("stops_below", 0.0));
    if (disk.value("intake_stopped", false)) {
        std::cout << ": READING HAS STOPPED";
    } else if (disk.at("seconds_left").is_number()) {
        std::ostringstream hours;
        hours << std::fixed << std::setprecision(1) << disk.at("seconds_left").get<double>() / 3600;
        std::cout << "; lasts " << hours.str() << " hours of outage at "
                  << size_of(disk.at("octets_per_second").get<double>() * 3600) << " an hour";
    } else if (disk.at("octets_per_second").is_number()) {
        std::cout << "; nothing grows";
    } else {
        std::cout << "; how long it lasts is known soon";
    }
    std::cout << '\n';
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
                  << state_of(destination);
        if (const std::string mode = destination.value("mode", "running"); mode != "running")
            std::cout << ", " << mode;
        std::cout << '\n';
    }
    const auto& audit = answer.at("audit");
    std::cout << "  audit: " << audit.value("sequence", 0) << " records, signed up to "
              << audit.value("checkpoint", 0) << '\n';
    print_disk(answer.at("disk"));
}

}  // namespace

void add_status_commands(CLI::App& app, const CommandOptions& options, int& exit) {
    app.add_subcommand("status", "How the running gateway is")->callback([&options, &exit] {
        exit = show_answer(options, ask_daemon(options, "GET", "/v1/status"), print_status);
    });
    app.add_subcommand("reload", "Have the running gateway read its configuration again")
        ->callback([&options, &exit] {
            exit = show_answer(options, ask_daemon(options, "POST", "/v1/reload"),
                               [](const json&) { std::cout << "reloaded\n"; });
        });
}

}  // namespace edgeward::app

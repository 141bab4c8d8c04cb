#include <algorithm>
#include <array>
#include <iostream>

#include <CLI/CLI.hpp>

#include <edgeward/core/file.hpp>
#include <edgeward/report/papers.hpp>

#include "daemon_request.hpp"
#include "described_routes.hpp"
#include "host_addresses.hpp"
#include "report_model.hpp"

namespace edgeward::app {
namespace {

using nlohmann::json;
using report::Installation;
using report::Language;

using Writer = std::string (*)(const Installation&, Language);

struct Form {
    std::string_view paper;
    std::string_view format;
    Writer write;
};
constexpr std::array forms = {Form{"dataflow", "html", &report::dataflow_html},
                              Form{"dataflow", "svg", &report::dataflow_svg},
                              Form{"dataflow", "mermaid", &report::dataflow_mermaid},
                              Form{"dataflow", "json", &report::dataflow_json},
                              Form{"processing", "html", &report::processing_html},
                              Form{"processing", "json", &report::processing_json},
                              Form{"patient-information", "html", &report::patient_information_html},
                              Form{"patient-information", "json", &report::patient_information_json},
                              Form{"compliance", "html", &report::compliance_html},
                              Form{"compliance", "json", &report::compliance_json}};

struct Chosen {
    std::string language = "de";
    std::string format;
    std::filesystem::path out;
    bool offline = false;
};

Result<report::Measured> ask_gateway(const CommandOptions& options,
                                     const std::vector<config::Setting>& settings) {
    Answers answers;
    const std::pair<const char*, json*> questions[] = {
        {"/v1/evidence", &answers.evidence}, {"/v1/status", &answers.status},
        {"/v1/books", &answers.books},       {"/v1/backups", &answers.backups},
        {"/v1/devices", &answers.devices},   {"/v1/configuration", &answers.configuration}};
    for (const auto& [target, into] : questions) {
        auto answer = ask_daemon(options, "GET", target);
        if (!answer) return failure(std::move(answer.error()));
        *into = *std::move(answer);
    }
    return measure(answers, settings);
}

// Everything or nothing: half a measurement would prove what it did not see.
void add_measurement(const CommandOptions& options, const LoadedConfiguration& loaded,
                     Installation& installation) {
    auto measured = ask_gateway(options, loaded.settings);
    if (measured) {
        installation.measured = *std::move(measured);
        return;
    }
    std::cerr << "edgeward: warning: nothing is measured: " << measured.error().message << '\n';
}

int write_paper(const std::string& text, const std::filesystem::path& out) {
    if (out.empty()) {
        std::cout << text;
        return exit_success;
    }
    const auto written = write_file_durably(out, bytes_of(text), 0640);
    return written ? exit_success : complain(written.error());
}

int paper(const CommandOptions& options, std::string_view name, const Chosen& chosen) {
    const std::string format = !chosen.format.empty() ? chosen.format : options.json ? "json" : "html";
    const auto* const form = std::find_if(forms.begin(), forms.end(), [&](const Form& one) {
        return one.paper == name && one.format == format;
    });
    if (form == forms.end()) {
        std::cerr << "edgeward: error: expected --format html or json for this paper\n";
        return exit_usage;
    }
    const auto loaded = load_configuration(options.config_file);
    for (const auto& problem : loaded.problems)
        std::cerr << problem.to_string() << '\n';
    if (!loaded.problems.empty()) return exit_misconfigured;
    auto installation = describe(loaded, system_clock().now());
    if (!chosen.offline) add_measurement(options, loaded, installation);
    return write_paper(
        form->write(installation, chosen.language == "de" ? Language::german : Language::english),
        chosen.out);
}

void add_paper(CLI::App& command, const CommandOptions& options, int& exit, const std::string& name,
               const std::string& help, const std::vector<std::string>& formats) {
    auto* one = command.add_subcommand(name, help);
    auto chosen = std::make_shared<Chosen>();  // shared: lives as long as the parser's callback
    one->add_option("--language", chosen->language, "de or en")
        ->check(CLI::IsMember({"de", "en"}))
        ->capture_default_str();
    one->add_option("--format", chosen->format, "Default: html, or json with --json")
        ->check(CLI::IsMember(formats));
    one->add_option("--out", chosen->out, "Write to this file instead of standard output");
    one->add_flag("--offline", chosen->offline,
                  "From the configuration alone: the running gateway is not asked, nothing is measured");
    one->callback([&options, &exit, name, chosen] { exit = paper(options, name, *chosen); });
}

struct Wall {
    report::FirewallChoices choices;
    std::string format = "nft";
    std::filesystem::path out;
};

int firewall(const CommandOptions& options, Wall& wall) {
    const auto loaded = load_configuration(options.config_file);
    for (const auto& problem : loaded.problems)
        std::cerr << problem.to_string() << '\n';
    if (!loaded.problems.empty()) return exit_misconfigured;
    auto installation = describe(loaded, system_clock().now());
    for (auto& door : installation.doors) {
        if (!door.inbound) door.addresses = addresses_of(door.host);
        if (!door.inbound && door.addresses.empty())
            std::cerr << "edgeward: warning: " << door.name << ": the name has no address now\n";
    }
    if (wall.choices.resolvers.empty()) wall.choices.resolvers = name_servers_in();
    const bool as_json = options.json || wall.format == "json";
    return write_paper(
        as_json ? report::firewall_json(installation) : report::firewall_nft(installation, wall.choices),
        wall.out);
}

void add_firewall(CLI::App& command, const CommandOptions& options, int& exit) {
    auto* one = command.add_subcommand("firewall",
                                       "Rules for nftables: what this configuration opens, and nothing else");
    auto wall = std::make_shared<Wall>();  // shared: lives as long as the parser's callback
    one->add_option("--format", wall->format, "nft, or json: the doors for other programs")
        ->check(CLI::IsMember({"nft", "json"}))
        ->capture_default_str();
    one->add_option("--user", wall->choices.user, "The user the gateway runs as")->capture_default_str();
    one->add_option("--management", wall->choices.management, "A network that may use SSH; may be repeated")
        ->allow_extra_args(false);
    one->add_option("--senders", wall->choices.senders,
                    "A network that devices, patient administration and monitoring come from; may be "
                    "repeated; default: all")
        ->allow_extra_args(false);
    one->add_option("--resolver", wall->choices.resolvers,
                    "Address of a name server; may be repeated; default: those of /etc/resolv.conf")
        ->allow_extra_args(false);
    one->add_option("--out", wall->out, "Write to this file instead of standard output");
    one->callback([&options, &exit, wall] { exit = firewall(options, *wall); });
}

void add_openapi(CLI::App& command, int& exit) {
    auto* one = command.add_subcommand("openapi", "The admin API as an OpenAPI 3.1 document");
    auto out = std::make_shared<std::filesystem::path>();  // shared: lives as long as the parser's callback
    one->add_option("--out", *out, "Write to this file instead of standard output");
    one->callback([&exit, out] { exit = write_paper(api_document(), *out); });
}

}  // namespace

void add_report_commands(CLI::App& app, const CommandOptions& options, int& exit) {
    auto* command = app.add_subcommand(
        "report", "Papers for data protection and security, from the configuration and the running gateway");
    command->require_subcommand(1);
    add_paper(*command, options, exit, "dataflow",
              "Sources, stages and destinations with data classes, encryption and legal basis",
              {"html", "svg", "mermaid", "json"});
    add_paper(*command, options, exit, "processing", "Record of processing activities, Art. 30 DSGVO",
              {"html", "json"});
    add_paper(
        *command, options, exit, "patient-information",
        "What patients are told of their data, Art. 12 to 14 DSGVO: a sheet to be completed and given out",
        {"html", "json"});
    add_paper(*command, options, exit, "compliance",
              "A checklist: what is proven by this measurement, and what is not", {"html", "json"});
    add_firewall(*command, options, exit);
    add_openapi(*command, exit);
}

}  // namespace edgeward::app

#include <iostream>

#include <CLI/CLI.hpp>

#include <edgeward/admin/control_client.hpp>
#include <edgeward/core/file.hpp>

#include "command_access.hpp"
#include "command_bed.hpp"
#include "command_patient.hpp"
#include "command_rights.hpp"
#include "daemon_request.hpp"

namespace edgeward::app {
namespace {

using nlohmann::json;

struct Chosen {
    std::filesystem::path file;
    std::string device;
    ChosenPatient patient;
    std::string from;
    std::string until;
};

// One JSON object a line, so that a large import is read as it is sent.
int import_persons(const CommandOptions& options, const std::filesystem::path& file) {
    const auto text = read_file(file);
    if (!text) return complain(text.error());
    std::size_t line_number = 0;
    std::size_t imported = 0;
    for (std::size_t begin = 0; begin < text->size();) {
        const auto end = std::min(text->find('\n', begin), text->size());
        const std::string line = text->substr(begin, end - begin);
        begin = end + 1;
        ++line_number;
        if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
        auto person = json::parse(line, nullptr, /*allow_exceptions=*/false);
        const auto answer = person.is_object()
                                ? ask_daemon(options, "POST", "/v1/persons", person)
                                : Result<json>(failure(ErrorKind::invalid_input, "expected a JSON object"));
        if (!answer) {
            return complain(Error(answer.error()).during(file.string() + ":" + std::to_string(line_number)));
        }
        ++imported;
    }
    std::cout << imported << " persons imported\n";
    return exit_success;
}

void add_association_commands(CLI::App& app, const CommandOptions& options, int& exit,
                              const std::shared_ptr<Chosen>& chosen) {
    auto* command = app.add_subcommand("association", "Whose bed a device stands at");
    command->require_subcommand(1);
    auto* begin =
        command->add_subcommand("begin", "From now on (or --from) the device measures this patient");
    begin->add_option("device", chosen->device, "Id of the device")->required();
    add_patient_options(*begin, chosen->patient);
    begin->add_option("--from", chosen->from, "RFC 3339 time; default: now");
    begin->add_option("--until", chosen->until, "RFC 3339 time; default: open");
    begin->callback([&options, &exit, chosen] {
        json body = {{"device", chosen->device},
                     {"patient", chosen->patient.body()},
                     {"from", time_or_now(chosen->from)}};
        if (!chosen->until.empty()) body["until"] = chosen->until;
        exit = show_answer(options, ask_daemon(options, "POST", "/v1/associations", body),
                           [](const json&) { std::cout << "associated\n"; });
    });
    auto* end = command->add_subcommand("end", "From now on (or --until) the device measures nobody");
    end->add_option("device", chosen->device, "Id of the device")->required();
    end->add_option("--until", chosen->until, "RFC 3339 time; default: now");
    end->callback([&options, &exit, chosen] {
        const json body = {{"device", chosen->device}, {"until", time_or_now(chosen->until)}};
        exit = show_answer(options, ask_daemon(options, "POST", "/v1/associations/end", body),
                           [](const json&) { std::cout << "ended\n"; });
    });
    auto* list = command->add_subcommand("list", "All associations of a device (leaves an audit record)");
    list->add_option("device", chosen->device, "Id of the device")->required();
    list->callback([&options, &exit, chosen] {
        exit = show_answer(
            options, ask_daemon(options, "GET", admin::make_target({"v1", "associations", chosen->device})),
            [](const json& answer) { std::cout << answer.at("associations").dump(2) << '\n'; });
    });
}

}  // namespace

void add_person_commands(CLI::App& app, const CommandOptions& options, int& exit) {
    auto chosen = std::make_shared<Chosen>();  // shared: lives as long as the parser's callbacks
    auto* person = app.add_subcommand("person", "Who the patients are");
    person->require_subcommand(1);
    auto* importing =
        person->add_subcommand("import", "Add or update persons from a file with one JSON object a line");
    importing->add_option("file", chosen->file, "identifiers, family, given, birth_date, sex, visit_number")
        ->required();
    importing->callback([&options, &exit, chosen] { exit = import_persons(options, chosen->file); });
    auto* stays = person->add_subcommand("stays", "Which beds a patient was in (leaves an audit record)");
    add_patient_options(*stays, chosen->patient);
    stays->callback([&options, &exit, chosen] {
        const json body = {{"patient", chosen->patient.body()}};
        exit = show_answer(options, ask_daemon(options, "POST", "/v1/stays", body), print_stays);
    });
    add_access_command(*person, options, exit);
    add_rights_commands(*person, options, exit);
    add_association_commands(app, options, exit, chosen);
}

}  // namespace edgeward::app

// edgeward person rectify, restrict, restrict-lift, restrictions: Art. 16 and 18 DSGVO.

#include <iostream>
#include <iterator>

#include <CLI/CLI.hpp>

#include <edgeward/admin/control_client.hpp>
#include <edgeward/core/file.hpp>
#include <edgeward/vault/person_rights.hpp>

#include "command_patient.hpp"
#include "command_rights.hpp"
#include "daemon_request.hpp"

namespace edgeward::app {
namespace {

using nlohmann::json;

// Who got data is looked up in the whole audit log.
constexpr std::chrono::minutes patience{10};

struct Chosen {
    ChosenPatient patient;
    std::filesystem::path file;
    std::string reason;
    std::string reach = "secondary";
    std::uint64_t number = 0;
};

// What is right comes in a file: a command line is seen by every user of the machine.
Result<json> right_in(const std::filesystem::path& file) {
    Result<std::string> text = std::string();
    if (file == "-") {
        text = std::string(std::istreambuf_iterator<char>(std::cin), {});
    } else {
        text = read_file(file);
    }
    if (!text) return failure(text.error());
    auto right = json::parse(*text, nullptr, /*allow_exceptions=*/false);
    if (!right.is_object())
        return failure(ErrorKind::invalid_input, file.string() + ": expected a JSON object");
    return right;
}

int rectify(const CommandOptions& options, const Chosen& chosen) {
    auto body = right_in(chosen.file);
    if (!body) return complain(body.error());
    (*body)["patient"] = chosen.patient.body();
    return show_answer(options, ask_daemon(options, "POST", "/v1/persons/rectify", *body, patience),
                       [](const json& answer) {
                           if (answer.at("changed").empty()) std::cout << "it was so before\n";
                           for (const auto& field : answer.at("changed"))
                               std::cout << "rectified: " << field.get<std::string>() << '\n';
                           print_whom_to_inform(answer);
                       });
}

int restrict_person(const CommandOptions& options, const Chosen& chosen) {
    const json body = {
        {"patient", chosen.patient.body()}, {"reason", chosen.reason}, {"reach", chosen.reach}};
    return show_answer(options, ask_daemon(options, "POST", "/v1/persons/restrict", body, patience),
                       [](const json& answer) {
                           std::cout << "restriction " << answer.at("restriction") << " is in force\n";
                           print_whom_to_inform(answer);
                       });
}

void print_restrictions(const json& answer) {
    for (const auto& one : answer.at("restrictions"))
        std::cout << one.at("restriction") << '\t' << one.value("reach", "") << '\t'
                  << one.value("reason", "") << "\tset " << one.value("set", "") << " by "
                  << one.value("actor", "") << '\t'
                  << (one.at("lifted").is_null() ? std::string("in force")
                                                 : "lifted " + one.at("lifted").get<std::string>())
                  << '\n';
    std::cout << answer.at("restrictions").size() << " restrictions\n";
}

}  // namespace

void add_rights_commands(CLI::App& person, const CommandOptions& options, int& exit) {
    auto chosen = std::make_shared<Chosen>();  // shared: lives as long as the parser's callbacks
    auto* right = person.add_subcommand(
        "rectify", "Set right what is wrong of a patient's identity (Art. 16 DSGVO); says whom to inform");
    add_patient_options(*right, chosen->patient);
    right
        ->add_option("file", chosen->file,
                     "JSON object with what is right: family, given, birth_date, sex, visit_number, "
                     "add_identifiers, remove_identifiers; - is standard input")
        ->required();
    right->callback([&options, &exit, chosen] { exit = rectify(options, *chosen); });

    auto* restriction = person.add_subcommand(
        "restrict", "Restrict processing of a patient's data (Art. 18 DSGVO): it is stored, and waits");
    add_patient_options(*restriction, chosen->patient);
    restriction->add_option("--reason", chosen->reason, "Why: it goes into the audit log")
        ->required()
        ->check(CLI::IsMember(
            std::vector<std::string>(vault::restriction_reasons.begin(), vault::restriction_reasons.end())));
    restriction->add_option("--reach", chosen->reach, "secondary: research and the like; all: treatment too")
        ->check(CLI::IsMember({"secondary", "all"}))
        ->capture_default_str();
    restriction->callback([&options, &exit, chosen] { exit = restrict_person(options, *chosen); });

    auto* lift =
        person.add_subcommand("restrict-lift", "End a restriction; tell the person before (Art. 18(3))");
    lift->add_option("number", chosen->number, "Number of the restriction")->required();
    lift->callback([&options, &exit, chosen] {
        const auto target =
            admin::make_target({"v1", "restrictions", std::to_string(chosen->number), "lift"});
        exit = show_answer(options, ask_daemon(options, "POST", target),
                           [](const json&) { std::cout << "lifted\n"; });
    });
    auto* list = person.add_subcommand("restrictions", "Restrictions of a patient (leaves an audit record)");
    add_patient_options(*list, chosen->patient);
    list->callback([&options, &exit, chosen] {
        const json body = {{"patient", chosen->patient.body()}};
        exit = show_answer(options, ask_daemon(options, "POST", "/v1/persons/restrictions", body),
                           print_restrictions);
    });
}

}  // namespace edgeward::app

#include <unistd.h>

#include <iostream>

#include <CLI/CLI.hpp>

#include <edgeward/admin/control_client.hpp>
#include <edgeward/core/file.hpp>
#include <edgeward/vault/erasure_register.hpp>

#include "daemon_request.hpp"

namespace edgeward::app {
namespace {

using nlohmann::json;

// A large store is looked through and a vault built anew.
constexpr std::chrono::hours patience{2};
constexpr unsigned owner_only = 0600;

struct Chosen {
    std::string patient;
    std::string authority;
    std::string reason;
    std::string until;
    std::uint64_t number = 0;
    std::filesystem::path out;
    bool dry_run = false;
    bool give_up = false;
};

json patient_of(const Chosen& chosen) {
    return {{"value", chosen.patient}, {"authority", chosen.authority}};
}

void add_patient(CLI::App* command, Chosen& chosen) {
    command->add_option("--patient", chosen.patient, "The patient's identifier")->required();
    command->add_option("--authority", chosen.authority, "Who issued it: a name of [[authority]]")
        ->required();
}

template <typename Words>
void add_reason(CLI::App* command, Chosen& chosen, const Words& words) {
    command->add_option("--reason", chosen.reason, "Why")
        ->required()
        ->check(CLI::IsMember(std::vector<std::string>(words.begin(), words.end())));
}

void print_preview(const json& answer) {
    std::cout << "would be erased:\n";
    for (const auto& [place, count] : answer.at("vault").items())
        std::cout << "  " << place << '\t' << count << '\n';
    std::cout << "  reports\t" << answer.at("reports") << "\n  held messages\t"
              << answer.at("held_messages").size() << '\n';
    for (const auto& [name, counts] : answer.at("undelivered").items())
        std::cout << "  destination " << name << "\t" << counts.at("waiting") << " waiting, "
                  << counts.at("dead_lettered") << " dead-lettered\n";
    for (const auto& one : answer.at("recipients"))
        std::cout << "has received data: " << one.value("destination", "") << ", " << one.at("delivered")
                  << " reports, last " << one.value("last", "") << '\n';
    if (answer.value("unsearched_identifiers", 0) > 0)
        std::cout << "identifiers too short to be looked for in held messages: "
                  << answer.at("unsearched_identifiers") << '\n';
    std::cout << (answer.at("obstacle").is_null() ? std::string("nothing is in the way")
                                                  : "in the way: " + answer.value("obstacle", ""))
              << '\n';
}

int erase(const CommandOptions& options, const Chosen& chosen) {
    if (chosen.dry_run) {
        return show_answer(
            options,
            ask_daemon(options, "POST", "/v1/erasures/preview", {{"patient", patient_of(chosen)}}, patience),
            print_preview);
    }
    const json body = {{"patient", patient_of(chosen)}, {"reason", chosen.reason}};
    return show_answer(options, ask_daemon(options, "POST", "/v1/erasures", body), [](const json& answer) {
        std::cout << "erasure request " << answer.at("request")
                  << " is written down; another user decides: edgeward person erase-approve "
                  << answer.at("request") << '\n';
    });
}

void print_requests(const json& answer) {
    for (const auto& one : answer.at("erasures")) {
        std::cout << one.at("request") << '\t' << one.value("state", "") << '\t' << one.value("reason", "")
                  << "\tasked by " << one.value("requester", "") << " at " << one.value("requested", "");
        if (one.at("decider").is_string())
            std::cout << ", decided by " << one.value("decider", "") << " at " << one.value("decided", "");
        if (one.at("rejection").is_string()) std::cout << ": " << one.value("rejection", "");
        std::cout << '\n';
    }
    std::cout << answer.at("erasures").size() << " erasure requests\n";
}

// To the file, or for people to standard output.
int give_certificate(const CommandOptions& options, const Chosen& chosen, const Result<json>& answer) {
    if (!answer) return complain(answer.error());
    const auto text = answer->value("certificate", std::string());
    if (!chosen.out.empty()) {
        auto written = write_file_durably(chosen.out, bytes_of(text), owner_only);
        if (!written) return complain(std::move(written.error()).during("the certificate can be had again"));
    }
    return show_answer(options, answer, [&](const json& shown) {
        if (chosen.out.empty()) {
            std::cout << text;
        } else {
            std::cout << "erasure request " << shown.at("request") << " is done; certificate in "
                      << chosen.out.string() << '\n';
        }
    });
}

int approve(const CommandOptions& options, const Chosen& chosen) {
    const auto target = admin::make_target({"v1", "erasures", std::to_string(chosen.number), "approve"});
    return give_certificate(
        options, chosen,
        ask_daemon(options, "POST", target, {{"give_up_undelivered", chosen.give_up}}, patience));
}

int reject(const CommandOptions& options, const Chosen& chosen) {
    const auto target = admin::make_target({"v1", "erasures", std::to_string(chosen.number), "reject"});
    return show_answer(options, ask_daemon(options, "POST", target, {{"reason", chosen.reason}}),
                       [](const json&) { std::cout << "rejected\n"; });
}

int show_certificate(const CommandOptions& options, const Chosen& chosen) {
    const auto target = admin::make_target({"v1", "erasures", std::to_string(chosen.number), "certificate"});
    return give_certificate(options, chosen, ask_daemon(options, "GET", target));
}

void print_holds(const json& answer) {
    for (const auto& one : answer.at("holds"))
        std::cout << one.at("hold") << '\t' << one.value("reason", "") << "\tuntil "
                  << (one.at("until").is_string() ? one.value("until", "") : "it is released") << '\t'
                  << (one.value("in_force", false) ? "in force" : "over") << '\n';
    std::cout << answer.at("holds").size() << " legal holds\n";
}

void add_hold_commands(CLI::App* person, const CommandOptions& options, int& exit,
                       const std::shared_ptr<Chosen>& chosen) {
    auto* hold = person->add_subcommand("hold", "Who must not be erased (Art. 17(3) DSGVO)");
    hold->require_subcommand(1);
    auto* set = hold->add_subcommand("set", "Forbid to erase a patient");
    add_patient(set, *chosen);
    add_reason(set, *chosen, vault::hold_reasons);
    set->add_option("--until", chosen->until, "RFC 3339 time; default: until it is released");
    set->callback([&options, &exit, chosen] {
        json body = {{"patient", patient_of(*chosen)}, {"reason", chosen->reason}};
        if (!chosen->until.empty()) body["until"] = chosen->until;
        exit = show_answer(options, ask_daemon(options, "POST", "/v1/holds", body), [](const json& answer) {
            std::cout << "legal hold " << answer.at("hold") << " is in force\n";
        });
    });
    auto* release = hold->add_subcommand("release", "End a legal hold");
    release->add_option("number", chosen->number, "Number of the hold")->required();
    release->callback([&options, &exit, chosen] {
        const auto target = admin::make_target({"v1", "holds", std::to_string(chosen->number), "release"});
        exit = show_answer(options, ask_daemon(options, "POST", target, json::object()),
                           [](const json&) { std::cout << "released\n"; });
    });
    auto* list = hold->add_subcommand("list", "Legal holds of a patient (leaves an audit record)");
    add_patient(list, *chosen);
    list->callback([&options, &exit, chosen] {
        const json body = {{"patient", patient_of(*chosen)}};
        exit = show_answer(options, ask_daemon(options, "POST", "/v1/holds/list", body), print_holds);
    });
}

void add_decision_commands(CLI::App* person, const CommandOptions& options, int& exit,
                           const std::shared_ptr<Chosen>& chosen) {
    auto* yes = person->add_subcommand("erase-approve", "Carry out an erasure that another user asked for");
    yes->add_option("number", chosen->number, "Number of the request")->required();
    yes->add_flag("--give-up-undelivered", chosen->give_up,
                  "Destroy also what treatment still waits for; it is counted as erased");
    yes->add_option("--out", chosen->out, "File for the certificate");
    yes->callback([&options, &exit, chosen] { exit = approve(options, *chosen); });
    auto* no = person->add_subcommand("erase-reject", "Decline an erasure request");
    no->add_option("number", chosen->number, "Number of the request")->required();
    add_reason(no, *chosen, vault::rejection_reasons);
    no->callback([&options, &exit, chosen] { exit = reject(options, *chosen); });
    auto* certificate =
        person->add_subcommand("erase-certificate", "The certificate of an erasure, once more");
    certificate->add_option("number", chosen->number, "Number of the request")->required();
    certificate->add_option("--out", chosen->out, "File for the certificate");
    certificate->callback([&options, &exit, chosen] { exit = show_certificate(options, *chosen); });
}

}  // namespace

void add_erasure_commands(CLI::App& app, const CommandOptions& options, int& exit) {
    auto chosen = std::make_shared<Chosen>();  // shared: lives as long as the parser's callbacks
    auto* person = app.get_subcommand("person");
    auto* ask = person->add_subcommand(
        "erase", "Ask for the erasure of a patient (Art. 17 DSGVO); another user decides");
    add_patient(ask, *chosen);
    add_reason(ask, *chosen, vault::erasure_reasons);
    ask->add_flag("--dry-run", chosen->dry_run, "Only show what would be erased (leaves an audit record)");
    ask->callback([&options, &exit, chosen] { exit = erase(options, *chosen); });
    auto* list = person->add_subcommand("erasures", "All erasure requests (leaves an audit record)");
    list->callback([&options, &exit] {
        exit = show_answer(options, ask_daemon(options, "GET", "/v1/erasures"), print_requests);
    });
    add_decision_commands(person, options, exit, chosen);
    add_hold_commands(person, options, exit, chosen);
    add_erasure_verification(app, options, exit);
}

}  // namespace edgeward::app

#include <iostream>
#include <iterator>

#include <CLI/CLI.hpp>

#include <edgeward/access/qr_code.hpp>
#include <edgeward/admin/control_client.hpp>

#include "daemon_request.hpp"

namespace edgeward::app {
namespace {

using nlohmann::json;

struct Chosen {
    std::string user;
    std::vector<std::string> roles;
    std::string ward;
};

std::string target_of(const Chosen& chosen, const char* verb) {
    return admin::make_target({"v1", "users", chosen.user, verb});
}

void print_code(const json& answer) {
    std::cout << "one-time code\t" << answer.value("code", "") << "\nuntil\t" << answer.value("expires", "")
              << '\n';
}

void print_users(const json& answer) {
    for (const auto& one : answer.at("users")) {
        std::cout << one.value("user", "") << '\t' << one.value("state", "") << '\t';
        std::string roles;
        for (const auto& role : one.at("roles"))
            roles.append(roles.empty() ? "" : ",").append(role.get<std::string>());
        std::cout << roles << '\t' << one.value("ward", "") << '\t'
                  << (one.at("last_sign_in").is_string() ? one.value("last_sign_in", "") : "never") << '\n';
    }
}

void print_state(const json& answer) {
    std::cout << answer.value("user", "") << " is " << answer.value("state", "") << '\n';
}

// The address alone is taken too.
int draw_code() {
    const std::string given{std::istreambuf_iterator<char>(std::cin), {}};
    const auto answer = json::parse(given, nullptr, /*allow_exceptions=*/false);
    const auto address = answer.is_object() ? answer.value("uri", "") : given.substr(0, given.find('\n'));
    if (!address.starts_with("otpauth://"))
        return complain(
            {ErrorKind::invalid_input, "expected an answer with a uri, or an otpauth:// address"});
    const auto code = access::qr_code(address);
    if (!code) return complain(code.error());
    std::cout << access::draw_for_terminal(*code);
    return exit_success;
}

}  // namespace

void add_user_commands(CLI::App& app, const CommandOptions& options, int& exit) {
    auto* command = app.add_subcommand("user", "Accounts of people who sign in by HTTPS (admin.api)");
    command->require_subcommand(1);
    auto chosen = std::make_shared<Chosen>();  // shared: lives as long as the parser's callbacks
    const auto post = [&options, &exit](const std::string& target, const json& body,
                                        void (*print)(const json&)) {
        exit = show_answer(options, ask_daemon(options, "POST", target, body), print);
    };

    command->add_subcommand("first-code", "One-time code by which the first account is made, with role admin")
        ->callback([post] { post("/v1/users/first-code", json::object(), print_code); });
    command->add_subcommand("list", "Who may sign in, as what (leaves an audit record)")
        ->callback([&options, &exit] {
            exit = show_answer(options, ask_daemon(options, "GET", "/v1/users"), print_users);
        });

    auto* add =
        command->add_subcommand("add", "New account; prints the one-time code that sets its password");
    add->add_option("user", chosen->user, "Name, of a-z 0-9 . _ -")->required();
    add->add_option("--role", chosen->roles, "A role that policies speak of; may be repeated");
    add->add_option("--ward", chosen->ward, "Only what is of this ward");
    add->callback([post, chosen] {
        post("/v1/users", json{{"user", chosen->user}, {"roles", chosen->roles}, {"ward", chosen->ward}},
             print_code);
    });

    auto* roles = command->add_subcommand("roles", "Other roles and ward, in place of those before");
    roles->add_option("user", chosen->user, "Name of the account")->required();
    roles->add_option("--role", chosen->roles, "A role that policies speak of; may be repeated");
    roles->add_option("--ward", chosen->ward, "Only what is of this ward");
    roles->callback([post, chosen] {
        post(target_of(*chosen, "roles"), json{{"roles", chosen->roles}, {"ward", chosen->ward}},
             [](const json& answer) { std::cout << "changed " << answer.value("user", "") << '\n'; });
    });

    auto* reset = command->add_subcommand(
        "reset", "Take password and second factor away; prints the one-time code for new ones");
    reset->add_option("user", chosen->user, "Name of the account")->required();
    reset->callback([post, chosen] { post(target_of(*chosen, "reset"), json::object(), print_code); });

    auto* disable = command->add_subcommand("disable", "End its sessions and let nobody sign in by it");
    disable->add_option("user", chosen->user, "Name of the account")->required();
    disable->callback([post, chosen] { post(target_of(*chosen, "disable"), json::object(), print_state); });

    command
        ->add_subcommand("qr",
                         "Draws what POST /v1/session/second-factor/enrolment answers, from standard "
                         "input, as a QR code for an authenticator app")
        ->callback([&exit] { exit = draw_code(); });

    auto* enable = command->add_subcommand("enable", "Let its owner sign in again");
    enable->add_option("user", chosen->user, "Name of the account")->required();
    enable->callback([post, chosen] { post(target_of(*chosen, "enable"), json::object(), print_state); });
}

}  // namespace edgeward::app

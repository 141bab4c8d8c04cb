#include <iostream>

#include <CLI/CLI.hpp>

#include <edgeward/admin/control_client.hpp>
#include <edgeward/enrolment/enrolment_service.hpp>

#include "daemon_request.hpp"

namespace edgeward::app {
namespace {

using nlohmann::json;

void print_list(const json& answer) {
    for (const auto& one : answer.at("devices")) {
        std::cout << one.value("device", "") << '\t' << one.value("state", "")
                  << (one.value("proof", "") == "password" ? " (password)" : "") << '\t'
                  << (one.at("received").is_null() ? "never seen" : one.value("received", "")) << "\tmissing "
                  << one.value("missing", 0) << ", duplicates " << one.value("duplicates", 0)
                  << ", out of order " << one.value("out_of_order", 0) << '\t';
        if (one.at("conditions").empty()) std::cout << "ok";
        for (const auto& condition : one.at("conditions"))
            std::cout << condition.get<std::string>() << ' ';
        std::cout << '\n';
    }
}

void print_requests(const json& answer) {
    for (const auto& one : answer.at("requests")) {
        std::cout << one.value("request", 0) << '\t' << one.value("state", "") << '\t'
                  << one.value("device", "") << (one.value("known", false) ? " (known)" : "") << '\t'
                  << one.value("class", "") << '\t' << one.value("origin", "") << '\t'
                  << one.value("last", "") << "\tkey " << one.value("key", "") << '\n';
    }
}

// What a person says of a device, as fields of a body.
struct Entry {
    std::string kind, ward, room, bed, serial, eui64, software;

    void add_options(CLI::App* command) {
        command->add_option("--class", kind, "Name of its [[device_class]]");
        command->add_option("--ward", ward, "Where it stands");
        command->add_option("--room", room, "Where it stands");
        command->add_option("--bed", bed, "Where it stands");
        command->add_option("--serial", serial, "Its serial number");
        command->add_option("--eui64", eui64, "Its EUI-64, 16 hexadecimal digits");
        command->add_option("--software", software, "Version of its software");
    }
    [[nodiscard]] json to_json() const {
        return {{"class", kind},    {"ward", ward},   {"room", room},        {"bed", bed},
                {"serial", serial}, {"eui64", eui64}, {"software", software}};
    }
};

// All are shared with the callbacks: they live as long as the parser.
struct Words {
    Entry entry;
    std::string device;
    std::uint64_t request = 0;
    std::uint64_t hours = 24;
    bool again = false;
    std::string reason;
};
using Shared = std::shared_ptr<Words>;

void add_watching(CLI::App* command, const CommandOptions& options, int& exit) {
    command->add_subcommand("list", "All devices, and whether they may publish")->callback([&options, &exit] {
        exit = show_answer(options, ask_daemon(options, "GET", "/v1/devices"), print_list);
    });
    const auto words = std::make_shared<Words>();
    auto* show =
        command->add_subcommand("show", "Everything known of one: what it is, certificates, sequence");
    show->add_option("device", words->device, "Its id")->required();
    show->callback([&options, &exit, words] {
        exit = show_answer(options,
                           ask_daemon(options, "GET", admin::make_target({"v1", "devices", words->device})),
                           [](const json& answer) { std::cout << answer.dump(2) << '\n'; });
    });
}

void add_deciding(CLI::App* command, const CommandOptions& options, int& exit) {
    command->add_subcommand("requests", "Devices that wait for a yes")->callback([&options, &exit] {
        exit = show_answer(options, ask_daemon(options, "GET", "/v1/device-requests"), print_requests);
    });
    const auto words = std::make_shared<Words>();
    auto* approve = command->add_subcommand("approve", "Let a waiting device enrol");
    approve->add_option("request", words->request, "Its number in `device requests`")->required();
    approve->add_option("--id", words->device, "Its id; without: what it calls itself");
    approve->add_flag("--again", words->again, "It is known and gets another certificate");
    words->entry.add_options(approve);
    approve->callback([&options, &exit, words] {
        json body = words->entry.to_json();
        body["device"] = words->device;
        body["again"] = words->again;
        const auto target =
            admin::make_target({"v1", "device-requests", std::to_string(words->request), "approve"});
        exit = show_answer(options, ask_daemon(options, "POST", target, body), [](const json&) {
            std::cout << "approved; it gets its certificate when it asks\n";
        });
    });
    auto* reject = command->add_subcommand("reject", "Refuse a waiting device");
    reject->add_option("request", words->request, "Its number in `device requests`")->required();
    reject->callback([&options, &exit, words] {
        const auto target =
            admin::make_target({"v1", "device-requests", std::to_string(words->request), "reject"});
        exit = show_answer(options, ask_daemon(options, "POST", target, json::object()),
                           [](const json&) { std::cout << "rejected\n"; });
    });
}

void add_token(CLI::App* command, const CommandOptions& options, int& exit) {
    const auto words = std::make_shared<Words>();
    auto* token = command->add_subcommand("token", "Make a token for enrolling once; it is shown once");
    token->add_option("--id", words->device, "The device; without: any new one of the class");
    token->add_option("--hours", words->hours, "How long it is good")->check(CLI::Range(1, 90 * 24));
    words->entry.add_options(token);
    token->callback([&options, &exit, words] {
        json body = words->entry.to_json();
        body["device"] = words->device;
        body["seconds"] = words->hours * 3600;
        exit = show_answer(options, ask_daemon(options, "POST", "/v1/device-tokens", body),
                           [](const json& answer) {
                               std::cout << answer.value("token", "") << "\tgood once until "
                                         << answer.value("expires", "") << '\n';
                           });
    });
}

void add_password(CLI::App* command, const CommandOptions& options, int& exit) {
    const auto words = std::make_shared<Words>();
    auto* password = command->add_subcommand(
        "password", "Make the account of a device that cannot do certificates; it is shown once");
    password->add_option("device", words->device, "Its id")->required();
    words->entry.add_options(password);
    password->callback([&options, &exit, words] {
        const auto target = admin::make_target({"v1", "devices", words->device, "password"});
        exit = show_answer(options, ask_daemon(options, "POST", target, words->entry.to_json()),
                           [](const json& answer) {
                               std::cout << "user " << answer.value("user", "") << "\tpassword "
                                         << answer.value("password", "") << '\n';
                           });
    });
}

void add_revoking(CLI::App* command, const CommandOptions& options, int& exit) {
    const auto words = std::make_shared<Words>();
    auto* revoke = command->add_subcommand("revoke", "Take a device's right to publish, at once");
    revoke->add_option("device", words->device, "Its id")->required();
    const auto& reasons = enrolment::revocation_reasons;
    revoke->add_option("--reason", words->reason, "Why")
        ->required()
        ->check(CLI::IsMember(std::vector<std::string>(reasons.begin(), reasons.end())));
    revoke->callback([&options, &exit, words] {
        const auto target = admin::make_target({"v1", "devices", words->device, "revoke"});
        exit = show_answer(options, ask_daemon(options, "POST", target, {{"reason", words->reason}}),
                           [](const json& answer) {
                               std::cout << "revoked, with " << answer.value("certificates", 0)
                                         << " certificate(s)\n";
                           });
    });
}

}  // namespace

void add_device_commands(CLI::App& app, const CommandOptions& options, int& exit) {
    auto* command =
        app.add_subcommand("device", "Devices: who may publish, when they spoke, what is the matter");
    command->require_subcommand(1);
    add_watching(command, options, exit);
    add_deciding(command, options, exit);
    add_token(command, options, exit);
    add_password(command, options, exit);
    add_revoking(command, options, exit);
}

}  // namespace edgeward::app

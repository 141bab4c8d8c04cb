#include <algorithm>
#include <iostream>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <edgeward/core/bytes.hpp>
#include <edgeward/policy/policy_files.hpp>

#include "command.hpp"
#include "config_problem.hpp"
#include "configuration.hpp"
#include "policy_cases.hpp"

namespace edgeward::app {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

// What `edgeward policy explain` was asked.
struct Explained {
    PolicyQuestion question;
    std::string destination;
    std::string purpose;
    std::string level;
    std::string legal_basis;
    std::string consent;
    std::string restriction;
    bool without_person = false;
    bool test_data = false;
};

// As the configuration says, whatever else is wrong in it.
fs::path folder_of(const CommandOptions& options, const fs::path& given) {
    if (!given.empty()) return given;
    auto document = config::Document::load(options.config_file);
    return read_policy_settings(document.root().table("policy")).folder;
}

json to_json(const std::vector<config::Problem>& problems) {
    json made = json::array();
    for (const auto& problem : problems)
        made.push_back(config_problem(problem));
    return made;
}

int refuse(const std::vector<config::Problem>& problems, bool as_json) {
    if (as_json) {
        std::cout << json{{"sound", false}, {"problems", to_json(problems)}}.dump(2) << '\n';
    } else {
        for (const auto& problem : problems)
            std::cout << problem.to_string() << '\n';
    }
    return exit_failure;
}

int check(const CommandOptions& options, const fs::path& given) {
    const fs::path what = folder_of(options, given);
    const auto loaded = policy::load_policies(what);
    if (!loaded.problems.empty()) return refuse(loaded.problems, options.json);
    const std::string digest = to_hex(loaded.decider.digest());
    if (options.json) {
        std::cout << json{{"sound", true},
                          {"problems", json::array()},
                          {"policies", loaded.decider.size()},
                          {"sha256", digest}}
                         .dump(2)
                  << '\n';
    } else {
        std::cout << what.string() << ": sound, " << loaded.decider.size() << " policies, SHA-256 " << digest
                  << '\n';
        if (loaded.decider.size() == 0) std::cout << "without a policy nothing is allowed\n";
    }
    return exit_success;
}

json to_json(const policy::Decision& decision) {
    return {{"decision", decision.allowed ? "allow" : "deny"},
            {"rule", decision.rule()},
            {"deciding", decision.deciding},
            {"errors", decision.erring}};
}

// A destination of the configuration brings its own words; what is said on the command line counts more.
Result<void> take_destination(const CommandOptions& options, Explained& asked) {
    auto& question = asked.question;
    if (!asked.destination.empty()) {
        const auto loaded = load_configuration(options.config_file);
        const auto& all = loaded.configuration.delivery.destinations;
        const auto known = std::find_if(all.begin(), all.end(),
                                        [&](const auto& each) { return each.name == asked.destination; });
        if (known == all.end())
            return failure(ErrorKind::invalid_input, "the configuration has no such destination");
        question.destination = known->name;
        question.purpose = known->purpose;
        question.level = known->level;
        question.legal_basis = known->legal_basis;
    }
    if (!asked.purpose.empty()) question.purpose = *model::parse_purpose(asked.purpose);
    if (!asked.level.empty()) question.level = *model::parse_identity_level(asked.level);
    if (!asked.legal_basis.empty()) question.legal_basis = asked.legal_basis;
    question.consent = consent_named(asked.consent);
    if (!asked.restriction.empty()) question.restriction = *policy::parse_restriction(asked.restriction);
    question.about_person = !asked.without_person;
    question.production = !asked.test_data;
    return {};
}

int explain(const CommandOptions& options, const fs::path& given, Explained& asked) {
    const auto loaded = policy::load_policies(folder_of(options, given));
    if (!loaded.problems.empty()) return refuse(loaded.problems, options.json);
    if (asked.question.action.empty()) {
        if (auto taken = take_destination(options, asked); !taken) return complain(taken.error());
    }
    const auto decision = asked.question.ask(loaded.decider);
    if (options.json) {
        std::cout << to_json(decision).dump(2) << '\n';
    } else {
        std::cout << (decision.allowed ? "allow" : "deny") << '\n';
        for (const auto& id : decision.deciding)
            std::cout << "  decided by " << id << '\n';
        if (decision.deciding.empty()) std::cout << "  no policy permits it\n";
        for (const auto& error : decision.erring)
            std::cout << "  in error, does not apply: " << error << '\n';
    }
    return decision.allowed ? exit_success : exit_denied;
}

int test(const CommandOptions& options, const fs::path& given, const fs::path& cases_file) {
    const fs::path folder = folder_of(options, given);
    const auto loaded = policy::load_policies(folder);
    if (!loaded.problems.empty()) return refuse(loaded.problems, options.json);
    auto document = config::Document::load(cases_file.empty() ? folder / "cases.toml" : cases_file);
    std::vector<PolicyCase> cases;
    if (document.sound()) {
        cases = read_policy_cases(document.root());
        document.refuse_unread_keys();
    }
    if (!document.sound()) return refuse(document.problems(), options.json);
    json answers = json::array();
    std::size_t failed = 0;
    for (const auto& each : cases) {
        const auto decision = each.question.ask(loaded.decider);
        const std::string what = difference(each, decision);
        failed += what.empty() ? 0U : 1U;
        json answer = to_json(decision);
        answer["case"] = each.name;
        answer["as_expected"] = what.empty();
        answers.push_back(std::move(answer));
        if (!what.empty() && !options.json)
            std::cout << each.where << ": " << each.name << ": " << what << '\n';
    }
    if (options.json) {
        std::cout << json{{"cases", answers}, {"failed", failed}}.dump(2) << '\n';
    } else {
        std::cout << cases.size() << " cases, " << failed << " not as expected\n";
    }
    return failed == 0 && !cases.empty() ? exit_success : exit_failure;
}

void add_question(CLI::App& command, Explained& asked) {
    auto& question = asked.question;
    command.add_option("--destination", asked.destination,
                       "A destination of the configuration: its purpose, level and legal basis");
    command.add_option("--purpose", asked.purpose, "treatment, research, quality or maintenance")
        ->check(CLI::IsMember({"treatment", "research", "quality", "maintenance"}));
    command.add_option("--level", asked.level, "identified, pseudonymous, anonymised or technical")
        ->check(CLI::IsMember({"identified", "pseudonymous", "anonymised", "technical"}));
    command.add_option("--legal-basis", asked.legal_basis, "art9-2h, art9-2j, consent or none")
        ->check(CLI::IsMember({"art9-2h", "art9-2j", "consent", "none"}));
    command.add_option("--consent", asked.consent, "unknown, denied or given")
        ->check(CLI::IsMember({"unknown", "denied", "given"}));
    command
        .add_option("--restriction", asked.restriction,
                    "none, secondary or all: how far processing of the person's data is restricted")
        ->check(CLI::IsMember({"none", "secondary", "all"}));
    command.add_flag("--without-person", asked.without_person, "The report has no subject");
    command.add_flag("--test-data", asked.test_data, "The report has test or demonstration values");
    command.add_option("--ward", question.ward, "Ward of the report, or of what the user asks about");
    command.add_option("--device", question.device, "Device of the report");
    command
        .add_option("--action", question.action,
                    "Instead of a disclosure: what a user asks the gateway for, such as export-audit")
        ->check(CLI::IsMember(policy::administrative_actions()));
    command.add_option("--uid", question.uid, "The user's id")->capture_default_str();
    command.add_option("--requester", question.requester,
                       "Id of the user who asked for what is decided (approve-erasure); default: the same");
    command.add_option("--account", question.account,
                       "Name of the account, instead of a user of this machine");
    command.add_option("--own-ward", question.own_ward, "Ward of the account");
    command.add_option("--network", question.network, "local: the control socket; or https")
        ->capture_default_str()
        ->check(CLI::IsMember({"local", "https"}));
    command.add_option("--role", question.roles, "A role of the user; may be repeated");
    command.add_flag("--emergency", question.when.break_glass, "The user breaks the glass");
    command.add_option("--mfa-age", question.when.mfa_age,
                       "Seconds since the user showed a second factor; default: none was shown");
    command.add_option("--weekday", question.when.weekday, "1 is Monday, 7 is Sunday")
        ->capture_default_str()
        ->check(CLI::Range(1, 7));
    command.add_option("--hour", question.when.hour, "Hour of the day, in gateway.zone")
        ->capture_default_str()
        ->check(CLI::Range(0, 23));
}

}  // namespace

void add_policy_commands(CLI::App& app, const CommandOptions& options, int& exit) {
    auto* command = app.add_subcommand("policy", "Check, explain and test the policies");
    command->require_subcommand(1);

    // shared: all of these live as long as the parser's callbacks
    auto what = std::make_shared<fs::path>();
    auto cases = std::make_shared<fs::path>();
    auto asked = std::make_shared<Explained>();
    const char* policies = "Policy file or folder; default: as the configuration says";

    auto* checking = command->add_subcommand(
        "check", "Report every mistake of the policies as file:line:column; exit code 1 when there is one");
    checking->add_option("policies", *what, policies);
    checking->callback([&options, &exit, what] { exit = check(options, *what); });

    auto* explaining = command->add_subcommand(
        "explain", "Show which policies decide a request; exit code 0 when it is allowed, 4 when denied");
    explaining->add_option("--policies", *what, policies);
    add_question(*explaining, *asked);
    explaining->callback([&options, &exit, what, asked] { exit = explain(options, *what, *asked); });

    auto* testing = command->add_subcommand(
        "test", "Ask the cases of a TOML file; exit code 1 when one is not answered as it expects");
    testing->add_option("cases", *cases, "File of cases; default: cases.toml beside the policies");
    testing->add_option("--policies", *what, policies);
    testing->callback([&options, &exit, what, cases] { exit = test(options, *what, *cases); });
}

}  // namespace edgeward::app

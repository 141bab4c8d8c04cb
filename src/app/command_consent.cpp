#include <iostream>
#include <map>

#include <CLI/CLI.hpp>

#include <edgeward/core/file.hpp>
#include <edgeward/fhir/consent.hpp>

#include "command_patient.hpp"
#include "daemon_request.hpp"

namespace edgeward::app {
namespace {

using nlohmann::json;

// Who got data is looked up in the whole audit log.
constexpr std::chrono::minutes patience{10};

struct Chosen {
    std::vector<std::filesystem::path> files;
    ChosenPatient patient;
    std::string from;
    std::string until;
    std::string purpose = "research";
    std::string any_purpose;
    std::string decision;
};

std::string text_or(const json& value, const char* otherwise) {
    return value.is_string() ? value.get<std::string>() : otherwise;
}

void print_withdrawal(const json& answer) {
    print_whom_to_inform(answer);
}

// ---- import

struct Part {
    std::size_t line = 0;  // of NDJSON, from 1; 0: the file is one resource
    Result<std::vector<fhir::ConsentResource>> consents;
};

bool is_blank(std::string_view text) {
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

// One resource a line when the first line is one and is not all; else the file is one resource.
std::vector<Part> parts_of(std::string_view text) {
    std::vector<Part> parts;
    std::size_t number = 0;
    for (std::size_t begin = 0; begin < text.size();) {
        const auto end = std::min(text.find('\n', begin), text.size());
        const auto line = text.substr(begin, end - begin);
        begin = end + 1;
        ++number;
        if (is_blank(line)) continue;
        const bool is_object = line.front() == '{' && json::accept(line);
        if (parts.empty() && (!is_object || is_blank(text.substr(std::min(begin, text.size()))))) break;
        parts.push_back({number, fhir::split_consents(line)});
    }
    if (parts.empty()) parts.push_back({0, fhir::split_consents(text)});
    return parts;
}

// The daemon speaks of "Consent", which here has a place in a file.
Error placed(Error error, const std::string& path) {
    constexpr std::string_view alone = "Consent";
    if (error.message.starts_with(alone) && error.message.size() > alone.size() &&
        (error.message[alone.size()] == '.' || error.message[alone.size()] == ':'))
        error.message.replace(0, alone.size(), path);
    return error;
}

class Import {
public:
    explicit Import(const CommandOptions& options) : options_(options) {}

    void file(const std::filesystem::path& file) {
        const auto text = read_file(file);
        if (!text) return failed(text.error());
        for (const auto& part : parts_of(*text)) {
            const std::string place =
                part.line == 0 ? file.string() : file.string() + ":" + std::to_string(part.line);
            if (!part.consents) {
                failed(Error(part.consents.error()).during(place));
                continue;
            }
            for (const auto& resource : *part.consents)
                send(resource, place);
        }
    }

    int end() {
        if (options_.json) {
            std::cout << json{{"consents", answers_}, {"failed", failed_}}.dump(2) << '\n';
        } else {
            for (const char* outcome : {"recorded", "replaced", "unchanged", "older"})
                std::cout << counts_[outcome] << ' ' << outcome << ", ";
            std::cout << failed_ << " refused\n";
        }
        return exit_;
    }

private:
    void send(const fhir::ConsentResource& resource, const std::string& place) {
        const auto answer =
            ask_daemon(options_, "POST", "/v1/consents/fhir", json::parse(resource.json), patience);
        if (!answer) return failed(placed(answer.error(), resource.path).during(place));
        json made = answer->at("consents").at(0);
        ++counts_[made.value("outcome", "")];
        if (!options_.json && made.value("withdrawn", false)) {
            std::cout << place << ": " << resource.path << ": consent to research is withdrawn\n";
            print_withdrawal(made);
        }
        made["resource"] = place + ": " + resource.path;
        answers_.push_back(std::move(made));
    }
    // The others are imported all the same: one of them may be a withdrawal.
    void failed(const Error& error) {
        const int code = complain(error);
        if (exit_ == exit_success) exit_ = code;
        ++failed_;
    }

    const CommandOptions& options_;
    std::map<std::string, std::size_t> counts_;
    json answers_ = json::array();
    std::size_t failed_ = 0;
    int exit_ = exit_success;
};

void add_import(CLI::App* consent, const CommandOptions& options, int& exit,
                const std::shared_ptr<Chosen>& chosen) {
    auto* importing =
        consent->add_subcommand("import", "Take in FHIR Consents of the MII Broad Consent, withdrawals too");
    importing->add_option("files", chosen->files, "A Consent, a Bundle, or one resource a line (NDJSON)")
        ->required();
    importing->callback([&options, &exit, chosen] {
        Import all(options);
        for (const auto& file : chosen->files)
            all.file(file);
        exit = all.end();
    });
}

// ---- show and record

void print_consents(const json& answer) {
    if (!answer.value("known", false)) {
        std::cout << "nobody has this identifier\n";
        return;
    }
    for (const auto& [purpose, state] : answer.at("purposes").items())
        std::cout << purpose << ": " << state.value("state", "") << ", until "
                  << text_or(state.at("until"), "further notice") << '\n';
    for (const auto& entry : answer.at("entries"))
        std::cout << "entered " << entry.value("recorded", "") << ": " << entry.value("decision", "") << ' '
                  << entry.value("purpose", "") << " from " << text_or(entry.at("from"), "ever") << " until "
                  << text_or(entry.at("until"), "further notice") << '\n';
    for (const auto& document : answer.at("documents")) {
        const auto id = document.value("id", "");
        std::cout << "document " << document.value("identifier", "") << (id.empty() ? "" : " Consent/") << id
                  << ": " << document.value("status", "") << ", imported " << document.value("recorded", "");
        if (document.at("superseded").is_string())
            std::cout << ", superseded " << document.value("superseded", "");
        std::cout << '\n';
        for (const auto& provision : document.at("provisions"))
            std::cout << "  " << provision.value("decision", "") << " ." << provision.value("code", 0)
                      << " from " << text_or(provision.at("from"), "ever") << " until "
                      << text_or(provision.at("until"), "further notice")
                      << (provision.value("decides", false) ? "" : " (decides nothing)") << '\n';
    }
}

void add_record(CLI::App* consent, const CommandOptions& options, int& exit,
                const std::shared_ptr<Chosen>& chosen) {
    auto* record = consent->add_subcommand("record", "Write down a permission or a refusal");
    record->add_option("decision", chosen->decision, "permit or deny")
        ->required()
        ->check(CLI::IsMember({"permit", "deny"}));
    add_patient_options(*record, chosen->patient);
    record->add_option("--purpose", chosen->purpose, "research or quality")->capture_default_str();
    record->add_option("--from", chosen->from, "RFC 3339 time; default: now");
    record->add_option("--until", chosen->until, "RFC 3339 time")->required();
    record->callback([&options, &exit, chosen] {
        const json body = {{"patient", chosen->patient.body()},
                           {"purpose", chosen->purpose},
                           {"decision", chosen->decision},
                           {"from", time_or_now(chosen->from)},
                           {"until", chosen->until}};
        exit = show_answer(options, ask_daemon(options, "POST", "/v1/consents", body, patience),
                           [](const json& answer) {
                               std::cout << "recorded\n";
                               print_withdrawal(answer);
                           });
    });
}

}  // namespace

void add_consent_commands(CLI::App& app, const CommandOptions& options, int& exit) {
    auto chosen = std::make_shared<Chosen>();  // shared: lives as long as the parser's callbacks
    auto* consent = app.add_subcommand("consent", "What a patient agreed to for secondary purposes");
    consent->require_subcommand(1);
    add_record(consent, options, exit, chosen);
    add_import(consent, options, exit, chosen);
    auto* show = consent->add_subcommand("show", "What holds, from which document (leaves an audit record)");
    add_patient_options(*show, chosen->patient);
    show->callback([&options, &exit, chosen] {
        const json body = {{"patient", chosen->patient.body()}};
        exit = show_answer(options, ask_daemon(options, "POST", "/v1/consents/show", body), print_consents);
    });
    auto* recipients = consent->add_subcommand(
        "recipients", "Who got data of the patient: whom to inform (leaves an audit record)");
    add_patient_options(*recipients, chosen->patient);
    recipients->add_option("--purpose", chosen->any_purpose, "Only those for this purpose; default: all");
    recipients->callback([&options, &exit, chosen] {
        json body = {{"patient", chosen->patient.body()}};
        if (!chosen->any_purpose.empty()) body["purpose"] = chosen->any_purpose;
        exit = show_answer(options, ask_daemon(options, "POST", "/v1/consents/recipients", body, patience),
                           [](const json& answer) { print_recipients(answer.at("recipients")); });
    });
}

}  // namespace edgeward::app

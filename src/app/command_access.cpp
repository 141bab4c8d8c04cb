#include <fstream>
#include <iostream>
#include <set>

#include <CLI/CLI.hpp>

#include "access_document.hpp"
#include "command_access.hpp"
#include "command_patient.hpp"
#include "daemon_request.hpp"

namespace edgeward::app {
namespace {

using report::Language;

using nlohmann::json;
namespace fs = std::filesystem;

// The whole audit log and the quarantine are looked through.
constexpr std::chrono::minutes patience{10};

struct Chosen {
    ChosenPatient patient;
    std::string reason = "art15_request";
    fs::path folder;
};

// A file that only its owner may read, written front to back.
class Output {
public:
    explicit Output(const fs::path& file) : file_(file), stream_(file, std::ios::binary | std::ios::trunc) {
        std::error_code ignored;
        fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write, ignored);
    }
    void write(const std::string& text) { stream_ << text; }
    Result<void> close() {
        stream_.close();
        if (!stream_) return failure(ErrorKind::unavailable, file_.string() + ": cannot be written");
        return {};
    }

private:
    fs::path file_;
    std::ofstream stream_;
};

// The Patient of who has no measurement here.
json patient_entry(const json& person) {
    json resource = {{"resourceType", "Patient"}, {"identifier", json::array()}};
    for (const auto& one : person.at("identifiers"))
        resource["identifier"].push_back({{"system", one.at("system")}, {"value", one.at("value")}});
    json name = json::object();
    if (!person.value("family", "").empty()) name["family"] = person.at("family");
    if (!person.value("given", "").empty()) name["given"] = {person.at("given")};
    if (!name.empty()) resource["name"] = json::array({name});
    if (!person.value("sex", "").empty()) resource["gender"] = person.at("sex");
    if (!person.value("birth_date", "").empty()) resource["birthDate"] = person.at("birth_date");
    return {{"resource", std::move(resource)}};
}

// The four files of one answer, filled page by page.
class Answer {
public:
    Answer(const fs::path& folder, const json& head)
        : head_(head),
          german_(folder / "auskunft.html"),
          english_(folder / "access.html"),
          plain_(folder / "access.json"),
          fhir_(folder / "access.fhir.json") {
        german_.write(AccessDocument(Language::german).begin(head));
        english_.write(AccessDocument(Language::english).begin(head));
        auto text = head.dump(1);
        text.erase(text.find_last_not_of("}\n ") + 1);
        plain_.write(text + ",\n\"reports\": [");
        fhir_.write("{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"timestamp\":" +
                    head.at("made").dump() + ",\"entry\":[");
    }

    void add(const json& page) {
        german_.write(AccessDocument(Language::german).rows(page.at("reports")));
        english_.write(AccessDocument(Language::english).rows(page.at("reports")));
        for (const auto& report : page.at("reports")) {
            plain_.write(std::string(reports_ == 0 ? "\n" : ",\n") + report.dump());
            ++reports_;
        }
        for (const auto& entry : page.at("entries"))
            add_entry(entry);
    }

    Result<void> end() {
        if (urls_.empty()) add_entry(patient_entry(head_.at("person")));
        german_.write(AccessDocument(Language::german).end());
        english_.write(AccessDocument(Language::english).end());
        plain_.write("\n]}\n");
        fhir_.write("\n]}\n");
        for (auto* file : {&german_, &english_, &plain_, &fhir_}) {
            if (auto closed = file->close(); !closed) return closed;
        }
        return {};
    }
    [[nodiscard]] std::size_t reports() const noexcept { return reports_; }

private:
    // Patient and Devices stand in every page; Observations in one.
    void add_entry(const json& entry) {
        const auto url = entry.value("fullUrl", "");
        const auto type = entry.at("resource").value("resourceType", "");
        if (type != "Observation" && !urls_.insert(url).second) return;
        fhir_.write(std::string(entries_ == 0 ? "\n" : ",\n") + entry.dump());
        ++entries_;
    }

    const json& head_;
    Output german_;
    Output english_;
    Output plain_;
    Output fhir_;
    std::set<std::string> urls_;
    std::size_t reports_ = 0;
    std::size_t entries_ = 0;
};

Result<void> make_folder(const fs::path& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) return failure(ErrorKind::unavailable, folder.string() + ": cannot be made");
    if (!fs::is_empty(folder, error) || error)
        return failure(ErrorKind::invalid_input, folder.string() + ": expected a new or an empty folder");
    fs::permissions(folder, fs::perms::owner_all, error);
    return {};
}

Result<std::size_t> write_answer(const CommandOptions& options, const Chosen& chosen) {
    json body = {{"patient", chosen.patient.body()}, {"reason", chosen.reason}};
    const auto head = ask_daemon(options, "POST", "/v1/persons/access", body, patience);
    if (!head) return failure(head.error());
    if (!head->value("known", false))
        return failure(ErrorKind::invalid_input, "nobody has this identifier: nothing is held of the person");
    Answer answer(chosen.folder, *head);
    for (;;) {
        const auto page = ask_daemon(options, "POST", "/v1/persons/access/reports", body, patience);
        if (!page) return failure(page.error());
        answer.add(*page);
        const auto& next = page->at("next");
        if (next.is_null()) break;
        body.update(next);
    }
    return answer.end().map([&] { return answer.reports(); });
}

int access(const CommandOptions& options, const Chosen& chosen) {
    if (auto made = make_folder(chosen.folder); !made) return complain(made.error());
    const auto written = write_answer(options, chosen);
    if (!written) {
        // Half an answer must not be taken for a whole one.
        std::error_code ignored;
        fs::remove_all(chosen.folder, ignored);
        return complain(written.error());
    }
    std::cout << "written to " << chosen.folder.string()
              << ": auskunft.html, access.html, access.json, access.fhir.json; " << *written << " reports\n";
    return exit_success;
}

}  // namespace

void add_access_command(CLI::App& person, const CommandOptions& options, int& exit) {
    auto chosen = std::make_shared<Chosen>();  // shared: lives as long as the parser's callbacks
    auto* command = person.add_subcommand(
        "access", "Everything held of a patient, for the patient (Art. 15 DSGVO; leaves audit records)");
    add_patient_options(*command, chosen->patient);
    command->add_option("--out", chosen->folder, "A new or empty folder for the documents")->required();
    command->add_option("--reason", chosen->reason, "Why: it goes into the audit log")
        ->check(CLI::IsMember({"art15_request", "correction", "authority_order", "other"}))
        ->capture_default_str();
    command->callback([&options, &exit, chosen] { exit = access(options, *chosen); });
}

}  // namespace edgeward::app

#include <fstream>
#include <iostream>
#include <set>

#include <CLI/CLI.hpp>

#include <edgeward/admin/control_client.hpp>
#include <edgeward/audit/verifier.hpp>
#include <edgeward/audit/witness.hpp>
#include <edgeward/core/file.hpp>
#include <edgeward/crypto/signature.hpp>

#include "daemon_request.hpp"

namespace edgeward::app {
namespace {

using nlohmann::json;

struct Chosen {
    std::filesystem::path file;
    std::filesystem::path key;
    std::vector<std::filesystem::path> anchors;
    std::vector<std::filesystem::path> siem;
    std::vector<std::filesystem::path> cosigned;
    std::filesystem::path witness_key;
    std::string witness;
    std::string origin;
    std::uint64_t first = 1;
};

// Pages follow each other: only the first header and the last end line stay.
void append_page(std::ostream& out, std::string_view text, bool is_first, bool is_last) {
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size() - 1) + 1;
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(end);
        if (!is_first && line.starts_with("edgeward-audit-export\t")) continue;
        if (!is_last && line.starts_with("end\t")) continue;
        out << line;
    }
}

Result<void> export_log(const CommandOptions& options, const Chosen& chosen, std::ostream& out) {
    const auto announced = ask_daemon(options, "POST", "/v1/audit/export");
    if (!announced) return failure(announced.error());
    const auto newest = announced->value("newest", std::uint64_t{0});
    std::uint64_t next = chosen.first;
    while (next <= newest) {
        const auto page = ask_daemon(
            options, "GET",
            admin::make_target({"v1", "audit", "export"}, {{"first", std::to_string(next)},
                                                           {"most", std::to_string(newest - next + 1)}}));
        if (!page) return failure(page.error());
        const auto last = page->value("last", std::uint64_t{0});
        if (last < next) break;
        append_page(out, page->value("text", std::string()), next == chosen.first, last >= newest);
        next = last + 1;
    }
    out.flush();
    if (!out) return failure(ErrorKind::exhausted, "the export could not be written");
    return {};
}

int do_export(const CommandOptions& options, const Chosen& chosen) {
    Result<void> done;
    if (chosen.file.empty()) {
        done = export_log(options, chosen, std::cout);
    } else {
        std::ofstream out(chosen.file, std::ios::binary | std::ios::trunc);
        done = export_log(options, chosen, out);
    }
    return done ? exit_success : complain(done.error());
}

// The checkpoints in what a SIEM has written down, whatever stands around them: every note="…" of a
// structured data element edgeward@…, once.
Result<std::set<std::string>> checkpoints_in(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) return failure(ErrorKind::unavailable, file.string() + " cannot be read");
    constexpr std::string_view mark = " note=\"";
    std::set<std::string> notes;
    for (std::string line; std::getline(in, line);) {
        const auto element = line.find("[edgeward@");
        const auto begin = element == std::string::npos ? element : line.find(mark, element);
        if (begin == std::string::npos) continue;
        const auto value = std::string_view(line).substr(begin + mark.size());
        Bytes note;
        if (!from_base64(value.substr(0, value.find('"')), note))
            return failure(ErrorKind::invalid_input, file.string() + " has a checkpoint that cannot be read");
        notes.emplace(text_of(note));
    }
    if (notes.empty()) return failure(ErrorKind::invalid_input, file.string() + " holds no checkpoint");
    return notes;
}

// What the witness has signed too, and nothing else.
Result<std::string> cosigned_note(const Chosen& chosen, const std::filesystem::path& file) {
    const auto pem = read_file(chosen.witness_key);
    if (!pem) return failure(Error(pem.error()).during("key of the witness"));
    const auto key = crypto::parse_public_key(*pem);
    if (!key) return failure(Error(key.error()).during("key of the witness"));
    auto note = read_file(file);
    if (!note) return failure(Error(note.error()).during("cosigned checkpoint"));
    const auto seen = audit::verify_cosignature(*note, {chosen.witness, *key});
    if (!seen) return failure(Error(seen.error()).during("cosigned checkpoint"));
    return *std::move(note);
}

Result<void> add_outside(const Chosen& chosen, std::vector<std::string>& anchors) {
    for (const auto& file : chosen.siem) {
        auto notes = checkpoints_in(file);
        if (!notes) return failure(std::move(notes.error()));
        anchors.insert(anchors.end(), notes->begin(), notes->end());
    }
    for (const auto& file : chosen.cosigned) {
        auto note = cosigned_note(chosen, file);
        if (!note) return failure(std::move(note.error()));
        anchors.push_back(*std::move(note));
    }
    return {};
}

Result<audit::VerifierSettings> settings_of(const Chosen& chosen) {
    audit::VerifierSettings settings;
    const auto pem = read_file(chosen.key);
    if (!pem) return failure(Error(pem.error()).during("public key"));
    const auto key = crypto::parse_public_key(*pem);
    if (!key) return failure(Error(key.error()).during("public key"));
    settings.key = *key;
    settings.origin = chosen.origin;
    settings.first = chosen.first;
    for (const auto& file : chosen.anchors) {
        auto note = read_file(file);
        if (!note) return failure(Error(note.error()).during("anchor"));
        settings.anchors.push_back(*std::move(note));
    }
    if (auto added = add_outside(chosen, settings.anchors); !added) return failure(std::move(added.error()));
    return settings;
}

void print_books(const audit::BooksFindings& books) {
    if (books.reports == 0) return;
    std::cout << "books: " << books.reports << " reconciliation reports, newest " << books.newest << ", ";
    if (books.unsound == 0) {
        std::cout << "all balance\n";
    } else {
        std::cout << books.unsound << " DO NOT BALANCE, the first at record " << books.first_bad << '\n';
    }
}

void print_verdict(const audit::Verdict& verdict, bool as_json) {
    if (as_json) {
        std::cout << json{{"finding", audit::name_of(verdict.finding)},
                          {"first_bad", verdict.first_bad},
                          {"explanation", verdict.explanation},
                          {"origin", verdict.origin},
                          {"records", verdict.records},
                          {"verified", verdict.linked},
                          {"signed", verdict.proven},
                          {"checkpoints", verdict.checkpoints},
                          {"anchors_matched", verdict.anchors_matched},
                          {"restores", verdict.restores},
                          {"last_restore", verdict.last_restore},
                          {"anchors_lost", verdict.anchors_lost},
                          {"head", to_hex(verdict.head)},
                          {"books",
                           {{"reports", verdict.books.reports},
                            {"unsound", verdict.books.unsound},
                            {"first_bad", verdict.books.first_bad},
                            {"newest", verdict.books.newest}}}}
                         .dump(2)
                  << '\n';
        return;
    }
    if (verdict.finding == audit::Finding::none) {
        std::cout << "sound: " << verdict.records << " records of " << verdict.origin << ", linked up to "
                  << verdict.linked << ", signed up to " << verdict.proven << " by " << verdict.checkpoints
                  << " checkpoints, " << verdict.anchors_matched << " anchors met\n";
        if (verdict.restores > 0) {
            std::cout << "note: the log was restored from a backup " << verdict.restores
                      << " times, last restored at record " << verdict.last_restore << '\n';
        }
        if (verdict.anchors_lost > 0) {
            std::cout << "GIVEN UP: " << verdict.anchors_lost
                      << " anchors are of records a restore gave up; ask who restored and why\n";
        }
        if (verdict.unsigned_tail() > 0) {
            std::cout << "note: the newest " << verdict.unsigned_tail() << " records have no signature yet\n";
        }
        print_books(verdict.books);
        return;
    }
    std::cout << "TAMPERED: " << audit::name_of(verdict.finding) << " at record " << verdict.first_bad << ": "
              << verdict.explanation << '\n';
    print_books(verdict.books);
}

int verify(const CommandOptions& options, const Chosen& chosen) {
    auto settings = settings_of(chosen);
    if (!settings) return complain(settings.error());
    auto verifier = audit::Verifier::open(*std::move(settings));
    if (!verifier) return complain(verifier.error());
    std::ifstream in(chosen.file, std::ios::binary);
    if (!in) return complain({ErrorKind::unavailable, chosen.file.string() + " cannot be read"});
    std::string buffer(std::size_t{1} << 18U, '\0');
    while (in.read(buffer.data(), static_cast<std::streamsize>(buffer.size())) || in.gcount() > 0) {
        verifier->feed(std::string_view(buffer).substr(0, static_cast<std::size_t>(in.gcount())));
    }
    const auto verdict = verifier->finish();
    print_verdict(verdict, options.json);
    return audit::exit_code(verdict);
}

}  // namespace

void add_audit_commands(CLI::App& app, const CommandOptions& options, int& exit) {
    auto* command = app.add_subcommand("audit", "The tamper-evident log");
    command->require_subcommand(1);
    auto chosen = std::make_shared<Chosen>();  // shared: lives as long as the parser's callbacks

    auto* exporting =
        command->add_subcommand("export", "Write the log as text for the auditor (leaves an audit record)");
    exporting->add_option("file", chosen->file, "Where to; default: standard output");
    exporting->add_option("--first", chosen->first, "From this record on")->capture_default_str();
    exporting->callback([&options, &exit, chosen] { exit = do_export(options, *chosen); });

    auto* verifying = command->add_subcommand(
        "verify",
        "Check an export without the gateway; needs the public key only. Exit code: 0 everything proven, 1 "
        "tampering "
        "found, 2 not an export, 3 sound but the newest records have no signature yet, 4 sound but a "
        "declared "
        "restore gave up anchored records");
    verifying->add_option("file", chosen->file, "The export")->required();
    verifying->add_option("--key", chosen->key, "PEM with the public key of `edgeward audit public-key`")
        ->required();
    verifying->add_option("--anchor", chosen->anchors,
                          "A checkpoint known from elsewhere: SIEM, witness, paper");
    verifying->add_option("--siem", chosen->siem,
                          "What a SIEM has written down: every checkpoint in it is an anchor");
    auto* cosigned = verifying->add_option("--cosigned", chosen->cosigned,
                                           "A checkpoint that must also be signed by the witness");
    auto* key = verifying->add_option("--witness-key", chosen->witness_key,
                                      "PEM with the public key of `edgeward witness public-key`");
    auto* name = verifying->add_option("--witness", chosen->witness, "Name of the witness");
    cosigned->needs(key)->needs(name);
    verifying->add_option("--origin", chosen->origin, "Expected origin, edgeward/<installation id>");
    verifying->add_option("--first", chosen->first, "Record the export has to begin with")
        ->capture_default_str();
    verifying->callback([&options, &exit, chosen] { exit = verify(options, *chosen); });

    command->add_subcommand("public-key", "The key that verifies the log, as PEM")
        ->callback([&options, &exit] {
            exit = show_answer(options, ask_daemon(options, "GET", "/v1/audit/key"),
                               [](const json& answer) { std::cout << answer.value("public_key", ""); });
        });
    command
        ->add_subcommand("checkpoint",
                         "Sign the log now and print the checkpoint, to keep elsewhere as an anchor")
        ->callback([&options, &exit] {
            exit = show_answer(options, ask_daemon(options, "POST", "/v1/audit/export"),
                               [](const json& answer) { std::cout << answer.value("checkpoint", ""); });
        });
}

}  // namespace edgeward::app

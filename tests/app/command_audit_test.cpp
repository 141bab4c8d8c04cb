#include <catch2/catch_test_macros.hpp>

#include <edgeward/audit/witness.hpp>
#include <edgeward/crypto/signature.hpp>

#include "desk.hpp"
#include "installation.hpp"

namespace edgeward::app {
namespace {

// A daemon whose audit routes are the real ones, on a real log.
struct Archive {
    Archive() : daemon(here) {
        for (const auto& route : desk.routes) {
            if (!route.pattern.starts_with("/v1/audit/")) continue;
            daemon.answers_with(route.method, route.pattern, [this, &route](admin::HttpRequest request) {
                if (request.method == "GET" && request.query.contains("most")) request.query["most"] = page;
                return route.handler(request);
            });
        }
        daemon.start();
    }

    std::string file(const char* name) const { return (here.folder() / name).string(); }
    // The export and the key, in two files.
    void export_all() {
        REQUIRE(here.run({"audit", "export", file("log")}).code == exit_success);
        write_text(file("key"), here.run({"audit", "public-key"}).out);
    }
    Ran verify(std::vector<std::string> more = {}) const {
        std::vector<std::string> words = {"audit", "verify", file("log"), "--key", file("key")};
        words.insert(words.end(), more.begin(), more.end());
        return here.run(words);
    }

    Installation here;
    Desk desk;
    std::string page = "3";  // records in one page, however many are asked for
    CannedDaemon daemon;
};

}  // namespace

TEST_CASE("an export of many pages verifies", "[command_audit]") {
    Archive archive;
    for (int i = 0; i < 10; ++i)
        archive.desk.take_in("{");
    archive.export_all();
    const auto verdict = archive.verify();
    CHECK(verdict.code == 0);
    CHECK(verdict.out.starts_with("sound: "));
    CHECK(archive.desk.store.reader->chain()->sequence > 10);
    CHECK(archive.desk.records(audit::Action::audit_exported).size() == 1);
    const auto to_screen = archive.here.run({"audit", "export"});
    CHECK(to_screen.out.starts_with("edgeward-audit-export\t"));
    const auto as_json = nlohmann::json::parse(
        archive.here.run({"--json", "audit", "verify", archive.file("log"), "--key", archive.file("key")})
            .out);
    CHECK(as_json.at("finding") == "none");
}

TEST_CASE("a checkpoint kept elsewhere anchors a later export", "[command_audit]") {
    Archive archive;
    archive.desk.take_in("{");
    write_text(archive.file("anchor"), archive.here.run({"audit", "checkpoint"}).out);
    archive.desk.take_in("[");
    archive.export_all();
    const auto verdict = archive.verify({"--anchor", archive.file("anchor")});
    CHECK(verdict.code == 0);
    CHECK(contains(verdict.out, "1 anchors met"));
}

TEST_CASE("an altered export is found and another file is no export", "[command_audit]") {
    Archive archive;
    archive.desk.take_in("{");
    archive.export_all();
    auto text = support::text_of_file(archive.file("log"));
    const auto line = text.find('\n', text.find('\n') + 1);
    auto altered = text;
    altered.erase(line, text.find('\n', line + 1) - line);
    write_text(archive.file("log"), altered);
    const auto found = archive.verify();
    CHECK(found.code == 1);
    CHECK(found.out.starts_with("TAMPERED: "));
    write_text(archive.file("log"), "something else\n");
    CHECK(archive.verify().code == 2);
    std::filesystem::remove(archive.file("log"));
    CHECK(archive.verify().code == exit_unavailable);
    write_text(archive.file("key"), "no key");
    CHECK(archive.verify().code == exit_failure);
}

TEST_CASE("what a SIEM has and what a witness has signed are anchors", "[command_audit]") {
    Archive archive;
    archive.desk.take_in("{");
    archive.export_all();
    const auto note = archive.desk.store.reader->chain()->checkpoint_note;
    write_text(archive.file("siem"),
               "<85>1 - - edgeward 1 IHE+RFC-3881 [edgeward@32473 sequence=\"1\"] <x/>\n"
               "2026-11-26 host <85>1 - - edgeward 1 CHECKPOINT [edgeward@1 size=\"9\" note=\"" +
                   to_base64(bytes_of(note)) + "\"] text\n");
    CHECK(contains(archive.verify({"--siem", archive.file("siem")}).out, "1 anchors met"));
    write_text(archive.file("empty"), "nothing\n");
    CHECK(archive.verify({"--siem", archive.file("empty")}).code == exit_failure);

    const Secret seed(Bytes(32, 7));
    write_text(archive.file("cosigned"), note + audit::cosign(note, "w.example", seed, system_clock().now()));
    write_text(archive.file("witness"), crypto::to_pem(crypto::public_key_of(seed)));
    const std::vector<std::string> by = {"--witness-key", archive.file("witness"), "--witness"};
    const auto with = [&](const char* file, const std::string& name) {
        std::vector<std::string> words = {"--cosigned", archive.file(file)};
        words.insert(words.end(), by.begin(), by.end());
        words.push_back(name);
        return archive.verify(std::move(words));
    };
    CHECK(contains(with("cosigned", "w.example").out, "1 anchors met"));
    CHECK(with("cosigned", "another.example").code == exit_denied);
    write_text(archive.file("alone"), note);
    CHECK(with("alone", "w.example").code == exit_denied);
    CHECK(archive.verify({"--cosigned", archive.file("cosigned")}).code == exit_usage);
}

}  // namespace edgeward::app

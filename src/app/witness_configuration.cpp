#include "witness_configuration.hpp"

#include <set>

#include <edgeward/audit/witness.hpp>

namespace edgeward::app {
namespace {

void read_logs(config::Section section, WitnessConfiguration& into) {
    std::set<std::string> known;
    for (auto log : section.tables("log")) {
        WitnessLogSettings settings;
        settings.origin = log.required_text("origin", "\"edgeward/\" and the id of an installation");
        settings.key = log.required_text("key", "the credential with the public key of the log");
        if (!settings.origin.empty() && !known.insert(settings.origin).second)
            log.problem("origin", "expected each log once");
        into.logs.push_back(std::move(settings));
    }
    if (into.logs.empty()) section.problem("log", "expected at least one [[witness.log]]");
}

}  // namespace

LoadedWitnessConfiguration load_witness_configuration(const std::filesystem::path& file) {
    LoadedWitnessConfiguration loaded;
    auto document = config::Document::load(file);
    if (!document.sound()) {
        loaded.problems = document.problems();
        return loaded;
    }
    auto root = document.root();
    auto& settings = loaded.configuration;
    auto listening = root.table("admin");
    settings.admin = admin::read_admin_settings(listening);
    if (!settings.admin.https) listening.problem("https", "expected true: a witness answers by HTTPS");
    if (!settings.admin.require_client_certificate)
        listening.problem("require_client_certificate", "expected true: a witness knows who asks");
    auto section = root.table("witness");
    settings.name = section.required_text("name", "the name of this witness");
    if (!settings.name.empty() && !audit::is_cosigner_name(settings.name))
        section.problem("name", "expected a name without space and plus sign");
    settings.folder = section.file("folder", settings.folder);
    settings.credentials_folder = section.file("credentials_folder", settings.credentials_folder);
    settings.signing_key = section.text("signing_key", settings.signing_key);
    read_logs(section, settings);
    document.refuse_unread_keys();
    loaded.problems = document.problems();
    return loaded;
}

}  // namespace edgeward::app

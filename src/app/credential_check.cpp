#include "credential_check.hpp"

#include <charconv>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/io_context.hpp>

#include <edgeward/config/credentials.hpp>
#include <edgeward/net/tls.hpp>

#include "destination_transport.hpp"
#include "keys.hpp"

namespace edgeward::app {
namespace {

// Takes ":number" from the end of "file:line:column".
std::uint32_t number_at_end(std::string& where) {
    const auto colon = where.rfind(':');
    if (colon == std::string::npos) return 0;
    std::uint32_t number = 0;
    std::from_chars(where.data() + colon + 1, where.data() + where.size(), number);
    where.resize(colon);
    return number;
}

config::Problem problem_at(const config::Setting* setting, std::string path, std::string text) {
    config::Problem problem;
    problem.path = std::move(path);
    problem.text = std::move(text);
    if (setting == nullptr) return problem;
    problem.file = setting->where;
    problem.column = number_at_end(problem.file);
    problem.line = number_at_end(problem.file);
    return problem;
}

class Findings {
public:
    explicit Findings(const std::vector<config::Setting>& settings) : settings_(settings) {}

    // `table` as settings are named: "mqtt", "destination[2]".
    void add(const std::string& table, const Error& error) {
        const config::Setting* place = place_in(table, error.message);
        problems_.push_back(problem_at(place, place != nullptr ? place->path : table, error.message));
    }
    // "destination[2]" for the destination of that name.
    [[nodiscard]] std::string table_of(std::string_view destination) const {
        constexpr std::string_view name = ".name";
        for (const auto& setting : settings_) {
            if (setting.path.starts_with("destination[") && setting.path.ends_with(name) &&
                setting.value == '"' + std::string(destination) + '"')
                return setting.path.substr(0, setting.path.size() - name.size());
        }
        return "destination " + std::string(destination);
    }
    // Whatever could not be made of the credentials that `table` names.
    template <typename Made>
    void take_in(const std::string& table, const Result<Made>& made) {
        if (!made) add(table, made.error());
    }
    std::vector<config::Problem> take() { return std::move(problems_); }

private:
    // The setting of the table that names what the message is about, else the first one in the file.
    [[nodiscard]] const config::Setting* place_in(const std::string& table, std::string_view message) const {
        const config::Setting* first = nullptr;
        for (const auto& setting : settings_) {
            if (setting.where.empty() || !setting.path.starts_with(table)) continue;
            if (first == nullptr) first = &setting;
            std::string_view value = setting.value;
            if (value.size() < 3 || value.front() != '"') continue;
            value = value.substr(1, value.size() - 2);
            if (message.find("credential " + std::string(value)) != std::string_view::npos) return &setting;
        }
        return first;
    }

    const std::vector<config::Setting>& settings_;
    std::vector<config::Problem> problems_;
};

void check_servers(const Configuration& configuration, const config::Credentials& credentials,
                   Findings& findings) {
    const auto& admin = configuration.admin;
    if (admin.https)
        findings.take_in("admin.tls",
                         net::server_context(admin.tls, credentials, admin.require_client_certificate));
    if (configuration.fhir_server.enabled)
        findings.take_in("fhir_server.tls",
                         net::server_context(configuration.fhir_server.tls, credentials, true));
    if (configuration.enrolment.enabled)
        findings.take_in("enrolment",
                         net::server_context_for_strangers(configuration.enrolment.tls, credentials));
    if (configuration.dicom_in.enabled)
        findings.take_in("dicom_in.tls", net::server_context(configuration.dicom_in.tls, credentials, true));
    for (const auto* listener : {&configuration.adt, &configuration.hl7_in}) {
        if (listener->enabled && !listener->plain)
            findings.take_in(listener->use.table + ".tls",
                             net::server_context(listener->tls, credentials, true));
    }
}

void check_clients(const Configuration& configuration, const config::Credentials& credentials,
                   Findings& findings) {
    findings.take_in("mqtt.tls", net::client_context(configuration.mqtt.tls, credentials));
    if (configuration.siem.enabled)
        findings.take_in("siem.tls", net::client_context(configuration.siem.endpoint.tls, credentials));
    if (configuration.witness.enabled) {
        findings.take_in("witness.tls", net::client_context(configuration.witness.endpoint.tls, credentials));
        findings.take_in("witness.key", credentials.read(configuration.witness.key));
    }
    for (const auto& peer : configuration.commitment_peers)
        findings.take_in(peer.table, net::client_context(peer.node.tls, credentials));
    boost::asio::io_context unused;
    for (const auto& destination : configuration.delivery.destinations)
        findings.take_in(findings.table_of(destination.name),
                         open_destination_transport(destination, credentials, unused.get_executor()));
}

}  // namespace

bool sees_credentials(const Configuration& configuration) {
    return !configuration.gateway.credentials_folder.empty() ||
           std::getenv("CREDENTIALS_DIRECTORY") != nullptr;
}

std::vector<config::Problem> check_credentials(const LoadedConfiguration& loaded) {
    const Configuration& configuration = loaded.configuration;
    const config::Credentials credentials(configuration.gateway.credentials_folder);
    Findings findings(loaded.settings);
    findings.take_in("gateway.key_encryption_key",
                     read_key_encryption_key(credentials, configuration.gateway.key_encryption_key));
    check_servers(configuration, credentials, findings);
    check_clients(configuration, credentials, findings);
    return findings.take();
}

}  // namespace edgeward::app

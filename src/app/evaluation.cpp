#include "evaluation.hpp"

#include <algorithm>

#include <edgeward/core/file.hpp>
#include <edgeward/core/folder.hpp>
#include <edgeward/core/random.hpp>
#include <edgeward/crypto/certificate.hpp>

#include "keys.hpp"
#include "shipped_files.hpp"

namespace edgeward::app {
namespace {

namespace fs = std::filesystem;

constexpr unsigned secret_mode = 0600;
constexpr unsigned public_mode = 0644;
constexpr std::chrono::hours authority_lifetime{24 * 365 * 10};

Result<void> write(const fs::path& file, ByteView content, unsigned mode) {
    auto written = write_file_durably(file, content, mode);
    if (!written) return failure(std::move(written.error()).during("write " + file.string()));
    return {};
}

Result<void> write_pair(const fs::path& stem, const crypto::CertifiedKey& pair) {
    if (auto done = write(fs::path(stem) += ".pem", bytes_of(pair.certificate), public_mode); !done)
        return done;
    return write(fs::path(stem) += ".key", pair.key.reveal(), secret_mode);
}

bool is_plain_name(const std::string& name) {
    return !name.empty() && name.size() <= 64 && name.front() != '.' &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                      c == '-' || c == '_' || c == '.';
           });
}

// On this machine, by name or address.
crypto::CertificateRequest server_request(const EvaluationSettings& settings, const std::string& name) {
    crypto::CertificateRequest request;
    request.common_name = name;
    request.dns_names = {"localhost"};
    if (settings.broker_host != "localhost") request.dns_names.push_back(settings.broker_host);
    request.addresses = {"127.0.0.1", "::1"};
    request.use = crypto::CertificateUse::server;
    return request;
}

Result<void> issue(const crypto::CertifiedKey& authority, const crypto::CertificateRequest& request,
                   const fs::path& stem, Instant now) {
    auto pair = crypto::issue_certificate(authority, request, now);
    if (!pair) return failure(std::move(pair.error()).during("certificate " + stem.filename().string()));
    return write_pair(stem, *pair);
}

Result<void> issue_named(const EvaluationSettings& settings, const crypto::CertifiedKey& authority,
                         Instant now) {
    for (const auto& device : settings.devices) {
        if (!is_plain_name(device))
            return failure(ErrorKind::invalid_input, "device: expected 1 to 64 of A-Za-z0-9_.-");
        crypto::CertificateRequest request;
        request.common_name = device;
        if (auto done = issue(authority, request, settings.folder / "devices" / device, now); !done)
            return done;
    }
    for (const auto& server : settings.servers) {
        if (!is_plain_name(server))
            return failure(ErrorKind::invalid_input, "server: expected 1 to 64 of A-Za-z0-9_.-");
        if (auto done =
                issue(authority, server_request(settings, server), settings.folder / "servers" / server, now);
            !done) {
            return done;
        }
    }
    return {};
}

Result<void> write_credentials(const EvaluationSettings& settings, const crypto::CertifiedKey& authority,
                               Instant now) {
    const fs::path folder = settings.folder / "credentials";
    Bytes octets(32);
    system_random().fill(octets);
    const Secret kek(std::move(octets));
    std::string hex = to_hex(kek.reveal()) + '\n';
    auto written = write(folder / "kek", bytes_of(hex), secret_mode);
    wipe(hex.data(), hex.size());
    if (!written) return written;
    if (auto done = create_key_ring(settings.folder / "data", kek); !done) return done;
    if (auto done = write(folder / "ca", bytes_of(authority.certificate), secret_mode); !done) return done;

    crypto::CertificateRequest gateway;
    gateway.common_name = "gateway";  // the broker's access list knows it
    auto client = crypto::issue_certificate(authority, gateway, now);
    if (!client) return failure(std::move(client.error()));
    auto admin = crypto::issue_certificate(authority, server_request(settings, "edgeward-admin"), now);
    if (!admin) return failure(std::move(admin.error()));
    const std::pair<const char*, ByteView> files[] = {{"gateway-certificate", bytes_of(client->certificate)},
                                                      {"gateway-key", client->key.reveal()},
                                                      {"admin-certificate", bytes_of(admin->certificate)},
                                                      {"admin-key", admin->key.reveal()}};
    for (const auto& [name, content] : files) {
        if (auto done = write(folder / name, content, secret_mode); !done) return done;
    }
    return {};
}

Result<void> write_broker_certificates(const EvaluationSettings& settings,
                                       const crypto::CertifiedKey& authority, Instant now) {
    const fs::path folder = settings.folder / "broker" / "tls";
    if (auto done = issue(authority, server_request(settings, "broker"), folder / "broker", now); !done)
        return done;
    if (auto done = write(folder / "ca.pem", bytes_of(authority.certificate), public_mode); !done)
        return done;
    const auto revoked = crypto::make_revocation_list(authority, {}, now, authority_lifetime);
    if (!revoked) return failure(revoked.error());
    return write(folder / "ca.crl", bytes_of(*revoked), public_mode);
}

void replace_all(std::string& text, const std::string& mark, const std::string& value) {
    for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + value.size())) {
        text.replace(at, mark.size(), value);
    }
}

Result<void> write_broker(const EvaluationSettings& settings, const crypto::CertifiedKey& authority,
                          Instant now) {
    const fs::path folder = fs::absolute(settings.folder / "broker");
    if (auto done = write_broker_certificates(settings, authority, now); !done) return done;
    std::string text(shipped_files().at("mosquitto/mosquitto.conf"));
    replace_all(text, "@CONFIG@", folder.string());
    replace_all(text, "@STATE@", (folder / "state").string());
    replace_all(text, "@PORT@", std::to_string(settings.broker_port) + " " + settings.broker_address);
    // Started by root, mosquitto would become a user who cannot read this folder.
    text += "\n# Evaluation only: keep the user who starts it.\nuser root\n";
    if (auto done = write(folder / "mosquitto.conf", bytes_of(text), public_mode); !done) return done;
    return write(folder / "acl", bytes_of(shipped_files().at("mosquitto/acl")), secret_mode);
}

Result<void> write_configuration(const EvaluationSettings& settings) {
    std::string text(shipped_files().at("edgeward.toml"));
    const std::string broker_port = std::to_string(settings.broker_port);
    const std::string values[][3] = {{"gateway", "data_folder", "\"data\""},
                                     {"gateway", "mappings_folder", "\"mappings\""},
                                     {"gateway", "credentials_folder", "\"credentials\""},
                                     {"policy", "folder", "\"policies\""},
                                     {"log", "format", "\"text\""},
                                     {"backup", "folder", "\"backups\""},
                                     {"mqtt", "host", "\"" + settings.broker_host + "\""},
                                     {"mqtt", "port", broker_port},
                                     {"admin", "socket", "\"control.sock\""}};
    for (const auto& value : values) {
        auto changed = with_setting(std::move(text), value[0], value[1], value[2]);
        if (!changed) return failure(std::move(changed.error()));
        text = *std::move(changed);
    }
    return write(settings.folder / "edgeward.toml", bytes_of(text), public_mode);
}

Result<void> copy_mappings(const EvaluationSettings& settings) {
    const auto files = files_in(settings.mappings, ".toml");
    if (!files) {
        return failure(ErrorKind::misconfigured,
                       "expected shipped mappings in " + settings.mappings.string());
    }
    for (const fs::path& file : *files) {
        const auto content = read_file(file);
        if (!content) return failure(content.error());
        auto done = write(settings.folder / "mappings" / file.filename(), bytes_of(*content), public_mode);
        if (!done) return done;
    }
    return {};
}

Result<void> write_policies(const EvaluationSettings& settings) {
    return write(settings.folder / "policies" / "default.cedar",
                 bytes_of(shipped_files().at("policies/default.cedar")), public_mode);
}

Result<void> make_folders(const fs::path& folder) {
    std::error_code failed;
    for (const char* name : {"credentials", "data", "authority", "broker", "broker/tls", "broker/state",
                             "devices", "servers", "mappings", "policies"}) {
        fs::create_directories(folder / name, failed);
        if (!failed) fs::permissions(folder / name, fs::perms::owner_all, failed);
        if (failed) return failure(ErrorKind::unavailable, (folder / name).string() + " cannot be made");
    }
    return {};
}

}  // namespace

Result<std::string> with_setting(std::string text, const std::string& table, const std::string& name,
                                 const std::string& value) {
    const auto begin = text.find("\n[" + table + "]");
    const auto end = begin == std::string::npos ? begin : text.find("\n[", begin + 1);
    const auto line = begin == std::string::npos ? begin : text.find("\n" + name + " = ", begin);
    if (line == std::string::npos || line > end) {
        return failure(ErrorKind::misconfigured, "the shipped configuration has no " + table + "." + name);
    }
    const auto from = line + name.size() + 4;
    const auto rest = text.find('\n', from);
    text.replace(from, rest - from, value);
    return text;
}

Result<void> create_evaluation(const EvaluationSettings& settings, Instant now) {
    std::error_code ignored;
    if (fs::exists(settings.folder / "edgeward.toml", ignored) ||
        fs::exists(settings.folder / "data", ignored)) {
        return failure(ErrorKind::misconfigured, settings.folder.string() + " has an installation already");
    }
    if (auto done = make_folders(settings.folder); !done) return done;
    auto authority = crypto::make_authority("Edgeward evaluation authority", now, authority_lifetime);
    if (!authority) return failure(std::move(authority.error()));
    if (auto done = write_pair(settings.folder / "authority" / "ca", *authority); !done) return done;
    if (auto done = write_credentials(settings, *authority, now); !done) return done;
    if (auto done = write_broker(settings, *authority, now); !done) return done;
    if (auto done = copy_mappings(settings); !done) return done;
    if (auto done = write_policies(settings); !done) return done;
    if (auto done = issue_named(settings, *authority, now); !done) return done;
    return write_configuration(settings);
}

Result<void> add_certificates(const EvaluationSettings& settings, Instant now) {
    const auto certificate = read_file(settings.folder / "authority" / "ca.pem");
    auto key = read_file(settings.folder / "authority" / "ca.key");
    if (!certificate || !key) {
        return failure(ErrorKind::misconfigured, settings.folder.string() + " has no authority of its own");
    }
    std::string& text = *key;
    const crypto::CertifiedKey authority{*certificate, Secret(bytes_of(text))};
    wipe(text.data(), text.size());
    return issue_named(settings, authority, now);
}

}  // namespace edgeward::app

#include "witness_program.hpp"

#include <edgeward/admin/description.hpp>
#include <edgeward/admin/health.hpp>
#include <edgeward/anchoring/witness_desk.hpp>
#include <edgeward/core/folder_lock.hpp>
#include <edgeward/core/log.hpp>

#include <nlohmann/json.hpp>

#include "io_thread.hpp"
#include "keys.hpp"

namespace edgeward::app {
namespace {

using nlohmann::json;

// The server has stopped: nothing but a connection that hangs is left.
constexpr std::chrono::seconds io_patience{2};

Result<std::vector<anchoring::WitnessedLog>> read_logs(const WitnessConfiguration& configuration,
                                                       const config::Credentials& credentials) {
    std::vector<anchoring::WitnessedLog> logs;
    for (const auto& [origin, credential] : configuration.logs) {
        const auto pem = credentials.read(credential);
        if (!pem) return failure(pem.error());
        const auto key = crypto::parse_public_key(std::string(text_of(pem->reveal())));
        if (!key)
            return failure(ErrorKind::misconfigured, "credential " + credential + ": " + key.error().message);
        logs.push_back({origin, *key});
    }
    return logs;
}

std::string origin_in(const admin::HttpRequest& request) {
    const auto found = request.query.find("origin");
    return found == request.query.end() ? std::string() : found->second;
}

const admin::Descriptions& witness_descriptions() {
    using namespace admin::schema;
    static const admin::Schema origin = object({{"origin?", text()}});
    static const admin::Descriptions all{
        admin::post("/add-checkpoint", "", "Takes a checkpoint (c2sp.org/tlog-witness).", text(1), text())
            .by(admin::Session::none)
            .in_types("text/plain", "text/plain"),
        admin::get("/v1/witness/checkpoint", "", "Gives the newest checkpoint of a log.",
                   object({{"checkpoint", text(1)}}))
            .by(admin::Session::none)
            .asked_with(origin),
        admin::post("/v1/witness/restore", "", "Accepts that a log was restored.", object({}), object({}))
            .by(admin::Session::none)
            .asked_with(origin)};
    return all;
}

admin::Routes routes_of(anchoring::WitnessDesk& desk) {
    const auto route = [](const char* method, const char* pattern, admin::Exposure exposure,
                          admin::Handler handler) {
        const auto* description = admin::find_description(witness_descriptions(), method, pattern);
        return admin::Route{method,     pattern, exposure, admin::Execution::on_pool, std::move(handler),
                            description};
    };
    using admin::Exposure;
    return {
        route("POST", "/add-checkpoint", Exposure::public_https,
              [&desk](const admin::HttpRequest& request) {
                  auto reply = desk.add_checkpoint(request.body);
                  return admin::HttpResponse{reply.status, std::move(reply.content_type),
                                             std::move(reply.body)};
              }),
        route("GET", "/v1/witness/checkpoint", Exposure::control,
              [&desk](const admin::HttpRequest& request) {
                  const auto note = desk.newest(origin_in(request));
                  if (!note) return admin::error_response(note.error());
                  return admin::json_response(200, json{{"checkpoint", *note}}.dump());
              }),
        route("POST", "/v1/witness/restore", Exposure::control, [&desk](const admin::HttpRequest& request) {
            const auto done = desk.accept_restore(origin_in(request));
            if (!done) return admin::error_response(done.error());
            log::warning("who accepted the restore", {{"uid", request.peer_uid.value_or(0)}});
            return admin::json_response(200, "{}");
        })};
}

}  // namespace

struct WitnessProgram::State {
    explicit State(Secret key) : seed(std::move(key)) {}

    std::optional<FolderLock> lock;
    Secret seed;
    metrics::Registry metrics;
    std::unique_ptr<anchoring::WitnessDesk> desk;
    IoThread io{"ew-io"};
    std::unique_ptr<admin::AdminServer> server;
};

Result<Secret> read_witness_seed(const WitnessConfiguration& configuration) {
    return read_key_encryption_key(config::Credentials(configuration.credentials_folder),
                                   configuration.signing_key);
}

WitnessProgram::WitnessProgram(std::unique_ptr<State> state) : state_(std::move(state)) {}

Result<std::unique_ptr<WitnessProgram>> WitnessProgram::start(const WitnessConfiguration& configuration) {
    const config::Credentials credentials(configuration.credentials_folder);
    auto seed = read_witness_seed(configuration);
    if (!seed) return failure(std::move(seed.error()));
    auto logs = read_logs(configuration, credentials);
    if (!logs) return failure(std::move(logs.error()));
    auto state = std::make_unique<State>(*std::move(seed));
    auto lock = FolderLock::take(configuration.folder);
    if (!lock) return failure(std::move(lock.error()).during("folder of the witness"));
    state->lock.emplace(*std::move(lock));
    auto desk = anchoring::WitnessDesk::open({configuration.folder, configuration.name, state->seed,
                                              *std::move(logs), system_clock(), state->metrics});
    if (!desk) return failure(std::move(desk.error()));
    state->desk = *std::move(desk);
    auto routes = routes_of(*state->desk);
    auto health = admin::health_routes([] { return std::vector<admin::PartHealth>(); }, state->metrics);
    routes.insert(routes.end(), health.begin(), health.end());
    auto server =
        admin::start_admin_server(configuration.admin, credentials, state->io.executor(), std::move(routes));
    if (!server) return failure(std::move(server.error()));
    state->server = *std::move(server);
    state->io.start();
    return std::unique_ptr<WitnessProgram>(new WitnessProgram(std::move(state)));
}

WitnessProgram::~WitnessProgram() {
    state_->server->stop();
    state_->server.reset();
    state_->io.end(std::chrono::steady_clock::now() + io_patience);
}

std::uint16_t WitnessProgram::port() const {
    return state_->server->port();
}

}  // namespace edgeward::app

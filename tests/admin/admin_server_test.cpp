#include <edgeward/admin/admin_server.hpp>
#include <edgeward/admin/control_client.hpp>

#include <catch2/catch_test_macros.hpp>

#include <atomic>
#include <future>

#include <sys/stat.h>
#include <boost/asio/ip/tcp.hpp>
#include <nlohmann/json.hpp>

#include "program.hpp"
#include "running_server.hpp"
#include "support/scratch_folder.hpp"

using namespace edgeward;
using namespace edgeward::admin;
using namespace admin_tests;
using support::ScratchFolder;
using namespace std::chrono_literals;

namespace {

const std::string source_dir = EDGEWARD_SOURCE_DIR;

// Throwaway certificates: the server is "console" for localhost, the client "gateway".
void make_certificates(const ScratchFolder& folder) {
    const auto made = run({source_dir + "/tests/support/make_certificates", folder.path().string(), "console",
                           "gateway", "stranger"},
                          folder / "make_certificates.out");
    INFO(made.output);
    REQUIRE(made.code == 0);
}

AdminSettings https_on_any_port(const ScratchFolder& folder) {
    AdminSettings settings = control_only(folder.path());
    settings.https = true;
    settings.port = 0;
    settings.tls.certificate = "console.pem";
    settings.tls.key = "console.key";
    settings.tls.ca = "ca.pem";
    return settings;
}

Routes plain_routes() {
    const Handler subject = [](const HttpRequest& request) {
        return HttpResponse{200, "text/plain", "subject=" + request.certificate_subject};
    };
    return {{"GET", "/subject", Exposure::public_https, Execution::at_once, subject},
            {"GET", "/secret", Exposure::control, Execution::on_pool, subject}};
}

// Metrics as the gateway keeps them: every type, labels, and a value that changes.
void add_typical_metrics(metrics::Registry& registry) {
    registry.counter("edgeward_messages_received_total", "Messages received.", {{"source", "mqtt"}}).add(12);
    registry.counter("edgeward_messages_received_total", "Messages received.", {{"source", "mllp"}}).add(3);
    registry.gauge("edgeward_delivery_queue_rows", "Rows waiting.", {{"destination", "kis \"west\"\\1"}})
        .set(7);
    registry.gauge("edgeward_certificate_expiry_seconds", "Seconds until expiry.", {{"credential", "admin"}})
        .set(-3.5);
    registry.latency("edgeward_commit_duration_seconds", "Time of one commit.").observe(0.004);
}

std::string localhost(const RunningServer& server, const std::string& path) {
    return "https://localhost:" + std::to_string(server.server().port()) + path;
}

Outcome curl(const ScratchFolder& folder, std::vector<std::string> arguments) {
    std::vector<std::string> command{"curl", "--silent", "--show-error", "--max-time", "20"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return run(std::move(command), folder / "curl.out");
}

}  // namespace

TEST_CASE("curl reads health by verified TLS and cannot see control routes", "[integration][admin_server]") {
    const ScratchFolder folder;
    make_certificates(folder);
    const metrics::Registry registry;
    Routes routes = health_routes(
        [] {
            return std::vector<PartHealth>{{"store", false, "opening"}};
        },
        registry);
    for (Route& route : plain_routes())
        routes.push_back(std::move(route));
    const RunningServer server(https_on_any_port(folder), routes, config::Credentials(folder.path()));
    REQUIRE(server.started());
    const std::vector<std::string> trust{"--cacert", (folder / "ca.pem").string(), "-w", " %{http_code}"};
    const auto ask = [&](const std::string& path) {
        auto arguments = trust;
        arguments.push_back(localhost(server, path));
        return curl(folder, arguments).output;
    };
    CHECK(ask("/health/live") == R"({"status":"live"} 200)");
    CHECK(ask("/health/ready").find("\"reason\":\"opening\"}]} 503") != std::string::npos);
    CHECK(ask("/secret").find("there is no such path") != std::string::npos);
    CHECK(ask("/secret").find(" 404") != std::string::npos);
    // The same route by the Unix socket is there, by curl as by our client.
    CHECK(curl(folder, {"--unix-socket", server.socket().string(), "http://localhost/secret"}).output ==
          "subject=");
    // Without the CA curl does not trust the server, so it was TLS that answered. curl(1): exit code 60.
    CHECK(curl(folder, {localhost(server, "/health/live")}).code == 60);
    CHECK(curl(folder, {"http://localhost:" + std::to_string(server.server().port()) + "/"}).code != 0);
    // TLS 1.1 is refused. curl(1): exit code 35.
    CHECK(curl(folder, {"--tls-max", "1.1", "--cacert", (folder / "ca.pem").string(), "--ciphers",
                        "DEFAULT@SECLEVEL=0", localhost(server, "/health/live")})
              .code == 35);
}

TEST_CASE("with admin.api curl has control and session routes and a strict cookie",
          "[integration][admin_server]") {
    const ScratchFolder folder;
    make_certificates(folder);
    Routes routes = plain_routes();
    routes.push_back(
        {"POST", "/session", Exposure::session, Execution::apart, [](const HttpRequest& request) {
             HttpResponse answer{200, "text/plain", "from " + request.address};
             answer.session_token = "abc";
             return answer;
         }});
    routes.push_back(
        {"DELETE", "/session", Exposure::session, Execution::at_once, [](const HttpRequest& request) {
             HttpResponse answer{429, "text/plain", "was " + request.session_token};
             answer.ends_session = true;
             answer.retry_after = 7;
             return answer;
         }});
    AdminSettings settings = https_on_any_port(folder);
    settings.api = true;
    const RunningServer server(settings, routes, config::Credentials(folder.path()));
    REQUIRE(server.started());
    const auto ask = [&](const std::string& path, std::vector<std::string> more) {
        std::vector<std::string> arguments{"--cacert", (folder / "ca.pem").string(), "-i",
                                           localhost(server, path)};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return curl(folder, arguments).output;
    };
    const auto holds = [](const std::string& text, const char* part) {
        return text.find(part) != std::string::npos;
    };
    const std::string begun = ask("/session", {"-X", "POST"});
    CHECK(holds(begun, "Set-Cookie: __Host-edgeward=abc; Path=/; Secure; HttpOnly; SameSite=Strict\r\n"));
    CHECK(holds(begun, "\r\n\r\nfrom 127.0.0.1"));
    for (const char* field :
         {"Strict-Transport-Security: max-age=31536000\r\n", "X-Content-Type-Options: nosniff\r\n",
          "Cache-Control: no-store\r\n",
          "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n",
          "Referrer-Policy: no-referrer\r\n", "Cross-Origin-Resource-Policy: same-origin\r\n"}) {
        CAPTURE(field);
        CHECK(holds(begun, field));
        CHECK(holds(ask("/nowhere", {}), field));
    }
    const std::string ended = ask("/session", {"-X", "DELETE", "-b", "__Host-edgeward=abc"});
    CHECK(holds(ended, "HTTP/1.1 429 "));
    CHECK(holds(ended, "Retry-After: 7\r\n"));
    CHECK(holds(ended, "__Host-edgeward=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0\r\n"));
    CHECK(holds(ended, "was abc"));
    CHECK(holds(ask("/secret", {}), "subject="));
    CHECK(curl(folder, {"--unix-socket", server.socket().string(), "-X", "POST", "http://localhost/session"})
              .output.find("there is no such path") != std::string::npos);
}

TEST_CASE("a client certificate is verified and its subject handed on", "[integration][admin_server]") {
    const ScratchFolder folder;
    make_certificates(folder);
    AdminSettings settings = https_on_any_port(folder);
    settings.require_client_certificate = true;
    const RunningServer server(settings, plain_routes(), config::Credentials(folder.path()));
    REQUIRE(server.started());
    const std::string url = localhost(server, "/subject");
    const auto with = [&](const std::string& name) {
        return curl(folder,
                    {"--cacert", (folder / "ca.pem").string(), "--cert", (folder / (name + ".pem")).string(),
                     "--key", (folder / (name + ".key")).string(), url});
    };
    CHECK(with("gateway").output == "subject=CN=gateway");
    CHECK(with("stranger").code != 0);
    CHECK(curl(folder, {"--cacert", (folder / "ca.pem").string(), url}).code != 0);
}

TEST_CASE("a server for strangers hands on any certificate and trusts none", "[integration][admin_server]") {
    const ScratchFolder folder;
    make_certificates(folder);
    AdminSettings settings = https_on_any_port(folder);
    settings.any_client_certificate = true;
    settings.socket.clear();
    Routes routes{
        {"GET", "/shown", Exposure::public_https, Execution::on_pool, [](const HttpRequest& request) {
             HttpResponse response{202, "text/plain", request.certificate_subject + request.peer_certificate};
             response.fields = {{"Retry-After", "30"}};
             return response;
         }}};
    const RunningServer server(settings, std::move(routes), config::Credentials(folder.path()));
    REQUIRE(server.started());
    std::vector<std::string> words{"-i", "--cacert", (folder / "ca.pem").string(),
                                   localhost(server, "/shown")};
    const auto without = curl(folder, words).output;
    CHECK(without.find("202 Accepted") != std::string::npos);
    CHECK(without.find("Retry-After: 30\r\n") != std::string::npos);
    CHECK(without.ends_with("\r\n\r\n"));
    words.insert(words.end(),
                 {"--cert", (folder / "stranger.pem").string(), "--key", (folder / "stranger.key").string()});
    const auto shown = curl(folder, words).output;
    const auto certificate = support::text_of_file(folder / "stranger.pem");
    CHECK(shown.substr(shown.find("\r\n\r\n") + 4).starts_with(certificate));
}

TEST_CASE("renewed certificates serve new connections after a reload", "[integration][admin_server]") {
    const ScratchFolder folder;
    make_certificates(folder);
    const RunningServer server(https_on_any_port(folder), plain_routes(), config::Credentials(folder.path()));
    REQUIRE(server.started());
    const std::string url = localhost(server, "/subject");
    const std::string other_ca = (folder / "stranger_ca.pem").string();
    CHECK(curl(folder, {"--cacert", other_ca, url}).code == 60);
    std::filesystem::copy_file(folder / "stranger.pem", folder / "console.pem",
                               std::filesystem::copy_options::overwrite_existing);
    // Certificate and key do not fit: the old pair stays.
    REQUIRE_FALSE(server.server().reload_certificates());
    CHECK(curl(folder, {"--cacert", (folder / "ca.pem").string(), url}).code == 0);
    std::filesystem::copy_file(folder / "stranger.key", folder / "console.key",
                               std::filesystem::copy_options::overwrite_existing);
    REQUIRE(server.server().reload_certificates());
    CHECK(curl(folder, {"--cacert", other_ca, url}).code == 0);
}

TEST_CASE("what is exposed passes promtool", "[integration][admin_server]") {
    const ScratchFolder folder;
    metrics::Registry registry;
    add_typical_metrics(registry);
    const auto file = folder.write("metrics", metrics_response(registry).body);
    const auto checked =
        run({"sh", "-c", "promtool check metrics < " + file.string()}, folder / "promtool.out");
    INFO(checked.output);
    CHECK(checked.code == 0);
    // promtool does find mistakes: a counter without _total.
    registry.counter("edgeward_badly_named", "").add();
    folder.write("metrics", metrics_response(registry).body);
    CHECK(run({"sh", "-c", "promtool check metrics < " + file.string()}, folder / "promtool.out").code != 0);
}

TEST_CASE("Prometheus scrapes the metrics by TLS", "[integration][admin_server]") {
    const ScratchFolder folder;
    make_certificates(folder);
    metrics::Registry registry;
    add_typical_metrics(registry);
    const RunningServer server(https_on_any_port(folder),
                               health_routes([] { return std::vector<PartHealth>{}; }, registry),
                               config::Credentials(folder.path()));
    REQUIRE(server.started());
    folder.write("prometheus.yml",
                 "global: { scrape_interval: 1s }\n"
                 "scrape_configs:\n"
                 "  - job_name: edgeward\n"
                 "    scheme: https\n"
                 "    tls_config: { ca_file: '" +
                     (folder / "ca.pem").string() +
                     "' }\n"
                     "    static_configs: [ { targets: ['localhost:" +
                     std::to_string(server.server().port()) + "'] } ]\n");
    // Prometheus does not tell which port it got for 0, so one that was free a moment ago is taken.
    boost::asio::io_context context;
    std::uint16_t port = 0;
    {
        boost::asio::ip::tcp::acceptor free(context, {boost::asio::ip::address_v4::loopback(), 0});
        port = free.local_endpoint().port();
    }
    const Program prometheus({"prometheus", "--config.file=" + (folder / "prometheus.yml").string(),
                              "--storage.tsdb.path=" + (folder / "tsdb").string(),
                              "--web.listen-address=127.0.0.1:" + std::to_string(port)},
                             folder / "prometheus.out");
    const auto query = [&](const std::string& expression) {
        const auto answer = curl(folder, {"--get", "--data-urlencode", "query=" + expression,
                                          "http://127.0.0.1:" + std::to_string(port) + "/api/v1/query"});
        const auto json = nlohmann::json::parse(answer.output, nullptr, false);
        const auto path = nlohmann::json::json_pointer("/data/result/0/value/1");
        return json.is_object() && json.contains(path) ? json[path].get<std::string>() : std::string();
    };
    const bool up = eventually([&] { return query("up{job=\"edgeward\"}") == "1"; }, 60s);
    INFO(support::text_of_file(folder / "prometheus.out.err"));
    REQUIRE(up);
    CHECK(query("edgeward_messages_received_total{source=\"mqtt\"}") == "12");
    CHECK(query(R"(edgeward_delivery_queue_rows{destination="kis \"west\"\\1"})") == "7");
    CHECK(query("edgeward_commit_duration_seconds_count") == "1");
}

TEST_CASE("connections beyond the limit are closed and leave the others alone", "[admin_server]") {
    const ScratchFolder folder;
    AdminSettings settings = control_only(folder.path());
    settings.max_connections = 4;
    const RunningServer server(settings, plain_routes());
    REQUIRE(server.started());
    const std::string request = "GET /subject HTTP/1.1\r\nHost: localhost\r\n\r\n";
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 4; ++i) {
        clients.push_back(std::make_unique<RawClient>(server.socket()));
        REQUIRE(clients.back()->send(request));
        REQUIRE(clients.back()->receive("subject=").find("200 OK") != std::string::npos);
    }
    RawClient fifth(server.socket());
    CHECK(fifth.receive().empty());
    CHECK(fifth.closed());
    CHECK(clients[0]->send(request));
    CHECK(clients[0]->receive("subject=").find("200 OK") != std::string::npos);
    clients.pop_back();
    CHECK(eventually([&] { return control_request(server.socket(), "GET", "/subject").has_value(); }));
}

TEST_CASE("a user without permission is turned away by name of the kernel", "[integration][admin_server]") {
    if (::geteuid() != 0) SKIP("only root can become another user");
    const ScratchFolder folder;
    const RunningServer server(control_only(folder.path()), plain_routes());
    REQUIRE(server.started());
    // File permissions out of the way: what is left is the check of the caller.
    REQUIRE(::chmod(folder.path().c_str(), 0755) == 0);
    REQUIRE(::chmod(server.socket().c_str(), 0666) == 0);
    const std::string ask = "curl --silent --max-time 10 -w ' %{http_code}' --unix-socket " +
                            server.socket().string() + " http://localhost/secret";
    const auto refused = run({"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "sh", "-c", ask},
                             folder / "refused.out");
    CHECK(refused.output == R"({"error":"denied","message":"this user may not use the control socket"} 403)");
    const auto admitted = run({"sh", "-c", ask}, folder / "admitted.out");
    CHECK(admitted.output == "subject= 200");
}

TEST_CASE("stopping waits for the running handler and ends both listeners", "[admin_server]") {
    const ScratchFolder folder;
    std::promise<void> begun;
    std::promise<void> gate;
    std::atomic<bool> finished = false;
    auto opened = gate.get_future().share();
    Routes routes = plain_routes();
    routes.push_back({"GET", "/slow", Exposure::control, Execution::on_pool, [&](const HttpRequest&) {
                          begun.set_value();
                          opened.wait();
                          finished = true;
                          return HttpResponse{};
                      }});
    const RunningServer server(control_only(folder.path()), std::move(routes));
    REQUIRE(server.started());
    RawClient client(server.socket());
    client.send("GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n");
    begun.get_future().wait();
    auto stopping = std::async(std::launch::async, [&] { server.server().stop(); });
    CHECK(eventually([&] { return !RawClient(server.socket()).connected(); }));
    CHECK(stopping.wait_for(0s) == std::future_status::timeout);
    gate.set_value();
    stopping.wait();
    CHECK(finished);
    CHECK_FALSE(std::filesystem::exists(server.socket()));
    client.receive();
    CHECK(client.closed());
}

TEST_CASE("a server that cannot start says why", "[admin_server]") {
    const ScratchFolder folder;
    const RunningServer first(control_only(folder.path()), plain_routes());
    REQUIRE(first.started());
    const RunningServer second(control_only(folder.path()), plain_routes());
    REQUIRE_FALSE(second.started());
    CHECK(second.error().kind == ErrorKind::misconfigured);
    CHECK(second.error().message == "open the control socket: another daemon uses it");

    AdminSettings settings = control_only(folder.path());
    settings.socket = folder / "other.sock";
    settings.https = true;
    settings.tls.certificate = "not-there";
    const RunningServer without_certificate(settings, plain_routes(), config::Credentials(folder.path()));
    REQUIRE_FALSE(without_certificate.started());
    CHECK(without_certificate.error().kind == ErrorKind::misconfigured);

    Routes twins = plain_routes();
    twins.push_back(twins.front());
    settings.https = false;
    const RunningServer with_twins(settings, twins);
    REQUIRE_FALSE(with_twins.started());
    CHECK(with_twins.error().kind == ErrorKind::misconfigured);
}

#include <edgeward/transport/fhir_transport.hpp>

#include <cstdio>
#include <ctime>

#include <boost/asio/post.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "fhir_peer.hpp"

using namespace edgeward;
using namespace edgeward::transport;
using namespace edgeward::transport::fhir_peer;
using namespace std::chrono_literals;

namespace {

std::string any_server() {
    const auto kind = GENERATE(as<std::string>{}, "python", "medplum");
    if (kind == "medplum" && !medplum_is_there()) SKIP("npm ci in tests/peers was not run");
    return kind;
}

std::vector<std::string> script(std::string actions) {
    return {"--script", std::move(actions)};
}

std::size_t count_of(const std::vector<nlohmann::json>& resources, std::string_view type) {
    std::size_t count = 0;
    for (const auto& resource : resources)
        count += resource["resourceType"] == type ? 1 : 0;
    return count;
}

struct Smart {
    support::ScratchFolder folder;
    std::vector<std::string> options;
    explicit Smart(std::vector<std::string> generate) {
        const auto key = certificates() / "smart.key";
        const auto open_key = folder / "smart.pub";
        generate.insert(generate.begin(), {"openssl", "genpkey", "-out", key.string()});
        REQUIRE(support::Program(generate, folder / "said").wait() == 0);
        std::filesystem::permissions(key, std::filesystem::perms::owner_read);
        REQUIRE(
            support::Program({"openssl", "pkey", "-in", key.string(), "-pubout", "-out", open_key.string()},
                             folder / "said")
                .wait() == 0);
        options = {"--client-key", open_key.string()};
    }
    ~Smart() {
        std::error_code ignored;
        std::filesystem::remove(certificates() / "smart.key", ignored);
    }
    Smart(const Smart&) = delete;
    Smart& operator=(const Smart&) = delete;
};

FhirSettings with_smart(const Server& server) {
    auto settings = settings_for(server.url());
    settings.smart.emplace();
    settings.smart->client_id = "edgeward";
    settings.smart->key = "smart.key";
    settings.smart->key_id = "key-1";
    settings.smart->tls = settings.tls;
    return settings;
}

}  // namespace

TEST_CASE("a server's statement comes as it is said and its absence is told",
          "[integration][fhir_transport]") {
    const auto ask = [](const Server& server) {
        Client client(settings_for(server.url()));
        std::optional<Result<std::string>> said;
        boost::asio::co_spawn(
            client.io(), client.transport->abilities(),
            [&said](std::exception_ptr, Result<std::string> made) { said = std::move(made); });
        client.run();
        REQUIRE(said);
        return *std::move(said);
    };
    const auto none = ask(Server("python", {}));
    REQUIRE_FALSE(none);
    CHECK(none.error().message == "the FHIR server answered 404");
    if (!medplum_is_there()) SKIP("npm ci in tests/peers was not run");
    const support::ScratchFolder folder;
    const auto file = folder.write("statement.json", R"({"resourceType":"CapabilityStatement"})");
    const auto said = ask(Server("medplum", {"--statement", file.string()}));
    REQUIRE(said);
    CHECK(*said == R"({"resourceType":"CapabilityStatement"})");
}

TEST_CASE("a bundle is stored once however often it is sent", "[integration][fhir_transport]") {
    Server server(any_server(), {});
    Client client(settings_for(server.url()));
    for (int round = 0; round < 3; ++round)
        REQUIRE(client.send(message(1, 4)));
    CHECK(count_of(server.stored(), "Device") == 1);
    CHECK(count_of(server.stored(), "Observation") == 4);
    // The log is written after the answer.
    REQUIRE(support::eventually([&] { return server.requests().size() == 3; }));
    const auto requests = server.requests();
    CHECK(requests[0]["headers"]["content-type"] == "application/fhir+json; charset=utf-8");
    CHECK(requests[0]["headers"]["accept"] == "application/fhir+json");
    CHECK(requests[0]["headers"]["prefer"] == "return=minimal");
    CHECK(requests[0]["headers"]["x-request-id"] == "bundle-1");
    CHECK(requests[0]["headers"]["user-agent"] == "edgeward");
}

TEST_CASE("each refusal says what to do", "[integration][fhir_transport]") {
    struct Row {
        const char* action;
        ErrorKind kind;
        bool message_only;
        std::chrono::milliseconds retry_after;
    };
    const auto row = GENERATE(values<Row>({{"422", ErrorKind::rejected, true, 0ms},
                                           {"415", ErrorKind::misconfigured, true, 0ms},
                                           {"412", ErrorKind::unavailable, true, 0ms},
                                           {"401", ErrorKind::misconfigured, false, 0ms},
                                           {"403", ErrorKind::misconfigured, true, 0ms},
                                           {"redirect", ErrorKind::misconfigured, false, 0ms},
                                           {"429:7", ErrorKind::unavailable, false, 7s},
                                           {"503", ErrorKind::unavailable, false, 0ms},
                                           {"html", ErrorKind::ambiguous, false, 0ms},
                                           {"close", ErrorKind::ambiguous, false, 0ms},
                                           {"lose", ErrorKind::ambiguous, false, 0ms},
                                           {"half", ErrorKind::ambiguous, false, 0ms},
                                           {"batch", ErrorKind::rejected, true, 0ms}}));
    CAPTURE(row.action);
    Server server("python", script(row.action));
    Client client(settings_for(server.url()));
    const auto outcome = client.send(message(1));
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().error.kind == row.kind);
    CHECK(outcome.error().message_only == row.message_only);
    CHECK(outcome.error().retry_after == row.retry_after);
    // The same message again is stored exactly once, whatever became of it before.
    CHECK(client.send(message(1)));
    CHECK(count_of(server.stored(), "Observation") == 1);
}

TEST_CASE("a date says how long to wait", "[integration][fhir_transport]") {
    Server server("python", script("503:date"));
    Client client(settings_for(server.url()));
    const auto outcome = client.send(message(1));
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().retry_after > 0ms);
    CHECK(outcome.error().retry_after <= 2s);
}

TEST_CASE("a server that says nothing is ambiguous after the timeout", "[integration][fhir_transport]") {
    Server server("python", script("silent"));
    auto settings = settings_for(server.url());
    settings.response_timeout = 3s;
    Client client(settings);
    const auto outcome = client.send(message(1));
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().error.kind == ErrorKind::ambiguous);
    CHECK(outcome.error().error.message == "no answer in time");
}

TEST_CASE("nothing listening is unavailable", "[integration][fhir_transport]") {
    Server server("python", {});
    const auto url = server.url();
    server.end();
    Client client(settings_for(url));
    const auto outcome = client.send(message(1));
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().error.kind == ErrorKind::unavailable);
}

TEST_CASE("the server must be the one it says", "[integration][fhir_transport]") {
    const auto certificate = GENERATE(as<std::string>{}, "wrong_name", "stranger");
    Server server("python", {}, certificate);
    Client client(settings_for(server.url()));
    const auto outcome = client.send(message(1));
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().error.kind == ErrorKind::unavailable);
    CHECK(server.stored().empty());
}

TEST_CASE("a refused client certificate is unavailable and not ambiguous", "[integration][fhir_transport]") {
    Server server("python", {});
    auto settings = settings_for(server.url());
    settings.tls.certificate = "stranger.pem";
    settings.tls.key = "stranger.key";
    Client client(settings);
    const auto outcome = client.send(message(1));
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().error.kind == ErrorKind::unavailable);
}

TEST_CASE("an answer beyond the limit is not read", "[integration][fhir_transport]") {
    Server server("python", {});
    auto settings = settings_for(server.url());
    settings.response_limit = 64;
    Client client(settings);
    const auto outcome = client.send(message(1));
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().error.kind == ErrorKind::ambiguous);
}

TEST_CASE("as many messages are under way as there are connections", "[integration][fhir_transport]") {
    Server server("python", {});
    auto settings = settings_for(server.url());
    settings.connections = 4;
    Client client(settings);
    CHECK(client.transport->concurrency() == 4);
    CHECK(client.transport->reports_per_message() == 50);
    std::vector<std::optional<Outcome>> outcomes(8);
    for (unsigned index = 0; index < outcomes.size(); ++index)
        client.start(message(index + 1, 20), outcomes[index]);
    client.run();
    for (const auto& outcome : outcomes)
        CHECK((outcome && *outcome));
    CHECK(count_of(server.stored(), "Observation") == 160);
    CHECK(count_of(server.stored(), "Device") == 1);
}

TEST_CASE("closing ends what is under way", "[integration][fhir_transport]") {
    Server server("python", script("silent"));
    Client client(settings_for(server.url()));
    std::optional<Outcome> outcome;
    client.start(message(1), outcome);
    // Until the request has gone out the outcome may be unavailable, afterwards ambiguous.
    const auto begun = std::chrono::steady_clock::now();
    while (std::chrono::steady_clock::now() - begun < 300ms)
        client.io().run_for(20ms);
    client.transport->close();
    client.run();
    REQUIRE(outcome);
    REQUIRE_FALSE(*outcome);
    CHECK(std::chrono::steady_clock::now() - begun < 5s);
    const auto later = client.send(message(2));
    REQUIRE_FALSE(later);
    CHECK(later.error().error.kind == ErrorKind::unavailable);
}

TEST_CASE("requests keep to the rate", "[integration][fhir_transport]") {
    Server server("python", {});
    auto settings = settings_for(server.url());
    settings.rate_limit = 4;
    Client client(settings);
    const auto begun = std::chrono::steady_clock::now();
    for (unsigned index = 0; index < 6; ++index)
        REQUIRE(client.send(message(index + 1)));
    // Four at once are within a second's worth, the others wait a quarter second each.
    CHECK(std::chrono::steady_clock::now() - begun >= 450ms);
}

TEST_CASE("a token is asked for with a signed assertion and kept", "[integration][fhir_transport]") {
    if (!medplum_is_there()) SKIP("npm ci in tests/peers was not run");
    const bool elliptic = GENERATE(true, false);
    const Smart smart(
        elliptic ? std::vector<std::string>{"-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"}
                 : std::vector<std::string>{"-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:3072"});
    Server server("medplum", smart.options);
    Client client(with_smart(server));
    REQUIRE(client.send(message(1)));
    REQUIRE(client.send(message(2)));
    std::size_t tokens = 0;
    for (const auto& request : server.requests())
        tokens += request["url"] == "/token" ? 1 : 0;
    CHECK(tokens == 1);
    CHECK(count_of(server.stored(), "Observation") == 2);
}

TEST_CASE("a refused token is replaced once", "[integration][fhir_transport]") {
    if (!medplum_is_there()) SKIP("npm ci in tests/peers was not run");
    const Smart smart({"-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"});
    auto options = smart.options;
    options.insert(options.end(), {"--script", "401,ok,401,401"});
    Server server("medplum", options);
    Client client(with_smart(server));
    CHECK(client.send(message(1)));
    const auto refused = client.send(message(2));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().error.kind == ErrorKind::misconfigured);
    CHECK(client.send(message(2)));
}

TEST_CASE("several messages share one token", "[integration][fhir_transport]") {
    if (!medplum_is_there()) SKIP("npm ci in tests/peers was not run");
    const Smart smart({"-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"});
    Server server("medplum", smart.options);
    auto settings = with_smart(server);
    settings.connections = 4;
    Client client(settings);
    std::vector<std::optional<Outcome>> outcomes(4);
    for (unsigned index = 0; index < outcomes.size(); ++index)
        client.start(message(index + 1), outcomes[index]);
    client.run();
    for (const auto& outcome : outcomes)
        CHECK((outcome && *outcome));
    std::size_t tokens = 0;
    for (const auto& request : server.requests())
        tokens += request["url"] == "/token" ? 1 : 0;
    CHECK(tokens == 1);
}

TEST_CASE("a token endpoint that does not know us stops the destination", "[integration][fhir_transport]") {
    if (!medplum_is_there()) SKIP("npm ci in tests/peers was not run");
    const Smart smart({"-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"});
    Server server("medplum", smart.options);
    auto settings = with_smart(server);
    settings.smart->client_id = "somebody-else";
    Client client(settings);
    const auto outcome = client.send(message(1));
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().error.kind == ErrorKind::misconfigured);
    CHECK(outcome.error().error.message == "fetch a token: the token endpoint answered 400");
}

TEST_CASE("what cannot work is found out when opened", "[fhir_transport]") {
    boost::asio::io_context io;
    const support::ScratchFolder folder;
    const config::Credentials credentials(folder.path());
    const auto kind_of = [&](const FhirSettings& settings) {
        const auto opened =
            open_fhir_transport(settings, credentials, io.get_executor(), system_clock(), system_random());
        REQUIRE_FALSE(opened);
        return opened.error().kind;
    };
    FhirSettings settings;
    settings.url = "https://kis.example/fhir";
    CHECK(kind_of(settings) == ErrorKind::misconfigured);  // no credentials there
    settings.url = "ftp://kis.example";
    CHECK(kind_of(settings) == ErrorKind::misconfigured);
    settings.url = "http://127.0.0.1/fhir";
    CHECK(kind_of(settings) == ErrorKind::misconfigured);  // plaintext was not allowed
    settings.url = "http://kis.example/fhir";
    settings.plaintext_loopback = true;
    CHECK(kind_of(settings) == ErrorKind::misconfigured);
}

TEST_CASE("plaintext reaches this machine when allowed", "[integration][fhir_transport]") {
    Server server("python", {"--plain"});
    auto settings = settings_for(server.url("http"));
    settings.plaintext_loopback = true;
    Client client(settings);
    CHECK(client.send(message(1)));
}

TEST_CASE("what a round trip costs", "[.measure]") {
    Server server("python", {});
    Client client(settings_for(server.url()));
    for (const unsigned observations : {1U, 50U, 200U}) {
        static_cast<void>(client.send(message(1, observations)));
        const auto begun = std::chrono::steady_clock::now();
        const auto cpu = std::clock();
        constexpr int rounds = 300;
        for (int round = 0; round < rounds; ++round)
            REQUIRE(client.send(message(1, observations)));
        const double used = 1e6 * static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC / rounds;
        const auto wall =
            std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begun).count();
        std::printf("%u observations: %.1f us CPU, %.1f us each round trip\n", observations, used,
                    wall / rounds);
    }
}

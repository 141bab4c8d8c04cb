#include "fhir_server.hpp"

#include <thread>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch_test_macros.hpp>

#include "delivery/ward.hpp"
#include "support/certificates.hpp"

namespace edgeward::app {
namespace {

// The server on loopback, and curl as its client.
class Bench {
public:
    explicit Bench(bool enabled = true) {
        ward_.measure("a", "61");
        delivery::FhirServerSettings settings;
        settings.enabled = enabled;
        settings.port = 0;
        settings.base = "https://localhost/fhir";
        settings.tls.ca = "ca.pem";
        settings.tls.certificate = "console.pem";
        settings.tls.key = "console.key";
        settings.resources.profiles = fhir::ProfileSet::isik;
        settings.resources.device_system = "urn:test:device";
        settings.resources.authorities["KIS"] = {"urn:test:patient", "MR"};
        settings.clients = {{delivery::kis("kis-reader"), {"kis.example"}}};
        server_ = std::make_unique<FhirServer>(
            settings, support::shipped_policy(),
            FhirServer::Parts{*ward_.store.reader, *ward_.store.writer, *ward_.vault, ward_.pseudonymizer,
                              ward_.technical_key, credentials_, ward_.metrics,
                              [] { return device::DeviceRegistry({delivery::Ward::device()}); },
                              [] { return std::string("Europe/Berlin"); }});
        thread_ = std::thread([this] { io_.run(); });
        REQUIRE(server_->start(io_.get_executor()));
    }
    ~Bench() {
        server_->stop();
        work_.reset();
        thread_.join();
    }
    Bench(const Bench&) = delete;
    Bench& operator=(const Bench&) = delete;

    // Status and body for the client of this certificate.
    std::string curl(const std::string& path, const std::string& who = "kis.example") {
        std::vector<std::string> words{
            "curl",
            "-s",
            "-w",
            "\n%{http_code}",
            "--cacert",
            (certificates_.path() / "ca.pem").string(),
            "https://localhost:" + std::to_string(server_->port()) + "/fhir/" + path};
        if (!who.empty())
            words.insert(words.end(), {"--cert", (certificates_.path() / (who + ".pem")).string(), "--key",
                                       (certificates_.path() / (who + ".key")).string()});
        support::Program program(std::move(words), ward_.folder / "curl");
        program.wait();
        return program.output();
    }
    [[nodiscard]] FhirServer& server() { return *server_; }
    std::size_t records(audit::Action action) {
        std::size_t count = 0;
        REQUIRE(ward_.store.reader->export_audit(
            1, 1000,
            [&](const audit::Record& record) {
                count += record.event.action == action ? record.event.count : 0;
            },
            [](std::string_view) {}));
        return count;
    }

private:
    delivery::Ward ward_;
    support::Certificates certificates_{{"console"}, {"kis.example", "somebody.example"}};
    config::Credentials credentials_{certificates_.path()};
    boost::asio::io_context io_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{io_.get_executor()};
    std::unique_ptr<FhirServer> server_;
    std::thread thread_;
};

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("curl fetches observations by mutual TLS", "[integration][fhir_server]") {
    Bench bench;
    const auto found =
        bench.curl("Observation?patient.identifier=urn:test:patient%7Ca&date=ge2025&date=lt2026");
    CHECK(contains(found, "\n200"));
    CHECK(contains(found, "\"value\":61,"));
    CHECK(contains(bench.curl("metadata"), "CapabilityStatement"));
    CHECK(contains(bench.curl("Observation"), "\n400"));
    CHECK(contains(bench.curl("nothing"), "OperationOutcome"));
    CHECK(contains(bench.curl("Observation%00"), "OperationOutcome"));
}

TEST_CASE("nobody comes in without a certificate and strangers are recorded", "[integration][fhir_server]") {
    Bench bench;
    CHECK(contains(bench.curl("metadata", ""), "\n000"));
    CHECK(contains(bench.curl("metadata", "somebody.example"), "\n403"));
    CHECK(contains(bench.curl("metadata", "somebody.example"), "\n403"));
    CHECK(bench.records(audit::Action::query_refused) == 1);  // the second one later, as a sum
    bench.server().stop();
    CHECK(bench.records(audit::Action::query_refused) == 2);
}

TEST_CASE("new policies decide from the reload on", "[integration][fhir_server]") {
    Bench bench;
    const std::string search = "Observation?patient.identifier=urn:test:patient%7Ca";
    CHECK(contains(bench.curl(search), "\"total\":1"));
    bench.server().reload(policy::Decider());  // without a policy: denies everything
    CHECK(contains(bench.curl(search), "\"total\":0"));
    CHECK(bench.records(audit::Action::query_refused) == 1);
}

TEST_CASE("the server is not there unless it is enabled", "[fhir_server]") {
    Bench bench(false);
    CHECK(bench.server().port() == 0);
}

}  // namespace edgeward::app

// EST over HTTPS, with curl and openssl as the device.
#include "est_routes.hpp"

#include <thread>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <edgeward/admin/admin_server.hpp>

#include "enrolment/bench.hpp"
#include "support/certificates.hpp"

namespace edgeward::app {
namespace {

using enrolment::Bench;

class Door {
public:
    explicit Door(Bench& bench) : bench_(bench) {
        admin::AdminSettings settings;
        settings.port = 0;
        settings.socket.clear();
        settings.any_client_certificate = true;
        settings.tls.certificate = "console.pem";
        settings.tls.key = "console.key";
        auto started = admin::start_admin_server(settings, config::Credentials(certificates_.path()),
                                                 io_.get_executor(), est_routes(bench.service()));
        REQUIRE(started);
        server_ = *std::move(started);
        thread_ = std::thread([this] { io_.run(); });
    }
    ~Door() {
        server_->stop();
        io_.stop();
        thread_.join();
    }
    Door(const Door&) = delete;
    Door& operator=(const Door&) = delete;

    // Head and body of the answer to a device with these words for curl.
    std::string curl(const std::string& path, std::vector<std::string> words) {
        words.insert(words.begin(),
                     {"curl", "-s", "-i", "--cacert", (certificates_.path() / "ca.pem").string(),
                      "https://localhost:" + std::to_string(server_->port()) + "/.well-known/est/" + path});
        support::Program program(std::move(words), bench_.folder / "curl");
        program.wait();
        return program.output();
    }
    std::string post(const std::string& path, const std::string& body, std::vector<std::string> words = {}) {
        bench_.devices.put("body", body);
        words.insert(words.end(), {"--data-binary", "@" + bench_.devices.file("body"), "-H",
                                   "Content-Type: application/pkcs10"});
        return curl(path, std::move(words));
    }
    // The certificate in an answer, as openssl reads it.
    std::string certificate_in(const std::string& answer) {
        bench_.devices.put("answer", answer.substr(answer.find("\r\n\r\n") + 4));
        bench_.devices.must(
            {"base64", "-d", "-in", bench_.devices.file("answer"), "-out", bench_.devices.file("p7")});
        bench_.devices.must({"pkcs7", "-inform", "DER", "-in", bench_.devices.file("p7"), "-print_certs",
                             "-out", bench_.devices.file("certs")});
        const auto text = bench_.devices.text("certs");
        return text.substr(text.find("-----BEGIN"));
    }

private:
    Bench& bench_;
    support::Certificates certificates_{{"console"}};
    boost::asio::io_context io_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{io_.get_executor()};
    std::unique_ptr<admin::AdminServer> server_;
    std::thread thread_;
};

}  // namespace

TEST_CASE("a device enrols and renews with curl and openssl alone", "[integration][est_routes]") {
    Bench bench;
    Door door(bench);
    const auto anchors = door.curl("cacerts", {});
    CHECK(anchors.find("200 OK") != std::string::npos);
    CHECK(anchors.find("Content-Type: application/pkcs7-mime; smime-type=certs-only\r\n") !=
          std::string::npos);
    CHECK(door.certificate_in(anchors).find(bench.authority) != std::string::npos);

    const auto made = bench.service().make_token({"pump-7", "pump"}, std::chrono::hours(1), "user:1000");
    const auto enrolled =
        door.post("simpleenroll", bench.asks("a", "pump-7"), {"-u", "pump-7:" + made->token});
    REQUIRE(enrolled.find("200 OK") != std::string::npos);
    const auto certificate = door.certificate_in(enrolled);
    CHECK(bench.broker_takes(certificate));

    bench.devices.put("current.pem", certificate);
    const auto renewed =
        door.post("simplereenroll", bench.asks("b", "pump-7"),
                  {"--cert", bench.devices.file("current.pem"), "--key", bench.devices.file("a.key")});
    REQUIRE(renewed.find("200 OK") != std::string::npos);
    CHECK(door.certificate_in(renewed) != certificate);
    // Months later: TLS lets an expired certificate in here, and it renews itself.
    bench.clock.pass(bench.settings.lifetime + std::chrono::hours(24 * 100));
    const auto late =
        door.post("simplereenroll", bench.asks("c", "pump-7"),
                  {"--cert", bench.devices.file("current.pem"), "--key", bench.devices.file("a.key")});
    CHECK(late.find("200 OK") != std::string::npos);
}

TEST_CASE("who shows no right waits or is refused", "[integration][est_routes]") {
    Bench bench;
    Door door(bench);
    const auto waits = door.post("simpleenroll", bench.asks("a", "pump-7"));
    CHECK(waits.find("202 Accepted") != std::string::npos);
    CHECK(waits.find("Retry-After: 60\r\n") != std::string::npos);
    const auto wrong = door.post("simpleenroll", bench.asks("b", "pump-8"), {"-u", "x:wrong"});
    CHECK(wrong.find("401 Unauthorized") != std::string::npos);
    CHECK(wrong.find("WWW-Authenticate: Basic realm=\"edgeward\"\r\n") != std::string::npos);
    CHECK(door.post("simplereenroll", bench.asks("c", "pump-8")).find("403 Forbidden") != std::string::npos);
    CHECK(door.post("simpleenroll", "no request").find("400 Bad Request") != std::string::npos);
    CHECK(door.curl("simpleenroll", {"--data-binary", "x", "-H", "Content-Type: text/plain"}).find("415 ") !=
          std::string::npos);
    CHECK(door.curl("simpleenroll", {}).find("405 ") != std::string::npos);
    CHECK(door.curl("fullcmc", {}).find("404 ") != std::string::npos);
}

}  // namespace edgeward::app

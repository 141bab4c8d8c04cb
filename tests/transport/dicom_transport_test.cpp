#include <edgeward/transport/dicom_transport.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_future.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "committing_provider.hpp"
#include "dicom/part10.hpp"
#include "support/certificates.hpp"

using namespace edgeward;
using namespace edgeward::transport;

namespace {

namespace asio = boost::asio;

const std::filesystem::path& certificates() {
    static const support::Certificates made({"broker", "gateway", "stranger"});
    return made.path();
}

std::uint16_t free_port() {
    asio::io_context io;
    return asio::ip::tcp::acceptor(io, {asio::ip::address_v4::loopback(), 0}).local_endpoint().port();
}

bool listens(std::uint16_t port) {
    asio::io_context io;
    asio::ip::tcp::socket socket(io);
    boost::system::error_code error;
    socket.connect({asio::ip::address_v4::loopback(), port}, error);
    return !error;
}

// storescp of DCMTK, with further options.
struct Provider {
    explicit Provider(std::vector<std::string> options = {}) : port(free_port()) {
        const auto& made = certificates();
        std::vector<std::string> command{"storescp",
                                         "+tls",
                                         (made / "broker.key").string(),
                                         (made / "broker.pem").string(),
                                         "+cf",
                                         (made / "ca.pem").string(),
                                         "-od",
                                         (folder / "stored").string()};
        std::filesystem::create_directory(folder / "stored");
        command.insert(command.end(), options.begin(), options.end());
        command.push_back(std::to_string(port));
        program = std::make_unique<support::Program>(command, folder / "out");
        REQUIRE(support::eventually([this] { return listens(port); }));
    }
    [[nodiscard]] std::size_t objects() const {
        return static_cast<std::size_t>(
            std::distance(std::filesystem::directory_iterator(folder / "stored"), {}));
    }
    support::ScratchFolder folder;
    std::uint16_t port;
    std::unique_ptr<support::Program> program;
};

DicomSettings settings_for(std::uint16_t port) {
    DicomSettings settings;
    settings.host = "localhost";
    settings.port = port;
    settings.called_ae_title = "STORESCP";
    settings.tls = {"ca.pem", "gateway.pem", "gateway.key", {}, {}};
    return settings;
}

struct Gateway {
    explicit Gateway(const DicomSettings& settings)
        : transport(*open_dicom_transport(settings, config::Credentials(certificates()), io.get_executor())) {
    }
    Outcome send(const std::string& name) {
        OutboundMessage message;
        message.objects.push_back(std::make_shared<dicom::Object>(dicom::read_object(name)));
        auto outcome = asio::co_spawn(io, transport->send(std::move(message)), asio::use_future);
        io.restart();
        io.run();
        return outcome.get();
    }
    asio::io_context io;
    std::unique_ptr<Transport> transport;
};

}  // namespace

TEST_CASE("objects reach another program over one association or several", "[integration][dicom_transport]") {
    const Provider provider;
    Gateway gateway(settings_for(provider.port));
    CHECK(gateway.send("CT_small.dcm"));
    CHECK(gateway.send("CT_small.dcm"));
    CHECK(gateway.send("MR_small.dcm"));
    CHECK(provider.objects() == 2);
}

TEST_CASE("an uncompressed object goes in the syntax that the provider takes",
          "[integration][dicom_transport]") {
    const Provider provider({"+xi"});  // implicit little endian alone
    CHECK(Gateway(settings_for(provider.port)).send("CT_small.dcm"));
    CHECK(provider.objects() == 1);
}

TEST_CASE("a provider that refuses the association or is away is told apart",
          "[integration][dicom_transport]") {
    {
        const Provider provider({"--refuse"});
        const auto outcome = Gateway(settings_for(provider.port)).send("CT_small.dcm");
        REQUIRE_FALSE(outcome);
        CHECK(outcome.error().error.kind == ErrorKind::misconfigured);
    }
    const auto away = Gateway(settings_for(free_port())).send("CT_small.dcm");
    REQUIRE_FALSE(away);
    CHECK(away.error().error.kind == ErrorKind::unavailable);
}

TEST_CASE("a provider that breaks off leaves it open what became of the object",
          "[integration][dicom_transport]") {
    const Provider provider({"--abort-after"});
    const auto outcome = Gateway(settings_for(provider.port)).send("CT_small.dcm");
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().error.kind == ErrorKind::ambiguous);
}

TEST_CASE("without its credentials no DICOM transport is opened", "[dicom_transport]") {
    asio::io_context io;
    auto settings = settings_for(1);
    settings.tls.ca = "missing";
    const auto opened =
        open_dicom_transport(settings, config::Credentials(certificates()), io.get_executor());
    REQUIRE_FALSE(opened);
    CHECK(opened.error().kind == ErrorKind::misconfigured);
}

TEST_CASE("a provider that knows nothing of commitment holds its destination back",
          "[integration][dicom_transport]") {
    const Provider provider;  // DCMTK's storescp
    auto settings = settings_for(provider.port);
    settings.commitment = true;
    const auto outcome = Gateway(settings).send("CT_small.dcm");
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().error.kind == ErrorKind::misconfigured);
    CHECK(provider.objects() == 1);
}

// PS3.4 section J.3.3.
TEST_CASE("a report on the association that asked counts before and after the answer", "[dicom_transport]") {
    const bool early = GENERATE(false, true);
    CommittingProvider provider(
        config::Credentials(certificates()),
        [](const dicom::CommitmentRequest& request) {
            return dicom::CommitmentReport{request.transaction, request.objects, {}};
        },
        early);
    auto settings = settings_for(provider.port());
    settings.commitment = true;
    CHECK(Gateway(settings).send("CT_small.dcm"));
    CHECK(provider.asked() == 1);
    CHECK(support::eventually([&] { return provider.heard() == 0x0000; }));
}

TEST_CASE("what a provider does not keep or says nothing of is not delivered", "[dicom_transport]") {
    const bool silent = GENERATE(false, true);
    CommittingProvider provider(
        config::Credentials(certificates()),
        [silent](const dicom::CommitmentRequest& request) {
            // Of a transaction that nobody asked about, it is silence for who did.
            const std::string transaction = silent ? "1.2.3" : request.transaction;
            return dicom::CommitmentReport{transaction, {}, {{request.objects.at(0), 0x0213}}};
        },
        false);
    auto settings = settings_for(provider.port());
    settings.commitment = true;
    settings.commitment_patience = std::chrono::milliseconds(300);
    const auto outcome = Gateway(settings).send("CT_small.dcm");
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().error.kind == (silent ? ErrorKind::ambiguous : ErrorKind::unavailable));
    CHECK(outcome.error().message_only != silent);
    CHECK(provider.asked() == (silent ? 3 : 1));
    CHECK(support::eventually([&] { return provider.heard() == (silent ? 0x0115 : 0x0000); }));
}

#include "patient_administration.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <catch2/catch_test_macros.hpp>

#include <edgeward/hl7/ack.hpp>
#include <edgeward/hl7/mllp_frame.hpp>

#include "desk.hpp"

namespace edgeward::app {
namespace {

Configuration configuration_of(bool enabled) {
    Configuration made;
    made.adt.enabled = enabled;
    made.adt.plain = true;
    made.adt.port = 0;
    made.adt.senders = {{"kis", {}}};
    made.adt_senders = {{"kis", "KIS", {}, "UTC"}};
    made.authorities = {{"KIS", "1.2.3", {}, {}}};
    return made;
}

hl7::Acknowledgement ask(std::uint16_t port, const std::string& message) {
    namespace asio = boost::asio;
    asio::io_context io;
    asio::ip::tcp::socket socket(io);
    socket.connect({asio::ip::make_address("127.0.0.1"), port});
    asio::write(socket, asio::buffer(*hl7::frame_message(message)));
    std::string read;
    const auto size = asio::read_until(socket, asio::dynamic_buffer(read), "\x1C\r");
    return hl7::parse_acknowledgement(read.substr(1, size - 3)).value();
}

struct Administered : Desk {
    explicit Administered(bool enabled = true)
        : administration(configuration_of(enabled),
                         {*vault, changes, pipeline, *store.reader, *store.writer, metrics, system_clock(),
                          quarantine_key, [] {}, [](const auto&) {}, [](const auto&) {}}) {
        auto fixed = Desk::catalogue("flat");
        auto device = Desk::devices("flat").front();
        device.location = {"ICU", "1", "2"};
        device.at_bed = true;
        fixed.devices = device::DeviceRegistry({device});
        pipeline.replace(std::move(fixed));
        REQUIRE(administration.start(config::Credentials("/nonexistent")));
    }
    ~Administered() { administration.stop(); }
    PatientAdministration administration;
};

const std::string admission =
    "MSH|^~\\&|ORBIS|KH|EDGEWARD|KH|20261123190000||ADT^A01|77|P|2.5\rEVN||20261123190000||||20261123184000\r"
    "PID|1||4711^^^KIS&1.2.3&ISO\rPV1|1|I|ICU^1^2\r";

}  // namespace

TEST_CASE("an admission gives a held measurement its person", "[patient_administration]") {
    Administered gateway;
    gateway.take_in(R"({"t":"2026-11-23T18:48:00Z","hr":62})");
    CHECK(gateway.store.reader->inbound_book()->quarantined == 1);
    const auto answer = ask(gateway.administration.port(), admission);
    CHECK(answer.code == hl7::AcknowledgementCode::application_accept);
    CHECK(answer.control_id == "77");
    CHECK(support::eventually([&] { return gateway.store.reader->inbound_book()->stored == 1; }));
    const auto changed = gateway.records(audit::Action::association_changed);
    REQUIRE(changed.size() == 1);
    CHECK(changed.front().actor == "sender:kis");
    CHECK(changed.front().object == "A01 kis");
    CHECK(changed.front().subject == gateway.vault->subject_of({"4711", "KIS", "PI"}).value().pseudonym);
}

TEST_CASE("nobody listens unless it is asked for", "[patient_administration]") {
    Administered gateway(false);
    CHECK(gateway.administration.port() == 0);
    gateway.administration.reload();
}

}  // namespace edgeward::app

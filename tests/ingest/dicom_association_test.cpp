#include "dicom_association.hpp"

#include <future>

#include <boost/asio/read.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/write.hpp>
#include <catch2/catch_test_macros.hpp>

#include "dicom_scene.hpp"

using namespace edgeward;
using namespace edgeward::ingest;
using namespace edgeward::ingest::dicom_scene;

namespace {

namespace asio = boost::asio;

// Takes everything and says so.
class Swallowed final : public IncomingObject {
public:
    explicit Swallowed(std::string& into) : into_(into) {}
    void add(ByteView octets) override { into_.append(text_of(octets)); }
    void finish(std::function<void(std::uint16_t)> reply) override { reply(0x0000); }

private:
    std::string& into_;
};

// A sender of octets that no program would send.
class RawSender {
public:
    explicit RawSender(std::uint16_t port)
        : context_(asio::ssl::context::tls_client), stream_(io_, context_) {
        const auto& made = certificates();
        SSL_use_certificate_chain_file(stream_.native_handle(), (made / "ct-1.pem").c_str());
        SSL_use_PrivateKey_file(stream_.native_handle(), (made / "ct-1.key").c_str(), SSL_FILETYPE_PEM);
        stream_.next_layer().connect({asio::ip::make_address("127.0.0.1"), port});
        stream_.handshake(asio::ssl::stream_base::client);
    }
    void send(const Bytes& octets) { asio::write(stream_, asio::buffer(octets)); }
    // The type of the next PDU; 0: the connection is closed.
    int next() {
        std::array<std::uint8_t, 6> head{};
        boost::system::error_code error;
        asio::read(stream_, asio::buffer(head), error);
        if (error) return 0;
        body_.resize(big_endian(ByteView(head).last(4)));
        asio::read(stream_, asio::buffer(body_), error);
        return head[0];
    }
    // Of the PDU that came last.
    [[nodiscard]] const Bytes& body() const { return body_; }

private:
    Bytes body_;
    asio::io_context io_;
    asio::ssl::context context_;
    asio::ssl::stream<asio::ip::tcp::socket> stream_;
};

struct Scene {
    Scene() {
        auto started = start_dicom_listener(
            settings(), config::Credentials(certificates()), metrics,
            [this](const ObjectHead&) { return std::make_unique<Swallowed>(swallowed); },
            [this](dicom::CommitmentReport report) {
                reported.set_value(std::move(report));
                return std::uint16_t{0x0000};
            });
        REQUIRE(started);
        listener = *std::move(started);
    }
    std::string swallowed;
    std::promise<dicom::CommitmentReport> reported;
    metrics::Registry metrics;
    std::unique_ptr<SenderPort> listener;
};

Bytes request() {
    return dicom::write_associate_request(
        {"EDGEWARD", "CT1", {{1, "1.2.840.10008.5.1.4.1.1.2", {"1.2.840.10008.1.2.1"}}}, 16384});
}

Bytes data_pdu(const dicom::Fragment& fragment) {
    Bytes pdu;
    dicom::append_fragment(pdu, fragment);
    return pdu;
}

dicom::Command store_command(std::string sop_class = "1.2.840.10008.5.1.4.1.1.2") {
    dicom::Command command;
    command.field = 0x0001;
    command.message_id = 1;
    command.sop_class = std::move(sop_class);
    command.sop_instance = "1.2.3";
    command.has_data_set = true;
    return command;
}

}  // namespace

TEST_CASE("an object comes in pieces and is answered once", "[dicom_association]") {
    Scene scene;
    RawSender sender(scene.listener->port());
    sender.send(request());
    REQUIRE(sender.next() == 2);
    const Bytes set = dicom::encode_command(store_command());
    sender.send(data_pdu({1, true, false, ByteView(set).first(10)}));
    sender.send(data_pdu({1, true, true, ByteView(set).subspan(10)}));
    sender.send(data_pdu({1, false, false, bytes_of("one ")}));
    sender.send(data_pdu({1, false, true, bytes_of("two")}));
    CHECK(sender.next() == 4);
    CHECK(scene.swallowed == "one two");
    sender.send(dicom::write_release_request());
    CHECK(sender.next() == 6);
    CHECK(sender.next() == 0);
}

// PS3.4 section J.3.3: the provider opens an association of its own.
TEST_CASE("a report of storage commitment is handed on and answered", "[dicom_association]") {
    Scene scene;
    RawSender sender(scene.listener->port());
    const std::string commitment(dicom::commitment_class);
    dicom::AssociateRequest associate{"EDGEWARD", "CT1", {{1, commitment, {"1.2.840.10008.1.2"}}}, 16384};
    associate.roles = {{commitment, false, true}};
    sender.send(dicom::write_associate_request(associate));
    REQUIRE(sender.next() == 2);
    dicom::Command event;
    event.field = 0x0100;
    event.message_id = 9;
    event.sop_class = commitment;
    event.sop_instance = dicom::commitment_instance;
    event.has_data_set = true;
    event.type = dicom::all_committed;
    const Bytes data_set =
        dicom::encode_commitment_report({"2.25.7", {{"1.2.3", "1.2.4"}}, {}}, "1.2.840.10008.1.2");
    sender.send(data_pdu({1, true, true, dicom::encode_command(event)}));
    sender.send(data_pdu({1, false, false, ByteView(data_set).first(20)}));
    sender.send(data_pdu({1, false, true, ByteView(data_set).subspan(20)}));
    REQUIRE(sender.next() == 4);
    const auto fragments = dicom::read_fragments(sender.body());
    REQUIRE(fragments);
    const auto answer = dicom::decode_command(fragments->at(0).data);
    REQUIRE(answer);
    CHECK(answer->is(dicom::CommandField::event_report_response));
    CHECK(answer->message_id == 9);
    CHECK(answer->status == 0x0000);
    CHECK(scene.reported.get_future().get().transaction == "2.25.7");
    // An object has no place on such an association.
    sender.send(data_pdu({1, true, true, dicom::encode_command(store_command(commitment))}));
    CHECK(sender.next() == 7);
}

TEST_CASE("what breaks the protocol is aborted", "[dicom_association]") {
    Scene scene;
    const Bytes set = dicom::encode_command(store_command());
    const std::vector<Bytes> broken{
        request(),                                     // a second request
        data_pdu({1, false, true, bytes_of("data")}),  // without a command
        data_pdu({3, true, true, set}),                // a context that was not agreed on
        data_pdu({1, true, true, bytes_of("nonsense")}),
        Bytes{4, 0, 0xFF, 0xFF, 0xFF, 0xFF},  // longer than anything
    };
    for (const auto& octets : broken) {
        RawSender sender(scene.listener->port());
        sender.send(request());
        REQUIRE(sender.next() == 2);
        sender.send(octets);
        const int type = sender.next();
        CHECK((type == 7 || type == 0));
        CHECK(sender.next() == 0);
    }
    CHECK(scene.swallowed.empty());
}

TEST_CASE("an object of another class than was agreed on is refused", "[dicom_association]") {
    Scene scene;
    RawSender sender(scene.listener->port());
    sender.send(request());
    REQUIRE(sender.next() == 2);
    const Bytes set = dicom::encode_command(store_command("1.2.840.10008.5.1.4.1.1.4"));
    sender.send(data_pdu({1, true, true, set}));
    sender.send(data_pdu({1, false, true, bytes_of("data")}));
    CHECK(sender.next() == 4);
}

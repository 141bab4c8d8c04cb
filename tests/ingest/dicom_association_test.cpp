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
    explicit Scene(bool may_ask = false) {
        auto here = settings();
        here.senders.front().may_ask_for_commitment = may_ask;
        auto started =
            start_dicom_listener(here, config::Credentials(certificates()), metrics,
                                 [this](const ObjectHead&) { return std::make_unique<Swallowed>(swallowed); },
                                 {[this](dicom::CommitmentReport report) {
                                      reported.set_value(std::move(report));
                                      return std::uint16_t{0x0000};
                                  },
                                  [this](const std::string& sender, dicom::CommitmentRequest request,
                                         std::function<void(std::uint16_t)> reply) {
                                      asking = sender;
                                      asked.push_back(std::move(request));
                                      reply(0x0131);
                                  }});
        REQUIRE(started);
        listener = *std::move(started);
    }
    std::string swallowed;
    std::promise<dicom::CommitmentReport> reported;
    std::string asking;
    std::vector<dicom::CommitmentRequest> asked;
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

namespace {

const std::string commitment_uid(dicom::commitment_class);

// An association of a sender for storage commitment.
struct AskingSender : RawSender {
    explicit AskingSender(std::uint16_t port, std::vector<dicom::RoleSelection> roles = {})
        : RawSender(port) {
        dicom::AssociateRequest associate{
            "EDGEWARD", "CT1", {{1, commitment_uid, {"1.2.840.10008.1.2"}}}, 16384};
        associate.roles = std::move(roles);
        send(dicom::write_associate_request(associate));
        REQUIRE(next() == 2);
    }
    // The status of the answer; -1: none.
    int ask(const Bytes& data_set, std::uint16_t type = 1,
            const std::string& sop_instance = std::string(dicom::commitment_instance)) {
        dicom::Command action;
        action.field = 0x0130;
        action.message_id = 5;
        action.sop_class = commitment_uid;
        action.sop_instance = sop_instance;
        action.has_data_set = true;
        action.type = type;
        send(data_pdu({1, true, true, dicom::encode_command(action)}));
        constexpr std::size_t piece = 100'000;
        for (ByteView rest = data_set; !rest.empty();) {
            const ByteView now = rest.first(std::min(piece, rest.size()));
            rest = rest.subspan(now.size());
            send(data_pdu({1, false, rest.empty(), now}));
        }
        if (next() != 4) return -1;
        const auto fragments = dicom::read_fragments(body());
        const auto answer = dicom::decode_command(fragments.value().at(0).data);
        CHECK(answer->is(dicom::CommandField::action_response));
        CHECK(answer->message_id == 5);
        return answer->status;
    }
};

Bytes request_of(std::size_t objects) {
    dicom::CommitmentRequest request{"2.25.7", {}};
    for (std::size_t i = 0; i < objects; ++i)
        request.objects.push_back({"1.2.840.10008.5.1.4.1.1.2", "1.2.3." + std::to_string(i)});
    return dicom::encode_commitment_request(request, "1.2.840.10008.1.2");
}

}  // namespace

// PS3.4 section J.3.2.
TEST_CASE("a request for storage commitment is handed on and answered when that is done",
          "[dicom_association]") {
    Scene scene(true);
    AskingSender sender(scene.listener->port());
    CHECK(sender.ask(request_of(2)) == 0x0131);
    CHECK(scene.asking == "ct");
    REQUIRE(scene.asked.size() == 1);
    CHECK(scene.asked[0].transaction == "2.25.7");
    CHECK(scene.asked[0].objects.at(1).sop_instance == "1.2.3.1");
}

TEST_CASE("a request that is none of storage commitment is refused as PS3.7 says", "[dicom_association]") {
    Scene scene(true);
    AskingSender sender(scene.listener->port());
    CHECK(sender.ask(request_of(2), 2) == 0x0123);
    CHECK(sender.ask(request_of(2), 1, "1.2.3") == 0x0112);
    CHECK(sender.ask(Bytes(20, 0x41)) == 0x0115);
    CHECK(sender.ask(request_of(10'001)) == 0x0213);
    CHECK(sender.ask(Bytes((std::size_t{4} << 20U) + 1)) == 0x0213);
    CHECK(scene.asked.empty());
    CHECK(sender.ask(request_of(1)) == 0x0131);  // the association has not suffered
}

TEST_CASE("who may not ask for storage commitment is not heard", "[dicom_association]") {
    Scene scene;
    // Of the provider's side alone: it reports, and does not ask.
    AskingSender sender(scene.listener->port(), {{commitment_uid, true, true}});
    CHECK(sender.ask(request_of(1)) == -1);
    CHECK(scene.asked.empty());
}

TEST_CASE("who may ask does not report", "[dicom_association]") {
    Scene scene(true);
    AskingSender sender(scene.listener->port());
    dicom::Command event;
    event.field = 0x0100;
    event.message_id = 9;
    event.sop_class = commitment_uid;
    event.has_data_set = true;
    event.type = dicom::all_committed;
    sender.send(data_pdu({1, true, true, dicom::encode_command(event)}));
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

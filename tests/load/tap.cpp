// Between the gateway and the broker: passes everything through and notes when the gateway acknowledges what.
//
//   load_tap --broker-port P --ca FILE --server-cert FILE --server-key FILE --client-cert FILE --client-key
//   FILE
//            --base MS --count N --out FILE
//
// The gateway's PUBACK is its word that a message is on disk; the time of it, taken outside the gateway, is
// the commit as anybody else can see it. Prints "port N"; writes --out and ends on SIGTERM.

#include <poll.h>

#include <array>
#include <csignal>
#include <iostream>
#include <mutex>
#include <thread>
#include <vector>

#include "message_times.hpp"
#include "mqtt.hpp"
#include "options.hpp"
#include "tls_peer.hpp"

namespace edgeward::load {
namespace {

volatile std::sig_atomic_t ending = 0;
std::mutex noting;  // connections of the gateway beside the one that brings messages

constexpr std::string_view time_member = R"("ts":")";
constexpr std::size_t longest_time = 29;

class Tap {
public:
    Tap(TlsPeer gateway, TlsPeer broker, MessageTimes& acknowledged)
        : gateway_(std::move(gateway)), broker_(std::move(broker)), acknowledged_(acknowledged) {}

    // Until one of both closes.
    void run();

private:
    bool pass(TlsPeer& from, TlsPeer& to, std::string& packets, bool from_broker);
    void look_at(const Packet& packet, bool from_broker);

    TlsPeer gateway_, broker_;
    MessageTimes& acknowledged_;
    std::string from_gateway_, from_broker_;
    std::array<std::int64_t, 65536> measured_{};  // by packet identifier
};

void Tap::look_at(const Packet& packet, bool from_broker) {
    if (from_broker && packet.type == PacketType::publish) {
        const auto at = packet.body.find(time_member);
        if (at == std::string_view::npos) return;
        measured_[publish_id(packet)] =
            milliseconds_of_text(packet.body.substr(at + time_member.size(), longest_time));
    } else if (!from_broker && packet.type == PacketType::puback) {
        const std::lock_guard lock(noting);
        acknowledged_.note(measured_[number_at(packet.body, 0)], monotonic_ns());
    }
}

bool Tap::pass(TlsPeer& from, TlsPeer& to, std::string& packets, bool from_broker) {
    const std::size_t before = packets.size();
    const bool open = from.read(packets);
    to.add(std::string_view(packets).substr(before));
    to.flush();
    std::size_t at = 0;
    for (;;) {
        const Packet packet = first_packet(std::string_view(packets).substr(at));
        if (packet.size == 0) break;
        look_at(packet, from_broker);
        at += packet.size;
    }
    packets.erase(0, at);
    return open;
}

void Tap::run() {
    for (bool open = true; open && ending == 0;) {
        gateway_.flush();
        broker_.flush();
        const auto events = [](const TlsPeer& peer) {
            return static_cast<short>(peer.wants_to_write() ? POLLIN | POLLOUT : POLLIN);
        };
        std::array<pollfd, 2> ready{pollfd{gateway_.descriptor(), events(gateway_), 0},
                                    pollfd{broker_.descriptor(), events(broker_), 0}};
        if (::poll(ready.data(), ready.size(), 1000) < 0) continue;
        open = pass(gateway_, broker_, from_gateway_, false);
        open = pass(broker_, gateway_, from_broker_, true) && open;
    }
}

}  // namespace
}  // namespace edgeward::load

int main(int count, char** words) {
    using namespace edgeward::load;  // NOLINT(google-build-using-namespace)
    const Options options(count, words);
    struct sigaction end {};
    end.sa_handler = [](int) { ending = 1; };
    sigaction(SIGTERM, &end, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    const std::string ca = options.text("ca");
    const auto server = server_context({ca, options.text("server-cert"), options.text("server-key")});
    const auto client = client_context({ca, options.text("client-cert"), options.text("client-key")});
    MessageTimes acknowledged(options.number("base"), static_cast<std::size_t>(options.number("count")));
    std::uint16_t port = 0;
    const int listener = listen_on_loopback(port);
    std::cout << "port " << port << std::endl;
    std::vector<std::thread> connections;
    while (ending == 0) {
        pollfd ready{listener, POLLIN, 0};
        if (::poll(&ready, 1, 1000) <= 0) continue;
        TlsPeer gateway = TlsPeer::accept(server.get(), listener);
        TlsPeer broker =
            TlsPeer::connect(client.get(), static_cast<std::uint16_t>(options.number("broker-port")));
        connections.emplace_back(
            [tap = Tap(std::move(gateway), std::move(broker), acknowledged)]() mutable { tap.run(); });
    }
    for (auto& connection : connections)
        connection.join();
    acknowledged.write(options.text("out"));
    return 0;
}

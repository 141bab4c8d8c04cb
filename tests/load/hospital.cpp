// A hospital system that acknowledges properly and does nothing else.
//
//   load_hospital --kind mllp|fhir --ca FILE --cert FILE --key FILE --base MS --count N --out FILE [--port P]
//
// mllp  answers each HL7 v2 message with a commit accept (MSA-1 CA) for its MSH-10
// fhir  answers each transaction bundle with a transaction-response of as many entries, any other POST with
// 201
//
// Prints "port N", then "arrived N at T" as messages arrive; on SIGTERM writes to --out when the message
// measured at each time first arrived (from OBR-7 or effectiveDateTime), prints one JSON object and ends.

#include <poll.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstring>
#include <iostream>

#include "message_times.hpp"
#include "options.hpp"
#include "tls_peer.hpp"

namespace edgeward::load {
namespace {

volatile std::sig_atomic_t ending = 0;

struct Connection {
    TlsPeer peer;
    std::string received;
    bool open = true;
};

struct Ledger {
    MessageTimes times;
    std::size_t messages = 0;  // HL7 messages, or HTTP requests
    std::size_t said = 0;
    std::uint64_t said_at = 0;
};

// "arrived N at T" ten times a second while something arrives.
void say_progress(Ledger& ledger) {
    const std::uint64_t now = monotonic_ns();
    if (ledger.times.noted() == ledger.said || now - ledger.said_at < 100'000'000) return;
    ledger.said = ledger.times.noted();
    ledger.said_at = now;
    std::cout << "arrived " << ledger.said << " at " << now << std::endl;
}

std::string_view field(std::string_view segment, std::size_t number) {
    for (std::size_t i = 0; i < number; ++i) {
        const auto bar = segment.find('|');
        if (bar == std::string_view::npos) return {};
        segment.remove_prefix(bar + 1);
    }
    return segment.substr(0, segment.find('|'));
}

// HL7 v2.6 chapter 2.9.2: the answer names the message by its MSH-10.
std::string accept(std::string_view message) {
    const std::string_view header = message.substr(0, message.find('\r'));
    const std::string control_id(field(header, 9));
    return "\x0bMSH|^~\\&|KIS||EDGEWARD||20260101000000+0000||ACK^R01^ACK|A" + control_id + "|P|" +
           std::string(field(header, 11)) + "\rMSA|CA|" + control_id + "\r\x1c\r";
}

void serve_mllp(Connection& connection, Ledger& ledger) {
    std::size_t at = 0;
    const std::string_view received = connection.received;
    for (;;) {
        const auto end = received.find("\x1c\r", at);
        if (end == std::string_view::npos) break;
        const std::string_view message = received.substr(at + 1, end - at - 1);
        at = end + 2;
        ++ledger.messages;
        connection.peer.add(accept(message));
        const auto request = message.find("\rOBR|");
        if (request == std::string_view::npos) continue;
        ledger.times.note(milliseconds_of_text(field(message.substr(request + 1), 7)), monotonic_ns());
    }
    connection.received.erase(0, at);
}

// Calls `found` with what follows each `part` in a text. JSON is full of the quotes these parts begin with: a
// search that looks for their first character, as find() does, stops at each of them.
template <typename Found>
void for_each(std::string_view text, std::string_view part, Found found) {
    while (const void* place = ::memmem(text.data(), text.size(), part.data(), part.size())) {
        const auto at = static_cast<std::size_t>(static_cast<const char*>(place) - text.data());
        text.remove_prefix(at + part.size());
        found(text);
    }
}

void answer(Connection& connection, std::string_view status, std::string_view body) {
    connection.peer.add("HTTP/1.1 ");
    connection.peer.add(status);
    connection.peer.add("\r\nContent-Type: application/fhir+json\r\nContent-Length: " +
                        std::to_string(body.size()) + "\r\n\r\n");
    connection.peer.add(body);
}

void take_bundle(Connection& connection, std::string_view body, Ledger& ledger) {
    const std::uint64_t now = monotonic_ns();
    for_each(body, R"("effectiveDateTime":")", [&](std::string_view rest) {
        ledger.times.note(milliseconds_of_text(rest.substr(0, 29)), now);
    });
    std::size_t entries = 0;
    for_each(body, R"("method":")", [&entries](std::string_view) { ++entries; });
    if (entries == 0) return answer(connection, "201 Created", "{}");
    std::string made = R"({"resourceType":"Bundle","type":"transaction-response","entry":[)";
    for (std::size_t i = 0; i < entries; ++i) {
        if (i > 0) made += ',';
        made += R"({"response":{"status":"201 Created","location":"Observation/1/_history/1"}})";
    }
    answer(connection, "200 OK", made + "]}");
}

// RFC 9112 §6: a head that ends with an empty line, then Content-Length octets.
void serve_fhir(Connection& connection, Ledger& ledger) {
    for (;;) {
        const std::string_view received = connection.received;
        const auto end = received.find("\r\n\r\n");
        if (end == std::string_view::npos) return;
        std::string head(received.substr(0, end));
        std::transform(head.begin(), head.end(), head.begin(),
                       [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
        constexpr std::string_view name = "content-length:";
        std::size_t length = 0;
        if (auto at = head.find(name); at != std::string::npos) {
            at = head.find_first_not_of(' ', at + name.size());
            std::from_chars(head.data() + at, head.data() + head.size(), length);
        }
        if (received.size() < end + 4 + length) return;
        ++ledger.messages;
        take_bundle(connection, received.substr(end + 4, length), ledger);
        connection.received.erase(0, end + 4 + length);
    }
}

void serve(SSL_CTX* context, int listener, void (*serve_one)(Connection&, Ledger&), Ledger& ledger) {
    std::vector<Connection> connections;
    while (ending == 0) {
        std::vector<pollfd> ready{{listener, POLLIN, 0}};
        for (const Connection& connection : connections) {
            const short events = connection.peer.wants_to_write() ? POLLIN | POLLOUT : POLLIN;
            ready.push_back({connection.peer.descriptor(), events, 0});
        }
        const int active = ::poll(ready.data(), ready.size(), 100);
        say_progress(ledger);
        if (active <= 0) continue;
        for (std::size_t i = 0; i + 1 < ready.size(); ++i) {
            if (ready[i + 1].revents == 0) continue;
            connections[i].open = connections[i].peer.read(connections[i].received);
            serve_one(connections[i], ledger);
            connections[i].peer.flush();
        }
        std::erase_if(connections, [](const Connection& connection) { return !connection.open; });
        if (ready[0].revents != 0) connections.push_back({TlsPeer::accept(context, listener), {}, true});
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
    const auto context = server_context({options.text("ca"), options.text("cert"), options.text("key")});
    Ledger ledger{MessageTimes(options.number("base"), static_cast<std::size_t>(options.number("count"))), 0};
    auto port = static_cast<std::uint16_t>(options.number("port", 0));
    const int listener = listen_on_loopback(port);
    std::cout << "port " << port << std::endl;
    serve(context.get(), listener, options.text("kind") == "mllp" ? serve_mllp : serve_fhir, ledger);
    ledger.times.write(options.text("out"));
    std::cout << R"({"messages":)" << ledger.messages << R"(,"reports":)" << ledger.times.noted()
              << R"(,"cpu_us":)" << static_cast<long long>(cpu_microseconds()) << "}" << std::endl;
    return 0;
}

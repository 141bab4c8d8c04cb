#include <edgeward/ingest/mllp_listener.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <utility>

#include <edgeward/core/log.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/hl7/ack_message.hpp>
#include <edgeward/hl7/mllp_frame.hpp>

#include "late_answer.hpp"
#include "sender_port.hpp"

namespace edgeward::ingest {
namespace {

namespace asio = boost::asio;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t chunk_size = std::size_t{16} << 10U;
// For the rest of a message that is too long, after it was refused.
constexpr std::chrono::seconds drain_patience{1};

// Reasons a conversation ended, for metric and log.
constexpr std::string_view by_peer = "closed_by_peer";
constexpr std::string_view too_long = "message_too_long";
constexpr std::string_view idle = "idle";
constexpr std::string_view we_stop = "shutdown";

// What all conversations have in common.
struct Listener {
    MllpListenerSettings settings;
    MllpHandler handler;
};

// The framed refusal of a message by what there is of its header; nothing when that is not one.
std::optional<std::string> too_long_answer(const MllpListenerSettings& settings, std::string_view head) {
    const auto header = hl7::read_header(head);
    if (!header) return std::nullopt;
    const hl7::MessageFault fault{
        102, {}, 0, 0, "expected at most " + std::to_string(settings.largest_message) + " octets"};
    const auto code = hl7::answer_code(*header, &fault);
    if (!code) return std::nullopt;
    const auto answer = hl7::write_acknowledgement(
        *header, *code, &fault, {"EW" + header->control_id.substr(0, 18), {system_clock().now(), 0}});
    const auto framed = hl7::frame_message(answer);
    return framed ? std::optional(*framed) : std::nullopt;
}

// Tells the sender that its message is too long, by what there is of its header.
template <typename Stream>
asio::awaitable<void> refuse_too_long(const MllpListenerSettings& settings, Stream& stream,
                                      Deadline& deadline, const std::string& head) {
    const auto refusal = too_long_answer(settings, head);
    if (!refusal) co_return;
    co_await asio::async_write(stream, asio::buffer(*refusal), as_result);
    // Closed with unread input, the connection would take the answer with it.
    deadline.in(drain_patience);
    std::string rest(chunk_size, '\0');
    for (bool open = true; open;) {
        const auto [ended, more] = co_await stream.async_read_some(asio::buffer(rest), as_result);
        open = !ended;
    }
}

// Hands each message over and writes its answer, one after the other; gives why the connection must end,
// nothing when it goes on.
template <typename Stream>
asio::awaitable<std::string_view> answer_all(const Listener& listener, const PortScene& port, Stream& stream,
                                             std::string_view sender,
                                             const std::vector<std::string>& messages) {
    for (const auto& message : messages) {
        const auto due = std::make_shared<LateAnswer<std::optional<std::string>>>(port.owner, port.io);
        listener.handler(sender, message, due->reply());
        const auto answer = co_await due->wait();
        if (!answer) continue;
        const auto framed = hl7::frame_message(*answer);
        if (!framed) co_return too_long;
        const auto [broken, written] = co_await asio::async_write(stream, asio::buffer(*framed), as_result);
        if (broken) co_return by_peer;
    }
    co_return std::string_view();
}

// Reads frames and writes the answers until one side ends it; gives the reason.
template <typename Stream>
asio::awaitable<std::string_view> exchange(const Listener& listener, const SenderConnection& connection,
                                           Stream& stream, std::string_view sender) {
    const PortScene& port = connection.port;
    Deadline& deadline = connection.deadline;
    hl7::FrameDecoder decoder(listener.settings.largest_message);
    std::string chunk(chunk_size, '\0');
    std::vector<std::string> messages;
    while (port.open) {
        deadline.in(listener.settings.idle_timeout);
        port.reading.insert(&connection.socket);
        const auto [error, size] = co_await stream.async_read_some(asio::buffer(chunk), as_result);
        port.reading.erase(&connection.socket);
        if (error) {
            std::string_view reason = port.open ? by_peer : we_stop;
            if (deadline.passed()) reason = idle;
            co_return reason;
        }
        deadline.none();
        messages.clear();
        const auto fed = decoder.feed(std::string_view(chunk).substr(0, size), messages);
        const auto ended = co_await answer_all(listener, port, stream, sender, messages);
        if (!ended.empty()) co_return ended;
        if (fed) continue;
        co_await refuse_too_long(listener.settings, stream, deadline, decoder.given_up());
        port.trouble.raise(too_long,
                           "a message of " + listener.settings.use.words + " is longer than the limit",
                           {{"sender", std::string(sender)}});
        co_return too_long;
    }
    co_return we_stop;
}

asio::awaitable<std::string_view> converse(const Listener& listener, const SenderConnection& connection) {
    const std::string& sender = listener.settings.senders[connection.sender].name;
    if (connection.tls == nullptr) return exchange(listener, connection, connection.socket, sender);
    log::info(listener.settings.use.words + " connected", {{"sender", sender}});
    return exchange(listener, connection, *connection.tls, sender);
}

class MllpPort final : public MllpListener {
public:
    explicit MllpPort(std::unique_ptr<SenderPort> port) : port_(std::move(port)) {}

    Result<void> reload_certificates() override { return port_->reload_certificates(); }
    void stop() override { port_->stop(); }
    [[nodiscard]] std::uint16_t port() const override { return port_->port(); }
    [[nodiscard]] std::size_t connections() const override { return port_->connections(); }

private:
    std::unique_ptr<SenderPort> port_;
};

}  // namespace

Result<std::unique_ptr<MllpListener>> start_mllp_listener(const MllpListenerSettings& settings,
                                                          const config::Credentials& credentials,
                                                          metrics::Registry& metrics, MllpHandler handler) {
    const MllpUse& use = settings.use;
    const auto listener = std::make_shared<const Listener>(Listener{settings, std::move(handler)});
    auto port = SenderPort::start(
        {use.table, "the port of " + use.words, use.thread, "connections", "Connections of " + use.words,
         settings.address, settings.port, settings.plain, settings.max_connections,
         settings.handshake_patience, settings.tls, settings.senders},
        credentials, metrics,
        [listener](const SenderConnection& connection) { return converse(*listener, connection); });
    if (!port) return failure(std::move(port.error()));
    return std::make_unique<MllpPort>(*std::move(port));
}

}  // namespace edgeward::ingest

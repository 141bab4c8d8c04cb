#include "relay.hpp"

#include <pthread.h>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>

#include <algorithm>
#include <array>
#include <exception>
#include <future>
#include <utility>

namespace edgeward::ingest {
namespace {

namespace asio = boost::asio;

constexpr const char* inner_user = "edgeward-relay";

std::string one_time_token(Random& random) {
    std::array<std::uint8_t, 32> octets{};
    random.fill(octets);
    return to_hex(octets);
}

}  // namespace

Relay::Relay(const MqttSettings& settings, const config::Credentials& credentials, const Progress& progress,
             Random& random)
    : settings_(settings), credentials_(credentials), progress_(progress), random_(random), thread_([this] {
          pthread_setname_np(pthread_self(), "ew-relay");
          io_.run();
      }) {}

Relay::~Relay() {
    close();
    busy_.reset();
    thread_.join();
}

Result<Relay::Door> Relay::open() {
    {
        const std::lock_guard lock(mutex_);
        state_ = {};
    }
    auto context = net::client_context(settings_.tls, credentials_);
    if (!context) return failure(std::move(context).error());
    std::promise<Result<Door>> opened;
    // Spawned on the relay's thread: the cancellation signal belongs to it.
    asio::post(io_, [&] {
        asio::co_spawn(
            io_, connect(std::move(*context)),
            asio::bind_cancellation_slot(
                opening_.slot(), [this, &opened](const std::exception_ptr& failed,
                                                 Result<std::unique_ptr<net::TlsStream>> broker) {
                    if (failed) {
                        opened.set_value(failure(ErrorKind::unavailable, "connecting was interrupted"));
                    } else if (!broker) {
                        opened.set_value(failure(std::move(broker).error()));
                    } else {
                        opened.set_value(open_door(std::move(*broker)));
                    }
                }));
    });
    return opened.get_future().get();
}

asio::awaitable<Result<std::unique_ptr<net::TlsStream>>> Relay::connect(
    std::shared_ptr<asio::ssl::context> context) {
    if (interrupted_.load()) co_return failure(ErrorKind::unavailable, "connecting was interrupted");
    const std::string name = settings_.tls.server_name.empty() ? settings_.host : settings_.tls.server_name;
    auto connecting =
        net::connect_tls(std::move(context), settings_.host, settings_.port, name, settings_.patience);
    co_return co_await std::move(connecting);
}

Result<Relay::Door> Relay::open_door(std::unique_ptr<net::TlsStream> broker) {
    using asio::ip::tcp;
    boost::system::error_code error;
    tcp::acceptor acceptor(io_);
    const tcp::endpoint any_port(asio::ip::address_v4::loopback(), 0);
    acceptor.open(any_port.protocol(), error);   // NOLINT(bugprone-unused-return-value)
    if (!error) acceptor.bind(any_port, error);  // NOLINT(bugprone-unused-return-value)
    if (!error) acceptor.listen(1, error);       // NOLINT(bugprone-unused-return-value)
    const tcp::endpoint bound = error ? any_port : acceptor.local_endpoint(error);
    if (error)
        return failure(ErrorKind::unavailable, "cannot listen on the loopback address: " + error.message());

    Door door{bound.port(), inner_user, one_time_token(random_), one_time_token(random_)};
    const AckGate::Settings gate{door.user, door.token, door.marker,
                                 static_cast<std::uint16_t>(settings_.keepalive.count()),
                                 settings_.largest_packet};
    connection_ = std::make_shared<RelayedConnection>(
        std::move(broker), std::move(acceptor), gate,
        RelayedConnection::Timing{settings_.keepalive, settings_.patience}, progress_);
    connection_->start([this](const ConnectionState& state) {
        bool awaited = false;
        {
            const std::lock_guard lock(mutex_);
            state_ = state;
            awaited = std::any_of(waiting_.begin(), waiting_.end(),
                                  [&](const auto* reached) { return (*reached)(state_); });
        }
        // Every message changes the state; waking who waits for something else would cost more than the
        // message.
        if (awaited) changed_.notify_all();
    });
    return door;
}

void Relay::close() {
    std::promise<void> closed;
    asio::post(io_, [this, &closed] {
        opening_.emit(asio::cancellation_type::terminal);
        if (connection_) connection_->close();
        connection_.reset();
        closed.set_value();
    });
    closed.get_future().wait();
}

void Relay::interrupt() {
    interrupted_.store(true);
    asio::post(io_, [this] { opening_.emit(asio::cancellation_type::terminal); });
    wake();
}

void Relay::committed() {
    if (release_posted_.exchange(true)) return;
    asio::post(io_, [this] {
        release_posted_.store(false);
        if (connection_) connection_->release();
    });
}

ConnectionState Relay::state() const {
    const std::lock_guard lock(mutex_);
    return state_;
}

bool Relay::wait_until(std::chrono::steady_clock::time_point end,
                       const std::function<bool(const ConnectionState&)>& reached) {
    std::unique_lock lock(mutex_);
    const auto place = waiting_.insert(waiting_.end(), &reached);
    const bool was_reached = changed_.wait_until(lock, end, [&] { return reached(state_); });
    waiting_.erase(place);
    return was_reached;
}

void Relay::wake() {
    { const std::lock_guard lock(mutex_); }
    changed_.notify_all();
}

}  // namespace edgeward::ingest

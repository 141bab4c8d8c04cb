#include "exchange_deadline.hpp"

namespace edgeward::transport {

struct ExchangeDeadline::State {
    boost::asio::ip::tcp::socket* socket = nullptr;
    bool expired = false;
};

ExchangeDeadline::ExchangeDeadline(boost::asio::ip::tcp::socket& socket, std::chrono::milliseconds patience)
    : state_(std::make_shared<State>(State{&socket, false})),
      patience_(patience),
      timer_(socket.get_executor(), patience) {
    wait();
}

void ExchangeDeadline::wait() {
    timer_.async_wait([state = state_](const boost::system::error_code& error) {
        if (error || state->socket == nullptr) return;
        state->expired = true;
        boost::system::error_code ignored;
        state->socket->close(ignored);  // NOLINT(bugprone-unused-return-value)
    });
}

ExchangeDeadline::~ExchangeDeadline() {
    state_->socket = nullptr;
}

void ExchangeDeadline::restart() {
    timer_.expires_after(patience_);
    wait();
}

bool ExchangeDeadline::expired() const noexcept {
    return state_->expired;
}

}  // namespace edgeward::transport

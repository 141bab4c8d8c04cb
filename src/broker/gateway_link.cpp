#include "gateway_link.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>
#include <variant>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace edgeward::broker {
namespace {

using Clock = std::chrono::steady_clock;

// Asking whether a gateway is there costs nothing; it is asked for soon after it has come back.
constexpr std::chrono::milliseconds absent_wait{250};
constexpr std::chrono::seconds welcome_patience{10};
constexpr int longest_stall = 16;  // deadlines

int milliseconds_until(Clock::time_point end) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now());
    return static_cast<int>(std::max<std::int64_t>(left.count(), 0));
}

bool wait_for(int socket, short events, Clock::time_point end) {
    for (;;) {
        pollfd wanted{socket, events, 0};
        const int ready = ::poll(&wanted, 1, milliseconds_until(end));
        if (ready > 0) return true;
        if (ready == 0 || errno != EINTR) return false;
    }
}

bool is_user(int socket, std::uint32_t user) {
    ucred peer{};
    socklen_t size = sizeof peer;
    return ::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.uid == user;
}

}  // namespace

GatewayLink::GatewayLink(LinkSettings settings, Listener listener)
    : settings_(std::move(settings)), listener_(std::move(listener)), stall_wait_(settings_.deadline) {}

GatewayLink::~GatewayLink() {
    if (socket_ >= 0) ::close(socket_);
}

void GatewayLink::keep() {
    if (state_ == State::away && Clock::now() >= next_attempt_) connect();
    if (state_ == State::away) return;
    if (!receive()) return leave("the gateway hung up", absent_wait);
    intake::Frame frame;
    if (next(frame)) {
        const auto* welcome = std::get_if<intake::Welcome>(&frame);
        if (state_ != State::greeting || welcome == nullptr)
            return leave_stalled("the gateway does not speak this protocol");
        if (welcome->version != intake::version)
            return leave_stalled("the gateway speaks another version of the protocol");
        state_ = State::ready;
        if (!std::exchange(told_ready_, true)) listener_(true, "");
        told_why_ = nullptr;
    } else if (state_ == State::greeting && Clock::now() >= welcome_due_) {
        leave_stalled("the gateway does not say welcome");
    }
}

Answer GatewayLink::deliver(intake::Message message) {
    keep();
    if (!ready()) return Answer::unavailable;
    message.number = ++number_;
    unsent_.clear();
    if (!intake::write(message, unsent_)) return Answer::refused;
    const auto end = Clock::now() + settings_.deadline;
    if (!send_all(end)) return Answer::unavailable;
    return wait_for_verdict(end);
}

void GatewayLink::connect() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, settings_.socket.c_str(),
                std::min(settings_.socket.size(), sizeof address.sun_path - 1));
    socket_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    // A Unix socket connects at once or not at all (unix(7)).
    const auto* generic = reinterpret_cast<const sockaddr*>(&address);
    if (socket_ < 0 || ::connect(socket_, generic, sizeof address) != 0) {
        return leave(errno == EACCES ? "the intake socket is not open to this user" : "no gateway is there",
                     absent_wait);
    }
    if (!is_user(socket_, settings_.gateway_user))
        return leave("another user than the gateway's listens", absent_wait);
    state_ = State::greeting;
    welcome_due_ = Clock::now() + welcome_patience;
    unsent_.clear();
    (void)intake::write(intake::Hello{}, unsent_);
    if (!send_all(Clock::now())) leave("the gateway hung up", absent_wait);
}

void GatewayLink::leave(const char* why, std::chrono::milliseconds wait) {
    if (socket_ >= 0) ::close(std::exchange(socket_, -1));
    state_ = State::away;
    unread_.clear();
    next_attempt_ = Clock::now() + wait;
    const bool was_ready = std::exchange(told_ready_, false);
    const bool same = told_why_ != nullptr && std::strcmp(told_why_, why) == 0;
    told_why_ = why;
    if (was_ready || !same) listener_(false, why);
}

void GatewayLink::leave_stalled(const char* why) {
    leave(why, stall_wait_);
    stall_wait_ = std::min(stall_wait_ * 2, settings_.deadline * longest_stall);
}

bool GatewayLink::send_all(Time end) {
    std::size_t at = 0;
    while (at < unsent_.size()) {
        const ssize_t sent = ::send(socket_, unsent_.data() + at, unsent_.size() - at, MSG_NOSIGNAL);
        if (sent > 0) {
            at += static_cast<std::size_t>(sent);
        } else if (errno == EAGAIN) {
            if (wait_for(socket_, POLLOUT, end)) continue;
            leave_stalled("the gateway does not read");
            return false;
        } else if (errno != EINTR) {
            leave("the gateway hung up", absent_wait);
            return false;
        }
    }
    return true;
}

// False: the connection has ended.
bool GatewayLink::receive() {
    std::array<std::uint8_t, 256> chunk{};
    for (;;) {
        const ssize_t got = ::recv(socket_, chunk.data(), chunk.size(), 0);
        if (got > 0) {
            unread_.insert(unread_.end(), chunk.begin(), chunk.begin() + got);
            return true;
        }
        if (got == 0) return false;
        if (errno != EINTR) return errno == EAGAIN;
    }
}

bool GatewayLink::next(intake::Frame& frame) {
    const auto found = intake::read(unread_);
    if (!found) {
        leave_stalled("the gateway does not speak this protocol");
        return false;
    }
    if (!*found) return false;
    frame = (**found).frame;
    unread_.erase(unread_.begin(), unread_.begin() + static_cast<std::ptrdiff_t>((**found).size));
    // A message would refer to octets that are gone; a gateway never sends one.
    if (!std::holds_alternative<intake::Message>(frame)) return true;
    leave_stalled("the gateway does not speak this protocol");
    return false;
}

Answer GatewayLink::wait_for_verdict(Time end) {
    intake::Frame frame;
    for (;;) {
        if (next(frame)) break;
        if (!ready()) return Answer::unavailable;
        if (!wait_for(socket_, POLLIN, end)) {
            leave_stalled("the gateway did not commit in time");
            return Answer::unavailable;
        }
        if (!receive()) {
            leave("the gateway hung up", absent_wait);
            return Answer::unavailable;
        }
    }
    const auto* verdict = std::get_if<intake::Verdict>(&frame);
    if (verdict == nullptr || verdict->number != number_) {
        leave_stalled("the gateway does not speak this protocol");
        return Answer::unavailable;
    }
    stall_wait_ = settings_.deadline;
    return verdict->outcome == intake::Outcome::committed ? Answer::committed : Answer::refused;
}

}  // namespace edgeward::broker

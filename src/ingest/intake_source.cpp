#include "intake_source.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <system_error>
#include <utility>
#include <vector>

#include <edgeward/device/device_registry.hpp>

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <pwd.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

namespace edgeward::ingest {
namespace {

constexpr std::size_t most_connections = 16;   // broker processes
constexpr std::size_t most_unanswered = 1024;  // of one connection; then its reading pauses
constexpr std::size_t chunk = std::size_t{64} << 10U;
constexpr std::chrono::seconds grace{2};  // how long stop() waits for commits of what was handed over

// Reasons for an end, as in the metric.
constexpr const char* closed_by_broker = "closed";
constexpr const char* against_protocol = "protocol";
constexpr const char* other_version = "version";
constexpr const char* we_stop = "stopped";

Result<std::uint32_t> user_id(const std::string& name) {
    passwd record{};
    passwd* found = nullptr;
    std::vector<char> memory(std::size_t{64} << 10U);
    if (::getpwnam_r(name.c_str(), &record, memory.data(), memory.size(), &found) != 0 || found == nullptr) {
        return failure(ErrorKind::misconfigured, "broker_user: there is no such user on this machine");
    }
    return record.pw_uid;
}

}  // namespace

IntakeMetrics::IntakeMetrics(metrics::Registry& where)
    : registry(where),
      connections(where.gauge("edgeward_intake_connections", "Brokers connected to the intake socket.")),
      unacknowledged(where.gauge("edgeward_intake_unacknowledged_messages",
                                 "Messages taken over at the intake socket and not yet committed.")),
      messages(where.counter("edgeward_intake_messages_total", "Messages taken over at the intake socket.")),
      octets(where.counter("edgeward_intake_received_bytes_total",
                           "Payload octets taken over at the intake socket.")),
      wrong_sender(where.counter("edgeward_intake_refused_messages_total",
                                 "Messages refused at the intake socket, not acknowledged to the device.",
                                 {{"reason", "wrong_sender"}})) {
    connections.set(0);
    unacknowledged.set(0);
}

void IntakeMetrics::count_end(const char* reason) const {
    registry
        .counter("edgeward_intake_disconnects_total", "Connections of brokers that ended, by reason.",
                 {{"reason", reason}})
        .add();
}

IntakeSource::IntakeSource(IntakeSettings settings, metrics::Registry& registry, const Clock& clock)
    : settings_(std::move(settings)), clock_(clock), metrics_(registry), chunk_(chunk), since_(clock.now()) {}

IntakeSource::~IntakeSource() {
    stop();
}

Result<void> IntakeSource::start(MessageHandler on_message) {
    const auto user = user_id(settings_.broker_user);
    if (!user) return failure(user.error());
    broker_user_ = *user;
    auto listener = net::listen_local(settings_.socket, std::nullopt);
    if (!listener) return failure(std::move(listener.error()).during("open the intake socket"));
    listener_ = *std::move(listener);
    // A broker that is gone before it was accepted must not block the thread.
    ::fcntl(listener_.number(), F_SETFL, O_NONBLOCK);
    wakeup_ = net::Descriptor(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (wakeup_.number() < 0) {
        return failure(ErrorKind::misconfigured,
                       "open the intake socket: " + std::generic_category().message(errno));
    }
    on_message_ = std::move(on_message);
    thread_ = std::thread([this] {
        pthread_setname_np(pthread_self(), "ew-intake");
        run();
    });
    log::info("intake socket open", {{"socket", settings_.socket.string()}});
    return {};
}

void IntakeSource::acknowledge_through(std::uint64_t ticket) {
    const std::lock_guard lock(mutex_);
    committed_ = std::max(committed_, ticket);
    bool room = false;
    while (!due_.empty() && due_.front().ticket <= committed_) {
        const Due due = due_.front();
        due_.pop_front();
        const auto connection = connections_.find(due.connection);
        if (connection == connections_.end()) continue;  // the broker went away; its device sends again
        room = connection->second.unanswered-- == most_unanswered || room;
        answer(due.connection, intake::Verdict{due.number, intake::Outcome::committed});
    }
    metrics_.unacknowledged.set(static_cast<double>(due_.size()));
    if (due_.empty()) settled_.notify_all();
    if (room) wake();
}

void IntakeSource::stop() {
    const std::lock_guard lock(stop_mutex_);
    stopping_.store(true);
    wake();
    if (thread_.joinable()) thread_.join();
}

SourceStatus IntakeSource::status() const {
    const std::lock_guard lock(mutex_);
    SourceStatus status;
    status.connected = greeted_ > 0;
    status.protocol = "intake " + std::to_string(intake::version);
    if (!status.connected) status.trouble = "no broker is connected to the intake socket";
    status.since = since_;
    status.received = taken_;
    status.acknowledged = std::min(committed_, taken_);
    return status;
}

void IntakeSource::run() {
    while (!stopping_.load())
        serve_once();
    say_goodbye();
}

// Waits for something to do and does it.
void IntakeSource::serve_once() {
    std::vector<pollfd> wanted{{wakeup_.number(), POLLIN, 0}, {listener_.number(), POLLIN, 0}};
    std::vector<std::uint64_t> ids;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [id, connection] : connections_) {
            const bool room = connection.unanswered < most_unanswered;
            wanted.push_back({connection.socket.number(), static_cast<short>(room ? POLLIN : 0), 0});
            ids.push_back(id);
        }
    }
    if (::poll(wanted.data(), wanted.size(), -1) < 0) return;  // EINTR
    if (wanted[0].revents != 0) {
        std::uint64_t count = 0;
        (void)!::read(wakeup_.number(), &count, sizeof count);
    }
    for (std::size_t i = 0; i < ids.size(); ++i) {
        if (wanted[i + 2].revents == 0) continue;
        if (const char* reason = read_from(ids[i], connections_.at(ids[i])); reason != nullptr)
            drop(ids[i], reason);
    }
    if (wanted[1].revents != 0) accept_one();
}

void IntakeSource::accept_one() {
    net::Descriptor socket(::accept4(listener_.number(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (socket.number() < 0) return;
    const auto user = net::peer_user(socket.number());
    if (!user || *user != broker_user_) {
        metrics_.count_end("credentials");
        trouble_.raise("credentials", "a user without permission called the intake socket",
                       {{"uid", user ? static_cast<std::int64_t>(*user) : std::int64_t{-1}}});
        return;
    }
    const std::lock_guard lock(mutex_);
    if (connections_.size() >= most_connections) {
        metrics_.count_end("too_many");
        trouble_.raise("too_many", "too many brokers at the intake socket", {{"limit", most_connections}});
        return;
    }
    connections_.emplace(next_connection_++, Connection{std::move(socket), {}});
}

const char* IntakeSource::read_from(std::uint64_t id, Connection& connection) {
    const ssize_t got = ::recv(connection.socket.number(), chunk_.data(), chunk_.size(), 0);
    if (got < 0) return errno == EAGAIN || errno == EINTR ? nullptr : closed_by_broker;
    if (got == 0) return closed_by_broker;
    connection.unread.insert(connection.unread.end(), chunk_.begin(), chunk_.begin() + got);
    return take_frames(id, connection);
}

const char* IntakeSource::take_frames(std::uint64_t id, Connection& connection) {
    Bytes& unread = connection.unread;
    std::size_t at = 0;
    const char* reason = nullptr;
    while (reason == nullptr) {
        const auto found = intake::read(ByteView(unread).subspan(at));
        if (found && !*found) break;
        const auto* frame = found ? &(**found).frame : nullptr;
        if (const auto* hello = std::get_if<intake::Hello>(frame))
            reason = greet(connection, *hello);
        else if (const auto* message = std::get_if<intake::Message>(frame))
            reason = take(id, connection, *message);
        else
            reason = against_protocol;
        if (found) at += (**found).size;
    }
    unread.erase(unread.begin(), unread.begin() + static_cast<std::ptrdiff_t>(at));
    return reason;
}

// Counted before it is told: who has heard welcome finds itself in the status.
const char* IntakeSource::greet(Connection& connection, const intake::Hello& hello) {
    if (connection.greeted) return against_protocol;
    const bool understood = hello.version == intake::version;
    if (understood) {
        const std::lock_guard lock(mutex_);
        connection.greeted = true;
        note_connections();
    }
    Bytes welcome;
    (void)intake::write(intake::Welcome{}, welcome);
    (void)!::send(connection.socket.number(), welcome.data(), welcome.size(), MSG_NOSIGNAL);
    if (!understood) return other_version;  // it has been told ours
    trouble_.clear(against_protocol, "a broker speaks the intake's protocol again");
    trouble_.clear(other_version, "a broker speaks the intake's version again");
    log::info("broker connected to the intake socket");
    return nullptr;
}

const char* IntakeSource::take(std::uint64_t id, Connection& connection, const intake::Message& message) {
    if (!connection.greeted) return against_protocol;
    if (device::publisher_of_topic(message.topic) != message.identity) {
        metrics_.wrong_sender.add();
        trouble_.raise(
            "wrong_sender",
            "intake refused a message: its sender is not the device of its topic; the broker's log "
            "names the client");
        const std::lock_guard lock(mutex_);
        answer(id, intake::Verdict{message.number, intake::Outcome::refused});
        return nullptr;
    }
    hand_over(id, connection, message);
    return nullptr;
}

// The verdict is due before the message is handed over: its commit may come first.
void IntakeSource::hand_over(std::uint64_t id, Connection& connection, const intake::Message& message) {
    model::RawMessage raw;
    raw.source = model::Source::mqtt;  // as the device spoke it
    raw.topic = message.topic;
    raw.payload.assign(message.payload.begin(), message.payload.end());
    raw.received = clock_.now();
    {
        const std::lock_guard lock(mutex_);
        if (closed_) return;
        raw.ticket = ++taken_;
        due_.push_back({raw.ticket, id, message.number});
        ++connection.unanswered;
        metrics_.unacknowledged.set(static_cast<double>(due_.size()));
    }
    const std::size_t octets = message.payload.size();
    if (on_message_(std::move(raw))) {
        metrics_.messages.add();
        metrics_.octets.add(static_cast<double>(octets));
        return;
    }
    // Not taken: it is the newest, as nobody else hands over. Its broker is told nothing and gives up.
    const std::lock_guard lock(mutex_);
    closed_ = true;
    --taken_;
    due_.pop_back();
    --connection.unanswered;
    if (due_.empty()) settled_.notify_all();
}

void IntakeSource::drop(std::uint64_t id, const char* reason) {
    metrics_.count_end(reason);
    if (reason == against_protocol || reason == other_version) {
        trouble_.raise(reason, "a broker at the intake socket does not speak its protocol",
                       {{"reason", reason}, {"version", static_cast<int>(intake::version)}});
    } else if (reason == closed_by_broker) {
        log::info("broker left the intake socket");
    }
    const std::lock_guard lock(mutex_);
    connections_.erase(id);
    note_connections();
}

// A few octets into a socket that holds many: it takes them at once, or its reader is gone or asleep. Then
// the connection ends, which its own thread sees; the device is told nothing and sends again.
void IntakeSource::answer(std::uint64_t id, const intake::Frame& frame) {
    Bytes octets;
    (void)intake::write(frame, octets);
    const int socket = connections_.at(id).socket.number();
    if (::send(socket, octets.data(), octets.size(), MSG_NOSIGNAL | MSG_DONTWAIT) !=
        static_cast<ssize_t>(octets.size())) {
        ::shutdown(socket, SHUT_RDWR);
    }
}

void IntakeSource::wake() const {
    const std::uint64_t one = 1;
    if (wakeup_.number() >= 0) (void)!::write(wakeup_.number(), &one, sizeof one);
}

void IntakeSource::note_connections() {
    const auto greeted = static_cast<std::size_t>(std::count_if(
        connections_.begin(), connections_.end(), [](const auto& entry) { return entry.second.greeted; }));
    if ((greeted > 0) != (greeted_ > 0)) since_ = clock_.now();
    greeted_ = greeted;
    metrics_.connections.set(static_cast<double>(greeted));
}

// Nothing is read any more. What was handed over may still be committed; then its device need not send again.
void IntakeSource::say_goodbye() {
    listener_ = net::Descriptor();
    ::unlink(settings_.socket.c_str());
    std::unique_lock lock(mutex_);
    settled_.wait_for(lock, grace, [this] { return due_.empty(); });
    for (std::size_t i = 0; i < connections_.size(); ++i)
        metrics_.count_end(we_stop);
    connections_.clear();
    note_connections();
}

std::unique_ptr<ObservationSource> make_intake_source(IntakeSettings settings, metrics::Registry& registry,
                                                      const Clock& clock) {
    return std::make_unique<IntakeSource>(std::move(settings), registry, clock);
}

}  // namespace edgeward::ingest

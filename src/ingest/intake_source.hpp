#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include <edgeward/core/log.hpp>
#include <edgeward/ingest/intake_source.hpp>
#include <edgeward/intake/frame.hpp>
#include <edgeward/net/local_listener.hpp>

namespace edgeward::ingest {

struct IntakeMetrics {
    explicit IntakeMetrics(metrics::Registry& registry);
    void count_end(const char* reason) const;

    metrics::Registry& registry;
    metrics::Gauge connections;
    metrics::Gauge unacknowledged;
    metrics::Counter messages;
    metrics::Counter octets;
    metrics::Counter wrong_sender;
};

// Its own thread "ew-intake" accepts, reads and hands over; verdicts are written by the thread that commits,
// so that a device waits for no further change of threads.
class IntakeSource : public ObservationSource {
public:
    IntakeSource(IntakeSettings settings, metrics::Registry& registry, const Clock& clock);
    IntakeSource(const IntakeSource&) = delete;
    IntakeSource& operator=(const IntakeSource&) = delete;
    ~IntakeSource() override;

    Result<void> start(MessageHandler on_message) override;
    void acknowledge_through(std::uint64_t ticket) override;
    void stop() override;
    [[nodiscard]] SourceStatus status() const override;

private:
    // Of one broker. `socket` is closed by the intake thread only, under the mutex; others only write to it.
    struct Connection {
        net::Descriptor socket;
        Bytes unread;
        std::size_t unanswered = 0;  // under the mutex
        bool greeted = false;        // under the mutex
    };
    // A message handed over whose verdict is due.
    struct Due {
        std::uint64_t ticket;
        std::uint64_t connection;
        std::uint64_t number;
    };

    void run();
    void serve_once();
    void accept_one();
    // Why the connection must end; nothing when it goes on.
    const char* read_from(std::uint64_t id, Connection& connection);
    const char* take_frames(std::uint64_t id, Connection& connection);
    const char* greet(Connection& connection, const intake::Hello& hello);
    const char* take(std::uint64_t id, Connection& connection, const intake::Message& message);
    void hand_over(std::uint64_t id, Connection& connection, const intake::Message& message);
    void drop(std::uint64_t id, const char* reason);
    void answer(std::uint64_t connection, const intake::Frame& frame);  // under the mutex
    void wake() const;
    void say_goodbye();
    void note_connections();  // under the mutex

    const IntakeSettings settings_;
    const Clock& clock_;
    const IntakeMetrics metrics_;
    MessageHandler on_message_;
    std::uint32_t broker_user_ = 0;
    net::Descriptor listener_;
    net::Descriptor wakeup_;  // eventfd: the intake thread has something to look at
    log::Trouble trouble_;
    Bytes chunk_;  // intake thread: what one read brings

    mutable std::mutex mutex_;
    std::condition_variable settled_;                  // nothing is due any more
    std::map<std::uint64_t, Connection> connections_;  // changed by the intake thread only
    std::uint64_t next_connection_ = 1;
    std::deque<Due> due_;
    std::uint64_t taken_ = 0;
    std::uint64_t committed_ = 0;
    std::size_t greeted_ = 0;
    Instant since_{};
    bool closed_ = false;  // the taker refused a message: nothing is handed over any more

    std::atomic<bool> stopping_{false};
    std::mutex stop_mutex_;  // stop() by two threads
    std::thread thread_;
};

}  // namespace edgeward::ingest

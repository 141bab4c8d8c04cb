#include <edgeward/ingest/intake_source.hpp>

#include <catch2/catch_test_macros.hpp>

#include <condition_variable>
#include <cstring>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include <poll.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <edgeward/intake/frame.hpp>
#include <edgeward/net/local_listener.hpp>

#include "support/program.hpp"

using namespace edgeward;
using namespace edgeward::ingest;
using namespace std::chrono_literals;

namespace {

std::string own_user() {
    return ::getpwuid(::geteuid())->pw_name;
}

sockaddr_un address_of(const std::filesystem::path& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    return address;
}

// A broker that speaks the protocol, or whatever the test wants.
class Broker {
public:
    explicit Broker(const std::filesystem::path& path, bool greet = true)
        : socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        const auto address = address_of(path);
        REQUIRE(::connect(socket_.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) ==
                0);
        if (!greet) return;
        say(intake::Hello{});
        REQUIRE(std::holds_alternative<intake::Welcome>(hear().value()));
    }
    void say(const intake::Frame& frame) {
        Bytes octets;
        REQUIRE(intake::write(frame, octets));
        say_octets(octets);
    }
    void say_octets(ByteView octets) {
        REQUIRE(::send(socket_.number(), octets.data(), octets.size(), MSG_NOSIGNAL) ==
                static_cast<ssize_t>(octets.size()));
    }
    ssize_t send_some(ByteView octets) {
        return ::send(socket_.number(), octets.data(), octets.size(), MSG_NOSIGNAL);
    }
    void publish(std::uint64_t number, std::string_view topic = "devices/m-1/vitals",
                 std::string_view identity = "m-1", bool retain = false) {
        static const Bytes payload{'{', '}'};
        say(intake::Message{number, 1, retain, identity, "client", topic, payload});
    }
    // The next frame; nothing when the connection ended or nothing came within `patience`.
    std::optional<intake::Frame> hear(std::chrono::milliseconds patience = 10s) {
        for (;;) {
            const auto found = intake::read(unread_);
            REQUIRE(found);
            if (*found) {
                const intake::Frame frame = (**found).frame;
                unread_.erase(unread_.begin(), unread_.begin() + static_cast<std::ptrdiff_t>((**found).size));
                return frame;
            }
            pollfd wanted{socket_.number(), POLLIN, 0};
            if (::poll(&wanted, 1, static_cast<int>(patience.count())) <= 0) return std::nullopt;
            Bytes chunk(4096);
            const ssize_t got = ::recv(socket_.number(), chunk.data(), chunk.size(), 0);
            if (got <= 0) {
                ended_ = true;
                return std::nullopt;
            }
            unread_.insert(unread_.end(), chunk.begin(), chunk.begin() + got);
        }
    }
    std::optional<intake::Verdict> verdict(std::chrono::milliseconds patience = 10s) {
        const auto frame = hear(patience);
        if (!frame) return std::nullopt;
        REQUIRE(std::holds_alternative<intake::Verdict>(*frame));
        return std::get<intake::Verdict>(*frame);
    }
    bool is_ended(std::chrono::milliseconds patience = 10s) {
        while (!ended_ && hear(patience)) {
        }
        return ended_;
    }

private:
    net::Descriptor socket_;
    Bytes unread_;
    bool ended_ = false;
};

// What a pipeline would do: keeps messages, and is full or closed when the test says so.
class Taker {
public:
    bool take(model::RawMessage&& message) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return !full_; });
        if (closed_) return false;
        messages_.push_back(std::move(message));
        changed_.notify_all();
        return true;
    }
    std::vector<model::RawMessage> wait_for(std::size_t count) {
        std::unique_lock lock(mutex_);
        REQUIRE(changed_.wait_for(lock, 10s, [&] { return messages_.size() >= count; }));
        return messages_;
    }
    std::size_t count() {
        const std::lock_guard lock(mutex_);
        return messages_.size();
    }
    void set(bool full, bool closed) {
        const std::lock_guard lock(mutex_);
        full_ = full;
        closed_ = closed;
        changed_.notify_all();
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<model::RawMessage> messages_;
    bool full_ = false;
    bool closed_ = false;
};

struct Intake {
    explicit Intake(const std::string& user = own_user())
        : source(make_intake_source({true, folder / "intake.sock", user}, registry, system_clock())) {}
    void start() {
        REQUIRE(
            source->start([this](model::RawMessage&& message) { return taker.take(std::move(message)); }));
    }
    [[nodiscard]] std::filesystem::path path() const { return folder / "intake.sock"; }
    bool shows(const std::string& line) {
        return support::eventually([&] { return registry.expose().find(line) != std::string::npos; });
    }

    support::ScratchFolder folder;
    metrics::Registry registry;
    Taker taker;
    std::unique_ptr<ObservationSource> source;
};

}  // namespace

TEST_CASE("a message is answered when it is committed and not before", "[intake_source]") {
    Intake intake;
    intake.start();
    Broker broker(intake.path());
    broker.publish(17, "devices/m-1/vitals", "m-1", true);
    const auto taken = intake.taker.wait_for(1);
    CHECK(taken[0].topic == "devices/m-1/vitals");
    CHECK(text_of(taken[0].payload) == "{}");
    CHECK(taken[0].ticket == 1);
    // Published just now, whatever the device asks the broker to keep.
    CHECK_FALSE(taken[0].retained);
    CHECK_FALSE(broker.verdict(50ms));
    CHECK(intake.shows("edgeward_intake_unacknowledged_messages 1"));
    intake.source->acknowledge_through(1);
    const auto verdict = broker.verdict();
    REQUIRE(verdict);
    CHECK(verdict->number == 17);
    CHECK(verdict->outcome == intake::Outcome::committed);
    CHECK(intake.source->status().acknowledged == 1);
    CHECK(intake.shows("edgeward_intake_unacknowledged_messages 0"));
    CHECK(intake.shows("edgeward_intake_messages_total 1"));
}

TEST_CASE("a commit answers every message up to its ticket and each broker its own", "[intake_source]") {
    Intake intake;
    intake.start();
    Broker first(intake.path());
    Broker second(intake.path());
    first.publish(1);
    intake.taker.wait_for(1);
    second.publish(1);
    intake.taker.wait_for(2);
    first.publish(2);
    intake.taker.wait_for(3);
    intake.source->acknowledge_through(2);
    CHECK(first.verdict()->number == 1);
    CHECK(second.verdict()->number == 1);
    CHECK_FALSE(first.verdict(50ms));
    intake.source->acknowledge_through(1);  // an older ticket changes nothing
    intake.source->acknowledge_through(3);
    CHECK(first.verdict()->number == 2);
    CHECK(intake.shows("edgeward_intake_connections 2"));
}

TEST_CASE("nobody speaks for another device", "[intake_source]") {
    Intake intake;
    intake.start();
    Broker broker(intake.path());
    std::uint64_t number = 0;
    for (const auto& [topic, identity] : {std::pair{"devices/m-1/vitals", "m-2"},
                                          {"devices/m-1", "m-1"},
                                          {"other/m-1/vitals", "m-1"},
                                          {"devices//vitals", "m-1"},
                                          {"devices/m-10/vitals", "m-1"}}) {
        INFO(topic);
        broker.publish(++number, topic, identity);
        const auto verdict = broker.verdict();
        REQUIRE(verdict);
        CHECK(verdict->number == number);
        CHECK(verdict->outcome == intake::Outcome::refused);
    }
    CHECK(intake.taker.count() == 0);
    CHECK(intake.shows(R"(edgeward_intake_refused_messages_total{reason="wrong_sender"} 5)"));
}

TEST_CASE("only the broker's user is listened to", "[intake_source]") {
    if (::geteuid() == ::getpwnam("daemon")->pw_uid) SKIP("the tests run as the user they need as the other");
    Intake intake("daemon");
    intake.start();
    Broker stranger(intake.path(), false);
    CHECK(stranger.is_ended());
    CHECK(intake.shows(R"(edgeward_intake_disconnects_total{reason="credentials"} 1)"));
    CHECK_FALSE(intake.source->status().connected);
}

TEST_CASE("a broker that breaks the protocol is dropped and hurts no other", "[intake_source]") {
    Intake intake;
    intake.start();
    Broker good(intake.path());
    {
        Broker silent_start(intake.path(), false);
        silent_start.publish(1);
        CHECK(silent_start.is_ended());
    }
    {
        Broker twice(intake.path());
        twice.say(intake::Hello{});
        CHECK(twice.is_ended());
    }
    {
        Broker garbage(intake.path());
        garbage.say_octets(Bytes{0xFF, 0xFF, 0xFF, 0xFF});
        CHECK(garbage.is_ended());
    }
    {
        Broker reversed(intake.path());
        reversed.say(intake::Verdict{1, intake::Outcome::committed});
        CHECK(reversed.is_ended());
    }
    {
        Broker later(intake.path(), false);
        later.say(intake::Hello{2});
        CHECK(std::get<intake::Welcome>(later.hear().value()).version == 1);  // it learns what is spoken here
        CHECK(later.is_ended());
    }
    CHECK(intake.shows(R"(edgeward_intake_disconnects_total{reason="protocol"} 4)"));
    CHECK(intake.shows(R"(edgeward_intake_disconnects_total{reason="version"} 1)"));
    good.publish(1);
    intake.taker.wait_for(1);
    CHECK(intake.taker.count() == 1);
    intake.source->acknowledge_through(1);
    CHECK(good.verdict());
}

TEST_CASE("the status says whether a broker is there", "[intake_source]") {
    Intake intake;
    intake.start();
    CHECK_FALSE(intake.source->status().connected);
    CHECK(intake.source->status().trouble == "no broker is connected to the intake socket");
    {
        const Broker broker(intake.path());
        CHECK(intake.source->status().connected);
        CHECK(intake.source->status().trouble.empty());
        CHECK(intake.source->status().protocol == "intake 1");
    }
    CHECK(support::eventually([&] { return !intake.source->status().connected; }));
}

TEST_CASE("a broker that goes away before its commit hurts no later one", "[intake_source]") {
    Intake intake;
    intake.start();
    {
        Broker broker(intake.path());
        broker.publish(1);
        intake.taker.wait_for(1);
    }
    CHECK(intake.shows(R"(edgeward_intake_disconnects_total{reason="closed"} 1)"));
    Broker next(intake.path());
    next.publish(9);
    intake.taker.wait_for(2);
    intake.source->acknowledge_through(2);
    CHECK(next.verdict()->number == 9);
}

TEST_CASE("a full pipeline makes a broker wait and still answers what is committed", "[intake_source]") {
    Intake intake;
    intake.start();
    Broker broker(intake.path());
    broker.publish(1);
    intake.taker.wait_for(1);
    intake.taker.set(true, false);
    broker.publish(2);
    broker.publish(3);
    intake.source->acknowledge_through(1);
    CHECK(broker.verdict()->number == 1);
    CHECK(intake.taker.count() == 1);
    intake.taker.set(false, false);
    intake.taker.wait_for(3);
    intake.source->acknowledge_through(3);
    CHECK(broker.verdict()->number == 2);
    CHECK(broker.verdict()->number == 3);
}

TEST_CASE("what a closed pipeline does not take is never answered", "[intake_source]") {
    Intake intake;
    intake.start();
    Broker broker(intake.path());
    intake.taker.set(false, true);
    broker.publish(1);
    broker.publish(2);
    CHECK_FALSE(broker.verdict(100ms));
    intake.source->acknowledge_through(5);
    CHECK_FALSE(broker.verdict(100ms));
    CHECK(intake.source->status().received == 0);
}

TEST_CASE("stopping waits for commits under way and then hangs up", "[intake_source]") {
    Intake intake;
    intake.start();
    Broker broker(intake.path());
    broker.publish(1);
    intake.taker.wait_for(1);
    std::thread stopping([&] { intake.source->stop(); });
    CHECK(support::eventually([&] { return !std::filesystem::exists(intake.path()); }));
    intake.source->acknowledge_through(1);
    stopping.join();
    CHECK(broker.verdict()->number == 1);
    CHECK(broker.is_ended());
    intake.source->stop();
}

TEST_CASE("an intake that cannot be opened is the operator's to mend", "[intake_source]") {
    Intake nobody("no-such-user-here");
    const auto unknown = nobody.source->start([](model::RawMessage&&) { return true; });
    REQUIRE_FALSE(unknown);
    CHECK(unknown.error().kind == ErrorKind::misconfigured);
    Intake first;
    first.start();
    metrics::Registry registry;
    const auto second = make_intake_source({true, first.path(), own_user()}, registry, system_clock());
    const auto taken = second->start([](model::RawMessage&&) { return true; });
    REQUIRE_FALSE(taken);
    CHECK(taken.error().kind == ErrorKind::misconfigured);
}

TEST_CASE("a large message in many pieces is one message", "[intake_source]") {
    Intake intake;
    intake.start();
    Broker broker(intake.path());
    const Bytes payload(intake::longest_payload, 'x');
    Bytes octets;
    REQUIRE(intake::write(intake::Message{1, 1, false, "m-1", "c", "devices/m-1/wave", payload}, octets));
    std::thread sending([&] {
        for (std::size_t at = 0; at < octets.size();) {
            const ssize_t sent = broker.send_some(ByteView(octets).subspan(at));
            if (sent <= 0) return;
            at += static_cast<std::size_t>(sent);
        }
    });
    const auto taken = intake.taker.wait_for(1);
    sending.join();
    CHECK(taken[0].payload == payload);
}

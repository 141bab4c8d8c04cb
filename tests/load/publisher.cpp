// Devices under load: publishes with QoS 1 over mutual TLS, one connection a device, a window of messages in
// flight.
//
//   load_publisher --port P --ca FILE --devices FOLDER --device-count N --count M --base MS
//                  [--content numerics|numeric|waveform] --payload 250|1024
//                  --persons K [--first-person F] --window W --rate R [--backlog B] [--out FILE]
//
// Message n is measured at base + n milliseconds by device n mod N and is about person F + n mod K; rate 0:
// as fast as the window lets. With --backlog, lines "taken T" on the standard input say how many messages the
// gateway has committed, and no more than B beyond that are published. --out gets the time of each
// publishing. FOLDER holds load-0001.pem, load-0001.key and so on. Prints one JSON object.

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <iostream>

#include "message_times.hpp"
#include "mqtt.hpp"
#include "options.hpp"
#include "payload.hpp"
#include "tls_peer.hpp"

namespace edgeward::load {
namespace {

struct Device {
    TlsPeer peer;
    std::string topic;
    std::string received;
    std::uint16_t next_id = 0;
};

std::string device_name(std::size_t number) {
    const std::string digits = std::to_string(number);
    return "load-" + std::string(4 - std::min<std::size_t>(digits.size(), 4), '0') + digits;
}

class Publisher {
public:
    explicit Publisher(const Options& options)
        : count_(static_cast<std::size_t>(options.number("count"))),
          window_(static_cast<std::size_t>(options.number("window", 1000))),
          backlog_(static_cast<std::size_t>(options.number("backlog", 0))),
          rate_(static_cast<double>(options.number("rate", 0))),
          base_(options.number("base")),
          payload_(content_of(options.text("content", "numerics")),
                   static_cast<std::size_t>(options.number("payload", 250)),
                   {static_cast<std::size_t>(options.number("first-person", 0)),
                    static_cast<std::size_t>(options.number("persons", 100))}),
          times_(base_, count_) {
        connect(options);
    }

    void run();
    void report(const std::string& file) const;

private:
    void connect(const Options& options);
    void publish_due();
    [[nodiscard]] bool may_publish() const;
    void wait();
    void take_answers(Device& device);
    void take_credit();

    std::size_t count_, window_, backlog_;
    double rate_;
    std::int64_t base_;
    Payload payload_;
    MessageTimes times_;
    std::vector<Device> devices_;
    std::string credit_text_;
    std::size_t sent_ = 0, acknowledged_ = 0, taken_ = 0;
    std::uint64_t begun_ = 0, ended_ = 0, latest_late_ = 0;
};

void Publisher::connect(const Options& options) {
    const std::string folder = options.text("devices");
    const auto port = static_cast<std::uint16_t>(options.number("port"));
    for (long long i = 1; i <= options.number("device-count", 20); ++i) {
        const std::string name = device_name(static_cast<std::size_t>(i));
        const std::string files = folder + "/" + name;
        const TlsContext context = client_context({options.text("ca"), files + ".pem", files + ".key"});
        devices_.push_back({TlsPeer::connect(context.get(), port), "devices/" + name + "/vitals", {}, 0});
        append_connect(devices_.back().peer.pending(), name);
        devices_.back().peer.flush();
    }
    for (Device& device : devices_) {
        while (first_packet(device.received).size == 0) {
            pollfd ready{device.peer.descriptor(), POLLIN, 0};
            ::poll(&ready, 1, 5000);
            if (!device.peer.read(device.received)) give_up("the broker refuses " + device.topic);
        }
        const Packet connack = first_packet(device.received);
        if (connack.type != PacketType::connack || connack.body[1] != 0)
            give_up("the broker refuses " + device.topic);
        device.received.erase(0, connack.size);
    }
}

bool Publisher::may_publish() const {
    return sent_ < count_ && sent_ - acknowledged_ < window_ && (backlog_ == 0 || sent_ < taken_ + backlog_);
}

void Publisher::publish_due() {
    std::size_t due = count_;
    if (rate_ > 0)
        due = static_cast<std::size_t>(static_cast<double>(monotonic_ns() - begun_) * rate_ / 1e9) + 1;
    while (may_publish() && sent_ < due) {
        Device& device = devices_[sent_ % devices_.size()];
        if (++device.next_id == 0) device.next_id = 1;
        const std::int64_t measured = base_ + static_cast<std::int64_t>(sent_);
        append_publish(device.peer.pending(), device.topic, device.next_id, payload_.text(sent_, measured));
        const std::uint64_t now = monotonic_ns();
        times_.note(measured, now);
        if (rate_ > 0) {
            const auto wanted = begun_ + static_cast<std::uint64_t>(static_cast<double>(sent_) / rate_ * 1e9);
            if (now > wanted) latest_late_ = std::max(latest_late_, now - wanted);
        }
        ++sent_;
        if (rate_ > 0) device.peer.flush();
    }
}

void Publisher::wait() {
    std::vector<pollfd> ready;
    for (Device& device : devices_) {
        if (device.peer.wants_to_write()) device.peer.flush();
        const short events = device.peer.wants_to_write() ? POLLIN | POLLOUT : POLLIN;
        ready.push_back({device.peer.descriptor(), events, 0});
    }
    if (backlog_ > 0) ready.push_back({STDIN_FILENO, POLLIN, 0});
    timespec patience{0, 100'000'000};
    if (rate_ > 0 && may_publish()) {
        const auto next = begun_ + static_cast<std::uint64_t>(static_cast<double>(sent_) / rate_ * 1e9);
        const std::uint64_t now = monotonic_ns();
        patience.tv_nsec =
            static_cast<long>(next > now ? std::min<std::uint64_t>(next - now, 100'000'000) : 0);
    }
    ::ppoll(ready.data(), ready.size(), &patience, nullptr);
    for (std::size_t i = 0; i < devices_.size(); ++i) {
        if ((ready[i].revents & (POLLIN | POLLHUP)) != 0) take_answers(devices_[i]);
    }
    if (backlog_ > 0 && ready.back().revents != 0) take_credit();
}

void Publisher::take_answers(Device& device) {
    if (!device.peer.read(device.received)) give_up("the broker closed the connection of " + device.topic);
    std::size_t at = 0;
    for (;;) {
        const Packet packet = first_packet(std::string_view(device.received).substr(at));
        if (packet.size == 0) break;
        at += packet.size;
        if (packet.type == PacketType::puback) ++acknowledged_;
    }
    device.received.erase(0, at);
}

void Publisher::take_credit() {
    std::array<char, 256> chunk{};
    const ssize_t got = ::read(STDIN_FILENO, chunk.data(), chunk.size());
    if (got <= 0) give_up("nobody says any more what the gateway has taken");
    credit_text_.append(chunk.data(), static_cast<std::size_t>(got));
    for (auto end = credit_text_.find('\n'); end != std::string::npos; end = credit_text_.find('\n')) {
        if (credit_text_.starts_with("taken ")) taken_ = std::stoull(credit_text_.substr(6, end - 6));
        credit_text_.erase(0, end + 1);
    }
}

void Publisher::run() {
    begun_ = monotonic_ns();
    while (acknowledged_ < count_) {
        publish_due();
        wait();
    }
    ended_ = monotonic_ns();
}

void Publisher::report(const std::string& file) const {
    if (!file.empty()) times_.write(file);
    std::cout << R"({"published":)" << sent_ << R"(,"acknowledged":)" << acknowledged_ << R"(,"begun_ns":)"
              << begun_ << R"(,"ended_ns":)" << ended_ << R"(,"latest_late_ns":)" << latest_late_
              << R"(,"cpu_us":)" << static_cast<long long>(cpu_microseconds()) << "}" << std::endl;
}

}  // namespace
}  // namespace edgeward::load

int main(int count, char** words) {
    const edgeward::load::Options options(count, words);
    edgeward::load::Publisher publisher(options);
    publisher.run();
    publisher.report(options.text("out", ""));
    return 0;
}

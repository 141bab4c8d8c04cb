#include "traffic_history.hpp"

namespace edgeward::app {
namespace {

// What is new since `before`, which becomes `now`.
std::uint64_t growth(std::uint64_t& before, std::uint64_t now) {
    const std::uint64_t grown = now < before ? 0 : now - before;
    before = now;
    return grown;
}

// One more interval; who was not there in the earlier ones had nothing then.
void extend(std::deque<std::uint64_t>& series, std::uint64_t value, std::size_t length) {
    while (series.size() + 1 < length)
        series.push_front(0);
    series.push_back(value);
    while (series.size() > length)
        series.pop_front();
}

}  // namespace

void TrafficHistory::start() {
    look();
    thread_.start([this] {
        while (thread_.pause(interval))
            look();
    });
}

void TrafficHistory::stop() {
    thread_.stop();
}

void TrafficHistory::look() {
    const auto devices = reader_.device_books();
    const auto destinations =
        devices ? reader_.destination_books()
                : Result<std::map<std::string, store::DestinationBook>>(failure(devices.error()));
    if (!destinations) {
        trouble_.raise("read", "the recent traffic cannot be read",
                       {{"reason", destinations.error().message}});
        return;
    }
    trouble_.clear("read", "the recent traffic can be read again");
    const std::lock_guard lock(mutex_);
    add(*devices, *destinations);
}

void TrafficHistory::add(const std::map<std::string, store::InboundBook>& devices,
                         const std::map<std::string, store::DestinationBook>& destinations) {
    // The first look only notes where the counters stand: what was counted before did not come in just now.
    const auto known = [first = !looked_](auto& counters, const std::string& name,
                                          std::uint64_t now) -> auto& {
        return counters.try_emplace(name, first ? now : 0).first->second;
    };
    const MonotonicTime now = clock_.monotonic();
    traffic_.until = clock_.now();
    if (looked_) traffic_.seconds.push_back(std::chrono::duration<double>(now - *looked_).count());
    if (traffic_.seconds.size() > most_intervals) traffic_.seconds.pop_front();
    looked_ = now;
    const std::size_t length = traffic_.seconds.size();
    for (const auto& [id, book] : devices)
        extend(traffic_.received[id], growth(known(received_, id, book.received), book.received), length);
    for (const auto& [name, book] : destinations) {
        auto& flow = traffic_.destinations[name];
        extend(flow.delivered, growth(known(delivered_, name, book.delivered), book.delivered), length);
        extend(flow.pending, book.pending, length);
    }
}

TrafficHistory::Traffic TrafficHistory::traffic() const {
    const std::lock_guard lock(mutex_);
    return traffic_;
}

}  // namespace edgeward::app

#include <edgeward/core/metrics.hpp>

#include <algorithm>
#include <cassert>
#include <map>
#include <mutex>
#include <stdexcept>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace edgeward::metrics {
namespace {

std::map<std::string, std::string> as_map(const Labels& labels) {
    return {labels.begin(), labels.end()};
}

const prometheus::Histogram::BucketBoundaries& latency_buckets() {
    static const prometheus::Histogram::BucketBoundaries seconds{
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60};
    return seconds;
}

}  // namespace

struct Registry::State {
    prometheus::Registry registry{prometheus::Registry::InsertBehavior::Merge};
    mutable std::mutex mutex;
    std::vector<std::function<void()>> refreshes;  // protected by mutex
};

void Counter::add(double amount) const {
    assert(amount >= 0);
    if (series_ != nullptr) static_cast<prometheus::Counter*>(series_)->Increment(amount);
}

void Counter::raise_to(double total) const {
    if (series_ == nullptr) return;
    auto& counter = *static_cast<prometheus::Counter*>(series_);
    counter.Increment(std::max(0.0, total - counter.Value()));
}

void Gauge::set(double value) const {
    if (series_ != nullptr) static_cast<prometheus::Gauge*>(series_)->Set(value);
}

void Gauge::add(double amount) const {
    if (series_ != nullptr) static_cast<prometheus::Gauge*>(series_)->Increment(amount);
}

void Histogram::observe(double value) const {
    if (series_ != nullptr) static_cast<prometheus::Histogram*>(series_)->Observe(value);
}

Registry::Registry() : state_(std::make_unique<State>()) {}
Registry::~Registry() = default;

Counter Registry::counter(std::string_view name, std::string_view help, const Labels& labels) {
    auto& family =
        prometheus::BuildCounter().Name(std::string(name)).Help(std::string(help)).Register(state_->registry);
    return Counter(&family.Add(as_map(labels)));
}

Gauge Registry::gauge(std::string_view name, std::string_view help, const Labels& labels) {
    auto& family =
        prometheus::BuildGauge().Name(std::string(name)).Help(std::string(help)).Register(state_->registry);
    return Gauge(&family.Add(as_map(labels)));
}

Histogram Registry::latency(std::string_view name, std::string_view help, const Labels& labels) {
    const auto is_bound = [](const auto& label) { return label.first == "le"; };
    if (std::any_of(labels.begin(), labels.end(), is_bound)) {
        throw std::invalid_argument("the label le belongs to the buckets");
    }
    auto& family = prometheus::BuildHistogram()
                       .Name(std::string(name))
                       .Help(std::string(help))
                       .Register(state_->registry);
    return Histogram(&family.Add(as_map(labels), latency_buckets()));
}

void Registry::on_collect(std::function<void()> refresh) {
    const std::lock_guard lock(state_->mutex);
    state_->refreshes.push_back(std::move(refresh));
}

std::string Registry::expose() const {
    std::vector<std::function<void()>> refreshes;
    {
        const std::lock_guard lock(state_->mutex);
        refreshes = state_->refreshes;
    }
    for (const auto& refresh : refreshes)
        refresh();
    return prometheus::TextSerializer().Serialize(state_->registry.Collect());
}

}  // namespace edgeward::metrics

#include <edgeward/delivery/delivery_service.hpp>

#include <algorithm>
#include <future>
#include <map>
#include <mutex>

#include <boost/asio/post.hpp>

#include <edgeward/core/log.hpp>

#include "destination_flow.hpp"
#include "dictionary_keeper.hpp"

namespace edgeward::delivery {
namespace {

using Flows = std::map<std::string, std::shared_ptr<DestinationFlow>>;  // see DestinationFlow

// How long sends under way may take when a reload replaces their flow.
constexpr std::chrono::seconds reload_patience{10};
// After its transport was closed a flow ends at once; one that does not is left to itself.
constexpr std::chrono::seconds close_patience{10};

// A thread runs one thing at a time: what was posted for a flow before this has run when this comes back.
void let_pass(const std::vector<DeliveryThread>& threads) {
    for (const auto& thread : threads) {
        std::promise<void> passed;
        boost::asio::post(thread.executor, [&passed] { passed.set_value(); });
        passed.get_future().wait();
    }
}

void end(Flows& flows, const std::vector<DeliveryThread>& threads, std::chrono::milliseconds patience) {
    if (flows.empty()) return;
    std::map<std::string, std::future<void>> endings;
    for (auto& [name, flow] : flows) {
        endings.emplace(name, flow->ended());
        flow->request_stop();
    }
    const auto deadline = std::chrono::steady_clock::now() + patience;
    for (auto& [name, ending] : endings) {
        if (ending.wait_until(deadline) == std::future_status::ready) continue;
        log::warning("a send was cut off at shutdown; it will be repeated with the same identifiers",
                     {{"destination", name}});
        flows.at(name)->close_transport();
        if (ending.wait_for(close_patience) == std::future_status::ready) continue;
        log::error("a destination did not end when it was told to", {{"destination", name}});
    }
    let_pass(threads);
    flows.clear();
}

// Which detectors do not look at what leaves is nothing to find out later.
std::vector<audit::Event> unguarded_events(const std::vector<DestinationSettings>& destinations) {
    std::vector<audit::Event> events;
    for (const auto& settings : destinations) {
        const std::string off = unguarded(settings);
        if (off.empty()) continue;
        log::warning("detectors of persons are off for a destination",
                     {{"destination", settings.name}, {"detectors", off}});
        audit::Event event;
        event.actor = "gateway";
        event.action = audit::Action::egress_unguarded;
        event.object = settings.name;
        event.rule = off;
        events.push_back(std::move(event));
    }
    return events;
}

bool asks_dictionary(const DestinationSettings& settings) {
    return settings.level != model::IdentityLevel::identified && settings.inspection.enabled;
}

}  // namespace

struct DeliveryService::State {
    explicit State(const DeliveryParts& given) : parts(given), keeper(given.vault, given.metrics) {}

    DeliveryParts parts;
    mutable std::mutex mutex;
    Flows flows;
    bool begun = false;  // a plan has been applied
    DictionaryKeeper keeper;

    // At the start there is nothing better to keep; later only what was no better before.
    [[nodiscard]] bool may_be_unusable(const std::string& name) const {
        const std::lock_guard lock(mutex);
        const auto running = flows.find(name);
        return !begun || (running != flows.end() && !running->second->status().usable);
    }
};

DeliveryService::DeliveryService(const DeliveryParts& parts) : state_(std::make_unique<State>(parts)) {}

DeliveryService::~DeliveryService() = default;

Result<void> DeliveryService::apply(DeliveryPlan plan, const std::vector<audit::Event>& records) {
    const auto devices = std::make_shared<const device::DeviceRegistry>(std::move(plan.devices));
    const auto unguarded = unguarded_events(plan.destinations);
    const bool needs_dictionary = std::ranges::any_of(plan.destinations, asks_dictionary);
    Flows next;
    std::vector<std::string> names;
    for (auto& settings : plan.destinations) {
        names.push_back(settings.name);
        const auto& threads = state_->parts.threads;
        auto flow = DestinationFlow::open(std::move(settings), state_->parts,
                                          threads[next.size() % threads.size()], devices, plan.policy);
        if (const auto& trouble = flow->unusable(); trouble && !state_->may_be_unusable(names.back()))
            return failure(*trouble);
        next.emplace(names.back(), std::move(flow));
    }
    auto known = state_->parts.writer.run([&](store::ObservationStore& store) -> Result<void> {
        auto done = store.set_destinations(names);
        for (auto event = unguarded.begin(); done && event != unguarded.end(); ++event)
            done = store.append_audit(*event);
        for (auto record = records.begin(); done && record != records.end(); ++record)
            done = store.append_audit(*record);
        return done;
    });
    if (!known) return known;
    if (needs_dictionary) state_->keeper.start();
    auto controls = state_->parts.threads.front().reader.destination_controls();
    if (!controls) return failure(std::move(controls.error()));
    Flows old;
    {
        const std::lock_guard lock(state_->mutex);
        old.swap(state_->flows);
    }
    // Before its successor claims, so that no report is sent by both.
    end(old, state_->parts.threads, reload_patience);
    const std::lock_guard lock(state_->mutex);
    state_->flows = std::move(next);
    state_->begun = true;
    for (auto& [name, flow] : state_->flows) {
        flow->set_mode((*controls)[name].mode);
        flow->start();
    }
    return {};
}

void DeliveryService::wake() {
    const std::lock_guard lock(state_->mutex);
    for (auto& [name, flow] : state_->flows)
        flow->wake();
}

void DeliveryService::claim_again(std::string_view destination) {
    const std::lock_guard lock(state_->mutex);
    const auto flow = state_->flows.find(std::string(destination));
    if (flow != state_->flows.end()) flow->second->claim_again();
}

void DeliveryService::look_again_at_restricted() {
    const std::lock_guard lock(state_->mutex);
    for (const auto& [name, flow] : state_->flows)
        flow->claim_again();
}

void DeliveryService::drop(const std::vector<std::uint64_t>& reports) {
    const std::lock_guard lock(state_->mutex);
    for (auto& [name, flow] : state_->flows)
        flow->drop(reports);
}

void DeliveryService::forget(const std::vector<model::Pseudonym>& subjects) {
    const std::lock_guard lock(state_->mutex);
    for (auto& [name, flow] : state_->flows)
        flow->forget(subjects);
}

void DeliveryService::set_mode(std::string_view destination, store::DestinationMode mode) {
    const std::lock_guard lock(state_->mutex);
    const auto flow = state_->flows.find(std::string(destination));
    if (flow != state_->flows.end()) flow->second->set_mode(mode);
}

void DeliveryService::stop(std::chrono::milliseconds patience) {
    Flows old;
    {
        const std::lock_guard lock(state_->mutex);
        old.swap(state_->flows);
    }
    end(old, state_->parts.threads, patience);
}

std::vector<DestinationSettings> DeliveryService::destinations() const {
    const std::lock_guard lock(state_->mutex);
    std::vector<DestinationSettings> all;
    for (const auto& [name, flow] : state_->flows)
        all.push_back(flow->settings());
    return all;
}

std::vector<DestinationStatus> DeliveryService::status() const {
    const std::lock_guard lock(state_->mutex);
    std::vector<DestinationStatus> all;
    for (const auto& [name, flow] : state_->flows)
        all.push_back(flow->status());
    return all;
}

}  // namespace edgeward::delivery

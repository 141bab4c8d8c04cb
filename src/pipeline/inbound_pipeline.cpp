#include <edgeward/pipeline/inbound_pipeline.hpp>

#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <semaphore>
#include <thread>
#include <utility>
#include <vector>

#include <edgeward/core/bounded_queue.hpp>
#include <edgeward/core/log.hpp>

#include "device_desk.hpp"
#include "inbound_decoder.hpp"

namespace edgeward::pipeline {
namespace {

struct Arrival {
    model::RawMessage message;
    std::size_t source;
};
// Messages decoded together and committed as one job.
struct Decoded {
    std::vector<store::Inbound> messages;
    std::vector<std::size_t> sources;             // where each came from
    std::map<std::size_t, std::uint64_t> newest;  // ticket of each source that has a message here
    std::vector<store::AlarmChange> alarms;       // what its reports have led to
    bool urgent = false;                          // somebody waits for one of them
};
using Batch = std::shared_ptr<Decoded>;  // shared: std::function needs copyable captures

// How long a message waits before the vault is asked again.
constexpr std::chrono::milliseconds vault_patience{500};
// How often the device watch is asked when nothing comes.
constexpr std::chrono::milliseconds look_interval{200};

}  // namespace

struct InboundPipeline::State {
    State(const PipelineSettings& chosen, const PipelineParts& given, Catalogue first)
        : settings(chosen),
          parts(given),
          decoder(given.vault, given.technical_key, given.quarantine_key, chosen.largest_message),
          desk(chosen.watch, given.writer, given.clock, [this] { return listening(); }),
          queue(chosen.queue_capacity),
          catalogue(std::make_shared<const Catalogue>(std::move(first))),
          room(static_cast<std::ptrdiff_t>(chosen.batches_under_way)),
          commit_latency(given.metrics.latency("edgeward_commit_latency_seconds",
                                               "Time from receiving a message to its durable commit.")) {}

    void run();
    std::chrono::milliseconds hand_over_when_due(Batch& batch, bool now);
    bool take(model::RawMessage& message, std::size_t source, Decoded& batch);
    void hand_over(const Batch& batch);
    void committed(const Batch& batch, const Result<void>& result);
    Result<store::Inbound> decode_patiently(const model::RawMessage& message,
                                            std::vector<model::Report>* plain);
    void look(const model::RawMessage& message, const store::Inbound& inbound,
              const std::vector<model::Report>& plain, Decoded& batch);
    // A commit that failed is final: what the vault does afterwards makes nothing ready again.
    void set_health(Result<void> state) {
        const std::lock_guard lock(mutex);
        if (!broken) health = std::move(state);
    }
    void break_off(Error reason) {
        const std::lock_guard lock(mutex);
        health = failure(std::move(reason));
        broken = true;
    }
    void acknowledge(const Decoded& batch);
    bool listening() const {
        const std::lock_guard lock(mutex);
        return !held && parts.listening();
    }
    std::shared_ptr<const Catalogue> current() const {
        const std::lock_guard lock(mutex);
        return catalogue;
    }

    PipelineSettings settings;
    PipelineParts parts;
    InboundDecoder decoder;
    DeviceDesk desk;
    mapping::SparkplugNodes nodes;
    BoundedQueue<Arrival> queue;
    mutable std::mutex mutex;
    std::shared_ptr<const Catalogue> catalogue;  // shared: a reload replaces it while messages are decoded
    Result<void> health{};
    std::counting_semaphore<> room;  // batches that may still be handed over
    MonotonicTime next_batch{};      // ew-pipe only: not before, unless it is urgent or full
    metrics::Histogram commit_latency;
    log::Trouble trouble;
    std::atomic<bool> stopping{false};
    std::atomic<std::uint64_t> taken{0};
    std::atomic<std::uint64_t> ended{0};
    std::atomic<bool> broken{false};      // a batch could not be committed
    std::condition_variable stop_signal;  // also of `held`
    bool held = false;                    // under mutex
    std::thread thread;
};

Result<store::Inbound> InboundPipeline::State::decode_patiently(const model::RawMessage& message,
                                                                std::vector<model::Report>* plain) {
    for (;;) {
        if (plain != nullptr) plain->clear();
        auto inbound = decoder.decode(message, *current(), std::nullopt, plain);
        if (inbound) {
            trouble.clear("vault", "the vault answers again");
            set_health({});
            return inbound;
        }
        trouble.raise("vault", "the vault cannot serve; messages wait unacknowledged",
                      {{"kind", name_of(inbound.error().kind)}, {"reason", inbound.error().message}});
        set_health(failure(Error(inbound.error()).during("vault")));
        if (inbound.error().kind == ErrorKind::corrupt) return inbound;
        std::unique_lock lock(mutex);
        if (stop_signal.wait_for(lock, vault_patience, [this] { return stopping.load(); })) return inbound;
    }
}

void InboundPipeline::State::look(const model::RawMessage& message, const store::Inbound& inbound,
                                  const std::vector<model::Report>& plain, Decoded& batch) {
    if (!std::holds_alternative<store::Stored>(inbound.fate)) return;
    const auto now = current();
    const device::Device* device = now->devices.find(inbound.device);
    if (device == nullptr) return;
    for (const auto& report : plain)
        parts.watcher.look(report, device->mapping, message.redelivered, batch.alarms);
}

// False: neither this nor a later message is acknowledged, and the broker keeps them.
bool InboundPipeline::State::take(model::RawMessage& message, std::size_t source, Decoded& batch) {
    if (const auto gap = nodes.complete(message, current()->devices)) desk.miss(*gap);
    const bool watched = parts.watcher.wanted();
    std::vector<model::Report> plain;
    auto inbound = decode_patiently(message, watched ? &plain : nullptr);
    if (!inbound) return false;
    desk.see(message, *inbound);
    if (watched) look(message, *inbound, plain, batch);
    batch.messages.push_back(*std::move(inbound));
    batch.sources.push_back(source);
    batch.newest[source] = message.ticket;
    batch.urgent = batch.urgent || !batch.alarms.empty() || !parts.reads_ahead(source);
    return true;
}

// How long the next message may be waited for.
std::chrono::milliseconds InboundPipeline::State::hand_over_when_due(Batch& batch, bool now) {
    if (batch->messages.empty()) return look_interval;
    const auto time = std::chrono::steady_clock::now();
    if (now || batch->messages.size() >= settings.batch_limit) {
        room.acquire();
    } else if (!batch->urgent && time < next_batch) {
        return std::chrono::ceil<std::chrono::milliseconds>(next_batch - time);
    } else if (!room.try_acquire()) {
        return look_interval;  // a place that becomes free comes with a nudge
    }
    next_batch = time + settings.between_batches;
    hand_over(std::exchange(batch, std::make_shared<Decoded>()));
    return look_interval;
}

// Messages are decoded and looked at as they come. While all batches are under way, or the one before was
// handed over a moment ago, they join the one that is next, up to its limit: an alarm does not wait for a
// commit.
void InboundPipeline::State::run() {
    pthread_setname_np(pthread_self(), "ew-pipe");
    std::vector<Arrival> messages;
    auto batch = std::make_shared<Decoded>();
    auto patience = look_interval;
    while (!queue.finished() || !batch->messages.empty()) {
        messages.clear();
        queue.pop(messages, settings.batch_limit - batch->messages.size(), patience);
        desk.turn(current()->devices);
        const bool blocked = !std::ranges::all_of(
            messages, [&](Arrival& one) { return take(one.message, one.source, *batch); });
        if (blocked) queue.close();
        patience = hand_over_when_due(batch, blocked || queue.finished());
        if (blocked) return;
    }
}

void InboundPipeline::State::hand_over(const Batch& batch) {
    const bool submitted =
        parts.writer.submit({[batch](store::ObservationStore& store) {
                                 auto recorded = store.record(batch->messages);
                                 if (recorded && !batch->alarms.empty())
                                     recorded = store.save_alarms(batch->alarms);
                                 return recorded;
                             },
                             [this, batch](const Result<void>& result) { committed(batch, result); }});
    if (!submitted) room.release();
}

void InboundPipeline::State::committed(const Batch& batch, const Result<void>& result) {
    if (!result) {
        // The writer waits out a full disk by itself, so this is final. Acknowledging a later batch would
        // acknowledge this one too: from here on nothing is, and the broker keeps it all.
        break_off(Error(result.error()).during("store"));
    } else if (!broken) {
        acknowledge(*batch);
        if (!batch->alarms.empty()) parts.watcher.on_disk(batch->alarms);
    }
    ended += batch->messages.size();
    // Last: stop() returns, and this object may end, when all places are free and the queue's lock is.
    queue.nudge([this] { room.release(); });
}

void InboundPipeline::State::acknowledge(const Decoded& batch) {
    const Instant now = parts.clock.now();
    bool has_reports = false;
    for (const auto& inbound : batch.messages) {
        commit_latency.observe(std::chrono::duration<double>(now - inbound.received).count());
        has_reports = has_reports || std::holds_alternative<store::Stored>(inbound.fate);
    }
    for (std::size_t i = 0; parts.told && i < batch.messages.size(); ++i)
        parts.told(batch.sources[i], batch.messages[i]);
    for (const auto& [source, ticket] : batch.newest)
        parts.acknowledge(source, ticket);
    if (has_reports) parts.stored();
}

InboundPipeline::InboundPipeline(const PipelineSettings& settings, const PipelineParts& parts,
                                 Catalogue catalogue)
    : state_(std::make_unique<State>(settings, parts, std::move(catalogue))) {}

InboundPipeline::~InboundPipeline() {
    stop();
}

void InboundPipeline::start() {
    state_->thread = std::thread([this] { state_->run(); });
}

bool InboundPipeline::accept(model::RawMessage&& message, std::size_t source) {
    {
        std::unique_lock lock(state_->mutex);
        state_->stop_signal.wait(lock, [this] { return !state_->held || state_->stopping; });
        if (state_->held) return false;
    }
    ++state_->taken;
    if (state_->queue.push({std::move(message), source})) return true;
    --state_->taken;
    return false;
}

void InboundPipeline::hold() {
    const std::lock_guard lock(state_->mutex);
    state_->held = true;
}

void InboundPipeline::release() {
    {
        const std::lock_guard lock(state_->mutex);
        state_->held = false;
    }
    state_->stop_signal.notify_all();
}

void InboundPipeline::stop() {
    {
        const std::lock_guard lock(state_->mutex);
        state_->stopping = true;
    }
    state_->stop_signal.notify_all();
    state_->queue.close();
    if (state_->thread.joinable()) state_->thread.join();
    // Every batch handed over has come back when all its places are free again.
    for (std::size_t i = 0; i < state_->settings.batches_under_way; ++i)
        state_->room.acquire();
    (void)state_->queue.size();  // the last one's nudge is over
    state_->room.release(static_cast<std::ptrdiff_t>(state_->settings.batches_under_way));
    state_->desk.finish();
}

std::uint64_t InboundPipeline::taken() const {
    return state_->taken;
}

std::uint64_t InboundPipeline::ended() const {
    return state_->ended;
}

void InboundPipeline::recall(store::StoreReader::WatchedDevices known) {
    state_->desk.recall(std::move(known), state_->current()->devices);
}

std::vector<device::Watched> InboundPipeline::watched() const {
    return state_->desk.all();
}

void InboundPipeline::replace(Catalogue catalogue) {
    auto next = std::make_shared<const Catalogue>(std::move(catalogue));
    const std::lock_guard lock(state_->mutex);
    state_->catalogue = std::move(next);
}

std::shared_ptr<const Catalogue> InboundPipeline::catalogue() const {
    return state_->current();
}

Result<void> InboundPipeline::health() const {
    const std::lock_guard lock(state_->mutex);
    return state_->health;
}

Result<store::Inbound> InboundPipeline::decode_again(
    const store::QuarantineEntry& entry, const std::optional<model::PatientIdentifier>& whose) const {
    auto opened = open_quarantined(entry, state_->parts.quarantine_key);
    if (!opened) return failure(std::move(opened.error()));
    if (opened->topic.empty())
        return state_->decoder.decode_held(entry, opened->payload, *state_->current(), whose);
    model::RawMessage message;
    if (model::sender_of_topic(opened->topic)) message.source = model::Source::hl7;
    if (model::modality_of_topic(opened->topic)) message.source = model::Source::dicom;
    message.topic = std::move(opened->topic);
    message.payload = std::move(opened->payload);
    message.received = entry.received;
    auto inbound = state_->decoder.decode(message, *state_->current(), whose);
    if (!inbound) return inbound;
    if (const auto* again = std::get_if<store::Quarantined>(&inbound->fate)) {
        return failure(ErrorKind::invalid_input, again->reason + ": " + again->detail);
    }
    return inbound;
}

}  // namespace edgeward::pipeline

#include "destination_flow.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include <edgeward/core/log.hpp>
#include <edgeward/pseudonym/pseudonymizer.hpp>
#include <edgeward/store/report_seal.hpp>

namespace edgeward::delivery {
namespace {

constexpr std::size_t window = 512;  // reports in memory, examined and not yet settled

}  // namespace

DestinationFlow::DestinationFlow(DestinationSettings settings, const DeliveryParts& parts,
                                 const DeliveryThread& thread,
                                 std::shared_ptr<const device::DeviceRegistry> devices,
                                 policy::Decider policy, Result<std::unique_ptr<transport::Transport>> opened)
    : settings_(std::move(settings)),
      parts_(parts),
      thread_(thread),
      devices_(std::move(devices)),
      disclosure_(settings_, parts_.vault, parts_.technical_key, parts_.clock, std::move(policy)),
      renderer_(settings_, parts_.vault, parts_.pseudonymizer, *devices_, parts_.objects),
      guard_(settings_, parts_, *devices_),
      volume_(settings_.volume),
      settlement_(settings_.name, parts_.writer, thread_.executor,
                  [this](const std::vector<store::Settlement>& settled) {
                      for (const auto& one : settled) {
                          claimed_.erase(one.report);
                          taken_back_.erase(one.report);
                      }
                  }),
      scheduler_(window),
      work_(thread_.executor),
      more_(thread_.executor),
      pace_(thread_.executor),
      backoff_(settings_.backoff) {
    const metrics::Labels labels = {{"destination", settings_.name}};
    auto& metrics = parts_.metrics;
    sent_ = metrics.counter("edgeward_delivery_reports_total", "Reports a destination acknowledged.", labels);
    ambiguous_ = metrics.counter(
        "edgeward_delivery_ambiguous_total",
        "Messages sent without a usable answer; they are resent with the same identifiers.", labels);
    dead_ =
        metrics.counter("edgeward_delivery_dead_letters_total", "Reports that became dead letters.", labels);
    volume_exceeded_ =
        metrics.counter("edgeward_destination_volume_exceeded_total",
                        "How often a volume budget was used up, or more left than usual.", labels);
    unknown_cases_ = metrics.gauge("edgeward_delivery_unknown_cases",
                                   "Persons whose reports wait because the destination does not know patient "
                                   "or case yet.",
                                   labels);
    up_ = metrics.gauge("edgeward_destination_up", "1 while the destination answers.", labels);
    again_ = metrics.counter("edgeward_delivery_again_total",
                             "Reports taken up again after a retry or a replay.", labels);
    paused_ = metrics.gauge("edgeward_destination_paused", "1 while an operator has paused it.", labels);
    draining_ = metrics.gauge("edgeward_destination_draining", "1 while it gets no new reports.", labels);
    last_success_ = metrics.gauge("edgeward_delivery_last_success_timestamp_seconds",
                                  "Unix time of the newest acknowledgement.", labels);
    latency_ = metrics.latency("edgeward_delivery_latency_seconds",
                               "Time from receiving a message to the destination's acknowledgement.", labels);
    status_ = {
        settings_.name, std::string(settings_.kind()), settings_.level, settings_.purpose, true, true, {}};
    status_.domain = settings_.domain;
    status_.pseudonym_prefix = settings_.pseudonym_prefix;
    up_.set(1);
    if (opened) {
        transport_ = *std::move(opened);
    } else {
        unusable_ = std::move(opened.error()).during("destination " + settings_.name);
    }
}

DestinationFlow::~DestinationFlow() = default;

std::shared_ptr<DestinationFlow> DestinationFlow::open(DestinationSettings settings,
                                                       const DeliveryParts& parts,
                                                       const DeliveryThread& thread,
                                                       std::shared_ptr<const device::DeviceRegistry> devices,
                                                       policy::Decider policy) {
    auto opened = parts.open_transport(settings, thread.executor);
    return std::shared_ptr<DestinationFlow>(new DestinationFlow(
        std::move(settings), parts, thread, std::move(devices), std::move(policy), std::move(opened)));
}

void DestinationFlow::start() {
    if (transport_) {
        launch();
        return;
    }
    say_unusable(*unusable_);
    auto finished = [this, self = shared_from_this()](const std::exception_ptr& broken) {
        if (broken)
            log::error("a delivery coroutine ended by an exception", {{"destination", settings_.name}});
        if (!transport_ || stopping_) {
            ended_.set_value();
        } else {
            launch();
        }
    };
    boost::asio::co_spawn(thread_.executor, wait_for_transport(), std::move(finished));
}

// Nothing is claimed and no identity asked for while nothing could be sent.
boost::asio::awaitable<void> DestinationFlow::wait_for_transport() {
    while (!stopping_) {
        const MonotonicTime next = after(settings_.backoff.longest);
        while (!stopping_ && std::chrono::steady_clock::now() < next)
            co_await work_.wait(next);
        if (stopping_) co_return;
        auto opened = parts_.open_transport(settings_, thread_.executor);
        if (!opened) {
            say_unusable(std::move(opened.error()).during("destination " + settings_.name));
            continue;
        }
        transport_ = *std::move(opened);
        trouble_.clear("transport", "destination can be used again", {{"destination", settings_.name}});
        say_status(true, {});
        co_return;
    }
}

void DestinationFlow::say_unusable(const Error& error) {
    trouble_.raise(
        "transport", "destination cannot be used; its queue waits on disk",
        {{"destination", settings_.name}, {"kind", name_of(error.kind)}, {"reason", error.message}});
    say_status(false, error.message);
}

void DestinationFlow::launch() {
    const std::size_t senders = transport_->concurrency();
    running_ = senders + 2;
    auto finished = [this, self = shared_from_this()](const std::exception_ptr& broken) {
        if (broken)
            log::error("a delivery coroutine ended by an exception", {{"destination", settings_.name}});
        // The last sender lets the settlement desk end, the desk is the last one.
        --running_;
        if (running_ == 1) settlement_.finish();
        if (running_ == 0) ended_.set_value();
    };
    if (const auto* form = std::get_if<FhirForm>(&settings_.form)) {
        // Nobody waits for it: without a statement deliveries go on all the same.
        auto kept = [self = shared_from_this()](const std::exception_ptr&) {};
        boost::asio::co_spawn(thread_.executor, look_at_abilities(*form), std::move(kept));
    }
    boost::asio::co_spawn(thread_.executor, settlement_.run(), finished);
    boost::asio::co_spawn(thread_.executor, feed(), finished);
    for (std::size_t i = 0; i < senders; ++i)
        boost::asio::co_spawn(thread_.executor, send(i == 0), finished);
}

void DestinationFlow::wake() {
    boost::asio::post(thread_.executor, [self = shared_from_this()] {
        self->news_ = true;
        self->more_.notify();
    });
}

void DestinationFlow::claim_again() {
    boost::asio::post(thread_.executor, [self = shared_from_this()] {
        self->again_asked_ = true;
        self->again_cursor_ = 0;
        self->retry_parked();
        self->more_.notify();
    });
}

void DestinationFlow::drop(std::vector<std::uint64_t> reports) {
    boost::asio::post(thread_.executor, [self = shared_from_this(), reports = std::move(reports)] {
        for (const auto report : reports) {
            if (self->admitting_ > 0 || self->claimed_.contains(report)) self->taken_back_.insert(report);
        }
        // What takes them back may be queued where only a look for reports pending again finds it.
        self->again_asked_ = true;
        self->again_cursor_ = 0;
        self->news_ = true;
        self->more_.notify();
    });
}

void DestinationFlow::set_mode(store::DestinationMode mode) {
    paused_.set(mode == store::DestinationMode::paused ? 1 : 0);
    draining_.set(mode == store::DestinationMode::draining ? 1 : 0);
    {
        const std::lock_guard lock(status_mutex_);
        status_.mode = mode;
    }
    boost::asio::post(thread_.executor, [self = shared_from_this(), mode] {
        self->mode_ = mode;
        if (mode == store::DestinationMode::running) self->forgive_volume();
        if (mode == store::DestinationMode::draining) self->retry_parked();
        self->news_ = true;
        self->more_.notify();
        self->work_.notify();
    });
}

void DestinationFlow::forget(const std::vector<model::Pseudonym>& subjects) {
    boost::asio::post(thread_.executor, [self = shared_from_this(), subjects] {
        for (const auto& subject : subjects) {
            const std::string lane = lane_of(subject, {});
            for (const auto& report : self->scheduler_.remove(lane))
                self->settle(settlement_of(report.row, store::DeliveryState::erased, "erased"));
            self->parked_.erase(lane);
        }
        self->more_.notify();
    });
}

void DestinationFlow::request_stop() {
    boost::asio::post(thread_.executor, [self = shared_from_this()] {
        self->stopping_ = true;
        self->more_.notify();
        self->pace_.notify();
        self->work_.notify();
    });
}

void DestinationFlow::close_transport() {
    boost::asio::post(thread_.executor, [self = shared_from_this()] {
        if (self->transport_) self->transport_->close();
    });
}

std::future<void> DestinationFlow::ended() {
    return ended_.get_future();
}

DestinationStatus DestinationFlow::status() const {
    const std::lock_guard lock(status_mutex_);
    return status_;
}

void DestinationFlow::say_status(bool answering, std::string trouble) {
    up_.set(answering ? 1 : 0);
    const std::lock_guard lock(status_mutex_);
    status_.answering = answering;
    status_.usable = transport_ != nullptr;
    status_.trouble = std::move(trouble);
}

}  // namespace edgeward::delivery

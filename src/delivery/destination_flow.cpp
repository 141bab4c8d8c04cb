#include "destination_flow.hpp"

#include <algorithm>
#include <functional>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include <edgeward/core/log.hpp>
#include <edgeward/pseudonym/pseudonymizer.hpp>
#include <edgeward/store/report_seal.hpp>

namespace edgeward::delivery {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t window = 512;  // reports in memory, examined and not yet settled
constexpr std::size_t claim_at_once = 128;
constexpr seconds idle_poll{5};     // in case a wake-up was before its commit
constexpr seconds trouble_wait{1};  // store or vault cannot serve

MonotonicTime after(milliseconds wait) {
    return std::chrono::steady_clock::now() + wait;
}

}  // namespace

DestinationFlow::DestinationFlow(DestinationSettings settings, const DeliveryParts& parts,
                                 std::shared_ptr<const device::DeviceRegistry> devices,
                                 Result<std::unique_ptr<transport::Transport>> opened)
    : settings_(std::move(settings)),
      parts_(parts),
      devices_(std::move(devices)),
      disclosure_(settings_, parts_.vault, parts_.technical_key, parts_.clock),
      renderer_(settings_, parts_.vault, parts_.pseudonymizer, *devices_),
      settlement_(settings_.name, parts_.writer, parts_.executor,
                  [this](const std::vector<store::Settlement>& settled) {
                      for (const auto& one : settled)
                          claimed_.erase(one.report);
                  }),
      scheduler_(window),
      work_(parts_.executor),
      more_(parts_.executor),
      backoff_(settings_.backoff) {
    const metrics::Labels labels = {{"destination", settings_.name}};
    auto& metrics = parts_.metrics;
    sent_ = metrics.counter("edgeward_delivery_reports_total", "Reports a destination acknowledged.", labels);
    ambiguous_ = metrics.counter(
        "edgeward_delivery_ambiguous_total",
        "Messages sent without a usable answer; they are resent with the same identifiers.", labels);
    dead_ =
        metrics.counter("edgeward_delivery_dead_letters_total", "Reports that became dead letters.", labels);
    up_ = metrics.gauge("edgeward_destination_up", "1 while the destination answers.", labels);
    last_success_ = metrics.gauge("edgeward_delivery_last_success_timestamp_seconds",
                                  "Unix time of the newest acknowledgement.", labels);
    latency_ = metrics.latency("edgeward_delivery_latency_seconds",
                               "Time from receiving a message to the destination's acknowledgement.", labels);
    status_ = {settings_.name, std::string(settings_.kind()), settings_.level, true, true, {}};
    up_.set(1);
    if (opened) {
        transport_ = *std::move(opened);
    } else {
        unusable_ = std::move(opened.error()).during("destination " + settings_.name);
    }
}

DestinationFlow::~DestinationFlow() = default;

std::shared_ptr<DestinationFlow> DestinationFlow::open(
    DestinationSettings settings, const DeliveryParts& parts,
    std::shared_ptr<const device::DeviceRegistry> devices) {
    auto opened = parts.open_transport(settings);
    return std::shared_ptr<DestinationFlow>(
        new DestinationFlow(std::move(settings), parts, std::move(devices), std::move(opened)));
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
    boost::asio::co_spawn(parts_.executor, wait_for_transport(), std::move(finished));
}

// Nothing is claimed and no identity asked for while nothing could be sent.
boost::asio::awaitable<void> DestinationFlow::wait_for_transport() {
    while (!stopping_) {
        const MonotonicTime next = after(settings_.backoff.longest);
        while (!stopping_ && std::chrono::steady_clock::now() < next)
            co_await work_.wait(next);
        if (stopping_) co_return;
        auto opened = parts_.open_transport(settings_);
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
    boost::asio::co_spawn(parts_.executor, settlement_.run(), finished);
    boost::asio::co_spawn(parts_.executor, feed(), finished);
    for (std::size_t i = 0; i < senders; ++i)
        boost::asio::co_spawn(parts_.executor, send(i == 0), finished);
}

void DestinationFlow::wake() {
    boost::asio::post(parts_.executor, [self = shared_from_this()] { self->more_.notify(); });
}

void DestinationFlow::claim_again() {
    boost::asio::post(parts_.executor, [self = shared_from_this()] {
        self->rewind_asked_ = true;
        self->more_.notify();
    });
}

void DestinationFlow::request_stop() {
    boost::asio::post(parts_.executor, [self = shared_from_this()] {
        self->stopping_ = true;
        self->more_.notify();
        self->work_.notify();
    });
}

void DestinationFlow::close_transport() {
    boost::asio::post(parts_.executor, [self = shared_from_this()] {
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

// ---- feeding

boost::asio::awaitable<void> DestinationFlow::feed() {
    recall_parked();
    while (!stopping_) {
        release_held();
        if (rewind_asked_) co_await rewind();
        const bool moved = co_await feed_parked() || co_await feed_pending();
        if (!moved && !stopping_) co_await more_.wait(next_due());
    }
}

// Claims from the beginning of the queue again; what is in memory is passed over.
boost::asio::awaitable<void> DestinationFlow::rewind() {
    rewind_asked_ = false;
    co_await settlement_.settled();
    cursor_ = 0;
    for (auto& [lane, parked] : parked_)
        parked.due = std::chrono::steady_clock::now();
}

MonotonicTime DestinationFlow::next_due() const {
    MonotonicTime due = after(idle_poll);
    for (const auto& [lane, parked] : parked_) {
        if (parked.in_memory == 0) due = std::min(due, parked.due);
    }
    for (const auto& [lane, until] : held_)
        due = std::min(due, until);
    // Something due that cannot be served now must not spin.
    return std::max(due, after(milliseconds(20)));
}

void DestinationFlow::recall_parked() {
    auto subjects = parts_.reader.parked_subjects(settings_.name);
    if (!subjects) {
        log::error("parked persons cannot be read",
                   {{"destination", settings_.name}, {"reason", subjects.error().message}});
        return;
    }
    const Instant now = parts_.clock.now();
    for (const auto& [subject, retry_at] : *subjects) {
        store::Delivery row;
        row.subject = subject;
        const auto wait = std::clamp(std::chrono::duration_cast<milliseconds>(retry_at - now),
                                     milliseconds(0), settings_.backoff.longest);
        parked_.insert_or_assign(lane_of(row), Parked{subject, after(wait), 0, deliveries_});
    }
}

void DestinationFlow::release_held() {
    const auto now = std::chrono::steady_clock::now();
    for (auto place = held_.begin(); place != held_.end();) {
        if (place->second > now) {
            ++place;
            continue;
        }
        scheduler_.release(place->first);
        place = held_.erase(place);
        work_.notify();
    }
}

boost::asio::awaitable<bool> DestinationFlow::feed_pending() {
    if (settlement_.is_overloaded()) co_await settlement_.settled();
    const std::size_t room = std::min(scheduler_.room(), claim_at_once);
    if (room == 0) co_return false;
    auto rows = parts_.reader.pending(settings_.name, cursor_, room);
    if (!rows) {
        trouble_.raise("claim", "the delivery queue cannot be read",
                       {{"destination", settings_.name}, {"reason", rows.error().message}});
        co_await more_.wait(after(trouble_wait));
        co_return true;
    }
    trouble_.clear("claim", "the delivery queue can be read again", {{"destination", settings_.name}});
    if (rows->empty()) co_return false;
    const std::uint64_t before = cursor_;
    cursor_ = rows->back().report;
    if (!co_await admit(*std::move(rows), Claim::pending)) {
        cursor_ = before;
        co_await more_.wait(after(trouble_wait));
    }
    co_return true;
}

boost::asio::awaitable<bool> DestinationFlow::feed_parked() {
    const auto now = std::chrono::steady_clock::now();
    for (auto& [lane, parked] : parked_) {
        if (parked.in_memory != 0 || parked.due > now || scheduler_.is_busy(lane)) continue;
        const std::string name = lane;
        const auto subject = parked.subject;
        co_await settlement_.settled();
        auto rows = parts_.reader.parked(settings_.name, subject, claim_at_once);
        const auto place = parked_.find(name);
        if (place == parked_.end()) co_return true;
        if (!rows) {
            place->second.due = after(trouble_wait);
            co_return true;
        }
        if (rows->empty()) {
            parked_.erase(place);
            co_return true;
        }
        place->second.in_memory = rows->size();
        if (!co_await admit(*std::move(rows), Claim::parked)) {
            place->second.in_memory = 0;
            place->second.due = after(trouble_wait);
        }
        co_return true;
    }
    co_return false;
}

// Claimed until it is on disk, so that a rewind passes it over.
void DestinationFlow::settle(store::Settlement settlement) {
    claimed_.insert(settlement.report);
    settlement_.settle(std::move(settlement));
}

// Examines claimed rows, writes down what they disclose, and lets them be sent. False: not now, none was
// taken.
boost::asio::awaitable<bool> DestinationFlow::admit(std::vector<store::Delivery> rows, Claim claim) {
    std::vector<Prepared> prepared;
    std::vector<store::Settlement> settled;
    std::vector<std::string> done;
    for (auto& row : rows) {
        if (claim == Claim::pending && claimed_.contains(row.report)) continue;
        std::string lane = lane_of(row);
        if (claim == Claim::pending && parked_.contains(lane)) {
            settled.push_back(behind_parked(row.report));
            continue;
        }
        auto answer = disclosure_.examine(std::move(row));
        if (!answer) {
            trouble_.raise("examine", "reports cannot be examined",
                           {{"destination", settings_.name}, {"reason", answer.error().message}});
            co_return false;
        }
        if (auto* settlement = std::get_if<store::Settlement>(&*answer)) {
            settled.push_back(std::move(*settlement));
            done.push_back(std::move(lane));
        } else {
            prepared.push_back(std::get<Prepared>(*std::move(answer)));
        }
    }
    trouble_.clear("examine", "reports can be examined again", {{"destination", settings_.name}});
    auto events = std::make_shared<std::vector<audit::Event>>(disclosure_.records_of(prepared));
    if (!events->empty()) {
        std::function<Result<void>(store::ObservationStore&)> append =
            [events](store::ObservationStore& store) -> Result<void> {
            for (const auto& event : *events) {
                if (auto appended = store.append_audit(event); !appended) return appended;
            }
            return {};
        };
        const auto written = co_await commit(parts_.writer, std::move(append));
        if (!written) co_return false;  // no disclosure without its record
    }
    for (auto& settlement : settled)
        settle(std::move(settlement));
    for (const auto& lane : done) {
        if (claim == Claim::parked) leave_memory(lane);
    }
    for (auto& one : prepared) {
        claimed_.insert(one.row.report);
        // Its person may have been parked while the record was written.
        if (claim == Claim::pending && parked_.contains(one.lane)) {
            settle(behind_parked(one.row.report));
        } else {
            scheduler_.add(std::move(one));
        }
    }
    work_.notify();
    co_return true;
}

}  // namespace edgeward::delivery

#pragma once

#include <atomic>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <edgeward/delivery/delivery_service.hpp>
#include <edgeward/transport/transport.hpp>

#include "backlog.hpp"
#include "backlog_pace.hpp"
#include "claimed.hpp"
#include "disclosure_desk.hpp"
#include "egress_guard.hpp"
#include "lane_scheduler.hpp"
#include "renderer.hpp"
#include "settlement_desk.hpp"
#include "signal.hpp"
#include "volume_budget.hpp"

namespace edgeward::delivery {

// One destination: a feeder claims reports and has them examined, senders render and send them, the
// settlement desk writes down how it ended. All on one thread: no locks but around status. Its coroutines
// keep it alive, so that one which does not end when it is told to harms nobody.
class DestinationFlow : public std::enable_shared_from_this<DestinationFlow> {
public:
    // When the transport cannot be opened, see unusable().
    static std::shared_ptr<DestinationFlow> open(DestinationSettings settings, const DeliveryParts& parts,
                                                 const DeliveryThread& thread,
                                                 std::shared_ptr<const device::DeviceRegistry> devices,
                                                 policy::Decider policy);
    DestinationFlow(const DestinationFlow&) = delete;
    DestinationFlow& operator=(const DestinationFlow&) = delete;
    ~DestinationFlow();

    // Why the transport could not be opened; before start().
    [[nodiscard]] std::optional<Error> unusable() const { return unusable_; }

    // Any thread.
    void start();
    void wake();
    void claim_again();                             // ended or parked reports are pending again
    void drop(std::vector<std::uint64_t> reports);  // taken back: not to be sent
    void set_mode(store::DestinationMode mode);
    void forget(const std::vector<model::Pseudonym>& subjects);  // they are erased
    void request_stop();                                         // no new sends
    void close_transport();                                      // ends sends under way
    [[nodiscard]] std::future<void> ended();                     // once; ready when no coroutine is left
    [[nodiscard]] DestinationStatus status() const;
    [[nodiscard]] const DestinationSettings& settings() const noexcept { return settings_; }

private:
    enum class Verdict : std::uint8_t { settled, held, paused, split };

    DestinationFlow(DestinationSettings settings, const DeliveryParts& parts, const DeliveryThread& thread,
                    std::shared_ptr<const device::DeviceRegistry> devices, policy::Decider policy,
                    Result<std::unique_ptr<transport::Transport>> opened);

    boost::asio::awaitable<void> wait_for_transport();
    void launch();
    void say_unusable(const Error& error);

    // Feeding.
    boost::asio::awaitable<void> feed();
    boost::asio::awaitable<bool> feed_once();
    boost::asio::awaitable<bool> feed_again();
    boost::asio::awaitable<bool> feed_fresh();
    std::optional<std::uint64_t> newest_report();
    void begin_backlog();
    bool survey();
    bool fall_behind();
    boost::asio::awaitable<bool> feed_pending();
    [[nodiscard]] std::size_t room_for_old() const;
    Result<std::vector<store::Delivery>> claim(std::uint64_t after, std::size_t most);
    boost::asio::awaitable<bool> feed_parked();
    std::optional<std::vector<store::Delivery>> claim_old(std::size_t most);
    boost::asio::awaitable<bool> admit(Claimed claimed, Claimed beside);
    struct Examined {
        std::vector<Prepared> prepared;
        std::vector<store::Settlement> settled;
        std::vector<std::string> done;  // lanes of what examining settled
        struct Restricted {
            model::Pseudonym subject;
            Instant until{};
        };
        std::map<std::string, Restricted> restricted;  // lanes that wait: processing is restricted
    };
    Result<Examined> examine(std::vector<store::Delivery>& rows, Claim claim);
    void take_over(Examined examined, Claim claim);
    boost::asio::awaitable<bool> admit_rows(Claimed claimed, Claimed beside);
    bool recall_parked();
    void say_unknown_cases();
    void retry_parked();
    void say_readable(const Error* error);
    void release_held();
    [[nodiscard]] MonotonicTime next_due() const;

    // Sending.
    boost::asio::awaitable<void> send(bool prober);
    boost::asio::awaitable<void> look_at_abilities(const FhirForm& form);
    boost::asio::awaitable<void> deliver(std::vector<Prepared> batch);
    boost::asio::awaitable<void> deliver_singly(std::vector<Prepared>& batch);
    boost::asio::awaitable<Verdict> attempt(std::vector<Prepared>& batch);
    [[nodiscard]] Result<std::optional<store::Settlement>> second_thoughts(const Prepared& report) const;
    Result<void> drop_what_may_not_go(std::vector<Prepared>& batch);
    Verdict judge(const transport::Refusal& refusal, std::vector<Prepared>& batch);
    Verdict judge_unrenderable(Error error, std::vector<Prepared>& batch);
    Verdict judge_refused_as_such(const transport::Refusal& refusal, std::vector<Prepared>& batch);
    Verdict hold(Prepared& report, const transport::Refusal& refusal);
    void park(const std::string& lane, const model::Pseudonym& subject, std::chrono::milliseconds wait,
              std::uint64_t deliveries_before);
    void park_restricted(const std::string& lane, const model::Pseudonym& subject, Instant until);
    Verdict pause(const Error& error, std::chrono::milliseconds at_least);

    // What may leave.
    [[nodiscard]] bool may_inspect();
    std::optional<Verdict> keep_back(const transport::OutboundMessage& message,
                                     const std::vector<Prepared>& batch);
    void block(const Prepared& report, const dlp::Finding& finding);
    std::optional<Verdict> over_volume(std::size_t octets);
    void tell_volume(const VolumeBudget::Excess& excess);
    void forgive_volume();
    void say_within_volume();

    // Settling.
    void settle(store::Settlement settlement);
    void delivered(const std::vector<Prepared>& batch);
    void dead_letter(const Prepared& report, std::string reason, const std::string& foreign);
    void leave_memory(const std::string& lane);
    [[nodiscard]] bool is_erased(const Prepared& report) const;
    [[nodiscard]] Bytes seal_for(const Prepared& report, const std::string& foreign) const;
    void say_answering();
    void say_status(bool answering, std::string trouble);

    const DestinationSettings settings_;
    const DeliveryParts parts_;
    const DeliveryThread thread_;
    std::shared_ptr<const device::DeviceRegistry> devices_;  // all flows of one plan read the same
    std::unique_ptr<transport::Transport> transport_;        // nothing: not usable
    std::optional<Error> unusable_;                          // at opening
    DisclosureDesk disclosure_;
    Renderer renderer_;
    EgressGuard guard_;
    VolumeBudget volume_;
    MonotonicTime uninspected_since_{};  // it waits for the dictionary; otherwise zero
    bool over_volume_ = false;           // a budget is used up; `resume_at_` is the end of its window
    SettlementDesk settlement_;
    LaneScheduler scheduler_;
    Signal work_;
    Signal more_;
    Signal pace_;  // of the claims
    Backoff backoff_;
    log::Trouble trouble_;
    std::map<std::string, Parked> parked_;       // by lane
    std::map<std::string, MonotonicTime> held_;  // lanes without a person that wait in memory
    std::set<std::uint64_t> claimed_;            // examined and not yet settled on disk
    std::size_t admitting_ = 0;                  // calls of admit() under way: their rows are not claimed yet
    std::set<std::uint64_t> taken_back_;         // of those claimed or being admitted: not to be sent
    Backlog backlog_;                            // what of the queue is claimed
    BacklogPace backlog_pace_;
    bool news_ = true;                // the end of the queue may hold more than was seen
    MonotonicTime poll_at_{};         // when it may anyway
    MonotonicTime next_claim_{};      // not before, so that reports are claimed together
    bool again_asked_ = true;         // reports may be pending again
    std::uint64_t again_cursor_ = 0;  // highest of those claimed
    bool recalled_ = false;           // `parked_` knows what the store says
    store::DestinationMode mode_ = store::DestinationMode::running;
    std::uint64_t deliveries_ = 0;
    std::uint64_t refused_in_a_row_ = 0;  // as such, with no delivery in between
    MonotonicTime resume_at_{};           // no sends before, after a failure of the destination
    bool suspect_ = false;                // failed and not yet answered: one sender tries
    std::atomic<bool> stopping_{false};
    std::size_t running_ = 0;  // coroutines
    std::promise<void> ended_;
    mutable std::mutex status_mutex_;
    DestinationStatus status_;
    metrics::Counter sent_, ambiguous_, dead_, again_, volume_exceeded_;
    metrics::Gauge unknown_cases_, up_, paused_, draining_, last_success_;
    metrics::Histogram latency_;
};

}  // namespace edgeward::delivery

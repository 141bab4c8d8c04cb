#include "group_writer.hpp"

#include <pthread.h>

#include <algorithm>
#include <future>
#include <utility>

#include <edgeward/core/random.hpp>

namespace edgeward::store {
namespace {

// A full disk is looked at again soon: what waits is live data.
constexpr BackoffSettings retry_backoff{std::chrono::milliseconds(100), std::chrono::milliseconds(5000)};

bool may_pass(ErrorKind kind) noexcept {
    return kind == ErrorKind::exhausted || kind == ErrorKind::unavailable;
}

void tell(const Job& job, const Result<void>& result) {
    if (job.done) job.done(result);
}

}  // namespace

GroupWriter::GroupWriter(std::unique_ptr<SqlcipherStore> store, const WriterSettings& settings)
    : store_(std::move(store)),
      group_limit_(std::max<std::size_t>(settings.group_limit, 1)),
      company_wait_(settings.company_wait),
      make_room_(settings.make_room),
      backoff_(retry_backoff),
      queue_(std::max<std::size_t>(settings.queue_capacity, 1)),
      thread_([this] { serve(); }) {}

GroupWriter::~GroupWriter() {
    stop();
}

bool GroupWriter::submit(Job job) {
    return queue_.push(std::move(job));
}

Result<void> GroupWriter::run(std::function<Result<void>(ObservationStore&)> work) {
    // Shared: both this thread and the job hold it, and a job is copyable.
    const auto promise = std::make_shared<std::promise<Result<void>>>();
    auto outcome = promise->get_future();
    const bool taken =
        submit({std::move(work), [promise](const Result<void>& result) { promise->set_value(result); }});
    if (taken) return outcome.get();
    if (auto sound = health(); !sound) return sound;
    return failure(ErrorKind::unavailable, "the store is closed");
}

Result<void> GroupWriter::move_log() {
    const auto promise = std::make_shared<std::promise<Result<void>>>();
    auto outcome = promise->get_future();
    // After the commit, on ew-db: no transaction is open then.
    const bool taken = submit({[](ObservationStore&) { return Result<void>(); },
                               [this, promise](const Result<void>& result) {
                                   promise->set_value(result ? store_->move_log() : result);
                               }});
    if (taken) return outcome.get();
    return failure(ErrorKind::unavailable, "the store is closed");
}

void GroupWriter::limit_patience(std::chrono::milliseconds patience) {
    {
        const std::lock_guard lock(mutex_);
        patient_until_ = std::chrono::steady_clock::now() + patience;
    }
    stopped_.notify_all();
}

void GroupWriter::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    stopped_.notify_all();
    queue_.close();
    const std::lock_guard lock(joining_);
    if (thread_.joinable()) thread_.join();
}

Result<void> GroupWriter::health() const {
    const std::lock_guard lock(mutex_);
    return health_;
}

void GroupWriter::set_health(const Result<void>& health) {
    const std::lock_guard lock(mutex_);
    health_ = health;
}

void GroupWriter::serve() {
    pthread_setname_np(pthread_self(), "ew-db");
    std::vector<Job> jobs;
    while (!ended_ && !queue_.finished()) {
        jobs.clear();
        queue_.pop(jobs, group_limit_, std::max(store_->until_checkpoint(), std::chrono::milliseconds(1)));
        await_company(jobs);
        if (!jobs.empty() || store_->until_checkpoint() == std::chrono::milliseconds(0)) commit(jobs);
    }
    if (ended_) return refuse_the_rest();
    if (auto finished = store_->finish(); !finished) {
        set_health(finished);
        log::warning("the last audit checkpoint could not be signed", {{"reason", finished.error().message}});
    }
}

// For jobs of which all may wait: others, until one of those may not, or for as long as the settings say.
void GroupWriter::await_company(std::vector<Job>& jobs) {
    const auto until = std::chrono::steady_clock::now() + company_wait_;
    while (!jobs.empty() && jobs.size() < group_limit_ && std::ranges::all_of(jobs, &Job::may_wait)) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
        const std::size_t more = queue_.pop(jobs, group_limit_ - jobs.size(), left);
        if (more == 0) return;
    }
}

void GroupWriter::commit(const std::vector<Job>& jobs) {
    std::vector<Result<void>> results;
    for (bool last_try = false;;) {
        auto committed = store_->commit(jobs, results);
        set_health(committed);
        if (committed) break;
        if (may_pass(committed.error().kind) && make_room_ && make_room_()) continue;
        if (last_try || !may_pass(committed.error().kind)) return give_up(jobs, committed.error());
        trouble_.raise("commit", "the store cannot commit and keeps trying",
                       {{"reason", committed.error().message}});
        last_try = wait_to_try_again();
    }
    backoff_.reset();
    trouble_.clear("commit", "the store commits again");
    store_->trim_log();
    for (std::size_t i = 0; i < jobs.size(); ++i)
        tell(jobs[i], results[i]);
}

// True when the writer is to stop, or has waited long enough.
bool GroupWriter::wait_to_try_again() {
    const auto out_of_patience = [this] {
        return stopping_ || (patient_until_ && *patient_until_ <= std::chrono::steady_clock::now());
    };
    std::unique_lock lock(mutex_);
    auto until = std::chrono::steady_clock::now() + backoff_.next(system_random());
    if (patient_until_) until = std::min(until, *patient_until_);
    return stopped_.wait_until(lock, until, out_of_patience);
}

void GroupWriter::give_up(const std::vector<Job>& jobs, const Error& error) {
    if (!may_pass(error.kind)) {
        ended_ = true;
        queue_.close();
        log::error("the store is beyond use and is closed", {{"reason", error.message}});
    }
    for (const Job& job : jobs)
        tell(job, failure(error));
}

void GroupWriter::refuse_the_rest() {
    const Result<void> why = health();
    std::vector<Job> jobs;
    while (!queue_.finished())
        queue_.pop(jobs, group_limit_, std::chrono::milliseconds(0));
    for (const Job& job : jobs)
        tell(job, why);
}

}  // namespace edgeward::store

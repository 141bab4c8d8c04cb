#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include <edgeward/core/backoff.hpp>
#include <edgeward/core/bounded_queue.hpp>
#include <edgeward/core/log.hpp>
#include <edgeward/store/writer.hpp>

#include "sqlcipher_store.hpp"

namespace edgeward::store {

// The writer over a SqlcipherStore: thread ew-db takes whatever has arrived and commits it as one
// transaction.
class GroupWriter final : public Writer {
public:
    GroupWriter(std::unique_ptr<SqlcipherStore> store, const WriterSettings& settings);
    GroupWriter(const GroupWriter&) = delete;
    GroupWriter& operator=(const GroupWriter&) = delete;
    ~GroupWriter() override;

    bool submit(Job job) override;
    Result<void> run(std::function<Result<void>(ObservationStore&)> work) override;
    Result<void> move_log() override;
    void limit_patience(std::chrono::milliseconds patience) override;
    void stop() override;
    [[nodiscard]] Result<void> health() const override;
    [[nodiscard]] std::size_t queued() const override { return queue_.size(); }

private:
    void serve();
    void await_company(std::vector<Job>& jobs);
    void commit(const std::vector<Job>& jobs);
    bool wait_to_try_again();
    void set_health(const Result<void>& health);
    void give_up(const std::vector<Job>& jobs, const Error& error);
    void refuse_the_rest();

    std::unique_ptr<SqlcipherStore> store_;  // ew-db only, once the thread runs
    const std::size_t group_limit_;
    const std::chrono::milliseconds company_wait_;
    const std::function<bool()> make_room_;
    Backoff backoff_;
    log::Trouble trouble_;
    BoundedQueue<Job> queue_;
    mutable std::mutex mutex_;
    std::condition_variable stopped_;
    Result<void> health_;                         // under mutex_
    bool stopping_ = false;                       // under mutex_
    std::optional<MonotonicTime> patient_until_;  // under mutex_
    bool ended_ = false;                          // ew-db only: the store is beyond use
    std::mutex joining_;
    std::thread thread_;  // under joining_
};

}  // namespace edgeward::store

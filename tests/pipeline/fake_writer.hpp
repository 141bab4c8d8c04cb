#pragma once

#include <cstdlib>
#include <mutex>
#include <utility>
#include <vector>

#include <edgeward/store/writer.hpp>

namespace edgeward::pipeline {

// Remembers the tickets it was given to record; nothing else is asked of it.
class FakeStore final : public store::ObservationStore {
public:
    Result<void> record(const std::vector<store::Inbound>& messages) override {
        for (const auto& message : messages)
            tickets.push_back(message.ticket);
        return {};
    }
    Result<void> append_audit(audit::Event event) override {
        events.push_back(std::move(event));
        return {};
    }
    Result<void> append_audit_once(std::string_view, audit::Event) override { std::abort(); }
    Result<bool> append_audit_on_change(std::string_view, std::string_view, audit::Event) override {
        std::abort();
    }
    Result<void> set_destinations(const std::vector<std::string>&) override { std::abort(); }
    Result<void> settle(std::string_view, const std::vector<store::Settlement>&) override { std::abort(); }
    Result<std::uint64_t> retry(std::string_view, const std::vector<std::uint64_t>&,
                                std::string_view) override {
        std::abort();
    }
    Result<std::uint64_t> replay(std::string_view, const std::vector<std::uint64_t>&, std::string_view,
                                 std::string_view) override {
        std::abort();
    }
    Result<void> set_mode(std::string_view, store::DestinationMode, std::string_view,
                          std::string_view) override {
        std::abort();
    }
    Result<std::vector<std::uint64_t>> reassign(const std::vector<store::Reassignment>&) override {
        std::abort();
    }
    Result<void> resolve_quarantine(std::uint64_t, const store::Inbound&, std::string_view) override {
        std::abort();
    }
    Result<std::uint64_t> expire_quarantine(Instant) override { std::abort(); }
    Result<void> checkpoint_audit() override { std::abort(); }
    Result<void> report_books(const audit::BooksReport&) override { std::abort(); }
    Result<void> begin_reports(Instant) override { std::abort(); }
    Result<store::Retired> retire(const store::RetentionLimits&, std::uint64_t, std::size_t) override {
        std::abort();
    }
    Result<store::Forgotten> forget_ids(Instant, const Bytes&, std::size_t) override { std::abort(); }
    Result<store::ErasedReports> erase_reports(const std::vector<std::uint64_t>&,
                                               const std::vector<model::Pseudonym>&,
                                               const std::string&) override {
        std::abort();
    }
    Result<std::uint64_t> erase_quarantine(const std::vector<std::uint64_t>&, const std::string&) override {
        std::abort();
    }
    Result<void> forget_objects(const std::vector<model::ObjectName>&) override { std::abort(); }
    Result<void> save_watched(const std::vector<device::Watched>& devices, bool exact) override {
        watched = devices;
        watched_exact = exact;
        return {};
    }

    Result<void> save_alarms(const std::vector<store::AlarmChange>& changes) override {
        alarms.insert(alarms.end(), changes.begin(), changes.end());
        return {};
    }
    Result<void> settle_notice(const store::AlarmNotice&, const audit::Event&) override { std::abort(); }
    Result<std::uint64_t> erase_alarms(const std::function<bool(const model::Pseudonym&)>&,
                                       const std::string&) override {
        std::abort();
    }
    Result<std::uint64_t> retire_alarms(Instant) override { std::abort(); }
    Result<store::CommitmentTaken> take_commitment(const store::AskedCommitment&, std::size_t) override {
        std::abort();
    }
    Result<void> settle_commitment(std::uint64_t, const store::CommitmentVerdicts&, bool) override {
        std::abort();
    }
    Result<void> end_commitment(std::uint64_t, const std::string&) override { std::abort(); }

    std::vector<std::uint64_t> tickets;
    std::vector<store::AlarmChange> alarms;
    std::vector<audit::Event> events;
    std::vector<device::Watched> watched;
    bool watched_exact = false;
};

// Commits on the thread that submits: at once, later, or not at all.
class FakeWriter final : public store::Writer {
public:
    bool submit(store::Job job) override {
        const std::lock_guard lock(mutex_);
        if (stopped_) return false;
        jobs_.push_back(std::move(job));
        ++submitted_;
        if (!held_) run_all();
        return true;
    }
    Result<void> run(std::function<Result<void>(store::ObservationStore&)>) override { std::abort(); }
    Result<void> move_log() override { std::abort(); }
    void limit_patience(std::chrono::milliseconds) override {}
    void stop() override {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
    }
    [[nodiscard]] Result<void> health() const override { return {}; }
    [[nodiscard]] std::size_t queued() const override { return 0; }

    // Jobs wait from now on, until let_go().
    void hold() {
        const std::lock_guard lock(mutex_);
        held_ = true;
    }
    void let_go() {
        const std::lock_guard lock(mutex_);
        held_ = false;
        run_all();
    }
    // The job of that number, from 1, is not committed.
    void fail_on(std::size_t number, Error error) {
        failing_ = number;
        error_ = std::move(error);
    }
    std::size_t submitted() {
        const std::lock_guard lock(mutex_);
        return submitted_;
    }
    std::vector<audit::Event> events() {
        const std::lock_guard lock(mutex_);
        return store_.events;
    }
    std::pair<std::vector<device::Watched>, bool> watched() {
        const std::lock_guard lock(mutex_);
        return {store_.watched, store_.watched_exact};
    }
    std::vector<std::uint64_t> recorded() {
        const std::lock_guard lock(mutex_);
        return store_.tickets;
    }

private:
    void run_all() {
        for (auto& job : jobs_) {
            ++done_;
            const auto result = done_ == failing_ ? Result<void>(failure(error_)) : job.work(store_);
            if (job.done) job.done(result);
        }
        jobs_.clear();
    }

    std::mutex mutex_;
    FakeStore store_;
    std::vector<store::Job> jobs_;
    std::size_t submitted_ = 0;
    std::size_t done_ = 0;
    std::size_t failing_ = 0;
    Error error_;
    bool held_ = false;
    bool stopped_ = false;
};

}  // namespace edgeward::pipeline

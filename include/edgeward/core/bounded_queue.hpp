#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <utility>
#include <vector>

namespace edgeward {

// A first-in first-out queue between threads that never holds more than `capacity` items and never drops one:
// push waits. close() ends it: later pushes are refused, pops drain what is left and then return nothing.
// Threads: any number on both sides.
template <typename T>
class BoundedQueue {
public:
    explicit BoundedQueue(std::size_t capacity) : capacity_(capacity) {}

    // Waits for room. False when the queue is closed; the item is then not taken.
    bool push(T item) {
        std::unique_lock lock(mutex_);
        room_.wait(lock, [this] { return closed_ || items_.size() < capacity_; });
        if (closed_) return false;
        items_.push_back(std::move(item));
        lock.unlock();
        filled_.notify_one();
        return true;
    }

    // Moves up to `most` items to the end of `out`, waiting up to `patience` for the first. Returns how many.
    std::size_t pop(std::vector<T>& out, std::size_t most, std::chrono::milliseconds patience) {
        std::unique_lock lock(mutex_);
        filled_.wait_for(lock, patience, [this] { return closed_ || nudged_ || !items_.empty(); });
        nudged_ = false;
        std::size_t taken = 0;
        for (; taken < most && !items_.empty(); ++taken) {
            out.push_back(std::move(items_.front()));
            items_.pop_front();
        }
        lock.unlock();
        if (taken > 0) room_.notify_all();
        return taken;
    }

    // Ends the wait of a pop, the next one's if none waits: there is something else to do. `first` runs under
    // the queue's lock: whoever calls size() afterwards knows that all of this is over.
    template <typename First>
    void nudge(First first) {
        const std::lock_guard lock(mutex_);
        first();
        nudged_ = true;
        filled_.notify_all();
    }

    void close() {
        {
            const std::lock_guard lock(mutex_);
            closed_ = true;
        }
        room_.notify_all();
        filled_.notify_all();
    }

    // True when closed and drained: no item will come again.
    [[nodiscard]] bool finished() const {
        const std::lock_guard lock(mutex_);
        return closed_ && items_.empty();
    }
    [[nodiscard]] std::size_t size() const {
        const std::lock_guard lock(mutex_);
        return items_.size();
    }
    [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }

private:
    mutable std::mutex mutex_;
    std::condition_variable room_;
    std::condition_variable filled_;
    std::deque<T> items_;
    const std::size_t capacity_;
    bool closed_ = false;
    bool nudged_ = false;
};

}  // namespace edgeward

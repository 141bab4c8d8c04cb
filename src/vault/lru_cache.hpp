#pragma once

#include <cstddef>
#include <list>
#include <unordered_map>
#include <utility>

namespace edgeward::vault {

// At most `capacity` values; the one not asked for the longest goes first. Hash and Equal are transparent, so
// that a view finds a key without a copy. One thread at a time.
template <typename Key, typename Value, typename Hash, typename Equal>
class LruCache {
public:
    explicit LruCache(std::size_t capacity) : capacity_(capacity) {}

    // Valid until the next change.
    template <typename View>
    Value* find(const View& key) {
        const auto found = index_.find(key);
        if (found == index_.end()) return nullptr;
        order_.splice(order_.begin(), order_, found->second.place);
        return &found->second.value;
    }

    void keep(Key key, Value value) {
        if (auto* known = find(key)) {
            *known = std::move(value);
            return;
        }
        if (index_.size() == capacity_) {
            index_.erase(index_.find(*order_.back()));
            order_.pop_back();
        }
        const auto [at, made] = index_.emplace(std::move(key), Entry{std::move(value), {}});
        order_.push_front(&at->first);
        at->second.place = order_.begin();
    }

    template <typename View>
    void forget(const View& key) {
        const auto found = index_.find(key);
        if (found == index_.end()) return;
        order_.erase(found->second.place);
        index_.erase(found);
    }

    void clear() {
        order_.clear();
        index_.clear();
    }

    [[nodiscard]] std::size_t size() const noexcept { return index_.size(); }

private:
    using Order = std::list<const Key*>;  // the latest first
    struct Entry {
        Value value;
        typename Order::iterator place;
    };
    std::size_t capacity_;
    Order order_;
    std::unordered_map<Key, Entry, Hash, Equal> index_;
};

}  // namespace edgeward::vault

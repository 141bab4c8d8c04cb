#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <utility>

namespace edgeward::admin {

// The open connections of one listener: how many, and how to close them. Confine to one strand.
class Connections {
public:
    // One connection's entry; leaves when it dies.
    class Entry {
    public:
        Entry(Connections& all, std::function<void()> close)
            : all_(all), place_(all.closers_.insert(all.closers_.end(), std::move(close))) {}
        Entry(const Entry&) = delete;
        Entry& operator=(const Entry&) = delete;
        ~Entry() { all_.closers_.erase(place_); }

    private:
        Connections& all_;
        std::list<std::function<void()>>::iterator place_;
    };

    [[nodiscard]] std::size_t count() const noexcept { return closers_.size(); }
    void close_all() {
        for (const auto& close : closers_)
            close();
    }

private:
    std::list<std::function<void()>> closers_;
};

}  // namespace edgeward::admin

#include "woken_thread.hpp"

#include <edgeward/core/log.hpp>

namespace edgeward::app {
namespace {

constexpr std::chrono::milliseconds look_interval{250};
constexpr std::chrono::seconds before_another_try{10};

}  // namespace

void WokenThread::start(std::function<Result<void>()> pass) {
    thread_.start([this, pass = std::move(pass)] {
        while (thread_.pause(look_interval)) {
            if (!wanted_.exchange(false)) continue;
            if (const auto passed = pass(); !passed) {
                wanted_ = true;
                log::warning(complaint_, {{"reason", passed.error().message}});
                if (!thread_.pause(before_another_try)) return;
            }
        }
    });
}

}  // namespace edgeward::app

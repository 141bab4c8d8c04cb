#include "target_lane.hpp"

#include <algorithm>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <edgeward/fhir/alert_bundle.hpp>
#include <edgeward/hl7/alert_message.hpp>

#include "alert.hpp"

namespace edgeward::notification {
namespace {

namespace asio = boost::asio;

std::string_view name_of(Ending ending) {
    switch (ending) {
        case Ending::told:
            return "told";
        case Ending::denied:
            return "denied";
        case Ending::refused:
            return "refused";
    }
    return {};
}

constexpr int refreshes_to_live = 4;  // an alert outlives so many that were missed

}  // namespace

TargetLane::TargetLane(TargetSettings settings, Parts parts)
    : settings_(std::move(settings)),
      parts_(std::move(parts)),
      pause_(parts_.executor),
      backoff_(settings_.retry),
      latency_(parts_.metrics.latency("edgeward_alarm_latency_seconds",
                                      "Time from receiving the message that raised an alarm to the target's "
                                      "acknowledgement of it.",
                                      {{"target", settings_.name}})),
      queue_(parts_.metrics.gauge("edgeward_alarm_notices_waiting",
                                  "Notices that a target has not taken yet.", {{"target", settings_.name}})) {
}

void TargetLane::push(Telling telling, bool committed) {
    if (closed_) return;
    if (!committed) uncommitted_.insert({telling.notice.alarm, telling.notice.sequence});
    waiting_.push_back(std::move(telling));
    queue_.set(static_cast<double>(waiting_.size()));
    if (running_) return;
    running_ = true;
    asio::co_spawn(parts_.executor, run(shared_from_this()), asio::detached);
}

void TargetLane::on_disk(const store::AlarmNotice& notice) {
    const Key key{notice.alarm, notice.sequence};
    uncommitted_.erase(key);
    const auto early = ended_early_.find(key);
    if (early == ended_early_.end()) return;
    auto [ending, rule] = std::move(early->second);
    ended_early_.erase(early);
    parts_.settle(notice, ending, std::move(rule));
}

void TargetLane::close() {
    closed_ = true;
    waiting_.clear();
    pause_.cancel();
}

void TargetLane::forget(const std::function<bool(const model::Pseudonym&)>& theirs) {
    std::erase_if(waiting_,
                  [&](const Telling& one) { return one.alarm.subject && theirs(*one.alarm.subject); });
    queue_.set(static_cast<double>(waiting_.size()));
}

Result<std::string> TargetLane::body_of(const Telling& telling) const {
    if (const auto* pcd04 = std::get_if<Pcd04Target>(&settings_.form))
        return hl7::render_alert(pcd04->message, alert_of(telling, settings_));
    if (const auto* fhir = std::get_if<FhirTarget>(&settings_.form))
        return fhir::render_alert_bundle(fhir->bundle, alert_of(telling, settings_));
    if (const auto* alertmanager = std::get_if<AlertmanagerTarget>(&settings_.form)) {
        const Instant until = parts_.clock.now() + alertmanager->refresh * refreshes_to_live;
        return alerts_json({telling}, settings_, until);
    }
    return notice_json(telling, settings_);
}

void TargetLane::finish(const Telling& telling, Ending ending, std::string rule) {
    parts_.metrics
        .counter("edgeward_alarm_notices_total", "Notices of alarms by target and how their telling ended.",
                 {{"target", settings_.name}, {"outcome", std::string(name_of(ending))}})
        .add();
    const Key key{telling.notice.alarm, telling.notice.sequence};
    if (uncommitted_.contains(key)) {
        ended_early_.emplace(key, std::pair(ending, std::move(rule)));
    } else {
        parts_.settle(telling.notice, ending, std::move(rule));
    }
}

// False: it has to be tried again.
asio::awaitable<bool> TargetLane::tell(Telling& telling) {
    auto permit = parts_.permit(telling.alarm);
    if (!permit) {
        if (permit.error().kind != ErrorKind::denied) co_return false;
        trouble_.raise("policy", "the policies do not let a target be told of an alarm",
                       {{"target", settings_.name}, {"rule", permit.error().message}});
        finish(telling, Ending::denied, permit.error().message);
        co_return true;
    }
    auto body = body_of(telling);
    if (!body) {
        trouble_.raise("rendering", "a notice cannot be written for a target of alarms",
                       {{"target", settings_.name}, {"reason", body.error().message}});
        finish(telling, Ending::refused, "not rendered");
        co_return true;
    }
    std::string identifier = telling.notice.alarm + "-" + std::to_string(telling.notice.sequence);
    auto sending = parts_.send(*std::move(body), std::move(identifier));
    auto outcome = co_await std::move(sending);
    if (outcome) {
        trouble_.clear("target", "a target of alarms answers again", {{"target", settings_.name}});
        if (telling.notice.step == alarm::Step::raised && !telling.repeated)
            latency_.observe(std::chrono::duration<double>(parts_.clock.now() - telling.notice.time).count());
        finish(telling, Ending::told, *std::move(permit));
        co_return true;
    }
    const Error& error = outcome.error().error;
    trouble_.raise("target", "a target of alarms does not take notices",
                   {{"target", settings_.name}, {"kind", name_of(error.kind)}, {"reason", error.message}});
    if (error.kind == ErrorKind::rejected) {
        finish(telling, Ending::refused, "refused");
        co_return true;
    }
    telling.repeated = telling.repeated || error.kind == ErrorKind::ambiguous;
    co_return false;
}

asio::awaitable<void> TargetLane::run(std::shared_ptr<TargetLane> self) {
    while (!self->waiting_.empty() && !self->closed_) {
        Telling telling = self->waiting_.front();  // a copy: forget() and close() take it out meanwhile
        const Key key{telling.notice.alarm, telling.notice.sequence};
        const bool done = co_await self->tell(telling);
        const bool still = !self->waiting_.empty() && self->waiting_.front().notice == telling.notice;
        if (done) {
            self->backoff_.reset();
            if (still) self->waiting_.pop_front();
            self->queue_.set(static_cast<double>(self->waiting_.size()));
            continue;
        }
        if (still) self->waiting_.front().repeated = telling.repeated;
        if (self->closed_) break;
        self->pause_.expires_after(self->backoff_.next(self->parts_.random));
        boost::system::error_code error;
        co_await self->pause_.async_wait(asio::redirect_error(asio::use_awaitable, error));
    }
    self->running_ = false;
}

asio::awaitable<void> TargetLane::refresh(std::vector<Telling> going_on) {
    const auto* alertmanager = std::get_if<AlertmanagerTarget>(&settings_.form);
    if (alertmanager == nullptr) co_return;
    std::erase_if(going_on, [&](const Telling& one) { return !parts_.permit(one.alarm); });
    if (going_on.empty()) co_return;
    const Instant until = parts_.clock.now() + alertmanager->refresh * refreshes_to_live;
    std::string body = alerts_json(going_on, settings_, until);
    auto sending = parts_.send(std::move(body), "refresh");
    const auto outcome = co_await std::move(sending);
    if (!outcome) {
        trouble_.raise("refresh", "a target of alarms did not take that alarms go on",
                       {{"target", settings_.name}, {"reason", outcome.error().error.message}});
    } else {
        trouble_.clear("refresh", "a target of alarms hears again that alarms go on",
                       {{"target", settings_.name}});
    }
}

}  // namespace edgeward::notification

#include "sending.hpp"

#include <pthread.h>

#include <algorithm>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace edgeward::notification {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::milliseconds farewell{500};  // for what is on its way at the end
constexpr std::chrono::milliseconds look_interval{5};
constexpr int last_looks = 400;

}  // namespace

Sending::Sending(const AlarmSettings& settings, Parts parts)
    : settings_(settings), parts_(std::move(parts)), work_(io_.get_executor()), fresh_(io_) {}

Sending::~Sending() {
    stop();
    // Coroutines that hang in a name look-up die with io_; what they use is declared before them or shared.
    lanes_.clear();
}

Result<Sending::Send> Sending::sender_of(const TargetSettings& target) {
    if (const auto* mqtt = std::get_if<MqttTarget>(&target.form)) {
        return Send([this, topic = mqtt->topic](std::string body, const std::string& identifier) {
            // Of "<alarm>-<sequence>" the alarm names the topic.
            return broker_->publish(topic + '/' + identifier.substr(0, identifier.rfind('-')),
                                    std::move(body));
        });
    }
    auto opened = transport_of(target);
    if (!opened) return failure(std::move(opened.error()).during("alarm target " + target.name));
    transports_.push_back(*std::move(opened));
    return Send([this, transport = transports_.back().get()](std::string body, std::string identifier) {
        return send_by(transport, std::move(body), std::move(identifier));
    });
}

Result<std::unique_ptr<transport::Transport>> Sending::transport_of(const TargetSettings& target) {
    if (const auto* pcd04 = std::get_if<Pcd04Target>(&target.form))
        return transport::open_mllp_transport(pcd04->mllp, parts_.credentials, io_.get_executor());
    if (const auto* fhir = std::get_if<FhirTarget>(&target.form))
        return transport::open_fhir_transport(fhir->http, parts_.credentials, io_.get_executor(),
                                              parts_.clock, parts_.random);
    const auto* webhook = std::get_if<WebhookTarget>(&target.form);
    const auto& http = webhook != nullptr ? webhook->http : std::get<AlertmanagerTarget>(target.form).http;
    return transport::open_webhook_transport(http, parts_.credentials);
}

asio::awaitable<transport::Outcome> Sending::send_by(transport::Transport* transport, std::string body,
                                                     std::string identifier) {
    ++under_way_;
    auto sending = transport->send({std::move(body), std::move(identifier)});
    auto outcome = co_await std::move(sending);
    --under_way_;
    co_return outcome;
}

Result<void> Sending::open() {
    const bool speaks = std::ranges::any_of(settings_.targets, [](const TargetSettings& target) {
        return std::holds_alternative<MqttTarget>(target.form);
    });
    if (speaks || !settings_.principals.empty()) {
        auto broker = parts_.broker;
        broker.client_id = settings_.client_id;
        if (!settings_.principals.empty()) broker.subscriptions = {std::string(acknowledge_topic) + "/+/+"};
        auto opened =
            transport::open_mqtt_link(broker, parts_.credentials, io_.get_executor(), parts_.random);
        if (!opened) return failure(std::move(opened.error()).during("alarms by MQTT"));
        broker_ = *std::move(opened);
    }
    for (const auto& target : settings_.targets) {
        auto send = sender_of(target);
        if (!send) return failure(std::move(send.error()));
        lanes_.emplace(target.name, std::make_shared<TargetLane>(
                                        target, TargetLane::Parts{io_.get_executor(), parts_.random,
                                                                  parts_.clock, parts_.metrics,
                                                                  [this, target](const alarm::Alarm& alarm) {
                                                                      return parts_.permit(target, alarm);
                                                                  },
                                                                  *std::move(send), parts_.settle}));
    }
    return {};
}

asio::awaitable<void> Sending::keep_fresh(std::shared_ptr<TargetLane> lane,
                                          std::chrono::milliseconds interval) {
    asio::steady_timer timer(io_);
    for (;;) {
        timer.expires_after(interval);
        boost::system::error_code error;
        co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, error));
        if (stopping_) co_return;
        auto all = parts_.going_on();
        std::erase_if(all, [&](const Telling& one) { return one.notice.target != lane->settings().name; });
        auto refreshing = lane->refresh(std::move(all));
        co_await std::move(refreshing);
    }
}

void Sending::start() {
    if (broker_) {
        broker_->start([this](const std::string& topic, const std::string&, std::function<void()> done) {
            parts_.acknowledge(topic, std::move(done));
        });
    }
    for (const auto& [name, lane] : lanes_) {
        if (const auto* alertmanager = std::get_if<AlertmanagerTarget>(&lane->settings().form))
            asio::co_spawn(io_, keep_fresh(lane, alertmanager->refresh), asio::detached);
    }
    thread_ = std::thread([this] {
        pthread_setname_np(pthread_self(), "ew-tell");
        io_.run();
    });
}

void Sending::stop() {
    if (!thread_.joinable()) return;
    asio::post(io_, [this] {
        stopping_ = true;
        for (const auto& [name, lane] : lanes_)
            lane->close();
        fresh_.expires_after(farewell);
        fresh_.async_wait([this](const boost::system::error_code&) { close_transports(); });
    });
    thread_.join();
}

void Sending::close_transports() {
    if (broker_) broker_->close();
    for (const auto& transport : transports_)
        transport->close();
    end_when_idle(last_looks);
}

// What is being sent uses its transport until it has noticed that that is closed.
void Sending::end_when_idle(int patience) {
    if (under_way_ == 0 || patience == 0) return io_.stop();
    fresh_.expires_after(look_interval);
    fresh_.async_wait([this, patience](const boost::system::error_code&) { end_when_idle(patience - 1); });
}

void Sending::push(std::vector<Telling> tellings, bool committed) {
    if (tellings.empty()) return;
    asio::post(io_, [this, tellings = std::move(tellings), committed] {
        for (const auto& telling : tellings) {
            const auto lane = lanes_.find(telling.notice.target);
            if (lane != lanes_.end())
                lane->second->push(telling, committed);
            else
                parts_.settle(telling.notice, Ending::refused, "no such target");
        }
    });
}

void Sending::on_disk(std::vector<store::AlarmNotice> notices) {
    if (notices.empty()) return;
    asio::post(io_, [this, notices = std::move(notices)] {
        for (const auto& notice : notices) {
            const auto lane = lanes_.find(notice.target);
            if (lane != lanes_.end()) lane->second->on_disk(notice);
        }
    });
}

void Sending::forget(const std::vector<model::Pseudonym>& subjects) {
    asio::post(io_, [this, subjects] {
        for (const auto& [name, lane] : lanes_) {
            lane->forget([&](const model::Pseudonym& one) {
                return std::ranges::find(subjects, one) != subjects.end();
            });
        }
    });
}

}  // namespace edgeward::notification

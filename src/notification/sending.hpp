#pragma once

#include <functional>
#include <future>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <edgeward/config/credentials.hpp>
#include <edgeward/notification/alarm_settings.hpp>
#include <edgeward/transport/mqtt_link.hpp>

#include "target_lane.hpp"

namespace edgeward::notification {

// The thread that tells (ew-tell), with a lane for each target and one connection to the broker. Threads:
// any.
class Sending {
public:
    struct Parts {
        const config::Credentials& credentials;
        const Clock& clock;
        metrics::Registry& metrics;
        Random& random;
        transport::MqttLinkSettings broker;
        std::function<Result<std::string>(const TargetSettings&, const alarm::Alarm&)> permit;
        std::function<void(const store::AlarmNotice&, Ending, const std::string& rule)> settle;
        // Somebody acknowledges by MQTT; `done` when that is on disk.
        std::function<void(const std::string& topic, std::function<void()> done)> acknowledge;
        // What Alertmanagers have to hear of again.
        std::function<std::vector<Telling>()> going_on;
    };
    // `settings` outlive it.
    Sending(const AlarmSettings& settings, Parts parts);
    Sending(const Sending&) = delete;
    Sending& operator=(const Sending&) = delete;
    ~Sending();

    // misconfigured: a target cannot work. Once, before start().
    Result<void> open();
    void start();
    void stop();

    void push(std::vector<Telling> tellings, bool committed);
    void on_disk(std::vector<store::AlarmNotice> notices);
    void forget(const std::vector<model::Pseudonym>& subjects);

private:
    using Send = std::function<boost::asio::awaitable<transport::Outcome>(std::string, std::string)>;
    Result<Send> sender_of(const TargetSettings& target);
    Result<std::unique_ptr<transport::Transport>> transport_of(const TargetSettings& target);
    boost::asio::awaitable<transport::Outcome> send_by(transport::Transport* transport, std::string body,
                                                       std::string identifier);
    void close_transports();
    void end_when_idle(int patience);
    boost::asio::awaitable<void> keep_fresh(std::shared_ptr<TargetLane> lane,
                                            std::chrono::milliseconds interval);

    const AlarmSettings& settings_;
    Parts parts_;
    boost::asio::io_context io_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
    boost::asio::steady_timer fresh_;
    std::unique_ptr<transport::MqttLink> broker_;
    std::vector<std::unique_ptr<transport::Transport>> transports_;
    std::map<std::string, std::shared_ptr<TargetLane>, std::less<>> lanes_;  // shared with their coroutines
    std::size_t under_way_ = 0;  // sends by transports; on the thread, like the next
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace edgeward::notification

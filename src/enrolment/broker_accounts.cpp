#include <edgeward/enrolment/broker_accounts.hpp>

#include <pthread.h>

#include <array>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>

#include <edgeward/core/bytes.hpp>

#include "account_orders.hpp"

namespace edgeward::enrolment {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::seconds patience{5};  // with an acknowledgement, and with an answer
constexpr std::size_t mark_octets = 16;

class DynamicSecurity final : public BrokerAccounts {
public:
    explicit DynamicSecurity(Random& random) : random_(random), work_(io_.get_executor()) {}
    DynamicSecurity(const DynamicSecurity&) = delete;
    DynamicSecurity& operator=(const DynamicSecurity&) = delete;
    ~DynamicSecurity() override {
        if (!thread_.joinable()) return;
        asio::post(io_, [this] {
            link_->close();
            io_.stop();  // a coroutine that hangs in a name look-up dies with io_
        });
        thread_.join();
    }

    Result<void> open(transport::MqttLinkSettings broker, const config::Credentials& credentials) {
        broker.patience = patience;
        broker.session_expiry = std::chrono::seconds(0);  // answers to earlier orders are of no use
        broker.subscriptions = {control_answer_topic};
        broker.cargo = "orders about accounts";
        auto opened = transport::open_mqtt_link(std::move(broker), credentials, io_.get_executor(), random_);
        if (!opened) return failure(std::move(opened.error()));
        link_ = *std::move(opened);
        link_->start(
            [this](const std::string&, const std::string& payload, const std::function<void()>& done) {
                hear(payload);
                done();
            });
        thread_ = std::thread([this] {
            pthread_setname_np(pthread_self(), "ew-accounts");
            io_.run();
        });
        return {};
    }

    Result<void> create(const std::string& device, const std::string& password) override {
        return ask([&](const std::string& mark) { return creating_order(device, password, mark); })
            .map([](const OrderAnswer&) {});
    }
    Result<void> remove(const std::string& device) override {
        return ask([&](const std::string& mark) { return removing_order(device, mark); })
            .map([](const OrderAnswer&) {});
    }
    Result<std::vector<BrokerAccount>> list() override {
        return ask(listing_order).map([](OrderAnswer answer) { return std::move(answer.accounts); });
    }

private:
    // What does not answer the order that waits is an earlier one's, and of no use any more.
    void hear(const std::string& payload) {
        auto answer = read_order_answer(payload);
        const std::lock_guard lock(mutex_);
        if (!answer || answer->mark != mark_) return;
        answer_ = *std::move(answer);
        heard_.notify_all();
    }

    template <typename Write>
    Result<OrderAnswer> ask(const Write& write) {
        const std::lock_guard one(asking_);
        std::array<std::uint8_t, mark_octets> octets{};
        random_.fill(octets);
        std::unique_lock lock(mutex_);
        mark_ = to_hex(octets);
        answer_.reset();
        std::string order = write(mark_);
        lock.unlock();
        const auto sent = publish(std::move(order));
        if (!sent) return failure(sent.error().error);
        lock.lock();
        heard_.wait_for(lock, patience, [this] { return answer_.has_value(); });
        mark_.clear();
        if (!answer_)
            return failure(ErrorKind::ambiguous, "the broker's dynamic security plugin does not answer");
        if (answer_->refusal.empty()) return *std::exchange(answer_, std::nullopt);
        return failure(ErrorKind::rejected, "the broker's dynamic security plugin refuses the order",
                       std::move(answer_->refusal));
    }

    transport::Outcome publish(std::string order) {
        return asio::co_spawn(io_, link_->publish(control_topic, std::move(order)), asio::use_future).get();
    }

    Random& random_;
    asio::io_context io_{1};
    asio::executor_work_guard<asio::io_context::executor_type> work_;
    std::unique_ptr<transport::MqttLink> link_;
    std::mutex asking_;  // one order after the other
    std::mutex mutex_;   // of the next two
    std::string mark_;   // of the order that waits; empty: none
    std::optional<OrderAnswer> answer_;
    std::condition_variable heard_;
    std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<BrokerAccounts>> open_broker_accounts(transport::MqttLinkSettings broker,
                                                             const config::Credentials& credentials,
                                                             Random& random) {
    auto made = std::make_unique<DynamicSecurity>(random);
    if (auto opened = made->open(std::move(broker), credentials); !opened)
        return failure(std::move(opened.error()));
    return made;
}

}  // namespace edgeward::enrolment

#include <edgeward/transport/commitment_desk.hpp>

#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <edgeward/dicom/command.hpp>

namespace edgeward::transport {

namespace asio = boost::asio;

// Shared with what is posted to the executor, which may run after nobody waits any more.
struct CommitmentDesk::Expected {
    explicit Expected(const asio::any_io_executor& executor)
        : bell(executor, asio::steady_timer::time_point::max()) {}

    asio::steady_timer bell;                        // the executor's
    std::optional<dicom::CommitmentReport> report;  // under the desk's mutex
    bool given_up = false;                          // the executor's
};

CommitmentDesk::Expectation::Expectation(std::shared_ptr<CommitmentDesk> desk, std::string transaction,
                                         std::shared_ptr<Expected> expected)
    : desk_(std::move(desk)), transaction_(std::move(transaction)), expected_(std::move(expected)) {}

CommitmentDesk::Expectation::~Expectation() {
    const std::lock_guard lock(desk_->mutex_);
    desk_->expected_.erase(transaction_);
}

asio::awaitable<std::optional<dicom::CommitmentReport>> CommitmentDesk::Expectation::wait(
    std::chrono::milliseconds patience) {
    const auto has_come = [this] {
        const std::lock_guard lock(desk_->mutex_);
        return expected_->report.has_value();
    };
    expected_->bell.expires_after(patience);
    if (!has_come() && !expected_->given_up)
        co_await expected_->bell.async_wait(asio::as_tuple(asio::use_awaitable));
    const std::lock_guard lock(desk_->mutex_);
    co_return std::move(expected_->report);
}

void CommitmentDesk::Expectation::give_up() {
    expected_->given_up = true;
    expected_->bell.cancel();
}

std::unique_ptr<CommitmentDesk::Expectation> CommitmentDesk::expect(std::string transaction,
                                                                    const asio::any_io_executor& executor) {
    auto expected = std::make_shared<Expected>(executor);
    {
        const std::lock_guard lock(mutex_);
        expected_[transaction] = expected;
    }
    return std::unique_ptr<Expectation>(
        new Expectation(shared_from_this(), std::move(transaction), std::move(expected)));
}

std::uint16_t CommitmentDesk::report(dicom::CommitmentReport report) {
    const std::lock_guard lock(mutex_);
    const auto found = expected_.find(report.transaction);
    if (found == expected_.end()) return dicom::status::invalid_argument;
    const auto expected = found->second;
    expected->report = std::move(report);
    asio::post(expected->bell.get_executor(), [expected] { expected->bell.cancel(); });
    return dicom::status::success;
}

}  // namespace edgeward::transport

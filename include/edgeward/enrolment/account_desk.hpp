#pragma once

#include <functional>
#include <mutex>
#include <set>
#include <string>

#include <edgeward/audit/record.hpp>
#include <edgeward/core/log.hpp>
#include <edgeward/core/metrics.hpp>
#include <edgeward/core/random.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/enrolment/broker_accounts.hpp>
#include <edgeward/enrolment/device_book.hpp>

// Accounts at the broker for devices that cannot do certificates (docs/enrolment.md, Devices without
// certificates). devices.db says who has one; what the broker has beyond that is taken away.
namespace edgeward::enrolment {

// Shown once, and kept nowhere here.
struct NewAccount {
    std::string user;
    std::string password;
};

// Threads: any; one decision after the other.
class AccountDesk {
public:
    // All outlive it.
    struct Parts {
        DeviceBook& book;
        BrokerAccounts& broker;
        const Clock& clock;
        Random& random;
        metrics::Registry& metrics;
        std::function<Result<void>(audit::Event)> audit;
        // invalid_input, denied: there is no such device, or none may have that name.
        std::function<Result<void>(const DeviceEntry&)> check;
        std::function<void()> changed;  // the registry of devices is another one; must not fail
    };
    explicit AccountDesk(Parts parts);
    AccountDesk(const AccountDesk&) = delete;
    AccountDesk& operator=(const AccountDesk&) = delete;
    ~AccountDesk() = default;

    // Also in place of the password the device has. Without a kind the entry is what the book has. rejected:
    // the device has a certificate, or the broker an account of that name that is not ours; else what
    // BrokerAccounts says, and then the device has no account.
    Result<NewAccount> make(const DeviceEntry& entry, const std::string& actor);
    // The book has it no longer: nor has the broker, whose connections of it are cut. On error it is tried
    // again by maintain().
    Result<void> withdraw(const std::string& device);
    // Regularly: takes away at the broker what the book does not have.
    void maintain();

private:
    Result<DeviceEntry> entry_for(const DeviceEntry& said);
    Result<void> check_free(const std::string& device);
    Result<void> settle();
    Result<void> tell(audit::Action action, std::string actor, const std::string& device) const;

    const Parts parts_;
    std::mutex mutex_;
    std::set<std::string> at_broker_;  // as far as is known
    Instant due_{};                    // when the broker is asked next, at the latest
    log::Trouble trouble_;
    metrics::Gauge accounts_;
    metrics::Gauge missing_;
    metrics::Gauge unsettled_;
};

}  // namespace edgeward::enrolment

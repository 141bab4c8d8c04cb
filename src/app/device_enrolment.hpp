#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include <boost/asio/any_io_executor.hpp>

#include <edgeward/admin/admin_server.hpp>
#include <edgeward/core/background_thread.hpp>
#include <edgeward/device/device_registry.hpp>
#include <edgeward/enrolment/account_desk.hpp>
#include <edgeward/enrolment/enrolment_service.hpp>

#include "configuration.hpp"

namespace edgeward::app {

// What the configuration says of devices.
struct DeviceTables {
    device::DeviceRegistry configured;  // [[device]]
    device::DeviceClasses classes;      // [[device_class]]
};

// The one registry of devices: those of [[device]] that nobody has revoked, and those that have enrolled as
// one of a [[device_class]]. Of one id, [[device]] says what it is.
device::DeviceRegistry with_enrolled(const DeviceTables& tables,
                                     const std::vector<enrolment::KnownDevice>& known);

// The book of enrolled devices while the gateway runs, and with [enrolment] enabled who decides about them,
// the door they come to, and the thread that keeps the list of the revoked fresh. Threads: any.
class DeviceEnrolment {
public:
    // All outlive it.
    struct Parts {
        const crypto::KeyRing& keys;
        const config::Credentials& credentials;
        metrics::Registry& metrics;
        std::function<Result<void>(audit::Event)> audit;
        std::function<void()> changed;  // the registry is another one
    };

    // Without [enrolment] and without a book there is nothing to open, and no book.
    static Result<std::unique_ptr<DeviceEnrolment>> open(const Configuration& configuration, Parts parts);
    DeviceEnrolment(const DeviceEnrolment&) = delete;
    DeviceEnrolment& operator=(const DeviceEnrolment&) = delete;
    ~DeviceEnrolment() = default;

    // The registry for these tables, and for those in force.
    Result<device::DeviceRegistry> registry_of(const DeviceTables& tables);
    Result<device::DeviceRegistry> registry();
    // From now on these are in force.
    void adopt(DeviceTables tables);

    [[nodiscard]] enrolment::DeviceBook* book() { return book_ ? &*book_ : nullptr; }
    [[nodiscard]] enrolment::EnrolmentService* service() { return service_.get(); }
    // Null: devices have no accounts at the broker (enrolment.accounts).
    [[nodiscard]] enrolment::AccountDesk* accounts() { return accounts_.get(); }
    // Opens the door for devices. misconfigured: address, port or credentials.
    Result<void> start(const boost::asio::any_io_executor& executor);
    void stop();
    // New certificates for connections to come; on error a warning, and the old ones stay.
    void reload();
    // Where devices come to; 0: nowhere.
    [[nodiscard]] std::uint16_t port() const { return door_ ? door_->port() : std::uint16_t{0}; }

private:
    DeviceEnrolment(const Configuration& configuration, Parts parts);
    Result<void> open_service();
    Result<void> open_accounts(const ingest::MqttSettings& mqtt);
    bool is_configured(const std::string& id);
    bool is_kind(const std::string& kind);

    enrolment::EnrolmentSettings settings_;
    const Parts parts_;
    std::optional<enrolment::DeviceBook> book_;
    std::mutex mutex_;  // of tables_
    DeviceTables tables_;
    std::unique_ptr<enrolment::BrokerAccounts> broker_;
    std::unique_ptr<enrolment::EnrolmentService> service_;
    std::unique_ptr<enrolment::AccountDesk> accounts_;
    std::unique_ptr<admin::AdminServer> door_;
    BackgroundThread keeper_{"ew-enrol"};  // last: its work uses the others
};

}  // namespace edgeward::app

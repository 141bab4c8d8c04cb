#include "device_enrolment.hpp"

#include <edgeward/core/log.hpp>

#include "est_routes.hpp"

namespace edgeward::app {
namespace {

constexpr std::chrono::seconds round{10};  // of the keeper

// What the broker knows by other names than a device's: a certificate of that name would have their rights.
void reserve_names(const Configuration& configuration, const config::Credentials& credentials,
                   std::vector<std::string>& reserved) {
    if (const auto own = credentials.read(configuration.mqtt.tls.certificate)) {
        if (const auto facts = crypto::facts_of(text_of(own->reveal())))
            reserved.push_back(facts->common_name);
    }
    const auto& principals = configuration.alarm.principals;
    reserved.insert(reserved.end(), principals.begin(), principals.end());
}

device::Device enrolled_device(const enrolment::DeviceEntry& entry, const device::DeviceClass& kind) {
    device::Device device;
    device.id = entry.id;
    device.mapping = kind.mapping;
    device.manufacturer = kind.manufacturer;
    device.model = kind.model;
    device.serial = entry.serial;
    device.eui64 = entry.eui64;
    device.location = entry.location;
    device.associated = kind.associated;
    device.kind = kind.name;
    device.risk = kind.risk;
    device.software = entry.software;
    return device;
}

admin::AdminSettings door_settings(const enrolment::EnrolmentSettings& settings) {
    admin::AdminSettings made;
    made.address = settings.address;
    made.port = settings.port;
    made.any_client_certificate = true;
    made.tls = settings.tls;
    made.socket.clear();
    made.max_connections = settings.max_connections;
    made.request_timeout = settings.request_timeout;
    return made;
}

}  // namespace

device::DeviceRegistry with_enrolled(const DeviceTables& tables,
                                     const std::vector<enrolment::KnownDevice>& known) {
    std::map<std::string, device::Device, std::less<>> all = tables.configured.all();
    for (const auto& one : known) {
        const auto kind = tables.classes.find(one.entry.kind);
        if (one.revoked)
            all.erase(one.entry.id);
        else if (kind != tables.classes.end())
            all.emplace(one.entry.id, enrolled_device(one.entry, kind->second));
    }
    std::vector<device::Device> devices;
    devices.reserve(all.size());
    for (auto& [id, device] : all)
        devices.push_back(std::move(device));
    return device::DeviceRegistry(std::move(devices));
}

Result<std::unique_ptr<DeviceEnrolment>> DeviceEnrolment::open(const Configuration& configuration,
                                                               Parts parts) {
    std::unique_ptr<DeviceEnrolment> made(new DeviceEnrolment(configuration, std::move(parts)));
    const auto& folder = configuration.gateway.data_folder;
    std::error_code ignored;
    if (!made->settings_.enabled && !std::filesystem::exists(folder / enrolment::book_file, ignored))
        return made;
    auto book = enrolment::DeviceBook::open(folder, made->parts_.keys);
    if (!book) return failure(std::move(book.error()).during("open devices.db"));
    made->book_.emplace(*std::move(book));
    if (!made->settings_.enabled) return made;
    if (auto opened = made->open_service(); !opened)
        return failure(std::move(opened.error()).during("enrolment"));
    if (auto opened = made->open_accounts(configuration.mqtt); !opened)
        return failure(std::move(opened.error()).during("enrolment.accounts"));
    return made;
}

DeviceEnrolment::DeviceEnrolment(const Configuration& configuration, Parts parts)
    : settings_(configuration.enrolment),
      parts_(std::move(parts)),
      tables_{configuration.delivery.devices, configuration.device_classes} {
    reserve_names(configuration, parts_.credentials, settings_.reserved);
}

Result<void> DeviceEnrolment::open_service() {
    auto service = enrolment::EnrolmentService::open(
        settings_,
        {*book_, parts_.credentials, system_clock(), system_random(), parts_.metrics, parts_.audit,
         [this](const std::string& id) { return is_configured(id); },
         [this](const std::string& kind) { return is_kind(kind); }, parts_.changed,
         [this](const std::string& id) { return accounts_ ? accounts_->withdraw(id) : Result<void>(); }});
    if (!service) return failure(std::move(service.error()));
    service_ = *std::move(service);
    return {};
}

Result<void> DeviceEnrolment::open_accounts(const ingest::MqttSettings& mqtt) {
    if (!settings_.accounts) {
        if (const auto left = book_->accounts(); left && !left->empty()) {
            log::warning("devices may have accounts at the broker that are not looked after any more",
                         {{"accounts", left->size()}});
        }
        return {};
    }
    transport::MqttLinkSettings broker;
    broker.host = mqtt.host;
    broker.port = mqtt.port;
    broker.tls = mqtt.tls;
    broker.client_id = mqtt.client_id + "-accounts";
    auto opened = enrolment::open_broker_accounts(std::move(broker), parts_.credentials, system_random());
    if (!opened) return failure(std::move(opened.error()));
    broker_ = *std::move(opened);
    accounts_ = std::make_unique<enrolment::AccountDesk>(enrolment::AccountDesk::Parts{
        *book_, *broker_, system_clock(), system_random(), parts_.metrics, parts_.audit,
        [this](const enrolment::DeviceEntry& entry) { return service_->check_entry(entry); },
        parts_.changed});
    return {};
}

bool DeviceEnrolment::is_configured(const std::string& id) {
    const std::lock_guard lock(mutex_);
    return tables_.configured.find(id) != nullptr;
}

bool DeviceEnrolment::is_kind(const std::string& kind) {
    const std::lock_guard lock(mutex_);
    return tables_.classes.contains(kind);
}

void DeviceEnrolment::adopt(DeviceTables tables) {
    const std::lock_guard lock(mutex_);
    tables_ = std::move(tables);
}

Result<device::DeviceRegistry> DeviceEnrolment::registry_of(const DeviceTables& tables) {
    std::vector<enrolment::KnownDevice> known;
    if (book_) {
        auto read = book_->devices();
        if (!read) return failure(std::move(read.error()).during("read devices.db"));
        known = *std::move(read);
    }
    return with_enrolled(tables, known);
}

Result<device::DeviceRegistry> DeviceEnrolment::registry() {
    std::unique_lock lock(mutex_);
    const DeviceTables tables = tables_;
    lock.unlock();
    return registry_of(tables);
}

Result<void> DeviceEnrolment::start(const boost::asio::any_io_executor& executor) {
    if (!service_) return {};
    auto door = admin::start_admin_server(door_settings(settings_), parts_.credentials, executor,
                                          est_routes(*service_));
    if (!door) return failure(std::move(door.error()).during("enrolment"));
    door_ = *std::move(door);
    keeper_.start([this] {
        do {
            service_->maintain();
            if (accounts_) accounts_->maintain();
        } while (keeper_.pause(round));
    });
    log::info("devices may enrol", {{"port", door_->port()}});
    return {};
}

void DeviceEnrolment::stop() {
    if (door_) door_->stop();
    keeper_.stop();
    if (service_) service_->maintain();  // what was refused since the last round
}

void DeviceEnrolment::reload() {
    if (!door_) return;
    if (auto renewed = door_->reload_certificates(); !renewed)
        log::warning("the enrolment certificate was not renewed", {{"reason", renewed.error().message}});
}

}  // namespace edgeward::app

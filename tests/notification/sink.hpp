#pragma once

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <list>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <nlohmann/json.hpp>

#include "notification/scene.hpp"

namespace edgeward::notification {

// Takes JSON by HTTP on loopback, one request for each connection, and answers with a status.
class Sink {
public:
    Sink() : acceptor_(io_, {boost::asio::ip::address_v4::loopback(), 0}), thread_([this] { serve(); }) {}
    Sink(const Sink&) = delete;
    Sink& operator=(const Sink&) = delete;
    ~Sink() {
        ending_ = true;
        boost::system::error_code ignored;
        boost::asio::ip::tcp::socket last(io_);
        last.connect(acceptor_.local_endpoint(), ignored);
        last.close(ignored);
        thread_.join();
    }

    [[nodiscard]] TargetSettings target(std::string name) const {
        auto made = notification::target(std::move(name));
        WebhookTarget webhook;
        webhook.http.url = "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
        webhook.http.plaintext_loopback = true;
        webhook.http.response_timeout = std::chrono::seconds(5);
        made.retry = {std::chrono::milliseconds(20), std::chrono::milliseconds(40)};
        made.form = webhook;
        return made;
    }
    [[nodiscard]] std::vector<nlohmann::json> bodies() const {
        const std::lock_guard lock(mutex_);
        return bodies_;
    }
    // "raised 1" of every notice, with " again" when it is repeated.
    [[nodiscard]] std::vector<std::string> told() const {
        std::vector<std::string> made;
        for (const auto& body : bodies())
            made.push_back(body.at("event").get<std::string>() + " " +
                           std::to_string(body.at("sequence").get<int>()) +
                           (body.at("repeated").get<bool>() ? " again" : ""));
        return made;
    }
    [[nodiscard]] bool has_told(std::size_t count) const {
        return support::eventually([&] { return bodies().size() >= count; });
    }
    std::atomic<int> status = 200;

private:
    void serve() {
        while (!ending_) {
            boost::system::error_code error;
            boost::asio::ip::tcp::socket socket(io_);
            acceptor_.accept(socket, error);
            std::string text;
            const auto head =
                boost::asio::read_until(socket, boost::asio::dynamic_buffer(text), "\r\n\r\n", error);
            if (error) continue;
            const auto at = text.find("Content-Length: ");
            const auto length = static_cast<std::size_t>(std::atoi(text.c_str() + at + 16));
            if (text.size() < head + length)
                boost::asio::read(socket, boost::asio::dynamic_buffer(text),
                                  boost::asio::transfer_exactly(head + length - text.size()), error);
            if (status == 200) {
                const std::lock_guard lock(mutex_);
                bodies_.push_back(nlohmann::json::parse(text.substr(head, length)));
            }
            boost::asio::write(socket,
                               boost::asio::buffer("HTTP/1.1 " + std::to_string(status) +
                                                   " X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
                               error);
        }
    }

    boost::asio::io_context io_;
    boost::asio::ip::tcp::acceptor acceptor_;
    mutable std::mutex mutex_;
    std::vector<nlohmann::json> bodies_;
    std::atomic<bool> ending_ = false;
    std::thread thread_;
};

// Vault, store and a service that tells one sink.
struct House {
    explicit House(std::string toml = alarm::spo2_low(),
                   std::vector<StageSettings> stages = {{{}, {}, {"ward"}}})
        : rules(std::move(toml)), chosen_stages(std::move(stages)) {
        for (auto& stage : chosen_stages)
            stage.least_priority = alarm::Priority::low;
        open_store();
    }
    House(const House&) = delete;
    House& operator=(const House&) = delete;
    ~House() { close(); }

    void open_store() {
        store = *store::open_store({folder.path(), std::chrono::seconds(1), 1000}, {}, keys, system_clock());
        AlarmSettings settings;
        settings.attend_interval = std::chrono::milliseconds(100);
        settings.oldest_value = std::chrono::hours(24 * 3650);
        settings.targets = {sink.target("ward")};
        settings.stages = chosen_stages;
        parts.emplace(AlarmParts{*store.reader,
                                 *store.writer,
                                 *vault,
                                 technical_key,
                                 credentials,
                                 system_clock(),
                                 metrics.emplace_back(),
                                 system_random(),
                                 {},
                                 [this] { return devices; }});
        auto opened = AlarmService::open(settings, alarm::rules(rules), decider, *parts);
        if (!opened) throw std::runtime_error(opened.error().message);
        service = *std::move(opened);
        if (auto begun = service->start(); !begun) throw std::runtime_error(begun.error().message);
    }
    void close() {
        if (!service) return;
        service->stop();
        store.writer->stop();
        service.reset();
        store = {};
    }
    void restart() {
        close();
        open_store();
    }
    // A report that is looked at; committed when `commit`.
    std::vector<store::AlarmChange> see(std::int64_t second, const std::string& spo2, bool commit = true,
                                        bool repeated = false) {
        auto report = alarm::report(second, {{"spo2", spo2}});
        report.subject = person;
        std::vector<store::AlarmChange> changes;
        service->look(report, "monitor_flat", repeated, changes);
        if (!commit || changes.empty()) return changes;
        const auto saved =
            store.writer->run([&](store::ObservationStore& to) { return to.save_alarms(changes); });
        if (!saved) throw std::runtime_error(saved.error().message);
        service->on_disk(changes);
        return changes;
    }
    [[nodiscard]] std::size_t waiting() const { return store.reader->alarms(Instant{})->notices.size(); }
    [[nodiscard]] std::vector<std::string> audit() const {
        std::vector<std::string> made;
        (void)store.reader->export_audit(
            1, SIZE_MAX,
            [&](const audit::Record& record) {
                made.push_back(record.event.actor + " " + std::string(name_of(record.event.action)) + " " +
                               std::string(name_of(record.event.outcome)));
            },
            [](auto) {});
        return made;
    }
    [[nodiscard]] bool recorded(const std::string& line) const {
        return support::eventually([&] {
            const auto all = audit();
            return std::find(all.begin(), all.end(), line) != all.end();
        });
    }

    std::string rules;
    std::vector<StageSettings> chosen_stages;
    support::ScratchFolder folder;
    crypto::KeyRing keys = crypto::KeyRing::generate();
    std::unique_ptr<vault::IdentityVault> vault = *vault::open_vault(folder.path(), keys);
    crypto::SealingKey technical_key{*keys.key(crypto::key_name::technical)};
    model::Pseudonym person = vault->subject_of({"4711", "KIS", "MR"})->pseudonym;
    config::Credentials credentials;
    std::list<metrics::Registry> metrics;  // one for each start
    policy::Decider decider = shipped_decider();
    std::vector<device::Device> devices;
    Sink sink;
    store::StoreParts store;
    std::optional<AlarmParts> parts;
    std::unique_ptr<AlarmService> service;
};

}  // namespace edgeward::notification

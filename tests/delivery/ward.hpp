#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch_test_macros.hpp>

#include <edgeward/delivery/delivery_service.hpp>
#include <edgeward/pseudonym/pseudonymizer.hpp>
#include <edgeward/store/report_seal.hpp>

#include "fake_transport.hpp"
#include "support/program.hpp"
#include "support/shipped_policy.hpp"

namespace edgeward::delivery {

// A vault, a store and the delivery on real databases, with peers a test can script.
class Ward {
public:
    Ward()
        : keys(crypto::KeyRing::generate()),
          technical_key(*keys.key(crypto::key_name::technical)),
          pseudonymizer(*keys.key(crypto::key_name::pseudonym)),
          vault(*vault::open_vault(folder.path(), keys)),
          store(*store::open_store({folder.path(), std::chrono::seconds(1), 1000}, {}, keys, system_clock())),
          second_reader(*store::open_reader({folder.path()}, keys, 1024)),
          work(io.get_executor()),
          second_work(second_io.get_executor()),
          thread([this] { io.run(); }),
          second_thread([this] { second_io.run(); }),
          service(parts()) {}
    ~Ward() {
        service.stop(std::chrono::seconds(5));
        work.reset();
        second_work.reset();
        io.stop();
        second_io.stop();
        thread.join();
        second_thread.join();
        store.writer->stop();
    }
    Ward(const Ward&) = delete;
    Ward& operator=(const Ward&) = delete;

    DeliveryParts parts() {
        return {{{io.get_executor(), *store.reader}, {second_io.get_executor(), *second_reader}},
                *store.writer,
                *vault,
                pseudonymizer,
                technical_key,
                [this](const DestinationSettings& settings,
                       const auto&) -> Result<std::unique_ptr<transport::Transport>> {
                    const std::lock_guard lock(peers_mutex);
                    const auto peer = peers.find(settings.name);
                    if (peer == peers.end()) return failure(ErrorKind::misconfigured, "no such credential");
                    return std::make_unique<FakeTransport>(peer->second);
                },
                system_clock(),
                metrics};
    }

    FakePeer& peer(const std::string& name) {
        const std::lock_guard lock(peers_mutex);
        return *peers.try_emplace(name, std::make_shared<FakePeer>()).first->second;
    }

    void apply(std::vector<DestinationSettings> destinations) {
        DeliveryPlan plan;
        plan.destinations = std::move(destinations);
        plan.devices = device::DeviceRegistry({device()});
        plan.policy = support::shipped_policy();
        REQUIRE(service.apply(std::move(plan)));
    }
    static device::Device device() {
        device::Device made;
        made.id = "monitor-1";
        made.mapping = "flat";
        made.serial = "SERIAL-0815";
        made.eui64 = "0123456789ABCDEF";
        made.location = {"ICU", "1", "07"};
        return made;
    }

    static model::Observation heart_rate(std::string value) {
        model::Observation made;
        made.id.octets[3] = 1;
        made.code = {147842, "MDC_ECG_HEART_RATE", "8867-4", "364075005", "Heart rate", {}, {}};
        made.value = model::Quantity{*model::Decimal::parse(value), "/min", {}};
        made.category = model::Category::vital_sign;
        made.effective = {Instant(std::chrono::milliseconds(1'763'923'726'000)), 60};
        made.containment = 1;
        return made;
    }

    // Stores one report of the patient; every call makes an observation of its own.
    void measure(const std::string& patient, const std::string& value) {
        model::Observation observation = heart_rate(value);
        store_report(patient, {observation});
    }
    void store_report(const std::string& patient, std::vector<model::Observation> observations) {
        ++ticket;
        std::uint8_t part = 0;
        for (auto& observation : observations) {
            observation.id.octets[12] = static_cast<std::uint8_t>(ticket >> 8U);
            observation.id.octets[13] = static_cast<std::uint8_t>(ticket);
            observation.id.octets[14] = ++part;
        }
        const auto subject = vault->subject_of({patient, "KIS", "MR"});
        REQUIRE(subject);
        model::Report report;
        report.subject = subject->pseudonym;
        report.device = "monitor-1";
        report.location = {"ICU", "1", "07"};
        report.received = system_clock().now();
        report.observations = std::move(observations);
        store::Inbound inbound;
        inbound.ticket = ticket;
        inbound.device = report.device;
        inbound.received = report.received;
        inbound.fate = store::Stored{{store::seal_report(report, *subject->data_key)}, {}};
        REQUIRE(store.writer->run([&](store::ObservationStore& to) { return to.record({inbound}); }));
        service.wake();
    }

    store::DestinationBook book(const std::string& destination) {
        const auto books = store.reader->destination_books();
        REQUIRE(books);
        const auto place = books->find(destination);
        return place == books->end() ? store::DestinationBook{} : place->second;
    }
    bool delivered(const std::string& destination, std::uint64_t count) {
        return support::eventually([&] { return book(destination).delivered == count; });
    }

    support::ScratchFolder folder;
    crypto::KeyRing keys;
    crypto::SealingKey technical_key;
    pseudonym::Pseudonymizer pseudonymizer;
    metrics::Registry metrics;
    std::unique_ptr<vault::IdentityVault> vault;
    store::StoreParts store;
    std::unique_ptr<store::StoreReader> second_reader;
    std::mutex peers_mutex;  // flows that wait for their transport look here again
    std::map<std::string, std::shared_ptr<FakePeer>> peers;
    boost::asio::io_context io{1};
    boost::asio::io_context second_io{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> second_work;
    std::thread thread;
    std::thread second_thread;
    DeliveryService service;
    std::uint64_t ticket = 0;
};

inline DestinationSettings kis(std::string name = "kis") {
    DestinationSettings made;
    made.name = std::move(name);
    made.domain = made.name;
    made.purpose = model::Purpose::treatment;
    made.level = model::IdentityLevel::identified;
    made.legal_basis = "art9-2h";
    made.backoff = {std::chrono::milliseconds(10), std::chrono::milliseconds(40)};
    Hl7Form form;
    form.message.authorities["KIS"] = {"KIS", {}, {}};
    made.form = form;
    return made;
}

inline DestinationSettings research(std::string name = "research") {
    DestinationSettings made = kis(std::move(name));
    made.purpose = model::Purpose::research;
    made.level = model::IdentityLevel::pseudonymous;
    made.legal_basis = "consent";
    made.pseudonym_prefix = "RES";
    std::get<Hl7Form>(made.form).message.authorities[made.domain] = {made.domain, {}, {}};
    return made;
}

// The heart rate an HL7 message says: OBX-5 of its first numeric row.
inline std::string value_in(const std::string& message) {
    // OBX | n | NM | code | sub-id | value
    auto begin = message.find("|NM|");
    if (begin == std::string::npos) return {};
    begin += 4;
    for (int skipped = 0; skipped < 2; ++skipped)
        begin = message.find('|', begin) + 1;
    return message.substr(begin, message.find('|', begin) - begin);
}

inline std::vector<std::string> values_in(const std::vector<transport::OutboundMessage>& messages) {
    std::vector<std::string> values;
    for (const auto& message : messages)
        values.push_back(value_in(message.body));
    return values;
}

}  // namespace edgeward::delivery

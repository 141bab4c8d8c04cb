#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include <edgeward/crypto/signature.hpp>
#include <edgeward/mapping/mapping.hpp>
#include <edgeward/pseudonym/pseudonymizer.hpp>
#include <edgeward/store/report_seal.hpp>

#include "control_desk.hpp"
#include "delivery/fake_transport.hpp"
#include "support/program.hpp"

namespace edgeward::app {

struct Answered {
    unsigned status = 0;
    nlohmann::json body;
    // The words of a refusal.
    [[nodiscard]] std::string message() const { return body.value("message", std::string()); }
};

// Stands until it is set.
class TestClock final : public Clock {
public:
    [[nodiscard]] Instant now() const override { return now_; }
    [[nodiscard]] MonotonicTime monotonic() const override { return monotonic_; }
    void set(const char* text) { now_ = parse_rfc3339(text)->utc; }
    void pass(std::chrono::milliseconds time) {
        now_ += time;
        monotonic_ += time;
    }

private:
    Instant now_{parse_rfc3339("2026-11-23T12:00:00Z")->utc};
    MonotonicTime monotonic_{std::chrono::hours(1)};
};

// A real vault, store, pipeline and delivery, asked by the routes of the control socket without a socket.
class Desk {
public:
    Desk()
        : keys(crypto::KeyRing::generate()),
          technical_key(*keys.key(crypto::key_name::technical)),
          quarantine_key(*keys.key(crypto::key_name::quarantine)),
          pseudonymizer(*keys.key(crypto::key_name::pseudonym)),
          vault(*vault::open_vault(folder.path(), keys)),
          store(*store::open_store({folder.path(), std::chrono::seconds(60), 100'000}, {}, keys,
                                   system_clock())),
          work(io.get_executor()),
          thread([this] { io.run(); }),
          delivery({{{io.get_executor(), *store.reader}},
                    *store.writer,
                    *vault,
                    pseudonymizer,
                    technical_key,
                    [this](const delivery::DestinationSettings&,
                           const auto&) -> Result<std::unique_ptr<transport::Transport>> {
                        return std::make_unique<delivery::FakeTransport>(peer);
                    },
                    system_clock(),
                    metrics}),
          pipeline({},
                   {*vault, *store.writer, technical_key, quarantine_key, system_clock(), metrics,
                    [](std::size_t, std::uint64_t) {}, [] {}},
                   catalogue("lost")),
          reconciler(*store::Reconciler::open({folder.path(), {}, {}}, keys)),
          books({}, {reconciler, *store.reader, *store.writer, clock, metrics, [] { return "UTC"; }}),
          changes(*vault, *store.writer, system_clock()),
          control({*store.reader, *store.writer, *vault, pipeline, delivery, technical_key, quarantine_key,
                   system_clock(),
                   crypto::to_pem(crypto::public_key_of(*keys.key(crypto::key_name::audit_signing))),
                   [this] { return health; }, changes, books, [this] { return disk; }}) {
        routes =
            control.routes({[this] { return std::pair(in_force, mappings); }, [this] { return reload; }});
        pipeline.start();
    }
    ~Desk() {
        pipeline.stop();
        delivery.stop(std::chrono::seconds(5));
        store.writer->stop();
        work.reset();
        io.stop();
        thread.join();
    }
    Desk(const Desk&) = delete;
    Desk& operator=(const Desk&) = delete;

    static std::vector<device::Device> devices(std::string mapping = "flat") {
        device::Device device;
        device.id = "monitor-1";
        device.mapping = std::move(mapping);
        return {device};
    }
    // Device monitor-1, read by a mapping that is there only when it is "flat".
    static pipeline::Catalogue catalogue(std::string mapping) {
        auto loaded = mapping::parse_mapping(
            "[mapping]\nname = \"flat\"\n[timestamp]\npath = \"$.t\"\nformat = \"rfc3339\"\n"
            "[patient]\npath = \"$.p\"\nauthority = \"KIS\"\n"
            "[[rule]]\n[[rule.value]]\nparameter = \"heart_rate\"\npath = \"$.hr\"\nunit = \"/min\"\n",
            "flat.toml");
        REQUIRE(loaded.problems.empty());
        return {device::DeviceRegistry(devices(std::move(mapping))),
                std::move(loaded.set),
                "UTC",
                {"KIS"},
                {{"https://kis.example/patient", "KIS"}}};
    }

    Answered ask(const std::string& method, std::vector<std::string> path, const std::string& body = {},
                 std::map<std::string, std::string, std::less<>> query = {}) {
        for (const auto& route : routes) {
            if (route.method != method || !matches(route.pattern, path)) continue;
            CHECK(route.exposure == admin::Exposure::control);
            admin::HttpRequest request;
            request.method = method;
            request.path = std::move(path);
            request.query = std::move(query);
            request.body = body;
            request.peer_uid = 1000;
            const auto response = route.handler(request);
            auto answered = nlohmann::json::parse(response.body);
            REQUIRE(route.description != nullptr);
            if (response.status == 200)
                CHECK(admin::expect_form(route.description->answer, answered, "answer"));
            return {response.status, std::move(answered)};
        }
        FAIL("no such route");
        return {};
    }

    // Takes in one message of the device and waits for its commit.
    void take_in(const std::string& payload) {
        model::RawMessage message;
        message.topic = "devices/monitor-1/data";
        message.payload.assign(payload.begin(), payload.end());
        message.received = system_clock().now();
        message.ticket = ++ticket;
        REQUIRE(pipeline.accept(std::move(message)));
        REQUIRE(support::eventually([this] { return store.reader->inbound_book()->received == ticket; }));
    }

    // The newest audit records of that action, oldest first.
    std::vector<audit::Event> records(audit::Action action) {
        std::vector<audit::Event> found;
        const auto read = store.reader->export_audit(
            1, 100'000,
            [&](const audit::Record& record) {
                if (record.event.action == action) found.push_back(record.event);
            },
            [](std::string_view) {});
        REQUIRE(read);
        return found;
    }

    support::ScratchFolder folder;
    crypto::KeyRing keys;
    crypto::SealingKey technical_key;
    crypto::SealingKey quarantine_key;
    pseudonym::Pseudonymizer pseudonymizer;
    metrics::Registry metrics;
    std::shared_ptr<delivery::FakePeer> peer = std::make_shared<delivery::FakePeer>();  // of destinations
    std::unique_ptr<vault::IdentityVault> vault;
    store::StoreParts store;
    boost::asio::io_context io{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work;
    std::thread thread;
    delivery::DeliveryService delivery;
    pipeline::InboundPipeline pipeline;
    store::Reconciler reconciler;
    TestClock clock;  // of the daily report
    BookAudit books;
    DiskStatus disk;
    std::vector<admin::PartHealth> health = {{"store", true, {}}};
    std::vector<config::Setting> in_force;
    std::vector<MappingFile> mappings;
    Result<void> reload;
    ChangeRecorder changes;
    ControlDesk control;
    admin::Routes routes;
    std::uint64_t ticket = 0;

private:
    static std::vector<std::string> segments_of(const std::string& pattern) {
        std::vector<std::string> segments;
        for (const char c : pattern) {
            if (c == '/') {
                segments.emplace_back();
            } else {
                segments.back() += c;
            }
        }
        return segments;
    }
    static bool matches(const std::string& pattern, const std::vector<std::string>& path) {
        const auto segments = segments_of(pattern);
        return std::equal(segments.begin(), segments.end(), path.begin(), path.end(),
                          [](const std::string& known, const std::string& given) {
                              return known.starts_with("{") || known == given;
                          });
    }
};

}  // namespace edgeward::app

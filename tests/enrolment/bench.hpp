#pragma once

#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include <edgeward/core/file.hpp>
#include <edgeward/enrolment/enrolment_service.hpp>
#include <edgeward/enrolment/est.hpp>

#include "support/hand_clock.hpp"
#include "support/openssl_bench.hpp"

namespace edgeward::enrolment {

using namespace std::chrono_literals;

// An enrolment desk with everything around it, and the openssl program as its devices.
struct Bench {
    Bench() {
        std::filesystem::create_directory(folder / "credentials");
        std::filesystem::permissions(folder / "credentials", std::filesystem::perms::owner_all);
        auto made = crypto::make_authority("Device authority", clock.now(), 24h * 3650);
        REQUIRE(made);
        put_credential("device-authority", bytes_of(made->certificate));
        put_credential("device-authority-key", made->key.reveal());
        authority = made->certificate;
        settings.enabled = true;
        settings.crl_file = folder / "devices.crl";
        auto opened = DeviceBook::open(folder.path(), keys);
        REQUIRE(opened);
        book.emplace(*std::move(opened));
    }

    void put_credential(const std::string& name, ByteView content) const {
        REQUIRE(write_file_durably(folder / "credentials" / name, content, 0600));
    }
    EnrolmentService& service() {
        if (!service_) {
            auto opened = open();
            REQUIRE(opened);
            service_ = *std::move(opened);
        }
        return *service_;
    }
    Result<std::unique_ptr<EnrolmentService>> open() {
        return EnrolmentService::open(
            settings, {*book, credentials, clock, system_random(), metrics,
                       [this](audit::Event event) -> Result<void> {
                           if (log_full) return failure(ErrorKind::exhausted, "no room");
                           events.push_back(std::move(event));
                           return {};
                       },
                       [this](const std::string& id) { return configured.contains(id); },
                       [this](const std::string& kind) { return kinds.contains(kind); },
                       [this] { ++changes; }, [this](const std::string& id) { return withdraw(id); }});
    }

    // What the device `name` sends: a request for that common name with a key of its own.
    std::string asks(const std::string& name, const std::string& common_name) {
        devices.make_request(name, common_name.empty() ? "/O=none" : "/CN=" + common_name);
        return to_base64(bytes_of(devices.text(name + ".csr")));
    }
    std::string token_for(const DeviceEntry& entry, std::chrono::milliseconds valid = 1h) {
        auto made = service().make_token(entry, valid, "user:1000");
        REQUIRE(made);
        return "Basic " + to_base64(bytes_of("device:" + made->token));
    }
    static std::string granted(const Result<Answer>& answer) {
        if (!answer) UNSCOPED_INFO(answer.error().message);
        REQUIRE(answer);
        REQUIRE(std::holds_alternative<Granted>(*answer));
        return std::get<Granted>(*answer).certificate;
    }
    static bool waits(const Result<Answer>& answer) {
        return answer && std::holds_alternative<Waiting>(*answer);
    }
    static ErrorKind refusal(const Result<Answer>& answer) {
        REQUIRE_FALSE(answer);
        return answer.error().kind;
    }
    // Whether openssl, as a broker with the published list, takes the certificate for a client's.
    bool broker_takes(const std::string& certificate) {
        devices.put("ca.pem", authority);
        devices.put("shown.pem", certificate);
        return devices.openssl({"verify", "-CAfile", devices.file("ca.pem"), "-crl_check", "-CRLfile",
                                settings.crl_file.string(), "-purpose", "sslclient",
                                devices.file("shown.pem")}) == 0;
    }
    std::size_t told(audit::Action action) const {
        std::size_t count = 0;
        for (const auto& event : events)
            count += event.action == action ? 1 : 0;
        return count;
    }

    support::ScratchFolder folder;
    support::OpensslBench devices;
    crypto::KeyRing keys = crypto::KeyRing::generate();
    config::Credentials credentials{folder / "credentials"};
    support::HandClock clock{system_clock().now()};
    metrics::Registry metrics;
    EnrolmentSettings settings;
    std::string authority;
    std::optional<DeviceBook> book;
    std::set<std::string> configured, kinds{"pump", "monitor"};
    std::vector<audit::Event> events;
    int changes = 0;
    std::function<Result<void>(const std::string&)> withdraw = [](const std::string&) {
        return Result<void>();
    };
    bool log_full = false;

private:
    std::unique_ptr<EnrolmentService> service_;
};

}  // namespace edgeward::enrolment

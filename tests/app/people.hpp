#pragma once

#include <memory>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include <edgeward/admin/description.hpp>
#include <edgeward/crypto/one_time_code.hpp>
#include <edgeward/store/writer.hpp>

#include "access_gate.hpp"
#include "control_accounts.hpp"
#include "security_key_desk.hpp"
#include "sign_in_desk.hpp"
#include "support/hand_clock.hpp"
#include "support/scratch_folder.hpp"
#include "support/shipped_policy.hpp"

namespace edgeward::app {

// A session as a browser keeps it.
struct Browser {
    std::string token;
    std::string csrf;
    Secret factor;
    std::string address = "192.0.2.1";
};

// Real accounts and sessions behind the shipped policies, asked without a socket.
class People {
public:
    explicit People(admin::AdminSettings chosen = {})
        : settings(std::move(chosen)),
          keys(crypto::KeyRing::generate()),
          store(*store::open_store({folder.path(), std::chrono::seconds(60), 100'000}, {}, keys, clock)),
          accounts(*access::AccountBook::open(folder.path(), keys, {64, 1, 1})),
          desk({settings, *accounts, sessions, *store.writer, clock, metrics,
                [this](const admin::SignedIn& who) {
                    return AllowedActions{*gate.allowed(who, who.second_factor_age), *gate.allowed(who, 0)};
                }}),
          gate(
              *store.writer, {}, support::shipped_policy(),
              [this](const admin::HttpRequest&) { return Result<Asker>(requester); },
              [] { return Result<policy::Circumstances>(policy::Circumstances{}); }) {
        gate.admit_people(
            [this](const admin::HttpRequest& request) { return desk.gate().signed_in(request); },
            [this](const admin::HttpRequest&) { return asked_ward; });
        gate.guard(account_routes({accounts.get(), sessions, *store.writer, clock}), routes);
        for (auto& route : desk.routes())
            routes.push_back(std::move(route));
        for (auto& route : security_keys.routes())
            routes.push_back(std::move(route));
    }
    ~People() { store.writer->stop(); }
    People(const People&) = delete;
    People& operator=(const People&) = delete;

    admin::HttpResponse ask(const Browser& browser, const std::string& method, const std::string& pattern,
                            const nlohmann::json& body = nullptr) {
        for (const auto& route : routes) {
            if (route.method == method && route.pattern == pattern) return ask(browser, route, body);
        }
        FAIL("no such route");
        return {};
    }
    admin::HttpResponse ask(const Browser& browser, const admin::Route& route,
                            const nlohmann::json& body = nullptr) {
        admin::HttpRequest request;
        request.entrance = admin::Entrance::api;
        request.method = route.method;
        for (std::size_t at = 0; at != std::string::npos;) {
            const std::size_t end = route.pattern.find('/', at + 1);
            const auto segment = route.pattern.substr(at + 1, end == std::string::npos ? end : end - at - 1);
            request.path.push_back(segment.starts_with('{') ? named : segment);
            at = end;
        }
        request.address = browser.address;
        request.session_token = browser.token;
        request.csrf = browser.csrf;
        if (!body.is_null()) {
            request.body = body.dump();
            request.content_type = "application/json";
        }
        auto answer = route.handler(request);
        if (route.description != nullptr && answer.status == 200) {
            const auto& form = route.description->answer;
            CHECK(admin::expect_form(form, nlohmann::json::parse(answer.body), "answer"));
        }
        return answer;
    }

    // Half a session of a new account.
    Browser invited(const std::string& name, const std::vector<std::string>& roles,
                    const std::string& ward = {}) {
        const auto invitation = accounts->add(name, roles, ward, clock.now()).value();
        Browser browser;
        browser.address = "192.0.2." + std::to_string(++addresses);
        keep(browser, ask(browser, "POST", "/v1/session/first",
                          {{"code", invitation.code}, {"user", name}, {"password", password}}));
        return browser;
    }
    // A whole one.
    Browser signed_in(const std::string& name, const std::vector<std::string>& roles,
                      const std::string& ward = {}) {
        Browser browser = invited(name, roles, ward);
        enrol(browser);
        return browser;
    }
    admin::HttpResponse enrol(Browser& browser) {
        const auto begun = ask(browser, "POST", "/v1/session/second-factor/enrolment");
        REQUIRE(begun.status == 200);
        browser.factor = sessions.secret(browser.token).value();
        auto done = ask(browser, "POST", "/v1/session/second-factor", {{"code", code(browser)}});
        keep(browser, done);
        return done;
    }
    [[nodiscard]] std::string code(const Browser& browser) const {
        return crypto::one_time_code(browser.factor, crypto::code_step_at(clock.now()), 6,
                                     crypto::CodeHash::sha1);
    }
    static void keep(Browser& browser, const admin::HttpResponse& answer) {
        INFO(answer.body);
        REQUIRE(answer.status == 200);
        browser.token = answer.session_token;
        browser.csrf = nlohmann::json::parse(answer.body).at("csrf");
    }
    std::vector<audit::Event> records(audit::Action action) {
        std::vector<audit::Event> found;
        // Records of failures are written without waiting; what is asked for later comes after them.
        REQUIRE(store.writer->run([](store::ObservationStore&) { return Result<void>(); }));
        REQUIRE(store.reader->export_audit(
            1, 100'000,
            [&](const audit::Record& record) {
                if (record.event.action == action) found.push_back(record.event);
            },
            [](std::string_view) {}));
        return found;
    }

    static constexpr const char* password = "correct horse battery";
    support::ScratchFolder folder;
    support::HandClock clock{parse_rfc3339("2026-11-26T12:00:00Z")->utc};
    admin::AdminSettings settings;
    crypto::KeyRing keys;
    store::StoreParts store;
    metrics::Registry metrics;
    std::unique_ptr<access::AccountBook> accounts;
    access::SessionBook sessions{{}};
    Asker requester{policy::account_uid(0), "somebody"};
    std::string asked_ward;
    std::string named;
    SignInDesk desk;
    SecurityKeyDesk security_keys{{settings, *accounts, sessions, *store.writer, clock}, desk};
    AccessGate gate;
    admin::Routes routes;
    int addresses = 1;
};

}  // namespace edgeward::app

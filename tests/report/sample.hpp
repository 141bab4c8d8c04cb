#pragma once

#include <fstream>
#include <string>

#include <catch2/catch_test_macros.hpp>

#include <edgeward/report/papers.hpp>

#include "support/program.hpp"

// An invented hospital for the tests of module report.
namespace edgeward::report::sample {

inline Instant at(const char* text) {
    return parse_rfc3339(text)->utc;
}

inline Destination destination(std::string name, model::Purpose purpose, model::IdentityLevel level,
                               std::string basis) {
    Destination made;
    made.name = std::move(name);
    made.transport = "HL7 v2, MLLP";
    made.address = "kis.example:2575";
    made.purpose = purpose;
    made.level = level;
    made.legal_basis = std::move(basis);
    made.data_classes = {model::Category::vital_sign, model::Category::laboratory};
    made.encrypted = true;
    made.client_certificate = true;
    return made;
}

inline Measured measurement() {
    Measured made;
    made.made = at("2026-11-26T08:00:00Z");
    made.version = "0.1.0";
    made.ready = true;
    made.books_balance = true;
    made.books_as_of = 4711;
    made.received = 1000;
    made.audit_records = 4711;
    made.audit_checkpoint = 4700;
    made.encryption_holds = true;
    made.policies = "aa11";
    made.certificates = {{"gateway-certificate", 200}};
    made.backup_made = "2026-11-26T02:30:00.000Z";
    made.backup_verified = "2026-11-25T02:30:00.000Z";
    made.recovery_key = true;
    made.outage_hours = 72;
    return made;
}

// Everything as it should be, and measured.
inline Installation installation() {
    Installation made;
    made.version = "0.1.0";
    made.made = at("2026-11-26T08:00:01Z");
    made.configuration = "c0ffee";
    made.policies = "aa11";
    made.number_of_policies = 18;
    made.sources = {{"mqtt", "MQTT", "broker.example:8883", true, false},
                    {"intake", "Unix socket", "/run/intake.sock", false, true}};
    made.devices = {{"monitor-1", "monitor_flat", "Acme Vista", "ITS1 / 4", true}};
    made.destinations = {
        destination("kis", model::Purpose::treatment, model::IdentityLevel::identified, "art9-2h"),
        destination("registry", model::Purpose::research, model::IdentityLevel::anonymised, "art9-2j")};
    for (auto& one : made.destinations)
        one.retention = std::chrono::hours(24 * 3650);
    made.roles = {
        {"hospital-it", 1, 0}, {"medical-engineering", 0, 1}, {"data-protection", 1, 0}, {"auditor", 1, 0}};
    made.keeping.clinical = std::chrono::hours(24 * 30);
    made.keeping.quarantine = std::chrono::hours(36);
    made.measured = measurement();
    return made;
}

// Names nobody sane gives, in every text of it.
inline Installation hostile() {
    Installation made = installation();
    const std::string evil = "<script>alert('x')</script>\"&\x01\xFF]]>--#`|";
    for (auto& source : made.sources)
        source.name = source.transport = source.address = evil;
    for (auto& device : made.devices)
        device.id = device.kind = device.place = device.mapping = evil;
    for (auto& one : made.destinations) {
        one.name = one.transport = one.address = one.legal_basis = evil;
        one.wards = {evil, evil};
        one.detectors_off = {evil};
    }
    made.version = evil;
    made.measured->not_ready = {evil};
    made.measured->certificates = {{evil, 3}};
    made.measured->backup_verified = evil;
    return made;
}

// The texts that Python's own parser finds; fails when the markup is not well formed. `kind`: xml, html.
inline std::string texts_in(const std::string& markup, const std::string& kind) {
    const support::ScratchFolder folder;
    std::ofstream(folder / "markup", std::ios::binary) << markup;
    support::Program program({"/usr/bin/python3", EDGEWARD_SOURCE_DIR "/tests/report/read_markup.py", kind,
                              (folder / "markup").string()},
                             folder / "texts");
    REQUIRE(program.wait() == 0);
    return program.output();
}

inline bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

}  // namespace edgeward::report::sample

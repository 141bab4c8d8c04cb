#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <edgeward/report/installation.hpp>

#include "configuration.hpp"

namespace edgeward::app {

// What a configuration says, for the papers. Without a measurement.
report::Installation describe(const LoadedConfiguration& loaded, Instant now);

// What the running gateway answered: GET /v1/evidence, /v1/status, /v1/books, /v1/backups, /v1/devices and
// /v1/configuration.
struct Answers {
    nlohmann::json evidence;
    nlohmann::json status;
    nlohmann::json books;
    nlohmann::json backups;
    nlohmann::json devices;
    nlohmann::json configuration;
};
// unavailable: an answer is of another form than this version gives.
Result<report::Measured> measure(const Answers& answers, const std::vector<config::Setting>& file);

}  // namespace edgeward::app

#pragma once

#include <sstream>
#include <string>

#include <edgeward/core/metrics.hpp>

namespace edgeward::app {

// The value of one series as Prometheus would read it.
inline std::string sample(const metrics::Registry& registry, const std::string& series) {
    std::istringstream lines(registry.expose());
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with(series + " ")) return line.substr(series.size() + 1);
    }
    return "none";
}

}  // namespace edgeward::app

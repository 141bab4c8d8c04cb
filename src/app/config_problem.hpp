#pragma once

#include <nlohmann/json.hpp>

#include <edgeward/config/document.hpp>

namespace edgeward::app {

// A mistake in a file as commands print it with --json.
inline nlohmann::json config_problem(const config::Problem& problem) {
    return {{"file", problem.file},
            {"line", problem.line},
            {"column", problem.column},
            {"path", problem.path},
            {"problem", problem.text}};
}

}  // namespace edgeward::app

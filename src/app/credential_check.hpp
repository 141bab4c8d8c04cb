#pragma once

#include <vector>

#include <edgeward/config/document.hpp>

#include "configuration.hpp"

namespace edgeward::app {

// Whether this process can see credentials at all: systemd has passed some, or the configuration names a
// folder. On a shell of an installation with systemd it cannot.
bool sees_credentials(const Configuration& configuration);

// Every credential the configuration names that is missing, unreadable or does not fit, at the setting that
// names it. One of a destination keeps that destination out of use, any other keeps the gateway from
// starting. Reads secrets; says nothing of their content.
std::vector<config::Problem> check_credentials(const LoadedConfiguration& loaded);

}  // namespace edgeward::app

#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <edgeward/admin/http.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/policy/permit.hpp>
#include <edgeward/report/installation.hpp>

namespace edgeward::app {

// What a paper needs to know of the running gateway that no other route says.
struct EvidenceParts {
    std::filesystem::path folder;  // where the databases are: the self-test writes beside them
    std::function<policy::Decider()> policies;
    std::function<std::vector<std::pair<std::string, double>>()> certificates;  // credential, seconds left
    const Clock& clock;
    std::function<report::Installation()> installation;  // what the configuration in force says
};

// GET /v1/evidence and /v1/dataflow. Any thread.
admin::Routes evidence_routes(const EvidenceParts& parts);

}  // namespace edgeward::app

#pragma once

#include <filesystem>

#include <catch2/catch_test_macros.hpp>

#include <edgeward/policy/policy_files.hpp>

namespace edgeward::support {

inline std::filesystem::path shipped_policies() {
    return std::filesystem::path(EDGEWARD_SOURCE_DIR) / "config" / "policies";
}

// What an installation begins with, read once.
inline const policy::Decider& shipped_policy() {
    static const policy::LoadedPolicies loaded = policy::load_policies(shipped_policies());
    REQUIRE(loaded.problems.empty());
    return loaded.decider;
}

}  // namespace edgeward::support

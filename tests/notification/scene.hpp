#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <edgeward/core/random.hpp>
#include <edgeward/crypto/key_ring.hpp>
#include <edgeward/notification/alarm_service.hpp>
#include <edgeward/policy/policy_files.hpp>
#include <edgeward/store/writer.hpp>
#include <edgeward/vault/identity_vault.hpp>

#include "alarm/scene.hpp"
#include "support/program.hpp"
#include "support/scratch_folder.hpp"
#include "support/shipped_policy.hpp"

// What the tests of notification share: a vault with one person, a store, the shipped policies.
namespace edgeward::notification {

inline policy::Decider shipped_decider() {
    auto loaded = policy::load_policies(support::shipped_policies());
    if (!loaded.problems.empty()) throw std::runtime_error(loaded.problems.front().to_string());
    return std::move(loaded.decider);
}

inline TargetSettings target(std::string name,
                             model::IdentityLevel level = model::IdentityLevel::pseudonymous) {
    TargetSettings made;
    made.name = std::move(name);
    made.level = level;
    made.legal_basis = "art9-2h";
    made.form = WebhookTarget{};
    return made;
}

// An alarm of person `who`, raised at second 1.
inline alarm::Alarm raised_alarm(const std::optional<model::Pseudonym>& who = alarm::person(1)) {
    alarm::Alarm made;
    made.id = "7eed79ac-d3ab-88f8-964e-e652c182f483";
    made.rule = "spo2-low";
    made.priority = alarm::Priority::high;
    made.subject = who;
    made.device = "monitor-1";
    made.location = {"ICU", "1", "07"};
    made.state = alarm::State::active;
    made.stage = 1;
    made.sequence = 1;
    made.onset = alarm::at(0);
    made.raised = alarm::at(1);
    made.values = {{"spo2", "85", "%", alarm::at(0)}};
    return made;
}

}  // namespace edgeward::notification

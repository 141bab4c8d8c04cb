#pragma once

#include <string>
#include <vector>

#include <edgeward/alarm/engine.hpp>
#include <edgeward/crypto/seal.hpp>
#include <edgeward/notification/alarm_settings.hpp>
#include <edgeward/store/alarm_log.hpp>
#include <edgeward/vault/identity_vault.hpp>

namespace edgeward::notification {

// Who is to be told of a step, by name: of the stage it has come to, or everybody who was told before.
std::vector<std::string> targets_of(const AlarmSettings& settings, const alarm::Change& change);

// What the audit log says of a step; nothing for pending alarms.
std::optional<audit::Event> event_of(const alarm::Change& change);

// The step as it is committed at `now`. Without the person's key, values and place are lost.
store::AlarmChange committed_form(const AlarmSettings& settings, const alarm::Change& change, Instant now,
                                  vault::IdentityVault& vault, const crypto::SealingKey& technical_key);

// The alarm of a row; place and values are empty when they cannot be opened. Nothing: the person was erased.
std::optional<alarm::Alarm> opened_form(const store::SealedAlarm& row, vault::IdentityVault& vault,
                                        const crypto::SealingKey& technical_key);

}  // namespace edgeward::notification

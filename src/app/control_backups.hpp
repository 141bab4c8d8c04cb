#pragma once

#include <nlohmann/json.hpp>

#include <edgeward/admin/http.hpp>
#include <edgeward/backup/backup_service.hpp>

namespace edgeward::app {

// A proof as the control socket and `edgeward backup verify` tell it.
nlohmann::json to_json(const backup::Verified& verified);

// /v1/backups: how they stand, make one, prove one.
admin::Routes backup_routes(backup::BackupService& backups);

}  // namespace edgeward::app

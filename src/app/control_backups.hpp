#pragma once

#include <nlohmann/json.hpp>

#include <edgeward/admin/http.hpp>
#include <edgeward/backup/backup_service.hpp>

namespace edgeward::app {

// A proof as the control socket and `edgeward backup verify` tell it.
nlohmann::json to_json(const backup::Verified& verified);

// Backups in the folder and installations that a restore put aside: they still have whom the vault forgets
// now. The persons' parts do, and with `data_too` the others.
Result<std::vector<vault::ErasureCertificate::RemainingBackup>> backups_with_erased(
    const backup::BackupSettings& settings, const std::filesystem::path& data_folder, bool data_too);

// /v1/backups: how they stand, make one, prove one.
admin::Routes backup_routes(backup::BackupService& backups);

}  // namespace edgeward::app

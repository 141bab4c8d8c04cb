#include "control_backups.hpp"

#include "control_request.hpp"

namespace edgeward::app {

using nlohmann::json;

namespace {

const char* name_of(backup::Schedule schedule) {
    switch (schedule) {
        case backup::Schedule::off:
            return "off";
        case backup::Schedule::hourly:
            return "hourly";
        case backup::Schedule::daily:
            return "daily";
    }
    return "off";
}

json hours_of(std::chrono::milliseconds duration) {
    return std::chrono::duration_cast<std::chrono::hours>(duration).count();
}

json status(backup::BackupService& backups) {
    const auto status = backups.status();
    const auto& settings = status.settings;
    return {{"schedule", name_of(settings.schedule)},
            {"folder", settings.folder.string()},
            {"recovery_key", !settings.recovery_key.empty()},
            {"data", {{"count", settings.data_count}, {"hours", hours_of(settings.data_age)}}},
            {"persons", {{"count", settings.persons_count}, {"hours", hours_of(settings.persons_age)}}},
            {"verify_hours", hours_of(settings.verify_interval)},
            {"last_made", time_or_null(status.last_made)},
            {"last_name", status.last_name},
            {"last_verified", time_or_null(status.last_verified)},
            {"last_verified_name", status.last_verified_name},
            {"next_due", time_or_null(status.next_due)},
            {"failures", status.failures},
            {"trouble", status.trouble}};
}

Result<json> create(backup::BackupService& backups, const admin::HttpRequest& request) {
    const auto created = backups.create(actor_of(request));
    if (!created) return failure(created.error());
    return json{{"name", created->name},
                {"data_octets", created->data_octets},
                {"persons_octets", created->persons_octets},
                {"objects", created->objects},
                {"objects_octets", created->objects_octets},
                {"copied_octets", created->copied_octets},
                {"objects_removed", created->objects_removed},
                {"objects_lost", created->objects_lost},
                {"milliseconds", created->took.count()},
                {"digest", to_hex(created->digest)}};
}

Result<json> verify(backup::BackupService& backups, const admin::HttpRequest& request) {
    const auto object = object_in_body(request);
    if (!object) return failure(object.error());
    const auto name = text_in(*object, "name", /*required=*/false);
    if (!name) return failure(name.error());
    const auto verified = backups.verify(*name, actor_of(request));
    if (!verified) return failure(verified.error());
    return to_json(*verified);
}

}  // namespace

json to_json(const backup::Verified& verified) {
    return {{"name", verified.name},
            {"made", to_rfc3339(verified.made)},
            {"records", verified.records},
            {"reports", verified.reports},
            {"persons", verified.persons},
            {"erased_since", verified.erased_since},
            {"objects", verified.objects},
            {"objects_octets", verified.objects_octets},
            {"objects_removed", verified.objects_removed},
            {"objects_lost", verified.objects_lost},
            {"databases", verified.databases},
            {"milliseconds", verified.took.count()},
            {"digest", to_hex(verified.digest)}};
}

Result<std::vector<vault::ErasureCertificate::RemainingBackup>> backups_with_erased(
    const backup::BackupSettings& settings, const std::filesystem::path& data_folder, bool data_too) {
    constexpr std::string_view put_aside = "replaced-by-";
    std::vector<vault::ErasureCertificate::RemainingBackup> remaining;
    std::error_code missing;
    if (std::filesystem::exists(settings.folder, missing)) {
        const auto files = backup::list_backups(settings.folder);
        if (!files) return failure(files.error());
        for (const auto& file : *files) {
            if (!file.persons && !data_too) continue;
            const auto age = file.persons ? settings.persons_age : settings.data_age;
            remaining.push_back({file.name, file.persons ? "persons" : "data", file.made + age});
        }
    }
    for (const auto& entry : std::filesystem::directory_iterator(data_folder, missing)) {
        const std::string name = entry.path().filename().string();
        if (name.starts_with(put_aside)) remaining.push_back({name, "replaced", std::nullopt});
    }
    return remaining;
}

admin::Routes backup_routes(backup::BackupService& backups) {
    return {control_route("GET", "/v1/backups",
                          [&backups](const admin::HttpRequest&) -> Result<json> { return status(backups); }),
            control_route("POST", "/v1/backups",
                          [&backups](const admin::HttpRequest& request) { return create(backups, request); }),
            control_route("POST", "/v1/backups/verify", [&backups](const admin::HttpRequest& request) {
                return verify(backups, request);
            })};
}

}  // namespace edgeward::app

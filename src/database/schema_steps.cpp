#include <edgeward/database/schema_steps.hpp>

#include <string>

namespace edgeward::database {

Result<void> bring_up(Connection& database, std::string_view file, std::span<const char* const> steps) {
    const auto found = database.schema_version();
    if (!found) return failure(found.error());
    const auto newest = static_cast<std::int64_t>(steps.size());
    if (*found < 0 || *found > newest) {
        return failure(ErrorKind::misconfigured,
                       std::string(file) + " has schema version " + std::to_string(*found) +
                           ", this program knows versions up to " + std::to_string(newest) +
                           "; start a program of a later version");
    }
    for (std::int64_t version = *found; version < newest; ++version) {
        auto stepped = database.transaction([&]() -> Result<void> {
            return database.execute(steps[static_cast<std::size_t>(version)]).and_then([&] {
                return database.set_schema_version(version + 1);
            });
        });
        if (!stepped) return stepped;
    }
    return {};
}

}  // namespace edgeward::database

#include "backup_name.hpp"

namespace edgeward::backup {
namespace {

constexpr const char* ending = ".edgeward-backup";
constexpr std::size_t id_digits = 8;

std::string end_of(Kind kind) {
    return "." + std::string(name_of(kind)) + ending;
}

}  // namespace

std::string backup_name(Instant made, const std::string& id) {
    std::string name;
    for (const char c : to_rfc3339(made)) {
        if (c == '.') break;
        if (c != '-' && c != ':') name.push_back(c);
    }
    return name + "Z-" + id.substr(0, id_digits);
}

std::filesystem::path container_file(const std::filesystem::path& folder, const std::string& name,
                                     Kind kind) {
    return folder / (name + end_of(kind));
}

std::optional<Kind> kind_of_file(const std::filesystem::path& file) {
    const std::string name = file.filename().string();
    for (const Kind kind : {Kind::data, Kind::persons}) {
        if (name.ends_with(end_of(kind))) return kind;
    }
    return std::nullopt;
}

}  // namespace edgeward::backup

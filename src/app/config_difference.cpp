#include "config_difference.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace edgeward::app {
namespace {

// Whether what begins so may change while the gateway runs.
bool is_reloaded(std::string_view path) {
    constexpr std::array lists = {"device[",      "device_class[", "authority[",
                                  "destination[", "dlp.",          "policy."};
    return path == "log.level" || path == "gateway.zone" ||
           std::any_of(lists.begin(), lists.end(),
                       [path](std::string_view list) { return path.starts_with(list); });
}

std::string_view without_quotes(std::string_view value) {
    return value.size() > 2 && value.front() == '"' && value.back() == '"' ? value.substr(1, value.size() - 2)
                                                                           : value;
}

// "destination[2]" → "destination[kis]", of every list entry that has a name or an id.
std::map<std::string, std::string, std::less<>> named_entries(const std::vector<config::Setting>& settings) {
    std::map<std::string, std::string, std::less<>> names;
    for (const auto& setting : settings) {
        const auto end = setting.path.find(']');
        if (end == std::string::npos) continue;
        const std::string_view key = std::string_view(setting.path).substr(end + 1);
        if (key != ".name" && key != ".id") continue;
        const auto begin = setting.path.find('[') + 1;
        names.emplace(setting.path.substr(0, end + 1),
                      setting.path.substr(0, begin).append(without_quotes(setting.value)).append("]"));
    }
    return names;
}

struct NamedSetting {
    std::string path;
    const config::Setting* setting;
};

std::vector<NamedSetting> by_name(const std::vector<config::Setting>& settings) {
    const auto names = named_entries(settings);
    std::vector<NamedSetting> named;
    named.reserve(settings.size());
    for (const auto& setting : settings) {
        const auto end = setting.path.find(']');
        const auto name =
            end == std::string::npos ? names.end() : names.find(setting.path.substr(0, end + 1));
        named.push_back(
            {name == names.end() ? setting.path : name->second + setting.path.substr(end + 1), &setting});
    }
    return named;
}

}  // namespace

std::vector<SettingDifference> differences(const std::vector<config::Setting>& before,
                                           const std::vector<config::Setting>& after) {
    std::map<std::string, const config::Setting*, std::less<>> earlier;
    const auto named_before = by_name(before);
    for (const auto& [path, setting] : named_before)
        earlier.emplace(path, setting);
    std::vector<SettingDifference> found;
    for (const auto& [path, setting] : by_name(after)) {
        const auto known = earlier.find(path);
        const std::string value = known == earlier.end() ? std::string() : known->second->value;
        if (known == earlier.end() || value != setting->value)
            found.push_back({path, value, setting->value, setting->where, !is_reloaded(path)});
        if (known != earlier.end()) earlier.erase(known);
    }
    for (const auto& [path, setting] : named_before) {
        if (earlier.contains(path)) found.push_back({path, setting->value, {}, {}, !is_reloaded(path)});
    }
    return found;
}

std::vector<MappingDifference> differences(const std::vector<MappingFile>& before,
                                           const std::vector<MappingFile>& after) {
    std::map<std::string, std::string, std::less<>> changes;
    for (const auto& [file, digest] : before)
        changes.emplace(file, "removed");
    for (const auto& [file, digest] : after) {
        const auto [place, added] = changes.emplace(file, "added");
        if (added) continue;
        const bool same = std::any_of(before.begin(), before.end(),
                                      [&file = file, &digest = digest](const MappingFile& one) {
                                          return one.file == file && one.digest == digest;
                                      });
        if (same) {
            changes.erase(place);
        } else {
            place->second = "changed";
        }
    }
    std::vector<MappingDifference> found;
    found.reserve(changes.size());
    for (auto& [file, change] : changes)
        found.push_back({file, std::move(change)});
    return found;
}

std::string needs_restart(const std::vector<config::Setting>& running,
                          const std::vector<config::Setting>& next) {
    const auto found = differences(running, next);
    const auto first = std::find_if(found.begin(), found.end(),
                                    [](const SettingDifference& one) { return one.needs_restart; });
    return first == found.end() ? std::string() : first->path;
}

}  // namespace edgeward::app

#pragma once

#include <string>
#include <vector>

#include "configuration.hpp"

namespace edgeward::app {

// A setting that one configuration has otherwise than another. Entries of a list are told by their name
// ("destination[kis].hl7.port"), so that moving one changes nothing.
struct SettingDifference {
    std::string path;
    std::string before;  // as it would be written in TOML; empty: not there
    std::string after;   // likewise
    std::string where;   // file:line:column of `after`; empty: its default, or not there
    bool needs_restart = false;
};
// In the order of `after`, then what only `before` has. Devices, authorities, destinations, log.level and
// gateway.zone may change while the gateway runs; everything else needs a restart.
std::vector<SettingDifference> differences(const std::vector<config::Setting>& before,
                                           const std::vector<config::Setting>& after);

// A mapping file that was added, changed or removed. All of them may change while the gateway runs.
struct MappingDifference {
    std::string file;
    std::string change;  // "added", "changed", "removed"
};
// By file name.
std::vector<MappingDifference> differences(const std::vector<MappingFile>& before,
                                           const std::vector<MappingFile>& after);

// The first setting that differs and takes effect only after a restart; empty when there is none.
std::string needs_restart(const std::vector<config::Setting>& running,
                          const std::vector<config::Setting>& next);

}  // namespace edgeward::app

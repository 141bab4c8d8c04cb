#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include <edgeward/core/result.hpp>

#include "container_header.hpp"

namespace edgeward::backup {

// Removes the copies of objects that no data part of the installation in `folder` names any more, and gives
// how many. A part that does not open could name each of them: then all stay. Errors: corrupt (such a part),
// unavailable.
Result<std::uint64_t> clear_objects(const std::filesystem::path& folder, const std::string& installation,
                                    const Unlocking& unlocking);

}  // namespace edgeward::backup

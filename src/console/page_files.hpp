#pragma once

#include <vector>

#include <edgeward/console/assets.hpp>

namespace edgeward::console {

// What the build has put in.
extern const char* const page_edition;
const std::vector<Asset>& page_files() noexcept;

}  // namespace edgeward::console

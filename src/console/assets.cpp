#include <edgeward/console/assets.hpp>

#include <algorithm>

#include "page_files.hpp"

namespace edgeward::console {

std::span<const Asset> assets() noexcept {
    return page_files();
}

std::string_view edition() noexcept {
    return page_edition;
}

const Asset* find(std::string_view name) noexcept {
    const auto& all = page_files();
    const auto found =
        std::find_if(all.begin(), all.end(), [name](const Asset& one) { return one.name == name; });
    return found == all.end() ? nullptr : &*found;
}

}  // namespace edgeward::console

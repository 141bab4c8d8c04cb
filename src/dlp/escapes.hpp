#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace edgeward::dlp {

// What stands for something else: its octets and how many octets of the raw text it takes.
struct Replacement {
    std::string text;
    std::size_t taken;
};

// What the escape that `rest` begins with stands for (which ones: decoding.hpp); nothing: it begins with
// none.
std::optional<Replacement> replacement_at(std::string_view rest);

}  // namespace edgeward::dlp

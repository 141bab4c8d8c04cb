#include <algorithm>

#include "topic_filter.hpp"

namespace edgeward::mapping {
namespace {

// One level of a topic, and what follows its slash.
struct Level {
    std::string_view name;
    std::string_view rest;
    bool last = true;
};

Level first_level(std::string_view text) noexcept {
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos) return {text, {}, true};
    return {text.substr(0, slash), text.substr(slash + 1), false};
}

}  // namespace

bool is_topic_filter(std::string_view filter) noexcept {
    if (filter.empty() || filter.size() > 65535) return false;
    for (bool last = false; !last;) {
        const Level level = first_level(filter);
        last = level.last;
        filter = level.rest;
        const bool wild = level.name.find_first_of("+#") != std::string_view::npos;
        if (wild && level.name.size() != 1) return false;
        if (level.name == "#" && !last) return false;
    }
    return true;
}

bool matches_topic(std::string_view filter, std::string_view topic) noexcept {
    if (!topic.empty() && topic.front() == '$' && !filter.empty() && filter.front() != '$') return false;
    while (true) {
        const Level want = first_level(filter);
        if (want.name == "#") return true;
        const Level have = first_level(topic);
        if (want.name != "+" && want.name != have.name) return false;
        if (want.last || have.last) {
            // "a/#" also matches "a".
            return want.last == have.last || (have.last && want.rest == "#");
        }
        filter = want.rest;
        topic = have.rest;
    }
}

}  // namespace edgeward::mapping

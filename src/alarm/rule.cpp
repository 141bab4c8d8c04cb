#include <edgeward/alarm/rule.hpp>

namespace edgeward::alarm {

std::string_view name_of(Kind kind) noexcept {
    switch (kind) {
        case Kind::threshold:
            return "threshold";
        case Kind::trend:
            return "trend";
        case Kind::combination:
            return "combination";
        case Kind::missing:
            return "missing";
    }
    return {};
}

std::string_view name_of(Priority priority) noexcept {
    switch (priority) {
        case Priority::low:
            return "low";
        case Priority::medium:
            return "medium";
        case Priority::high:
            return "high";
    }
    return {};
}

std::optional<Priority> parse_priority(std::string_view word) noexcept {
    for (const auto priority : {Priority::low, Priority::medium, Priority::high}) {
        if (word == name_of(priority)) return priority;
    }
    return std::nullopt;
}

}  // namespace edgeward::alarm

#include <edgeward/core/result.hpp>

namespace edgeward {

std::string_view name_of(ErrorKind kind) noexcept {
    switch (kind) {
        case ErrorKind::invalid_input:
            return "invalid_input";
        case ErrorKind::unavailable:
            return "unavailable";
        case ErrorKind::ambiguous:
            return "ambiguous";
        case ErrorKind::rejected:
            return "rejected";
        case ErrorKind::exhausted:
            return "exhausted";
        case ErrorKind::denied:
            return "denied";
        case ErrorKind::corrupt:
            return "corrupt";
        case ErrorKind::misconfigured:
            return "misconfigured";
    }
    return "unknown";
}

}  // namespace edgeward

#include <edgeward/core/result.hpp>

#include <algorithm>

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

Result<void> expect_one_of(std::span<const std::string_view> words, std::string_view word,
                           std::string_view field) {
    if (std::ranges::find(words, word) != words.end()) return {};
    std::string message(field);
    message.append(": expected one of");
    for (const auto known : words)
        message.append(" ").append(known);
    return failure(ErrorKind::invalid_input, std::move(message));
}

}  // namespace edgeward

#include "acknowledgement_topic.hpp"

#include <algorithm>

#include <edgeward/notification/alarm_settings.hpp>

namespace edgeward::notification {
namespace {

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
               c == '.' || c == '-';
    });
}

}  // namespace

std::optional<AcknowledgementTopic> parse_acknowledgement(std::string_view topic) {
    if (!topic.starts_with(acknowledge_topic)) return std::nullopt;
    topic.remove_prefix(acknowledge_topic.size());
    if (!topic.starts_with('/')) return std::nullopt;
    topic.remove_prefix(1);
    const auto slash = topic.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    const auto principal = topic.substr(0, slash);
    const auto alarm = topic.substr(slash + 1);
    if (!is_name(principal) || !is_name(alarm)) return std::nullopt;
    return AcknowledgementTopic{std::string(principal), std::string(alarm)};
}

}  // namespace edgeward::notification

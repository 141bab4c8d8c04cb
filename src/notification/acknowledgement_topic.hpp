#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace edgeward::notification {

// alarms/acknowledge/<principal>/<alarm id>. The broker's access list makes the principal the name of the
// certificate that published.
struct AcknowledgementTopic {
    std::string principal;
    std::string alarm;
};
// Nothing: no such topic, or a part that is no name (1 to 64 of A-Z a-z 0-9 _ . -).
std::optional<AcknowledgementTopic> parse_acknowledgement(std::string_view topic);

}  // namespace edgeward::notification

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <edgeward/core/result.hpp>
#include <edgeward/enrolment/broker_accounts.hpp>

// What mosquitto's dynamic security plugin is told and what it answers
// (https://mosquitto.org/documentation/dynamic-security/). Pure; answers are foreign. Threads: any.
namespace edgeward::enrolment {

inline constexpr const char* control_topic = "$CONTROL/dynamic-security/v1";
inline constexpr const char* control_answer_topic = "$CONTROL/dynamic-security/v1/response";

// `mark` comes back with the answer. A device id and a mark are letters, digits and the signs _ . - alone.
//
// The account, in place of one that is there: it publishes below devices/<device>/ and does nothing else,
// whatever the broker's access list would give a client of that name.
std::string creating_order(const std::string& device, const std::string& password, const std::string& mark);
// The account and its role; connections of that name are cut.
std::string removing_order(const std::string& device, const std::string& mark);
std::string listing_order(const std::string& mark);

// An answer to one order.
struct OrderAnswer {
    std::string mark;
    std::string refusal{};                  // what the plugin says against it; empty: done
    std::vector<BrokerAccount> accounts{};  // of a listing
};
// invalid_input: not that. An account or a role that was to go and is not there is no refusal.
Result<OrderAnswer> read_order_answer(std::string_view payload);

}  // namespace edgeward::enrolment

#include "account_orders.hpp"

#include <nlohmann/json.hpp>

namespace edgeward::enrolment {
namespace {

using nlohmann::json;

// Of a role for the device's account; says whose accounts are ours.
constexpr std::string_view role_prefix = "edgeward:";

std::string role_of(const std::string& device) {
    return std::string(role_prefix) + device;
}

json rule(const char* type, std::string topic, int priority, bool allow) {
    return {{"acltype", type}, {"topic", std::move(topic)}, {"priority", priority}, {"allow", allow}};
}

// The plugin is asked before the access list, and passes on what no rule of it decides: so the role decides
// everything. "#" does not hold topics that begin with "$" (MQTT 5 §4.7.2).
json rules_for(const std::string& device) {
    return {rule("publishClientSend", "devices/" + device + "/#", 1, true),
            rule("publishClientSend", "#", 0, false),
            rule("publishClientSend", "$CONTROL/#", 0, false),
            rule("publishClientReceive", "#", 0, false),
            rule("publishClientReceive", "$CONTROL/#", 0, false),
            rule("subscribePattern", "#", 0, false),
            rule("subscribePattern", "$CONTROL/#", 0, false)};
}

json removing(const std::string& device) {
    return {{{"command", "deleteClient"}, {"username", device}},
            {{"command", "deleteRole"}, {"rolename", role_of(device)}}};
}

std::string order(json commands, const std::string& mark) {
    for (json& command : commands)
        command["correlationData"] = mark;
    return json{{"commands", std::move(commands)}}.dump();
}

std::string text_in(const json& object, const char* name) {
    const auto place = object.find(name);
    return place != object.end() && place->is_string() ? place->get<std::string>() : std::string();
}

Result<std::vector<BrokerAccount>> read_accounts(const json& answer) {
    std::vector<BrokerAccount> accounts;
    const auto data = answer.find("data");
    if (data == answer.end()) return accounts;
    const auto clients = data->is_object() ? data->find("clients") : data->end();
    if (!data->is_object() || clients == data->end() || !clients->is_array())
        return failure(ErrorKind::invalid_input, "expected a list of accounts");
    for (const json& client : *clients) {
        const std::string name = client.is_object() ? text_in(client, "username") : std::string();
        if (name.empty()) return failure(ErrorKind::invalid_input, "expected an account with a name");
        const auto roles = client.find("roles");
        const bool ours = roles != client.end() && roles->is_array() && roles->size() == 1 &&
                          roles->front().is_object() && text_in(roles->front(), "rolename") == role_of(name);
        accounts.push_back({name, ours});
    }
    return accounts;
}

bool is_refused(const std::string& error) {
    return !error.empty() && error != "Client not found" && error != "Role not found";
}

}  // namespace

std::string creating_order(const std::string& device, const std::string& password, const std::string& mark) {
    json commands = removing(device);
    commands.push_back(
        {{"command", "createRole"}, {"rolename", role_of(device)}, {"acls", rules_for(device)}});
    commands.push_back({{"command", "createClient"},
                        {"username", device},
                        {"password", password},
                        {"roles", json::array({{{"rolename", role_of(device)}}})}});
    return order(std::move(commands), mark);
}

std::string removing_order(const std::string& device, const std::string& mark) {
    return order(removing(device), mark);
}

std::string listing_order(const std::string& mark) {
    return order(json::array({{{"command", "listClients"}, {"verbose", true}}}), mark);
}

Result<OrderAnswer> read_order_answer(std::string_view payload) {
    const json answer = json::parse(payload, nullptr, /*allow_exceptions=*/false);
    const auto responses = answer.is_object() ? answer.find("responses") : answer.end();
    if (!answer.is_object() || responses == answer.end() || !responses->is_array() || responses->empty())
        return failure(ErrorKind::invalid_input, "expected an answer of the dynamic security plugin");
    OrderAnswer made;
    for (const json& one : *responses) {
        const std::string mark = one.is_object() ? text_in(one, "correlationData") : std::string();
        if (mark.empty() || (!made.mark.empty() && mark != made.mark))
            return failure(ErrorKind::invalid_input, "expected answers to one order");
        made.mark = mark;
        if (made.refusal.empty() && is_refused(text_in(one, "error"))) made.refusal = text_in(one, "error");
        auto accounts = read_accounts(one);
        if (!accounts) return failure(std::move(accounts.error()));
        made.accounts.insert(made.accounts.end(), accounts->begin(), accounts->end());
    }
    return made;
}

}  // namespace edgeward::enrolment

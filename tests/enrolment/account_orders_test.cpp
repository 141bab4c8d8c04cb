#include "account_orders.hpp"

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

// What is expected is the plugin's documentation, and what mosquitto 2.0.21 answered when it was asked by
// mosquitto_pub (https://mosquitto.org/documentation/dynamic-security/).
namespace edgeward::enrolment {

using nlohmann::json;

TEST_CASE("an account is made with a role that decides everything", "[account_orders]") {
    const json order = json::parse(creating_order("pump-7", "secret", "m1"));
    const json& commands = order.at("commands");
    REQUIRE(commands.size() == 4);
    const char* const names[] = {"deleteClient", "deleteRole", "createRole", "createClient"};
    for (std::size_t i = 0; i < 4; ++i) {
        CHECK(commands[i].at("command") == names[i]);
        CHECK(commands[i].at("correlationData") == "m1");
    }
    const json& rules = commands[2].at("acls");
    CHECK(rules.front() ==
          json::parse(
              R"({"acltype":"publishClientSend","topic":"devices/pump-7/#","priority":1,"allow":true})"));
    for (std::size_t i = 1; i < rules.size(); ++i)
        CHECK(rules[i].at("allow") == false);
    CHECK(commands[3].at("username") == "pump-7");
    CHECK(commands[3].at("password") == "secret");
    CHECK(commands[3].at("roles") == json::parse(R"([{"rolename":"edgeward:pump-7"}])"));
}

TEST_CASE("an account goes with its role", "[account_orders]") {
    CHECK(json::parse(removing_order("pump-7", "m2")) == json::parse(R"({"commands":[
        {"command":"deleteClient","username":"pump-7","correlationData":"m2"},
        {"command":"deleteRole","rolename":"edgeward:pump-7","correlationData":"m2"}]})"));
}

TEST_CASE("what was not there to go is no refusal, anything else is", "[account_orders]") {
    const auto done = read_order_answer(
        R"({"responses":[{"command":"deleteClient","error":"Client not found","correlationData":"x"},)"
        R"({"command":"deleteRole","error":"Role not found","correlationData":"x"},)"
        R"({"command":"createRole","correlationData":"x"},{"command":"createClient","correlationData":"x"}]})");
    REQUIRE(done);
    CHECK(done->mark == "x");
    CHECK(done->refusal.empty());
    const auto refused = read_order_answer(
        R"({"responses":[{"command":"createClient","error":"Client already exists","correlationData":"x"}]})");
    REQUIRE(refused);
    CHECK(refused->refusal == "Client already exists");
}

TEST_CASE("a listing says whose the accounts are", "[account_orders]") {
    const auto listed =
        read_order_answer(R"({"responses":[{"command":"listClients","data":{"totalCount":3,"clients":[)"
                          R"({"username":"pump-7","roles":[{"rolename":"edgeward:pump-7"}],"groups":[]},)"
                          R"({"username":"admin","roles":[{"rolename":"admin"}],"groups":[]},)"
                          R"({"username":"pump-8","roles":[{"rolename":"edgeward:pump-7"}],"groups":[]}]},)"
                          R"("correlationData":"l"}]})");
    REQUIRE(listed);
    CHECK(listed->accounts ==
          std::vector<BrokerAccount>{{"pump-7", true}, {"admin", false}, {"pump-8", false}});
}

TEST_CASE("what is no answer to one order is refused", "[account_orders]") {
    for (const char* wrong : {"", "{", "[]", "{}", R"({"responses":[]})", R"({"responses":{}})",
                              R"({"responses":[1]})", R"({"responses":[{"command":"createClient"}]})",
                              R"({"responses":[{"correlationData":"a"},{"correlationData":"b"}]})",
                              R"({"responses":[{"correlationData":"a","data":[]}]})",
                              R"({"responses":[{"correlationData":"a","data":{"clients":{}}}]})",
                              R"({"responses":[{"correlationData":"a","data":{"clients":[{}]}}]})",
                              R"({"responses":[{"correlationData":"a","data":{"clients":[7]}}]})"}) {
        CAPTURE(wrong);
        CHECK_FALSE(read_order_answer(wrong));
    }
}

}  // namespace edgeward::enrolment

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include "sample.hpp"

using namespace edgeward;
using namespace edgeward::report;
using namespace edgeward::report::sample;
using nlohmann::json;

namespace {

Installation with_doors() {
    auto made = installation();
    made.doors = {{"admin", true, true, "0.0.0.0", false, 9443, {}},
                  {"adt", true, true, "127.0.0.1", true, 2575, {}},
                  {"broker", true, false, "0.0.0.0", false, 8883, {}},
                  {"destination kis", false, true, "kis.example", false, 2575, {"192.0.2.7", "2001:db8::7"}},
                  {"destination tunnel", false, true, "localhost", true, 2576, {"127.0.0.1"}},
                  {"destination \"x\"\n}", false, true, "nowhere.example", false, 443, {}}};
    return made;
}

// What nft itself says of the rules, without loading them.
void check(const std::string& rules) {
    const support::ScratchFolder folder;
    const auto file = folder.write("rules.nft", rules);
    support::Program program({"unshare", "-rn", "nft", "-c", "-f", file.string()}, folder / "nft");
    const int code = program.wait();
    INFO(program.output());
    CHECK(code == 0);
}

}  // namespace

TEST_CASE("what is configured comes in and goes out and nothing else", "[firewall][integration]") {
    FirewallChoices choices;
    choices.user = "root";
    choices.management = {"10.20.0.0/24"};
    choices.resolvers = {"10.20.0.53"};
    const auto rules = firewall_nft(with_doors(), choices);
    CHECK(has(rules, "policy drop;"));
    CHECK(has(rules, "ip saddr { 10.20.0.0/24 } tcp dport 22 accept"));
    CHECK(has(rules, "tcp dport 9443 accept comment \"admin\""));
    CHECK(has(rules, "tcp dport 8883 accept comment \"broker\""));
    CHECK(has(rules, "ip daddr { 192.0.2.7 } tcp dport 2575 accept comment \"destination kis\""));
    CHECK(has(rules, "ip6 daddr { 2001:db8::7 } tcp dport 2575 accept"));
    CHECK(has(rules, "ip daddr { 10.20.0.53 } meta l4proto { tcp, udp } th dport 53 accept"));
    CHECK(has(rules, "meta skuid \"root\" jump gateway"));
    CHECK_FALSE(has(rules, "2576"));  // loopback needs no rule
    CHECK_FALSE(has(rules, "\"adt\""));
    CHECK(has(rules, "# OPEN: destination ?x??}: no address of nowhere.example is known"));
    check(rules);
}

TEST_CASE("senders may be limited to their networks", "[firewall][integration]") {
    FirewallChoices choices;
    choices.user = "root";
    choices.senders = {"10.30.0.0/16", "2001:db8:30::/48"};
    const auto rules = firewall_nft(with_doors(), choices);
    CHECK(has(rules, "ip saddr { 10.30.0.0/16 } tcp dport 9443 accept"));
    CHECK(has(rules, "ip6 saddr { 2001:db8:30::/48 } tcp dport 8883 accept"));
    CHECK(has(rules, "# OPEN: who may use SSH"));
    check(rules);
}

TEST_CASE("the doors for programs", "[firewall]") {
    const auto made = json::parse(firewall_json(with_doors()));
    REQUIRE(made["doors"].size() == 6);
    CHECK(made["doors"][0]["direction"] == "in");
    CHECK(made["doors"][1]["loopback"] == true);
    CHECK(made["doors"][2]["own"] == false);
    CHECK(made["doors"][3]["addresses"] == json{"192.0.2.7", "2001:db8::7"});
}

// Rules for nftables from what the configuration opens. Comments are one line each, so that no name of the
// configuration ends one.

#include <algorithm>

#include <nlohmann/json.hpp>

#include <edgeward/report/papers.hpp>

namespace edgeward::report {
namespace {

using json = nlohmann::ordered_json;

bool is_six(std::string_view address) {
    return address.find(':') != std::string_view::npos;
}

// For a comment of nft: printable ASCII without quotes, as short as nft takes it.
std::string comment(std::string_view text) {
    std::string made;
    for (const char c : text.substr(0, 100))
        made += c >= ' ' && c <= '~' && c != '"' && c != '\\' ? c : '?';
    return made;
}

std::string joined(const std::vector<std::string>& list) {
    std::string made;
    for (const auto& one : list)
        made.append(made.empty() ? "" : ", ").append(one);
    return made;
}

// Addresses of one family.
std::vector<std::string> of_family(const std::vector<std::string>& addresses, bool six) {
    std::vector<std::string> made;
    std::ranges::copy_if(addresses, std::back_inserter(made),
                         [six](const std::string& one) { return is_six(one) == six; });
    return made;
}

class Rules {
public:
    explicit Rules(std::string& text) : text_(text) {}
    void line(std::string_view text) { text_.append("        ").append(text).append("\n"); }
    // `match`: "saddr" or "daddr"; without addresses for every peer.
    void accept(std::string_view match, const std::vector<std::string>& addresses, const std::string& ports,
                std::string_view why) {
        if (addresses.empty()) line(ports + " accept comment \"" + comment(why) + "\"");
        for (const bool six : {false, true}) {
            const auto some = of_family(addresses, six);
            if (some.empty()) continue;
            line(std::string(six ? "ip6 " : "ip ") + std::string(match) + " { " + joined(some) + " } " +
                 ports + " accept comment \"" + comment(why) + "\"");
        }
    }
    void open(std::string_view text) { text_.append("        # OPEN: ").append(comment(text)).append("\n"); }

private:
    std::string& text_;
};

void come_in(const Installation& installation, const FirewallChoices& choices, std::string& text) {
    text += "    chain input {\n        type filter hook input priority filter; policy drop;\n";
    Rules rules(text);
    rules.line("iif lo accept");
    rules.line("ct state established,related accept");
    rules.line("ct state invalid drop");
    rules.line("meta l4proto { icmp, ipv6-icmp } accept");
    if (choices.management.empty()) {
        rules.open("who may use SSH, for instance: ip saddr { 10.20.0.0/24 } tcp dport 22 accept");
    } else {
        rules.accept("saddr", choices.management, "tcp dport 22", "SSH");
    }
    for (const auto& door : installation.doors) {
        if (!door.inbound || door.loopback) continue;
        if (door.port == 0) {
            rules.open(door.name + " listens at a port the system chooses; set one");
            continue;
        }
        rules.accept("saddr", choices.senders, "tcp dport " + std::to_string(door.port), door.name);
    }
    rules.line("counter comment \"refused\"");
    text += "    }\n";
}

// The gateway's own processes reach what the configuration names, wherever else the machine may go.
void go_out(const Installation& installation, const FirewallChoices& choices, std::string& text) {
    text +=
        "    chain output {\n        type filter hook output priority filter; policy accept;\n"
        "        meta skuid \"" +
        comment(choices.user) + "\" jump gateway\n    }\n";
    text += "    chain gateway {\n";
    Rules rules(text);
    rules.line("oif lo accept");
    rules.line("ct state established,related accept");
    if (!choices.resolvers.empty())
        rules.accept("daddr", choices.resolvers, "meta l4proto { tcp, udp } th dport 53", "name server");
    for (const auto& door : installation.doors) {
        if (door.inbound || door.loopback) continue;
        if (door.addresses.empty()) {
            rules.open(door.name + ": no address of " + door.host + " is known; tcp dport " +
                       std::to_string(door.port));
            continue;
        }
        rules.accept("daddr", door.addresses, "tcp dport " + std::to_string(door.port), door.name);
    }
    rules.line("counter reject with icmpx admin-prohibited comment \"not configured\"");
    text += "    }\n";
}

}  // namespace

std::string firewall_nft(const Installation& installation, const FirewallChoices& choices) {
    std::string text = "#!/usr/sbin/nft -f\n# Written by `edgeward report firewall` " + installation.version +
                       ", " + to_rfc3339(installation.made) + ",\n# for the configuration with SHA-256 " +
                       installation.configuration +
                       ".\n# Addresses of names are those of that moment: write it anew when one changes, "
                       "and after every change "
                       "of the\n# configuration. It replaces its own table and touches no other.\n";
    text += "table inet edgeward\ndelete table inet edgeward\ntable inet edgeward {\n";
    come_in(installation, choices, text);
    go_out(installation, choices, text);
    return text + "}\n";
}

std::string firewall_json(const Installation& installation) {
    json made = {{"paper", "firewall"}, {"version", 1}, {"made", to_rfc3339(installation.made)}};
    made["gateway"] = installation.version;
    made["configuration_sha256"] = installation.configuration;
    made["doors"] = json::array();
    for (const auto& door : installation.doors)
        made["doors"].push_back({{"name", door.name},
                                 {"direction", door.inbound ? "in" : "out"},
                                 {"own", door.own},
                                 {"host", door.host},
                                 {"port", door.port},
                                 {"loopback", door.loopback},
                                 {"addresses", door.addresses}});
    return made.dump(2, ' ', false, json::error_handler_t::replace) + '\n';
}

}  // namespace edgeward::report

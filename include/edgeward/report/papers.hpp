#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <edgeward/report/installation.hpp>
#include <edgeward/report/language.hpp>

// The papers of data protection and security, written from an Installation (docs/reports.md). Every text is
// UTF-8 and complete: HTML needs no other file and prints on A4, SVG is XML 1.0. What the program cannot know
// is a line to be filled in, or "not proven", never a claim. Pure. Threads: any.
namespace edgeward::report {

// Sources, stages, destinations, with data classes, encryption and legal basis.
std::string dataflow_svg(const Installation& installation, Language language);
std::string dataflow_mermaid(const Installation& installation, Language language);
std::string dataflow_json(const Installation& installation, Language language);
std::string dataflow_html(const Installation& installation, Language language);

// Record of processing activities, Art. 30(1) DSGVO.
std::string processing_json(const Installation& installation, Language language);
std::string processing_html(const Installation& installation, Language language);

// What patients are told, Art. 12 to 14 DSGVO: no address and no device of the hospital in it.
std::string patient_information_json(const Installation& installation, Language language);
std::string patient_information_html(const Installation& installation, Language language);

// Rules for nftables: what the configuration opens comes in, the gateway's own user reaches what it names,
// and nothing else.
struct FirewallChoices {
    std::string user = "edgeward";
    std::vector<std::string> management;  // networks that may use SSH; empty: the line stays open
    std::vector<std::string> senders;     // networks that may come in by the doors; empty: all
    std::vector<std::string> resolvers;   // name servers; empty: none is reached
};
std::string firewall_nft(const Installation& installation, const FirewallChoices& choices);
std::string firewall_json(const Installation& installation);

// One line of the checklist.
struct Finding {
    std::string_view id;  // "D1"; stays the same for ever
    std::string topic;
    std::string statement;  // what is proven, or would have to be
    bool proven = false;
    std::string evidence;  // the measurement, or what is missing
    std::string when;      // RFC 3339; empty when not proven
    std::string how;       // the command that measures it again; empty: no command can
};
std::vector<Finding> judge(const Installation& installation, Language language);
std::string compliance_json(const Installation& installation, Language language);
std::string compliance_html(const Installation& installation, Language language);

}  // namespace edgeward::report

#pragma once

#include <chrono>
#include <string>
#include <vector>

#include <edgeward/config/document.hpp>

namespace edgeward::config {

inline std::vector<std::string> lines_of(const Document& document) {
    std::vector<std::string> lines;
    for (const Problem& problem : document.problems())
        lines.push_back(problem.to_string());
    return lines;
}

// Reads the settings of a small gateway, one of every type, as a module does.
inline void read_sample_settings(Document& document) {
    using namespace std::chrono_literals;
    Section root = document.root();
    Section mqtt = root.table("mqtt");
    mqtt.required_text("host", "a DNS name");
    mqtt.whole_number("port", 8883, 1, 65535);
    mqtt.duration("keepalive", 60s, 5s, 1h);
    mqtt.texts("topics", {"ward/#"});
    mqtt.flag("clean_start", false);
    mqtt.text("password", "broker-password");
    mqtt.whole_number("pin_token", 0, 0, 9);
    Section store = root.table("store");
    store.file("path", "store.db");
    store.size("queue", 1U << 30U, 1U << 20U, std::uint64_t{1} << 40U);
    store.number("fill_level", 0.9, 0.1, 0.99);
    store.number_text("factor");
    for (Section destination : root.tables("destination")) {
        destination.required_text("name");
        destination.choice("purpose", "treatment", {"treatment", "research", "vendor"});
        destination.table("hl7").whole_number("port", 2575, 1, 65535);
    }
    document.refuse_unread_keys();
}

}  // namespace edgeward::config

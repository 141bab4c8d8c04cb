#include "json_text.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include <edgeward/core/text.hpp>

namespace edgeward::fhir {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD in UTF-8

bool continues(std::string_view text, std::size_t at) {
    return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
}

// Octets of the well-formed sequence at `at` (Unicode 15, table 3-7); 0: not well-formed.
std::size_t sequence_length(std::string_view text, std::size_t at) {
    const auto first = static_cast<unsigned char>(text[at]);
    if (first < 0x80) return 1;
    if (first < 0xC2 || first > 0xF4 || !continues(text, at + 1)) return 0;
    if (first < 0xE0) return 2;
    const auto second = static_cast<unsigned char>(text[at + 1]);
    if (first < 0xF0) {
        const bool overlong = first == 0xE0 && second < 0xA0;
        const bool surrogate = first == 0xED && second >= 0xA0;
        return !overlong && !surrogate && continues(text, at + 2) ? 3 : 0;
    }
    const bool outside = (first == 0xF0 && second < 0x90) || (first == 0xF4 && second >= 0x90);
    return !outside && continues(text, at + 2) && continues(text, at + 3) ? 4 : 0;
}

constexpr OctetClass plain = octets_that(
    [](unsigned char octet) { return octet >= 0x20 && octet < 0x7F && octet != '"' && octet != '\\'; });

constexpr OctetClass unreserved = octets_that([](unsigned char octet) {
    constexpr std::string_view marks = "-._~:/";  // pchar and "/" are allowed in a query
    return (octet >= 'a' && octet <= 'z') || (octet >= 'A' && octet <= 'Z') ||
           (octet >= '0' && octet <= '9') || marks.find(static_cast<char>(octet)) != std::string_view::npos;
});

// One character that needs care; returns how many octets it took.
std::size_t append_special(std::string& out, std::string_view text, std::size_t at) {
    const char c = text[at];
    if (c == '"' || c == '\\') {
        out += '\\';
        out += c;
    } else if (c == '\n') {
        out += "\\n";
    } else if (c == '\r') {
        out += "\\r";
    } else if (c == '\t') {
        out += "\\t";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
        out += ' ';
    } else {
        const std::size_t length = sequence_length(text, at);
        out += length == 0 ? replacement : text.substr(at, length);
        return std::max<std::size_t>(length, 1);
    }
    return 1;
}

void append_percent(std::string& out, char c) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    const auto octet = static_cast<unsigned char>(c);
    out += '%';
    out += digits[octet >> 4U];
    out += digits[octet & 0x0FU];
}

}  // namespace

void append_string(std::string& out, std::string_view text) {
    out += '"';
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t run = run_of(plain, text, at);
        out += text.substr(at, run);
        at += run;
        if (at < text.size()) at += append_special(out, text, at);
    }
    out += '"';
}

void append_coding(std::string& out, std::string_view system, std::string_view code,
                   std::string_view display) {
    separate(out);
    out += '{';
    if (!system.empty()) {
        out += R"("system":)";
        append_string(out, system);
        out += ',';
    }
    out += R"("code":)";
    append_string(out, code);
    if (has_content(display)) {
        out += R"(,"display":)";
        append_string(out, display);
    }
    out += '}';
}

void separate(std::string& out) {
    if (!out.empty() && out.back() != '[' && out.back() != '{') out += ',';
}

void append_search_value(std::string& out, std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t run = run_of(unreserved, text, at);
        out += text.substr(at, run);
        at += run;
        if (at == text.size()) return;
        const char c = text[at++];
        if (c == '\\' || c == '|' || c == ',' || c == '$') append_percent(out, '\\');
        append_percent(out, c);
    }
}

void append_percent_encoded(std::string& out, std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t run = run_of(unreserved, text, at);
        out += text.substr(at, run);
        at += run;
        if (at < text.size()) append_percent(out, text[at++]);
    }
}

bool has_content(std::string_view text) {
    return std::any_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) > 0x20 && c != 0x7F; });
}

}  // namespace edgeward::fhir

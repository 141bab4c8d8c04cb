#include <edgeward/hl7/oru_message.hpp>

#include <utility>
#include <vector>

namespace edgeward::hl7 {

namespace {

constexpr std::string_view designator_form = "expected \"name\" or \"name^universal id^type\"";

Designator read_designator(config::Section section, std::string_view key, const Designator& fallback) {
    if (!section.has(key)) return fallback;
    const std::string text = section.text(key, "");
    auto parsed = parse_designator(text);
    if (parsed) return std::move(*parsed);
    section.problem(key, std::string(designator_form));
    return fallback;
}

Charset charset_of(std::string_view name) {
    if (name == "ascii") return Charset::ascii;
    if (name == "8859/1") return Charset::iso8859_1;
    if (name == "8859/15") return Charset::iso8859_15;
    return Charset::utf8;
}

bool is_language(std::string_view text) {
    return text.find_first_of("|~\\&") == std::string_view::npos && text.find('^') == 2;
}

}  // namespace

Result<Designator> parse_designator(std::string_view text) {
    std::vector<std::string> parts(1);
    for (const char c : text) {
        if (c == '^')
            parts.emplace_back();
        else
            parts.back().push_back(c);
    }
    if (parts.size() != 1 && parts.size() != 3)
        return failure(ErrorKind::invalid_input, std::string(designator_form));
    parts.resize(3);
    if (parts[1].empty() != parts[2].empty() || (parts[0].empty() && parts[1].empty() && !text.empty())) {
        return failure(ErrorKind::invalid_input, std::string(designator_form));
    }
    return Designator{parts[0], parts[1], parts[2]};
}

OruSettings read_oru_settings(config::Section section) {
    OruSettings settings;
    settings.sending_application =
        read_designator(section, "sending_application", settings.sending_application);
    settings.sending_facility = read_designator(section, "sending_facility", {});
    settings.receiving_application = read_designator(section, "receiving_application", {});
    settings.receiving_facility = read_designator(section, "receiving_facility", {});
    settings.version = section.choice("version", settings.version, {"2.5", "2.5.1", "2.6"});
    settings.charset =
        charset_of(section.choice("charset", "utf-8", {"utf-8", "ascii", "8859/1", "8859/15"}));
    const std::string mode = section.choice("acknowledgement", "enhanced", {"enhanced", "original"});
    settings.acknowledgement =
        mode == "original" ? AcknowledgementMode::original : AcknowledgementMode::enhanced;
    settings.language = section.text("language", "");
    if (!settings.language.empty() && !is_language(settings.language)) {
        section.problem("language", "expected a language as HL7 writes it, e.g. \"de^German^ISO639\"");
        settings.language.clear();
    }
    return settings;
}

}  // namespace edgeward::hl7

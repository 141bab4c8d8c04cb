#include <edgeward/fhir/media_type.hpp>

#include <algorithm>
#include <array>

#include <edgeward/core/text.hpp>

namespace edgeward::fhir {
namespace {

constexpr std::array<std::string_view, 3> json_names{"application/fhir+json", "application/json",
                                                     "text/json"};
constexpr std::array<std::string_view, 3> xml_names{"application/fhir+xml", "application/xml", "text/xml"};

bool is_one_of(const std::array<std::string_view, 3>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

// What is before the next `separator`, which is taken off.
std::string_view next_part(std::string_view& text, char separator) {
    const auto end = std::min(text.find(separator), text.size());
    const auto part = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return trimmed(part);
}

// Thousandths, RFC 9110 12.4.2; 0 for what is none.
int weight(std::string_view text) {
    if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return 0;
    if (text.size() > 1 && text[1] != '.') return 0;
    int value = (text[0] - '0') * 1000;
    int unit = 100;
    for (const char digit : text.substr(std::min<std::size_t>(text.size(), 2))) {
        if (digit < '0' || digit > '9') return 0;
        value += (digit - '0') * unit;
        unit /= 10;
    }
    return std::min(value, 1000);
}

// How much a form is wanted, by the most specific range that names it.
struct Wish {
    int specific = 0;
    int weight = 0;

    void take(int how_specific, int how_much) {
        if (how_specific < specific) return;
        weight = how_specific == specific ? std::max(weight, how_much) : how_much;
        specific = how_specific;
    }
};

// One media range of Accept.
struct Range {
    std::string_view name;
    int weight = 1000;
};

Range read_range(std::string_view text) {
    Range range{next_part(text, ';')};
    while (!text.empty()) {
        const std::string_view parameter = next_part(text, ';');
        if (parameter.starts_with("q=") || parameter.starts_with("Q="))
            range.weight = weight(parameter.substr(2));
    }
    return range;
}

// How specific a range is for the form of these names; 0: it is about others.
int specific_for(const std::array<std::string_view, 3>& names, std::string_view range) {
    if (range == "*/*") return 1;
    if (range == "application/*") return 2;
    return is_one_of(names, range) ? 3 : 0;
}

std::optional<Form> form_named(std::string_view format) {
    if (format == "json" || is_one_of(json_names, format)) return Form::json;
    if (format == "xml" || is_one_of(xml_names, format)) return Form::xml;
    return std::nullopt;
}

}  // namespace

std::optional<Form> form_wanted(std::optional<std::string_view> format, std::string_view accept) {
    if (format) return form_named(*format);
    if (trimmed(accept).empty()) return Form::json;
    Wish json;
    Wish xml;
    while (!accept.empty()) {
        const Range range = read_range(next_part(accept, ','));
        if (const int specific = specific_for(json_names, range.name); specific > 0)
            json.take(specific, range.weight);
        if (const int specific = specific_for(xml_names, range.name); specific > 0)
            xml.take(specific, range.weight);
    }
    if (json.weight == 0 && xml.weight == 0) return std::nullopt;
    return xml.weight > json.weight ? Form::xml : Form::json;
}

}  // namespace edgeward::fhir

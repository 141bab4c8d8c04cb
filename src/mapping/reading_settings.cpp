#include <algorithm>
#include <charconv>
#include <cmath>
#include <compare>
#include <utility>

#include "code_check.hpp"
#include "reading_settings.hpp"

namespace edgeward::mapping {
namespace {

using coding::CodeEntry;
using model::Category;
using model::Decimal;

const std::vector<std::string> kinds = {"quantity", "text", "code", "boolean", "waveform"};
const std::vector<std::string> categories = {"vital_sign", "measurement", "setting", "laboratory",
                                             "technical"};

template <typename Enum>
Enum nth_of(const std::vector<std::string>& names, const std::string& name) {
    const auto found = std::find(names.begin(), names.end(), name);
    return static_cast<Enum>(found == names.end() ? 0 : found - names.begin());
}

void read_category(config::Section& section, const CheckedCode& code, Reading& reading) {
    const CodeEntry* entry = code.entry;
    const Category known = entry == nullptr ? Category::measurement : entry->category;
    if (!section.has("category")) {
        if (entry == nullptr && !code.unusable) {
            section.problem("", "expected a category, because the code is not in the code table");
        }
        reading.category = known;
        return;
    }
    const std::string& fallback = categories[static_cast<std::size_t>(known)];
    reading.category = nth_of<Category>(categories, section.choice("category", fallback, categories));
    if (reading.category == Category::technical && entry != nullptr) {
        section.problem("category", "expected a clinical category: " + std::string(entry->parameter) +
                                        " is measured on a person");
    }
}

// The unit of the observation and the way there from the unit the device is stated to send.
void read_unit(config::Section& section, const CheckedCode& code, bool unit_from_message, Reading& reading) {
    const CodeEntry* entry = code.entry;
    const std::string stated = section.text("unit", "");
    if (!stated.empty() && !coding::is_known_unit(stated)) {
        const auto meant = coding::ucum_for(stated);
        section.problem("unit", "expected a UCUM unit of the unit table, got \"" + stated + '"' +
                                    (meant ? "; did you mean " + std::string(*meant) + '?' : std::string()));
        return;
    }
    reading.unit_stated = !stated.empty();
    const std::string known(entry == nullptr ? "" : entry->ucum);
    reading.ucum = known.empty() ? stated : known;
    if (reading.ucum.empty()) {
        if (!code.unusable)
            section.problem("", unit_from_message ? "expected a unit to convert to" : "expected a unit");
        return;
    }
    if (stated.empty() || stated == reading.ucum) return;
    reading.convert = coding::conversion(stated, reading.ucum);
    const bool scaled = reading.convert && !reading.convert->identity;
    if (!reading.convert || (scaled && reading.kind == ValueKind::waveform)) {
        section.problem("unit", "expected a unit that converts to " + reading.ucum + " for " +
                                    (entry == nullptr ? "this code" : std::string(entry->parameter)) +
                                    ", got " + stated);
    }
}

void read_correction(config::Section& section, Reading& reading) {
    if (!section.has("convert")) return;
    config::Section table = section.table("convert");
    Correction correction;
    correction.factor = read_decimal(table, "factor").value_or(Decimal::from_integer(1));
    correction.offset = read_decimal(table, "offset").value_or(Decimal());
    if (correction.factor.is_zero()) table.problem("factor", "expected a factor other than 0");
    reading.correction = std::move(correction);
}

void read_plausible(config::Section& section, Reading& reading) {
    if (!section.has("plausible")) return;
    config::Section table = section.table("plausible");
    reading.least = read_decimal(table, "min");
    reading.most = read_decimal(table, "max");
    reading.keep_implausible =
        table.choice("otherwise", "refuse", {"refuse", "questionable"}) == "questionable";
    if (reading.least && reading.most && std::is_gteq(Decimal::compare(*reading.least, *reading.most))) {
        table.problem("max", "expected more than min, got " + reading.most->text());
    }
    if (!reading.least && !reading.most) section.problem("plausible", "expected min, max or both");
}

void read_off_values(config::Section& section, const Workshop& workshop, Reading& reading) {
    const bool own = section.has("off_values");
    reading.off_texts = own ? section.words("off_values") : workshop.off_values;
    for (const std::string& word : reading.off_texts) {
        if (auto number = Decimal::parse(word)) reading.off_numbers.push_back(std::move(*number));
    }
}

void read_quantity(config::Section& section, Workshop& workshop, Reading& reading) {
    reading.numeric_text = section.flag("numeric_text", workshop.numeric_text);
    reading.comparators = section.flag("comparators", false);
    if (reading.comparators && !reading.numeric_text) {
        section.problem("comparators", "expected numeric_text = true beside it");
    }
    if (section.has("decimals"))
        reading.decimals = static_cast<int>(section.whole_number("decimals", 0, 0, 9));
    read_correction(section, reading);
    read_plausible(section, reading);
}

void read_codes(config::Section& section, const Workshop& workshop, Reading& reading) {
    if (workshop.hl7 && !section.has("codes")) return;
    const std::string name = section.required_text("codes", "the name of a [codes.NAME] table");
    const auto found = workshop.code_tables.find(name);
    if (found != workshop.code_tables.end()) {
        reading.codes = found->second;
    } else if (!name.empty()) {
        section.problem("codes", "expected the name of a [codes.NAME] table, got \"" + name + "\"");
    }
}

std::optional<std::chrono::microseconds> read_fixed_period(config::Section& table, Workshop& workshop) {
    const auto millis = read_decimal(table, "period_ms");
    const auto rate = read_decimal(table, "rate_hz");
    if (!millis && !rate) return std::nullopt;
    const double stated = millis ? millis->approximate() : rate->approximate();
    const double micros = stated <= 0 ? 0 : (millis ? stated * 1e3 : 1e6 / stated);
    const std::string key = millis ? "period_ms" : "rate_hz";
    if (micros < 1 || micros > 3.6e9) {
        table.problem(key, "expected a sample period from 1 microsecond to 1 hour");
        return std::nullopt;
    }
    const auto whole = std::int64_t{std::lround(micros)};
    const double rest = micros - static_cast<double>(whole);
    if (rest > 1e-6 || rest < -1e-6) {
        workshop.warn(table, key,
                      "the sample period is rounded to " + std::to_string(whole) + " microseconds");
    }
    return std::chrono::microseconds(whole);
}

void read_waveform(config::Section& section, Workshop& workshop, std::size_t levels, Reading& reading) {
    config::Section table = section.table("waveform");
    int stated = 0;
    for (const char* key : {"period_ms", "rate_hz", "period_ms_path", "rate_hz_path"})
        stated += table.has(key) ? 1 : 0;
    Waveform& waveform = reading.waveform;
    waveform.period_ms_path = read_path(table, "period_ms_path", levels);
    waveform.rate_hz_path = read_path(table, "rate_hz_path", levels);
    waveform.period = read_fixed_period(table, workshop);
    waveform.origin = read_decimal(table, "origin").value_or(Decimal());
    waveform.factor = read_decimal(table, "factor").value_or(Decimal::from_integer(1));
    if (stated != 1) {
        section.problem("waveform", "expected one of period_ms, rate_hz, period_ms_path and rate_hz_path");
    }
}

void read_boolean(config::Section& section, Reading& reading) {
    reading.true_words = section.words("true_values");
    reading.false_words = section.words("false_values");
}

void read_kind(config::Section& section, Workshop& workshop, bool unit_from_message, std::size_t levels,
               const CheckedCode& code, Reading& reading) {
    const CodeEntry* entry = code.entry;
    const bool measures = reading.kind == ValueKind::quantity || reading.kind == ValueKind::waveform;
    if (measures) read_unit(section, code, unit_from_message, reading);
    if (!measures && entry != nullptr && !entry->ucum.empty()) {
        section.problem("kind", "expected quantity or waveform for " + std::string(entry->parameter));
    }
    switch (reading.kind) {
        case ValueKind::quantity:
            return read_quantity(section, workshop, reading);
        case ValueKind::code:
            return read_codes(section, workshop, reading);
        case ValueKind::boolean:
            return read_boolean(section, reading);
        case ValueKind::waveform:
            return read_waveform(section, workshop, levels, reading);
        case ValueKind::text:
            workshop.warn(section, "kind", "free text may name a person; a [codes.NAME] table keeps it out");
            return;
    }
}

}  // namespace

void Workshop::warn(const config::Section& section, std::string_view key, const std::string& text) {
    config::Problem warning;
    // "file:line:column"; the file may hold colons itself.
    const std::string where = section.where(key);
    const std::size_t second = where.rfind(':');
    const std::size_t first = where.rfind(':', second - 1);
    warning.file = where.substr(0, first);
    std::from_chars(where.data() + first + 1, where.data() + second, warning.line);
    std::from_chars(where.data() + second + 1, where.data() + where.size(), warning.column);
    warning.path = section.path();
    if (!key.empty()) warning.path += (warning.path.empty() ? "" : ".") + std::string(key);
    warning.text = text;
    warnings.push_back(std::move(warning));
}

std::optional<Path> read_path(config::Section& section, std::string_view key, std::size_t levels) {
    if (!section.has(key)) return std::nullopt;
    const std::string text = section.required_text(key, "a path like $.name");
    if (text.empty()) return std::nullopt;
    auto path = Path::parse(text);
    if (!path) {
        section.problem(key, path.error());
        return std::nullopt;
    }
    if (path->repeats()) section.problem(key, "expected a path without [*]; it belongs into each");
    if (path->up > levels) section.problem(key, "expected no more ^ than there are levels of each");
    return std::move(*path);
}

Path required_path(config::Section& section, std::string_view key, std::size_t levels) {
    if (!section.has(key)) (void)section.required_text(key, "a path like $.name");
    return read_path(section, key, levels).value_or(Path());
}

std::optional<Decimal> read_decimal(config::Section& section, std::string_view key) {
    const auto text = section.number_text(key);
    if (!text) return std::nullopt;
    auto number = Decimal::parse(*text);
    if (!number) {
        section.problem(key, "expected a decimal number of at most 34 digits");
        return std::nullopt;
    }
    return std::move(*number);
}

Reading read_reading(config::Section& section, Workshop& workshop, bool unit_from_message,
                     std::size_t levels) {
    Reading reading;
    const CheckedCode checked = read_code(section);
    reading.code = checked.code;
    reading.kind = nth_of<ValueKind>(kinds, section.choice("kind", "quantity", kinds));
    read_category(section, checked, reading);
    read_kind(section, workshop, unit_from_message, levels, checked, reading);
    read_off_values(section, workshop, reading);
    reading.body_site = section.text("body_site", "");
    reading.containment =
        static_cast<std::uint16_t>(section.whole_number("containment", workshop.next_containment, 1, 65535));
    ++workshop.next_containment;
    return reading;
}

}  // namespace edgeward::mapping

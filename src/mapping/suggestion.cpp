// The draft of a mapping from one sample: mapping.hpp, suggest().

#include <algorithm>

#include <edgeward/coding/units.hpp>
#include <edgeward/mapping/mapping.hpp>

#include "sample_survey.hpp"
#include "sparkplug.hpp"

namespace edgeward::mapping {
namespace {

constexpr std::size_t longest_name = 64;
constexpr std::size_t marks_begin_at = 40;

// A TOML basic string; what is not printable ASCII and not UTF-8's is escaped.
std::string in_quotes(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string made = "\"";
    for (const char c : text) {
        const auto octet = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            made.append(1, '\\').append(1, c);
        } else if (octet < 0x20U || octet == 0x7FU) {
            made.append("\\u00").append(1, digits[octet >> 4U]).append(1, digits[octet & 0xFU]);
        } else {
            made += c;
        }
    }
    return made + '"';
}

// Lines of a file; those of a part that is not to take effect are comments.
class Draft {
public:
    void line(std::string text = {}, std::string_view mark = {}) {
        if (!mark.empty()) {
            if (text.size() < marks_begin_at) text.resize(marks_begin_at, ' ');
            text.append(" # ").append(mark);
        }
        if (asleep_) text.insert(0, text.empty() ? "#" : "# ");
        text_.append(text).append("\n");
    }
    void remark(std::string_view text) { text_.append("# ").append(text).append("\n"); }
    void sleep(bool asleep) { asleep_ = asleep; }
    [[nodiscard]] std::string take() && { return std::move(text_); }

private:
    std::string text_;
    bool asleep_ = false;
};

class Writer {
public:
    Writer(const Survey& survey, std::string_view name) : survey_(survey), name_(name) {
        for (const auto& unit : survey.units) {
            if (unit.empty()) continue;
            const bool known = coding::is_known_unit(unit) || coding::ucum_for(unit);
            any_unit_ = any_unit_ || known;
        }
    }

    Suggestion write() {
        head();
        time();
        names();
        for (std::size_t i = 0; i < survey_.readings.size(); ++i)
            reading(survey_.readings[i], "codes" + std::to_string(i + 1));
        lookups();
        units();
        for (const auto& place : survey_.unwritable)
            draft_.remark("OPEN: a member of " + place + " has a name no path can say");
        return {std::move(draft_).take(), guessed_, open_};
    }

private:
    void head() {
        draft_.remark(
            "A draft of `edgeward mapping suggest`, made from one sample. GUESS marks what was guessed from "
            "names and");
        draft_.remark(
            "forms: hold each against the device's manual. OPEN marks what was not recognised: complete it, "
            "or leave it");
        draft_.remark(
            "out, for what a mapping does not list is dropped. Then try it with `edgeward mapping lint` and "
            "`test`.");
        draft_.line("[mapping]");
        draft_.line("name = " + in_quotes(name_));
        draft_.line("description = \"\"");
        draft_.line("version = \"1\"");
        if (!survey_.format.empty()) draft_.line("format = " + in_quotes(survey_.format));
        for (const auto& path : survey_.devices) {
            draft_.sleep(true);
            draft_.line("device_path = " + in_quotes(path),
                        "GUESS: must then be the id of the device that sends it");
            draft_.sleep(false);
        }
        if (needs_numeric_text()) {
            draft_.line();
            draft_.line("[defaults]");
            draft_.line("numeric_text = true", "the sample has numbers in quotes");
        }
    }

    [[nodiscard]] bool needs_numeric_text() const {
        return std::ranges::any_of(survey_.readings, [](const SampleReading& reading) {
            return reading.numeric_text || std::ranges::any_of(reading.places, [](const SamplePlace& place) {
                       return place.parameter != nullptr && place.numeric_text;
                   });
        });
    }

    void time() {
        if (!survey_.format.empty()) return;  // in the rule
        draft_.line();
        draft_.line("[timestamp]");
        if (survey_.time_path.empty()) {
            draft_.line("format = \"receipt\"",
                        "OPEN: no time was recognised; the time of receipt is a poor one (docs/mappings.md)");
            return;
        }
        draft_.line("path = " + in_quotes(survey_.time_path), "GUESS: when it was measured");
        draft_.line("format = " + in_quotes(survey_.time_format), "GUESS from its form");
    }

    void names() {
        draft_.sleep(true);
        for (const auto& path : survey_.patients) {
            draft_.line();
            draft_.line("[patient]",
                        "GUESS: without it the device's association says whose values these are");
            draft_.line("path = " + in_quotes(path));
            draft_.line("authority = \"…\"", "OPEN: who issues these identifiers, a name of [[authority]]");
        }
        draft_.sleep(false);
        if (survey_.sequences.empty()) return;
        draft_.line();
        draft_.line("[sequence]");
        draft_.line("path = " + in_quotes(survey_.sequences.front()),
                    "GUESS: the device's own counter of messages");
    }

    // A parameter whose unit differs from use to use needs a person.
    [[nodiscard]] static bool is_usable(const coding::CodeEntry* parameter) {
        return parameter != nullptr && !parameter->ucum.empty();
    }

    void reading(const SampleReading& reading, const std::string& table) {
        const bool coded =
            std::ranges::any_of(reading.codes, [](const auto& one) { return is_usable(one.second); });
        const bool any = coded || std::ranges::any_of(reading.places, [&](const SamplePlace& place) {
                             return is_usable(place.parameter);
                         });
        draft_.line();
        draft_.sleep(!any);
        draft_.line("[[rule]]");
        if (!reading.each.empty()) {
            std::string list;
            for (const auto& each : reading.each)
                list.append(list.empty() ? "" : ", ").append(in_quotes(each));
            draft_.line("each = [" + list + "]");
        }
        if (!reading.time_path.empty()) {
            draft_.line();
            draft_.line("[rule.timestamp]");
            draft_.line("path = " + in_quotes(reading.time_path),
                        survey_.format.empty() ? "GUESS: when it was measured" : "");
            draft_.line("format = " + in_quotes(reading.time_format),
                        survey_.format.empty() ? "GUESS from its form" : "");
        }
        if (!reading.codes.empty()) coded_value(reading, table, coded);
        for (const auto& one : reading.places)
            place(one);
        draft_.sleep(false);
    }

    void coded_value(const SampleReading& reading, const std::string& table, bool any) {
        draft_.sleep(!any);
        draft_.line();
        draft_.line("[[rule.value]]");
        draft_.line("path = " + in_quotes(reading.value_path));
        draft_.line("code_path = " + in_quotes(reading.code_path), "GUESS: says what the value is");
        draft_.line("code_table = " + in_quotes(table));
        if (!reading.unit_path.empty() && any_unit_) {
            draft_.line("unit_path = " + in_quotes(reading.unit_path), "GUESS: its unit");
            draft_.line("unit_table = \"units\"");
        }
        draft_.sleep(false);
        if (any) tables_.emplace_back(table, &reading);
    }

    void place(const SamplePlace& place) {
        const bool usable = is_usable(place.parameter);
        (usable ? guessed_ : open_) += 1;
        if (!usable) {
            draft_.line();
            draft_.sleep(false);
            draft_.remark("OPEN: " + in_quotes(place.path) + " is " + std::string(place.kind) +
                          (place.parameter != nullptr
                               ? ", perhaps " + std::string(place.parameter->name) + "; state its unit"
                               : std::string()));
            draft_.sleep(true);
        } else {
            draft_.line();
            draft_.sleep(false);
        }
        draft_.line("[[rule.value]]");
        const auto* known = place.parameter;
        if (usable) {
            draft_.line("parameter = " + in_quotes(known->parameter),
                        "GUESS from its name: " + std::string(known->name));
        } else {
            draft_.line("parameter = " +
                        (known != nullptr ? in_quotes(known->parameter) : std::string("\"…\"")));
        }
        draft_.line("path = " + in_quotes(place.path));
        if (any_unit_ && !place.unit_path.empty()) {
            draft_.line("unit_path = " + in_quotes(place.unit_path));
            draft_.line("unit_table = \"units\"");
        } else if (usable && place.warm && coding::convertible("[degF]", known->ucum)) {
            draft_.line("unit = \"[degF]\"", "GUESS: too warm for degrees Celsius");
        } else {
            draft_.line("unit = " + (usable ? in_quotes(known->ucum) : std::string("\"…\"")),
                        usable ? "GUESS: the sample does not say its unit" : "");
        }
        draft_.sleep(false);
    }

    void lookups() {
        for (const auto& [table, reading] : tables_) {
            draft_.line();
            draft_.line("[lookup." + table + "]");
            for (const auto& [code, entry] : reading->codes) {
                const bool usable = is_usable(entry);
                (usable ? guessed_ : open_) += 1;
                draft_.sleep(!usable);
                draft_.line(
                    in_quotes(code) + " = { parameter = " +
                        (entry != nullptr ? in_quotes(entry->parameter) : std::string("\"…\"")) + " }",
                    usable             ? "GUESS: " + std::string(entry->name)
                    : entry != nullptr ? "OPEN: perhaps " + std::string(entry->name) + "; state its unit"
                                       : std::string("OPEN"));
            }
            draft_.sleep(false);
        }
    }

    void units() {
        if (survey_.units.empty() || !any_unit_) return;
        draft_.line();
        draft_.line("[units.units]");
        for (const auto& unit : survey_.units) {
            if (unit.empty()) continue;
            const bool known = coding::is_known_unit(unit);
            const auto guess = coding::ucum_for(unit);
            draft_.sleep(!known && !guess);
            draft_.line(in_quotes(unit) + " = " +
                            (known   ? in_quotes(unit)
                             : guess ? in_quotes(*guess)
                                     : std::string("\"…\"")),
                        known   ? ""
                        : guess ? "GUESS"
                                : "OPEN: its UCUM code");
        }
        draft_.sleep(false);
    }

    const Survey& survey_;
    std::string name_;
    Draft draft_;
    std::vector<std::pair<std::string, const SampleReading*>> tables_;
    bool any_unit_ = false;
    std::size_t guessed_ = 0;
    std::size_t open_ = 0;
};

bool is_name(std::string_view name) {
    return !name.empty() && name.size() <= longest_name && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
               c == '-';
    });
}

}  // namespace

Result<Suggestion> suggest(std::string_view sample, std::string_view name) {
    if (!is_name(name))
        return failure(ErrorKind::invalid_input, "name: expected 1 to 64 of letters, digits, _ and -");
    const auto tree = Tree::parse(sample);
    if (!tree) {
        const auto sparkplug = read_sparkplug(bytes_of(sample), {});
        if (sparkplug && has_metrics(*sparkplug)) return Writer(sparkplug_survey(*sparkplug), name).write();
        return failure(ErrorKind::invalid_input, tree.error().reason + ": " + tree.error().detail);
    }
    const auto kind = tree->root().kind;
    if (kind != NodeKind::object && kind != NodeKind::array)
        return failure(ErrorKind::invalid_input, "expected a JSON object or array");
    return Writer(survey_of(*tree), name).write();
}

}  // namespace edgeward::mapping

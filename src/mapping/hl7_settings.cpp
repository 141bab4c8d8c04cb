#include "hl7_settings.hpp"

#include <algorithm>
#include <utility>

#include <edgeward/coding/code_table.hpp>

namespace edgeward::mapping {
namespace {

// A number in OBX-5 is text, and "<0.5" in an NM is as clear as an SN.
Reading as_hl7(Reading reading) {
    reading.numeric_text = true;
    reading.comparators = true;
    return reading;
}

Reading known_reading(const coding::CodeEntry& entry) {
    Reading reading;
    reading.code = coding::code_of(entry);
    reading.category = entry.category;
    reading.ucum = entry.ucum;
    return as_hl7(std::move(reading));
}

// What the file itself lists comes first; a LOINC of several rows is that of the first, the general one.
void add_known(Hl7Rules& rules, bool mdc, bool loinc) {
    for (const auto& entry : coding::code_table()) {
        if (mdc && entry.mdc != 0)
            rules.codes.emplace(std::to_string(entry.mdc) + "^MDC", known_reading(entry));
        if (loinc && !entry.loinc.empty())
            rules.codes.emplace(std::string(entry.loinc) + "^LN", known_reading(entry));
    }
}

bool is_code_key(std::string_view key) {
    const auto separator = key.find('^');
    return separator != std::string_view::npos && separator > 0 && key.find('^', separator + 1) == key.npos;
}

void take_listed(config::Section& root, const LookupTables& lookups, Hl7Rules& rules) {
    config::Section tables = root.table("lookup");
    for (const auto& [name, entries] : lookups) {
        if (name != "codes") {
            tables.problem(name,
                           "expected [lookup.codes]: a mapping of format hl7 has no other table of codes");
            continue;
        }
        config::Section table = tables.table(name);
        for (const auto& [key, reading] : entries) {
            if (!is_code_key(key))
                table.problem(key, "expected a code and its system as in OBX-3, like \"2345-7^LN\"");
            rules.codes.emplace(key, as_hl7(reading));
        }
    }
}

WithX read_with_x(config::Section& section) {
    const auto word = section.choice("status_x", "questionable", {"questionable", "reliable", "left_out"});
    if (word == "reliable") return WithX::reliable;
    return word == "left_out" ? WithX::left_out : WithX::questionable;
}

}  // namespace

Hl7Rules read_hl7_rules(config::Section& root, Workshop& workshop, const LookupTables& lookups) {
    Hl7Rules rules;
    config::Section section = root.table("hl7");
    const auto known = section.texts("known_codes");
    for (const auto& system : known) {
        if (system != "MDC" && system != "LN")
            section.problem("known_codes", "expected \"MDC\" and \"LN\" only");
    }
    rules.status_x = read_with_x(section);
    rules.hold_bad_values = section.choice("bad_values", "leave_out", {"leave_out", "hold"}) == "hold";
    const auto units = section.text("unit_table", "");
    const auto table = workshop.unit_tables.find(units);
    if (table != workshop.unit_tables.end()) {
        rules.units = table->second;
    } else if (!units.empty()) {
        section.problem("unit_table", "expected the name of a [units.NAME] table, got \"" + units + "\"");
    }
    take_listed(root, lookups, rules);
    const auto has = [&](std::string_view system) {
        return std::find(known.begin(), known.end(), system) != known.end();
    };
    add_known(rules, has("MDC"), has("LN"));
    if (rules.codes.empty()) section.problem("known_codes", "expected codes here or in [lookup.codes]");
    return rules;
}

}  // namespace edgeward::mapping

#include <algorithm>
#include <utility>

#include "compile.hpp"
#include "csv.hpp"
#include "hl7_settings.hpp"
#include "reading_settings.hpp"
#include "rule_settings.hpp"
#include "topic_filter.hpp"

namespace edgeward::mapping {
namespace {

using namespace std::chrono_literals;

bool is_mapping_name(std::string_view name) {
    return name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '_' || c == '-';
           });
}

UnitTable read_unit_table(config::Section table) {
    UnitTable units;
    for (const std::string& word : table.keys()) {
        std::string ucum = table.text(word, "");
        if (!coding::is_known_unit(ucum)) {
            const auto meant = coding::ucum_for(ucum);
            table.problem(word, "expected a UCUM unit of the unit table" +
                                    (meant ? "; did you mean " + std::string(*meant) + '?' : std::string()));
        }
        units.emplace(word, std::move(ucum));
    }
    return units;
}

CodeTable read_code_table(config::Section table) {
    CodeTable codes;
    for (const std::string& word : table.keys()) {
        config::Section entry = table.table(word);
        model::CodedValue value;
        value.system = entry.required_text("system", "the URI of a code system");
        value.code = entry.required_text("code", "a code");
        value.display = entry.text("display", "");
        codes.emplace(word, std::move(value));
    }
    return codes;
}

void read_shared_tables(config::Section& root, Workshop& workshop) {
    config::Section defaults = root.table("defaults");
    workshop.numeric_text = defaults.flag("numeric_text", false);
    workshop.off_values = defaults.words("off_values");
    config::Section units = root.table("units");
    for (const std::string& name : units.keys()) {
        workshop.unit_tables.emplace(name, read_unit_table(units.table(name)));
    }
    config::Section codes = root.table("codes");
    for (const std::string& name : codes.keys()) {
        workshop.code_tables.emplace(name, read_code_table(codes.table(name)));
    }
}

// Codes stand in lookup tables only for values that say so; their readings know no `each` around them.
LookupTables read_lookups(config::Section& root, Workshop& workshop) {
    LookupTables lookups;
    config::Section tables = root.table("lookup");
    for (const std::string& name : tables.keys()) {
        config::Section table = tables.table(name);
        for (const std::string& word : table.keys()) {
            config::Section entry = table.table(word);
            lookups[name].emplace(word, read_reading(entry, workshop, true, 0));
        }
    }
    return lookups;
}

void read_head(config::Section& root, CompiledMapping& mapping) {
    config::Section head = root.table("mapping");
    if (!head.exists()) root.problem("mapping", "expected a table [mapping]");
    mapping.name = head.required_text("name", "the name that devices refer to");
    if (!is_mapping_name(mapping.name))
        head.problem("name", "expected at most 64 letters, digits and the signs _ -");
    mapping.description = head.text("description", "");
    mapping.version = head.text("version", "");
    const auto format = head.choice("format", "json", {"json", "senml", "csv", "sparkplug", "hl7"});
    mapping.senml = format == "senml";
    mapping.sparkplug = format == "sparkplug";
    if (format == "csv") mapping.csv = read_csv_form(root.table("csv"));
    if (format == "hl7") {
        mapping.hl7.emplace();
        return;
    }
    mapping.topics = read_topics(head);
    mapping.device_path = read_path(head, "device_path", 0);
}

void read_limit(config::Section& root, CompiledMapping& mapping) {
    config::Section head = root.table("mapping");
    if (head.has("max_ahead")) mapping.max_ahead = head.duration("max_ahead", 24h, 1s, 24h * 366);
}

}  // namespace

Compilation compile(config::Document& document) {
    auto mapping = std::make_unique<CompiledMapping>();
    config::Section root = document.root();
    Workshop workshop;
    read_head(root, *mapping);
    read_limit(root, *mapping);
    read_shared_tables(root, workshop);
    workshop.hl7 = mapping->hl7.has_value();
    // A number of HL7 is text, and so is a cell.
    workshop.numeric_text = workshop.numeric_text || workshop.hl7 || mapping->csv.has_value();
    const LookupTables lookups = read_lookups(root, workshop);
    if (mapping->hl7)
        mapping->hl7 = read_hl7_rules(root, workshop, lookups);
    else
        mapping->rules = read_rules(root, workshop, lookups);
    document.refuse_unread_keys();

    Compilation result;
    result.problems = document.problems();
    result.warnings = std::move(workshop.warnings);
    if (result.problems.empty()) result.mapping = std::move(mapping);
    return result;
}

}  // namespace edgeward::mapping

#include <algorithm>
#include <utility>

#include "rule_settings.hpp"
#include "topic_filter.hpp"

namespace edgeward::mapping {
namespace {

const std::vector<std::string> time_formats = {"rfc3339", "local", "epoch_s", "epoch_ms", "senml", "receipt"};
const std::vector<std::string> modes = {"production", "test", "demo"};
// In the order of model::AbsentReason.
const std::vector<std::string> absences = {"left_out", "temp_unknown", "error", "not_performed", "masked"};

template <typename Enum>
Enum nth_of(const std::vector<std::string>& names, const std::string& name) {
    const auto found = std::find(names.begin(), names.end(), name);
    return static_cast<Enum>(found == names.end() ? 0 : found - names.begin());
}

std::optional<TimeRule> read_time_rule(config::Section& parent, std::size_t levels) {
    if (!parent.has("timestamp")) return std::nullopt;
    config::Section section = parent.table("timestamp");
    TimeRule rule;
    if (!section.has("format")) section.problem("format", "expected a time format, like \"rfc3339\"");
    rule.format = nth_of<TimeFormat>(time_formats, section.choice("format", "rfc3339", time_formats));
    if (rule.format == TimeFormat::local) rule.zone = section.time_zone("zone");
    if (rule.format == TimeFormat::receipt) return rule;
    rule.path = required_path(section, "path", levels);
    rule.fallback_path = read_path(section, "fallback_path", levels);
    return rule;
}

std::optional<PatientRule> read_patient_rule(config::Section& parent, std::size_t levels) {
    if (!parent.has("patient")) return std::nullopt;
    config::Section section = parent.table("patient");
    PatientRule rule;
    rule.path = required_path(section, "path", levels);
    rule.authority = section.required_text("authority", "the name of an assigning authority");
    rule.type = section.text("type", "PI");
    rule.required = section.flag("required", false);
    return rule;
}

std::optional<SequenceRule> read_sequence_rule(config::Section& parent, std::size_t levels) {
    if (!parent.has("sequence")) return std::nullopt;
    config::Section section = parent.table("sequence");
    return SequenceRule{required_path(section, "path", levels), section.flag("required", false)};
}

std::optional<QualityRule> read_quality_rule(config::Section& parent, std::size_t levels) {
    if (!parent.has("quality")) return std::nullopt;
    config::Section section = parent.table("quality");
    QualityRule rule;
    rule.path = required_path(section, "path", levels);
    rule.reliable = section.words("reliable");
    rule.questionable = section.words("questionable");
    rule.invalid = section.words("invalid");
    if (rule.reliable.empty() && rule.questionable.empty() && rule.invalid.empty()) {
        parent.problem("quality", "expected words for reliable, questionable or invalid");
    }
    return rule;
}

std::optional<ModeRule> read_mode_rule(config::Section& parent, std::size_t levels) {
    if (!parent.has("mode")) return std::nullopt;
    config::Section section = parent.table("mode");
    ModeRule rule;
    rule.path = read_path(section, "path", levels);
    rule.fixed = nth_of<model::Mode>(modes, section.choice("fixed", "production", modes));
    rule.production = section.words("production");
    rule.test = section.words("test");
    rule.demo = section.words("demo");
    if (!rule.path && !section.has("fixed")) parent.problem("mode", "expected a path or fixed");
    return rule;
}

std::vector<Condition> read_conditions(config::Section& rule, std::string_view key, std::size_t levels) {
    std::vector<Condition> conditions;
    auto sections = rule.tables(key);
    for (config::Section& section : sections) {
        Condition condition;
        condition.path = required_path(section, "path", levels);
        if (section.has("exists")) condition.exists = section.flag("exists", true);
        condition.one_of = section.words("one_of");
        if (!condition.exists && condition.one_of.empty()) {
            section.problem("", "expected exists or one_of");
        }
        conditions.push_back(std::move(condition));
    }
    return conditions;
}

// Each level but the first starts at the one before it; anything else would multiply the message with itself.
std::vector<Path> read_each(config::Section& rule) {
    std::vector<Path> each;
    for (const std::string& text : rule.texts("each")) {
        auto path = Path::parse(text);
        if (!path) {
            rule.problem("each", path.error());
            continue;
        }
        if (!each.empty() && (path->start != Path::Start::current || path->up != 0)) {
            rule.problem("each", "expected every path but the first to begin with @");
        }
        if (!path->repeats()) rule.problem("each", "expected a path with [*]");
        if (path->up > 0) rule.problem("each", "expected no ^ in each");
        each.push_back(std::move(*path));
    }
    if (each.size() > 4) rule.problem("each", "expected at most 4 levels");
    return each;
}

void read_unit_source(config::Section& section, const Workshop& workshop, std::size_t levels,
                      ValueRule& rule) {
    rule.unit_path = read_path(section, "unit_path", levels);
    if (!section.has("unit_table")) return;
    const std::string name = section.text("unit_table", "");
    const auto found = workshop.unit_tables.find(name);
    if (found == workshop.unit_tables.end()) {
        section.problem("unit_table", "expected the name of a [units.NAME] table, got \"" + name + "\"");
    } else {
        rule.units = found->second;
    }
    if (!rule.unit_path) section.problem("unit_table", "expected a unit_path beside it");
}

void read_lookup(config::Section& section, const LookupTables& lookups, ValueRule& rule) {
    const std::string name = section.required_text("code_table", "the name of a [lookup.NAME] table");
    const auto found = lookups.find(name);
    if (found != lookups.end()) {
        rule.lookup = found->second;
    } else if (!name.empty()) {
        section.problem("code_table", "expected the name of a [lookup.NAME] table, got \"" + name + "\"");
    }
    rule.unknown_code_fails =
        section.choice("unknown_code", "leave_out", {"leave_out", "refuse_message"}) == "refuse_message";
}

ValueRule read_value_rule(config::Section& section, Workshop& workshop, const LookupTables& lookups,
                          std::size_t levels) {
    ValueRule rule;
    rule.path = required_path(section, "path", levels);
    rule.code_path = read_path(section, "code_path", levels);
    read_unit_source(section, workshop, levels, rule);
    if (section.has("code_path") || section.has("code_table")) {
        if (!rule.code_path) (void)section.required_text("code_path", "a path to the code");
        read_lookup(section, lookups, rule);
    } else {
        rule.reading = read_reading(section, workshop, rule.unit_path.has_value(), levels);
    }
    rule.required = section.flag("required", false);
    rule.null_means =
        nth_of<model::AbsentReason>(absences, section.choice("null_means", "left_out", absences));
    rule.time = read_time_rule(section, levels);
    rule.quality = read_quality_rule(section, levels);
    return rule;
}

bool has_receipt_time(const Rule& rule) {
    const auto is_receipt = [](const std::optional<TimeRule>& time) {
        return time && time->format == TimeFormat::receipt;
    };
    return std::any_of(rule.values.begin(), rule.values.end(), [&](const ValueRule& value) {
        return is_receipt(value.time ? value.time : rule.time);
    });
}

void check_times(config::Section& section, Workshop& workshop, const Rule& rule) {
    const bool timeless = std::any_of(rule.values.begin(), rule.values.end(),
                                      [&](const ValueRule& value) { return !value.time && !rule.time; });
    if (timeless)
        section.problem("timestamp", "expected a timestamp here, for each value or for the mapping");
    if (has_receipt_time(rule) && !rule.sequence) {
        workshop.warn(
            section, "timestamp",
            "the time of receipt and no sequence: a message that comes again after a crash is stored twice");
    }
}

// What a rule does not state itself, it has from the mapping.
template <typename T>
std::optional<T> or_shared(std::optional<T> own, const std::optional<T>& shared) {
    return own ? std::move(own) : shared;
}

Rule read_rule(config::Section& section, const Rule& shared, Workshop& workshop,
               const LookupTables& lookups) {
    Rule rule;
    rule.topics = read_topics(section);
    rule.when = read_conditions(section, "when", 0);
    rule.each = read_each(section);
    const std::size_t levels = rule.each.size();
    rule.where = read_conditions(section, "where", levels);
    rule.time = or_shared(read_time_rule(section, levels), shared.time);
    rule.patient = or_shared(read_patient_rule(section, levels), shared.patient);
    rule.sequence = or_shared(read_sequence_rule(section, levels), shared.sequence);
    rule.quality = or_shared(read_quality_rule(section, levels), shared.quality);
    rule.mode = or_shared(read_mode_rule(section, levels), shared.mode);
    auto values = section.tables("value");
    for (config::Section& value : values) {
        rule.values.push_back(read_value_rule(value, workshop, lookups, levels));
        rule.values.back().label = value.path();
    }
    if (rule.values.empty()) section.problem("value", "expected at least one [[rule.value]]");
    check_times(section, workshop, rule);
    return rule;
}

}  // namespace

std::vector<std::string> read_topics(config::Section& section) {
    std::vector<std::string> topics = section.texts("topics");
    for (const std::string& topic : topics) {
        if (!is_topic_filter(topic))
            section.problem("topics", "expected MQTT topic filters, like ward/+/vitals");
    }
    return topics;
}

std::vector<Rule> read_rules(config::Section& root, Workshop& workshop, const LookupTables& lookups) {
    Rule shared;
    shared.time = read_time_rule(root, 0);
    shared.patient = read_patient_rule(root, 0);
    shared.sequence = read_sequence_rule(root, 0);
    shared.quality = read_quality_rule(root, 0);
    shared.mode = read_mode_rule(root, 0);
    std::vector<Rule> rules;
    auto sections = root.tables("rule");
    rules.reserve(sections.size());
    for (config::Section& section : sections)
        rules.push_back(read_rule(section, shared, workshop, lookups));
    if (rules.empty()) root.problem("rule", "expected at least one [[rule]]");
    return rules;
}

}  // namespace edgeward::mapping

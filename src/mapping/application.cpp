#include <algorithm>
#include <charconv>

#include "application.hpp"
#include "observation_id.hpp"
#include "topic_filter.hpp"

namespace edgeward::mapping {
namespace {

constexpr std::size_t max_values = 4000;
constexpr std::size_t usual_values = 8;  // of one message
constexpr std::size_t max_patient_octets = 64;
constexpr std::string_view no_unit = "?";  // in no unit table

tl::unexpected<MappingFailure> fail(std::string reason, std::string detail) {
    return tl::unexpected(MappingFailure{std::move(reason), std::move(detail)});
}

bool lists(const std::vector<std::string>& words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

bool any_topic(const std::vector<std::string>& filters, std::string_view topic) {
    return filters.empty() || std::any_of(filters.begin(), filters.end(), [&](const std::string& filter) {
               return matches_topic(filter, topic);
           });
}

// The word of a scalar, for comparison with lists of words; nothing for null, arrays and objects.
std::optional<std::string_view> word_of(const Node* node) {
    if (node == nullptr) return std::nullopt;
    switch (node->kind) {
        case NodeKind::boolean:
            return node->truth ? "true" : "false";
        case NodeKind::number:
        case NodeKind::text:
            return node->text;
        case NodeKind::null:
        case NodeKind::array:
        case NodeKind::object:
            return std::nullopt;
    }
    return std::nullopt;
}

bool is_identifier(std::string_view text) {
    return text.size() <= max_patient_octets && std::none_of(text.begin(), text.end(), [](char c) {
               const auto octet = static_cast<unsigned char>(c);
               return octet < 0x20 || octet == 0x7F;
           });
}

}  // namespace

tl::expected<MappedMessage, MappingFailure> Application::run() {
    if (!any_topic(mapping_.topics, message_.topic)) {
        return fail("topic_mismatch", "the topic is none of this mapping");
    }
    if (auto fit = check_device(); !fit) return tl::unexpected(std::move(fit.error()));
    for (const Rule& rule : mapping_.rules) {
        if (auto done = apply_rule(rule); !done) return tl::unexpected(std::move(done.error()));
    }
    if (!matched_) return fail("no_rule_matches", "no rule of the mapping fits this message");
    MappedMessage mapped = mapped_message(std::move(reports_), refused_);
    if (mapped.reports.empty() && mapped.refused_values.empty()) {
        return fail("no_values", "the message has none of the values that the mapping lists");
    }
    // Of SenML and Sparkplug B the tree has members of ours; what of theirs no rule knows is not_listed.
    if (!mapping_.senml && !mapping_.sparkplug) mapped.unlisted = tree_.unread();
    return mapped;
}

Application::Done Application::check_device() const {
    if (!mapping_.device_path) return {};
    const Node* const root = &tree_.root();
    const auto stated = word_of(find(tree_, Scope(&root, 1), *mapping_.device_path));
    if (stated && *stated == device_.device_id) return {};
    return fail("device_mismatch", "mapping.device_path does not name the device that sent the message");
}

Application::Done Application::apply_rule(const Rule& rule) {
    std::vector<const Node*> scope = {&tree_.root()};
    if (!any_topic(rule.topics, message_.topic) || !holds(rule.when, scope)) return {};
    matched_ = true;
    return descend(rule, scope);
}

Application::Done Application::descend(const Rule& rule, std::vector<const Node*>& scope) {
    const std::size_t level = scope.size() - 1;
    if (level == rule.each.size()) return apply_element(rule, scope);
    std::vector<const Node*> elements;
    find_all(tree_, scope, rule.each[level], elements);
    for (const Node* element : elements) {
        scope.push_back(element);
        auto done = descend(rule, scope);
        scope.pop_back();
        if (!done) return done;
    }
    return {};
}

Application::Done Application::apply_element(const Rule& rule, Scope scope) {
    if (!holds(rule.where, scope)) return {};
    Element element{
        rule, scope, std::nullopt, 0, std::nullopt, model::Quality::reliable, model::Mode::production};
    auto sequence = sequence_of(rule, scope);
    if (!sequence) return tl::unexpected(std::move(sequence.error()));
    element.sequence = *sequence;
    auto report = report_of(rule, scope, *sequence);
    if (!report) return tl::unexpected(std::move(report.error()));
    element.report = *report;
    if (rule.quality) element.quality = quality_of(*rule.quality, scope);
    if (rule.mode) element.mode = mode_of(*rule.mode, scope);
    if (rule.time) {
        auto time = time_of(*rule.time, scope);
        if (!time) return tl::unexpected(std::move(time.error()));
        element.time = *time;
    }
    for (const ValueRule& value : rule.values) {
        if (auto done = apply_value(element, value); !done) return done;
    }
    return {};
}

Application::Done Application::apply_value(const Element& element, const ValueRule& value) {
    const Node* node = find(tree_, element.scope, value.path);
    const bool present = node != nullptr && node->kind != NodeKind::null;
    if (value.required && !present)
        return fail("missing_required", value.label + " (" + value.path.text + ")");
    if (!present) pass_over(element, value);
    if (node == nullptr) return {};
    auto reading = reading_of(element, value);
    if (!reading) return tl::unexpected(std::move(reading.error()));
    if (*reading == nullptr) {
        pass_over(element, value);
        return refuse_value(value, Refusal::not_listed);
    }
    if (!present && value.null_means != model::AbsentReason::none)
        return store(element, value, **reading, {});
    auto unit = unit_of(element, value);
    if (!unit) return tl::unexpected(std::move(unit.error()));
    WaveformContext waveform{tree_};
    const Waveform& shape = (*reading)->waveform;
    if (shape.period_ms_path) waveform.period_ms = find(tree_, element.scope, *shape.period_ms_path);
    if (shape.rate_hz_path) waveform.rate_hz = find(tree_, element.scope, *shape.rate_hz_path);
    auto read = read_value(**reading, *node, *unit, waveform);
    if (!read) return refuse_value(value, read.error());
    return store(element, value, **reading, std::move(*read));
}

// What the rule would have read beside a value that is not there or not listed is listed all the same.
void Application::pass_over(const Element& element, const ValueRule& value) const {
    for (const auto* path : {&value.code_path, &value.unit_path})
        if (*path) find(tree_, element.scope, **path);
    if (value.time && value.time->path) find(tree_, element.scope, *value.time->path);
    for (const auto* path : {&value.reading.waveform.period_ms_path, &value.reading.waveform.rate_hz_path})
        if (*path) find(tree_, element.scope, **path);
    if (value.quality) find(tree_, element.scope, value.quality->path);
}

Application::Done Application::refuse_value(const ValueRule& rule, Refusal why) {
    if (rule.required)
        return fail("bad_value", rule.label + " (" + rule.path.text + "): " + std::string(name_of(why)));
    ++refused_[static_cast<std::size_t>(why)];
    return {};
}

Application::Done Application::store(const Element& element, const ValueRule& rule, const Reading& reading,
                                     ReadValue&& read) {
    std::optional<MeasuredTime> time = element.time;
    if (rule.time) {
        auto own = time_of(*rule.time, element.scope);
        if (!own) return tl::unexpected(std::move(own.error()));
        time = *own;
    }
    if (!time) return fail("bad_timestamp", rule.label + ": no time");
    if (++values_ > max_values) return fail("too_many_values", "more than 4000 values");
    auto& known = reports_[element.report].observations;
    if (known.empty()) known.reserve(usual_values);
    model::Observation& observation = known.emplace_back();
    observation.code = reading.code;
    observation.absent =
        std::holds_alternative<std::monostate>(read.value) ? rule.null_means : observation.absent;
    observation.value = std::move(read.value);
    const model::Quality own = rule.quality ? quality_of(*rule.quality, element.scope) : element.quality;
    observation.quality = std::max(own, read.quality);
    observation.category = device_.associated ? reading.category : model::Category::technical;
    observation.mode = element.mode;
    observation.effective = time->time;
    observation.containment = reading.containment;
    observation.body_site = reading.body_site;
    observation.id = observation_id(observation, {device_.device_id, element.sequence, time->received});
    if (std::any_of(known.begin(), known.end() - 1,
                    [&](const auto& other) { return other.id == observation.id; })) {
        ++refused_[static_cast<std::size_t>(Refusal::duplicate)];
        known.pop_back();
    }
    return {};
}

tl::expected<const Reading*, MappingFailure> Application::reading_of(const Element& element,
                                                                     const ValueRule& value) {
    if (!value.code_path) return &value.reading;
    const auto word = word_of(find(tree_, element.scope, *value.code_path));
    const auto found = word ? value.lookup.find(*word) : value.lookup.end();
    if (found != value.lookup.end()) return &found->second;
    if (value.unknown_code_fails) {
        return fail("unknown_code", value.label + ": a code that is not in its lookup table");
    }
    return nullptr;
}

// The stated unit in UCUM; empty when the mapping knows it. A unit that is not there is an unknown unit,
// because nothing says what the number means.
tl::expected<std::string_view, MappingFailure> Application::unit_of(const Element& element,
                                                                    const ValueRule& value) {
    if (!value.unit_path) return std::string_view();
    const auto word = word_of(find(tree_, element.scope, *value.unit_path));
    if (!word || word->empty()) return no_unit;
    if (value.units.empty()) return *word;
    const auto found = value.units.find(*word);
    return found == value.units.end() ? no_unit : std::string_view(found->second);
}

tl::expected<std::size_t, MappingFailure> Application::report_of(const Rule& rule, Scope scope,
                                                                 std::optional<std::uint64_t> sequence) {
    auto patient = patient_of(rule, scope);
    if (!patient) return tl::unexpected(std::move(patient.error()));
    for (std::size_t i = 0; i < reports_.size(); ++i) {
        if (reports_[i].patient == *patient && reports_[i].sequence == sequence) return i;
    }
    model::IdentifiedReport& report = reports_.emplace_back();
    report.patient = std::move(*patient);
    report.device = device_.device_id;
    report.sequence = sequence;
    return reports_.size() - 1;
}

tl::expected<std::optional<std::uint64_t>, MappingFailure> Application::sequence_of(const Rule& rule,
                                                                                    Scope scope) const {
    if (!rule.sequence) return std::nullopt;
    const auto word = word_of(find(tree_, scope, rule.sequence->path));
    if (!word && !rule.sequence->required) return std::nullopt;
    if (!word) return fail("missing_required", "sequence (" + rule.sequence->path.text + ")");
    std::uint64_t number = 0;
    const char* const end = word->data() + word->size();
    const auto read = std::from_chars(word->data(), end, number);
    if (read.ec != std::errc{} || read.ptr != end || number > INT64_MAX) {
        return fail("bad_sequence", "sequence (" + rule.sequence->path.text + ") is no whole number");
    }
    return number;
}

tl::expected<std::optional<model::PatientIdentifier>, MappingFailure> Application::patient_of(
    const Rule& rule, Scope scope) const {
    if (!rule.patient) return std::nullopt;
    const PatientRule& by = *rule.patient;
    const Node* node = find(tree_, scope, by.path);
    const bool is_container =
        node != nullptr &&
        (node->kind == NodeKind::array || node->kind == NodeKind::object || node->kind == NodeKind::boolean);
    std::string_view text = is_container ? std::string_view() : word_of(node).value_or(std::string_view());
    while (!text.empty() && text.front() == ' ')
        text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ')
        text.remove_suffix(1);
    if (is_container || !is_identifier(text)) {
        return fail("bad_patient", "patient (" + by.path.text + ") is no identifier");
    }
    if (text.empty()) {
        if (by.required) return fail("missing_required", "patient (" + by.path.text + ")");
        return std::nullopt;
    }
    if (!device_.associated) {
        return fail("unexpected_patient", "a device that measures no person names a patient");
    }
    return model::PatientIdentifier{std::string(text), by.authority, by.type};
}

const Node* Application::find_present(Scope scope, const Path& path) const {
    const Node* node = find(tree_, scope, path);
    return node != nullptr && node->kind != NodeKind::null ? node : nullptr;
}

tl::expected<MeasuredTime, MappingFailure> Application::time_of(const TimeRule& rule, Scope scope) const {
    const auto bad = [&](std::string_view what) {
        const std::string place = rule.path ? "timestamp (" + rule.path->text + ")" : "timestamp";
        return fail("bad_timestamp", place + " is " + std::string(what));
    };
    const Node* node = rule.path ? find_present(scope, *rule.path) : nullptr;
    if (node == nullptr && rule.fallback_path) node = find_present(scope, *rule.fallback_path);
    const auto time = read_time(rule, node, message_.received, device_.zone);
    if (!time) return bad("missing, malformed or of a clock that was never set");
    if (time->received && message_.retained) {
        return fail("retained", "a retained message does not say when it was measured");
    }
    if (mapping_.max_ahead && time->time.utc > message_.received + *mapping_.max_ahead) {
        return bad("further ahead than mapping.max_ahead");
    }
    return *time;
}

bool Application::holds(const std::vector<Condition>& conditions, Scope scope) const {
    return std::all_of(conditions.begin(), conditions.end(), [&](const Condition& condition) {
        const Node* node = find(tree_, scope, condition.path);
        if (condition.exists && *condition.exists != (node != nullptr)) return false;
        if (condition.one_of.empty()) return true;
        const auto word = word_of(node);
        return word && lists(condition.one_of, *word);
    });
}

model::Quality Application::quality_of(const QualityRule& rule, Scope scope) const {
    const std::string_view word = word_of(find(tree_, scope, rule.path)).value_or(std::string_view());
    if (lists(rule.invalid, word)) return model::Quality::invalid;
    if (lists(rule.questionable, word)) return model::Quality::questionable;
    return rule.reliable.empty() || lists(rule.reliable, word) ? model::Quality::reliable
                                                               : model::Quality::questionable;
}

model::Mode Application::mode_of(const ModeRule& rule, Scope scope) const {
    if (!rule.path) return rule.fixed;
    const std::string_view word = word_of(find(tree_, scope, *rule.path)).value_or(std::string_view());
    if (lists(rule.test, word)) return model::Mode::test;
    if (lists(rule.demo, word)) return model::Mode::demo;
    if (rule.production.empty() || lists(rule.production, word)) return rule.fixed;
    return model::Mode::test;
}

}  // namespace edgeward::mapping

#include "sample_survey.hpp"

#include <algorithm>
#include <charconv>

#include "senml.hpp"

namespace edgeward::mapping {
namespace {

using Words = std::vector<std::string>;

constexpr std::size_t most_levels = 4;  // of `each`

std::string_view kind_of(const Node& node) {
    switch (node.kind) {
        case NodeKind::null:
            return "null";
        case NodeKind::boolean:
            return "true or false";
        case NodeKind::number:
            return "a number";
        case NodeKind::text:
            return is_number(node) ? "a number as text" : "a text";
        case NodeKind::array:
            return "an array";
        case NodeKind::object:
            return "an object";
    }
    return "";
}

bool is_plain(std::string_view name) {
    return !name.empty() && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
               c == '-';
    });
}

// Nothing: a path cannot name it.
std::optional<std::string> step_to(std::string_view name) {
    if (is_plain(name)) return "." + std::string(name);
    if (name.empty() || name.find_first_of("'\n\r\t\\\"") != std::string_view::npos) return std::nullopt;
    return "['" + std::string(name) + "']";
}

bool is_warm(const Node& node) {
    double value = 0;
    std::from_chars(node.text.data(), node.text.data() + node.text.size(), value);
    return value > 45;
}

class Surveyor {
public:
    explicit Surveyor(const Tree& tree) : tree_(tree) {}

    Survey look() {
        const Node& root = tree_.root();
        if (root.kind == NodeKind::array) {
            elements(root, "$", {}, {});
        } else {
            SampleReading whole;
            object(root, "$", {}, whole);
            if (!whole.places.empty()) survey_.readings.insert(survey_.readings.begin(), std::move(whole));
        }
        return std::move(survey_);
    }

private:
    template <typename Visit>
    void members(const Node& node, const Visit& visit) {
        for (const Node* child = tree_.first_child(node); child != nullptr; child = tree_.next(*child))
            visit(*child);
    }

    const Node* member_for(const Node& node, Role role) {
        const Node* found = nullptr;
        members(node, [&](const Node& child) {
            const bool leaf = child.kind == NodeKind::text || child.kind == NodeKind::number;
            if (found == nullptr && leaf && role_of(child.key) == role) found = &child;
        });
        return found;
    }

    void object(const Node& node, const std::string& path, const Words& around, SampleReading& into) {
        members(node, [&](const Node& child) { member(node, child, path, around, into); });
    }

    void member(const Node& parent, const Node& child, const std::string& path, const Words& around,
                SampleReading& into) {
        const auto step = step_to(child.key);
        if (!step) {
            survey_.unwritable.push_back(path);
            return;
        }
        const std::string here = path + *step;
        Words within = around;
        for (auto& word : words_of(child.key))
            within.push_back(std::move(word));
        if (child.kind == NodeKind::object) return object(child, here, within, into);
        if (child.kind == NodeKind::array) return elements(child, here, into.each, within);
        leaf(parent, child, here, around, into);
    }

    void leaf(const Node& parent, const Node& node, const std::string& path, const Words& around,
              SampleReading& into) {
        const Role role = role_of(node.key);
        if (role == Role::time || (node.kind == NodeKind::text && !is_number(node))) {
            if (const auto format = time_format_of(node)) return time(path, *format, into);
        }
        const bool whole = into.each.empty();
        if (whole && role == Role::patient) return survey_.patients.push_back(path);
        if (whole && role == Role::device) return survey_.devices.push_back(path);
        if (whole && role == Role::sequence && node.kind == NodeKind::number)
            return survey_.sequences.push_back(path);
        if (role == Role::unit && member_for(parent, Role::reading) != nullptr) return;
        value(parent, node, path, around, into);
    }

    void time(const std::string& path, std::string_view format, SampleReading& into) {
        std::string& known = into.each.empty() ? survey_.time_path : into.time_path;
        if (!known.empty()) {
            into.places.push_back({path, nullptr, "another time", false, false, {}});
            return;
        }
        known = path;
        (into.each.empty() ? survey_.time_format : into.time_format) = format;
    }

    void value(const Node& parent, const Node& node, const std::string& path, const Words& around,
               SampleReading& into) {
        SamplePlace place;
        place.path = path;
        place.kind = kind_of(node);
        if (is_number(node)) {
            // {"heartRate": {"value": 78, "unit": "bpm"}}: the name is one level up.
            const bool named_above = role_of(node.key) == Role::reading && !around.empty();
            place.parameter = named_above ? guess_above(around) : guess_parameter(node.key, around);
            place.numeric_text = node.kind == NodeKind::text;
            place.warm = is_warm(node);
            if (const Node* unit = member_for(parent, Role::unit);
                unit != nullptr && named_above && unit->kind == NodeKind::text) {
                place.unit_path =
                    path.substr(0, path.size() - step_to(node.key)->size()) + *step_to(unit->key);
                survey_.units.insert(unit->text);
            }
        }
        const auto same = [&](const SamplePlace& known) { return known.path == path; };
        if (std::ranges::none_of(into.places, same)) into.places.push_back(std::move(place));
    }

    static const coding::CodeEntry* guess_above(const Words& around) {
        std::string name;
        for (const auto& word : around)
            name.append(name.empty() ? "" : " ").append(word);
        return guess_parameter(name, {});
    }

    void elements(const Node& array, const std::string& path, const std::vector<std::string>& each,
                  const Words& around) {
        const Node* first = tree_.first_child(array);
        if (first == nullptr) return;
        SampleReading reading;
        reading.each = each;
        reading.each.push_back(path + "[*]");
        if (first->kind != NodeKind::object || reading.each.size() > most_levels) {
            SampleReading& whole = survey_.readings.emplace_back();
            whole.each = each;
            const bool samples = is_number(*first);
            whole.places.push_back({path,
                                    nullptr,
                                    samples ? "an array of numbers, perhaps a waveform" : "an array",
                                    false,
                                    false,
                                    {}});
            return;
        }
        for (const Node* element = first; element != nullptr; element = tree_.next(*element)) {
            if (element->kind == NodeKind::object) one_element(*element, around, reading);
        }
        survey_.readings.push_back(std::move(reading));
    }

    void one_element(const Node& element, const Words& around, SampleReading& reading) {
        const Node* code = member_for(element, Role::code);
        const Node* value = member_for(element, Role::reading);
        const bool says_itself = code != nullptr && value != nullptr && is_number(*value) &&
                                 step_to(code->key) && step_to(value->key);
        if (!says_itself) return object(element, "@", around, reading);
        reading.code_path = "@" + *step_to(code->key);
        reading.value_path = "@" + *step_to(value->key);
        reading.numeric_text = reading.numeric_text || value->kind == NodeKind::text;
        reading.codes.try_emplace(code->text, guess_parameter(code->text, around));
        if (const Node* unit = member_for(element, Role::unit);
            unit != nullptr && unit->kind == NodeKind::text && step_to(unit->key)) {
            reading.unit_path = "@" + *step_to(unit->key);
            survey_.units.insert(unit->text);
        }
        members(element, [&](const Node& child) {
            if (&child == code || &child == value || role_of(child.key) == Role::unit) return;
            member(element, child, "@", around, reading);
        });
    }

    const Tree& tree_;
    Survey survey_;
};

// A pack as RFC 8428 has it: records with names and one of the values.
bool is_senml(const Tree& tree) {
    const Node* first = tree.root().kind == NodeKind::array ? tree.first_child(tree.root()) : nullptr;
    if (first == nullptr || first->kind != NodeKind::object) return false;
    const bool named = tree.member(*first, "n") != nullptr || tree.member(*first, "bn") != nullptr;
    const bool based = tree.member(*first, "bn") != nullptr || tree.member(*first, "bt") != nullptr;
    const bool valued = tree.member(*first, "v") != nullptr || tree.member(*first, "vb") != nullptr ||
                        tree.member(*first, "vs") != nullptr;
    return named && (based || valued);
}

// Records of one form, whose numbers are told apart by a name.
struct RecordForm {
    std::string_view format, each, name, value, unit, time, time_format;
};
constexpr RecordForm senml_records{"senml", "$[*]", "local", "v", "u", "t", "senml"};
constexpr RecordForm sparkplug_metrics{"sparkplug", "$.metrics[*]", "name",    "value",
                                       "unit",      "timestamp",    "epoch_ms"};

Survey survey_records(const Tree& tree, const Node& records, const RecordForm& form) {
    Survey survey;
    survey.format = form.format;
    SampleReading reading;
    const auto path = [](std::string_view member) { return "@." + std::string(member); };
    reading.each = {std::string(form.each)};
    reading.code_path = path(form.name);
    reading.value_path = path(form.value);
    reading.time_path = path(form.time);
    reading.time_format = form.time_format;
    for (const Node* record = tree.first_child(records); record != nullptr; record = tree.next(*record)) {
        const Node* name = tree.member(*record, form.name);
        const Node* value = tree.member(*record, form.value);
        if (name == nullptr || value == nullptr || value->kind != NodeKind::number) continue;
        reading.codes.try_emplace(name->text, guess_parameter(name->text, {}));
        if (const Node* unit = tree.member(*record, form.unit)) {
            reading.unit_path = path(form.unit);
            survey.units.insert(unit->text);
        }
    }
    survey.readings.push_back(std::move(reading));
    return survey;
}

}  // namespace

Survey sparkplug_survey(const Tree& sample) {
    return survey_records(sample, *sample.member(sample.root(), "metrics"), sparkplug_metrics);
}

Survey survey_of(const Tree& sample) {
    if (is_senml(sample)) {
        if (const auto resolved = resolve_senml(sample))
            return survey_records(*resolved, resolved->root(), senml_records);
    }
    return Surveyor(sample).look();
}

}  // namespace edgeward::mapping

#include "hl7_value.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <edgeward/coding/units.hpp>

namespace edgeward::mapping {
namespace {

using model::AbsentReason;
using model::Quality;
using model::ResultStatus;

tl::unexpected<Refusal> refused(Refusal why) {
    return tl::unexpected(why);
}

template <std::size_t Size>
bool lists(const std::array<std::string_view, Size>& words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

// HL7 table 0078, what judges a value.
constexpr std::array<std::string_view, 22> judgements{"N",  "L",  "LL",  "H",   "HH",  "A",  "AA", "<",
                                                      ">",  "U",  "D",   "B",   "W",   "S",  "R",  "I",
                                                      "MS", "VS", "POS", "NEG", "IND", "DET"};
// It is no number at all.
constexpr std::array<std::string_view, 6> nothing{"NI", "NA", "OTH", "NAN", "PINF", "NINF"};

void take_flag(std::string_view flag, RowStanding& standing) {
    if (lists(judgements, flag)) {
        if (!standing.interpretation.empty()) standing.interpretation += '~';
        standing.interpretation += flag;
    } else if (flag == "INV") {
        standing.quality = Quality::invalid;
        standing.absent = AbsentReason::error;
    } else if (flag == "NAV" || lists(nothing, flag)) {
        standing.absent = AbsentReason::temp_unknown;
    } else if (flag == "OFF") {
        standing.absent = AbsentReason::not_performed;
    } else if (flag == "MSK") {
        standing.absent = AbsentReason::masked;
    } else if (flag == "TEST") {
        standing.mode = model::Mode::test;
    } else if (flag == "DEMO") {
        standing.mode = model::Mode::demo;
    } else if (flag == "ALACT" || flag == "ALINH") {
        return;  // of an alarm, which says nothing against the value
    } else {
        standing.quality = std::max(standing.quality, Quality::questionable);
    }
}

std::optional<ResultStatus> status_of(std::string_view code) {
    if (code.empty() || code == "R" || code == "X") return ResultStatus::unverified;
    if (code == "P" || code == "S") return ResultStatus::preliminary;
    if (code == "F" || code == "U") return ResultStatus::final;
    if (code == "C") return ResultStatus::corrected;
    if (code == "D") return ResultStatus::deleted;
    if (code == "W") return ResultStatus::wrong_patient;
    return std::nullopt;
}

// The code systems of HL7 table 0396 whose values name no person, by their FHIR URIs.
std::string_view uri_of(std::string_view system) {
    if (system == "SCT" || system == "SNM") return "http://snomed.info/sct";
    if (system == "LN") return "http://loinc.org";
    if (system == "MDC") return "urn:iso:std:iso:11073:10101";
    return {};
}

bool is_code_text(std::string_view code) {
    return !code.empty() && code.size() <= 64 && std::all_of(code.begin(), code.end(), [](char sign) {
        return (sign >= '0' && sign <= '9') || (sign >= 'A' && sign <= 'Z') || sign == '_' || sign == '-';
    });
}

std::string_view at(const hl7::ResultRow& row, std::size_t index) {
    return index < row.value.size() ? std::string_view(row.value[index]) : std::string_view();
}

// By the file's table, else a term of a vocabulary that everybody shares. Monitors also write the reference
// id of an MDC term as plain text.
tl::expected<ReadValue, Refusal> read_coded(const Reading& reading, const hl7::ResultRow& row) {
    for (const std::size_t first : {std::size_t{0}, std::size_t{3}}) {
        const std::string code(at(row, first));
        if (code.empty()) continue;
        const std::string keyed = code + '^' + std::string(at(row, first + 2));
        for (const auto& key : {keyed, code}) {
            if (const auto found = reading.codes.find(key); found != reading.codes.end())
                return ReadValue{found->second};
        }
        const bool refid = code.starts_with("MDC_");
        const auto system = refid ? uri_of("MDC") : uri_of(at(row, first + 2));
        if (reading.codes.empty() && !system.empty() && is_code_text(code))
            return ReadValue{model::CodedValue{std::string(system), code, {}}};
    }
    return refused(Refusal::not_listed);
}

// SN: comparator, number; ranges and ratios are no single number.
tl::expected<std::string, Refusal> number_text(const hl7::ResultRow& row) {
    if (row.type != "SN") {
        if (row.value.size() > 1) return refused(Refusal::bad_value);
        std::string text(at(row, 0));
        if (text.starts_with('+')) text.erase(0, 1);
        return text;
    }
    if (row.value.size() > 2) return refused(Refusal::bad_value);
    std::string_view comparator = at(row, 0);
    if (comparator == "=") comparator = {};
    std::string text(comparator);
    return text.append(at(row, 1));
}

Node text_node(std::string text) {
    Node node;
    node.kind = NodeKind::text;
    node.text = std::move(text);
    return node;
}

const Tree& no_tree() {
    static const Tree tree = *Tree::parse("null");
    return tree;
}

tl::expected<ReadValue, Refusal> read_samples(const Reading& reading, const hl7::ResultRow& row,
                                              std::string_view unit,
                                              std::optional<std::chrono::microseconds> period) {
    std::string samples;
    for (const auto& sample : row.value) {
        if (!samples.empty()) samples += ' ';
        samples += sample.empty() ? "E" : sample;
    }
    Reading own = reading;
    if (period) own.waveform.period = period;
    return read_value(own, text_node(std::move(samples)), unit, {no_tree()});
}

// A parameter whose unit differs from use to use has the stated one; without any it has to be dimensionless.
tl::expected<Reading, Refusal> with_unit(const Reading& reading, std::string& unit) {
    Reading own = reading;
    if (own.ucum.empty()) {
        own.ucum = unit;
        if (unit.empty()) return refused(Refusal::unknown_unit);
    }
    const bool bare = own.ucum == "1" || own.ucum.starts_with('{');
    if (unit.empty() && !own.unit_stated && !bare) return refused(Refusal::unknown_unit);
    return own;
}

// In UCUM; empty: none we know.
std::string known_unit(const hl7::CodeTriple& unit, const Hl7Rules& rules) {
    for (const auto& word : {unit.code, unit.name}) {
        const auto found = rules.units.find(word);
        if (found != rules.units.end()) return found->second;
    }
    if (unit.system != "MDC" && !unit.name.starts_with("MDC_"))
        return coding::is_known_unit(unit.code) ? unit.code : std::string();
    std::uint32_t code = 0;
    std::from_chars(unit.code.data(), unit.code.data() + unit.code.size(), code);
    const auto* known = coding::find_mdc_unit(code);
    if (known == nullptr) known = coding::find_mdc_unit(std::string_view(unit.name));
    return known == nullptr ? std::string() : std::string(known->ucum);
}

// One end of OBX-7 in the unit of the reading; empty when it is no number.
std::string limit_of(const Reading& reading, std::string_view text, std::string_view unit) {
    while (text.starts_with(' '))
        text.remove_prefix(1);
    while (text.ends_with(' '))
        text.remove_suffix(1);
    const auto read = read_value(reading, text_node(std::string(text)), unit, {no_tree()});
    const auto* quantity = read ? std::get_if<model::Quantity>(&read->value) : nullptr;
    return quantity == nullptr || !quantity->comparator.empty() ? std::string() : quantity->value.text();
}

}  // namespace

tl::expected<RowStanding, Refusal> standing_of(const hl7::ResultRow& row, WithX with_x) {
    RowStanding standing;
    for (const auto& flag : row.flags)
        take_flag(flag, standing);
    const bool valued = !row.value.empty();
    standing.no_result = row.status == "I" || row.status == "N" || row.status == "O" ||
                         (row.status == "X" && valued && with_x == WithX::left_out);
    if (standing.no_result) return standing;
    const auto status = status_of(row.status);
    if (!status) return refused(Refusal::bad_value);
    if (row.status == "U" && !valued) return refused(Refusal::bad_value);  // which value, it does not say
    standing.status = *status;
    if (row.status == "X" && valued && with_x == WithX::questionable)
        standing.quality = std::max(standing.quality, Quality::questionable);
    if (valued && standing.quality != Quality::invalid) standing.absent = AbsentReason::none;
    if (!valued && standing.absent == AbsentReason::none) standing.absent = AbsentReason::temp_unknown;
    return standing;
}

tl::expected<std::string, Refusal> unit_of(const hl7::ResultRow& row, const Hl7Rules& rules) {
    bool stated = false;
    for (const auto* unit : {&row.unit.first, &row.unit.alternate}) {
        if (unit->code.empty() && unit->name.empty()) continue;
        stated = true;
        if (auto known = known_unit(*unit, rules); !known.empty()) return known;
    }
    if (stated) return refused(Refusal::unknown_unit);
    return std::string();
}

tl::expected<ReadValue, Refusal> read_hl7_value(const Reading& reading, const hl7::ResultRow& row,
                                                const Hl7Rules& rules,
                                                std::optional<std::chrono::microseconds> period) {
    if (row.repeats) return refused(Refusal::bad_value);
    switch (reading.kind) {
        case ValueKind::code:
            return read_coded(reading, row);
        case ValueKind::boolean:
        case ValueKind::text:
            return read_value(reading, text_node(std::string(at(row, 0))), {}, {no_tree()});
        case ValueKind::quantity:
        case ValueKind::waveform:
            break;
    }
    auto unit = unit_of(row, rules);
    if (!unit) return refused(unit.error());
    const auto own = with_unit(reading, *unit);
    if (!own) return refused(own.error());
    if (reading.kind == ValueKind::waveform) return read_samples(*own, row, *unit, period);
    auto number = number_text(row);
    if (!number) return refused(number.error());
    return read_value(*own, text_node(*std::move(number)), *unit, {no_tree()});
}

Limits limits_of(const Reading& reading, const hl7::ResultRow& row, const Hl7Rules& rules) {
    if (reading.kind != ValueKind::quantity || row.range.empty()) return {};
    auto unit = unit_of(row, rules);
    if (!unit) return {};
    auto own = with_unit(reading, *unit);
    if (!own) return {};
    own->least.reset();
    own->most.reset();
    own->off_texts.clear();
    own->off_numbers.clear();
    const auto converted = [&](std::string_view text) { return limit_of(*own, text, *unit); };
    const std::string_view range = row.range;
    if (range.starts_with('<')) return {{}, converted(range.substr(1))};
    if (range.starts_with('>')) return {converted(range.substr(1)), {}};
    // The first sign may be a minus of the lower end.
    for (const std::string_view separator : {" to ", "-"}) {
        const auto place = range.find(separator, 1);
        if (place == std::string_view::npos) continue;
        Limits limits{converted(range.substr(0, place)), converted(range.substr(place + separator.size()))};
        if (!limits.low.empty() && !limits.high.empty()) return limits;
    }
    return {};
}

RowMethod method_of(const hl7::ResultRow& row) {
    if (row.method == "MMEAS") return {model::Method::manual, false};
    if (row.method == "ASET") return {model::Method::automatic, true};
    if (row.method == "MSET") return {model::Method::manual, true};
    if (row.method == "ACALC") return {model::Method::automatic_calculation, false};
    if (row.method == "MCALC") return {model::Method::manual_calculation, false};
    return {};
}

}  // namespace edgeward::mapping

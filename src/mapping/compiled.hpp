#pragma once

#include <edgeward/coding/units.hpp>
#include <edgeward/mapping/mapping.hpp>
#include <edgeward/model/observation.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "csv.hpp"
#include "path.hpp"

// What a mapping file means once it is read. The names are those of the file (docs/mappings.md).
namespace edgeward::mapping {

enum class ValueKind : std::uint8_t { quantity, text, code, boolean, waveform };
enum class TimeFormat : std::uint8_t { rfc3339, local, epoch_s, epoch_ms, senml, receipt };

struct TimeRule {
    TimeFormat format = TimeFormat::receipt;
    std::optional<Path> path;           // absent only for receipt
    std::optional<Path> fallback_path;  // read when `path` has nothing
    std::string zone;                   // for local; empty: the device's
};

struct PatientRule {
    Path path;
    std::string authority;
    std::string type;
    bool required = false;
};

struct SequenceRule {
    Path path;
    bool required = false;
};

// A text of the message against lists of words. An unlisted word is `reliable`/`production` when that list is
// empty, else the cautious answer.
struct QualityRule {
    Path path;
    std::vector<std::string> reliable;
    std::vector<std::string> questionable;
    std::vector<std::string> invalid;
};
struct ModeRule {
    std::optional<Path> path;  // absent: always `fixed`
    model::Mode fixed = model::Mode::production;
    std::vector<std::string> production;
    std::vector<std::string> test;
    std::vector<std::string> demo;
};

struct Condition {
    Path path;
    std::optional<bool> exists;
    std::vector<std::string> one_of;
};

// A correction before any unit conversion: value * factor + offset.
struct Correction {
    model::Decimal factor = model::Decimal::from_integer(1);
    model::Decimal offset;
};

using CodeTable = std::map<std::string, model::CodedValue, std::less<>>;

struct Waveform {
    std::optional<std::chrono::microseconds> period;
    std::optional<Path> period_ms_path;
    std::optional<Path> rate_hz_path;
    model::Decimal origin;
    model::Decimal factor = model::Decimal::from_integer(1);
};

// One coded parameter and how its values read.
struct Reading {
    ValueKind kind = ValueKind::quantity;
    model::Code code;
    model::Category category = model::Category::measurement;
    std::uint16_t containment = 0;
    std::string body_site;
    std::string ucum;                               // the unit of the observation
    bool unit_stated = false;                       // the file says which unit the device sends
    std::optional<coding::UnitConversion> convert;  // from the stated unit of the payload; nothing: same unit
    std::optional<Correction> correction;
    std::optional<int> decimals;
    std::optional<model::Decimal> least;
    std::optional<model::Decimal> most;
    bool keep_implausible = false;  // as questionable, instead of refusing it
    std::vector<std::string> off_texts;
    std::vector<model::Decimal> off_numbers;
    bool numeric_text = false;
    bool comparators = false;
    std::vector<std::string> true_words;
    std::vector<std::string> false_words;
    CodeTable codes;
    Waveform waveform;
};

struct ValueRule {
    std::string label;  // "rule 1 value 2", for failures
    Path path;
    Reading reading;  // without code_path
    std::optional<Path> code_path;
    std::map<std::string, Reading, std::less<>> lookup;
    bool unknown_code_fails = false;
    std::optional<Path> unit_path;
    std::map<std::string, std::string, std::less<>> units;  // device's word -> UCUM; empty: the word is UCUM
    bool required = false;
    model::AbsentReason null_means = model::AbsentReason::none;  // none: a null is left out and counted
    std::optional<TimeRule> time;
    std::optional<QualityRule> quality;
};

struct Rule {
    std::vector<std::string> topics;
    std::vector<Condition> when;
    std::vector<Path> each;
    std::vector<Condition> where;  // of each element
    std::optional<TimeRule> time;
    std::optional<PatientRule> patient;
    std::optional<SequenceRule> sequence;
    std::optional<QualityRule> quality;
    std::optional<ModeRule> mode;
    std::vector<ValueRule> values;
};

// What a value is worth that has OBX-11 X, "cannot be obtained", beside it: some monitors send all theirs so.
enum class WithX : std::uint8_t { questionable, reliable, left_out };

// format = "hl7": which codes are taken from result messages and how they read.
struct Hl7Rules {
    std::map<std::string, Reading, std::less<>> codes;      // "147842^MDC", by OBX-3.1 and .3
    std::map<std::string, std::string, std::less<>> units;  // sender's word in OBX-6 -> UCUM
    WithX status_x = WithX::questionable;
    bool hold_bad_values =
        false;  // one that does not read holds the whole message, instead of being left out
};

struct CompiledMapping {
    std::string name;
    std::string description;
    std::string version;
    bool senml = false;
    bool sparkplug = false;
    std::optional<CsvForm> csv;   // lines of values instead of JSON
    std::optional<Hl7Rules> hl7;  // then there are no rules
    std::vector<std::string> topics;
    std::optional<Path> device_path;
    std::optional<std::chrono::milliseconds> max_ahead;
    std::vector<Rule> rules;  // with the mapping's own time, patient, sequence, quality and mode filled in
};

}  // namespace edgeward::mapping

#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

#include <edgeward/config/document.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/hl7/result_message.hpp>
#include <edgeward/model/report.hpp>

// Device messages (JSON, RFC 8259; SenML, RFC 8428; CSV, RFC 4180; Sparkplug B; HL7 v2 results) into coded
// observations, described by TOML files without code (docs/mappings.md). One file is one mapping.
//
// What a mapping does not list is not read any further: unlisted payload fields never reach the store, and
// are counted.
namespace edgeward::mapping {

// What the gateway knows of the sender.
struct DeviceFacts {
    std::string_view device_id;
    bool associated = true;         // false: never measures a person, everything it says is technical
    std::string_view zone = "UTC";  // for local times whose mapping names no zone
};

// At most one report per patient identifier and device sequence; possibly none, when every value was refused.
struct MappedMessage {
    std::vector<model::IdentifiedReport> reports;
    // Fixed reason word -> number of values left out: off, absent, out_of_range, not_a_number, not_listed,
    // duplicate, unknown_unit, unit_mismatch, bad_value, quality_control.
    std::vector<std::pair<std::string, std::uint64_t>> refused_values;
    // Numbers, texts, booleans and nulls of the message that no rule reads. Of HL7, SenML and Sparkplug B
    // always 0: what no code lists is not_listed there.
    std::uint64_t unlisted = 0;
};

// Why a whole message cannot be mapped; it stays wrong however often it comes (quarantine it).
// `reason` is a fixed word for metrics: invalid_json, too_large, too_deep, duplicate_key, topic_mismatch,
// no_rule_matches, no_values, too_many_values, missing_required, bad_timestamp, bad_patient,
// unexpected_patient, bad_sequence, device_mismatch, retained, bad_value, bad_senml, bad_csv, bad_sparkplug,
// no_birth, unknown_unit, unit_mismatch, unknown_code. `detail` is in our words and names paths of the
// mapping, never payload content.
struct MappingFailure {
    std::string reason;
    std::string detail;
};

struct CompiledMapping;

// One compiled mapping. Immutable; any thread.
class Mapping {
public:
    explicit Mapping(std::unique_ptr<const CompiledMapping> compiled);
    Mapping(Mapping&&) noexcept;
    Mapping& operator=(Mapping&&) noexcept;
    Mapping(const Mapping&) = delete;
    Mapping& operator=(const Mapping&) = delete;
    ~Mapping();

    [[nodiscard]] const std::string& name() const noexcept;
    [[nodiscard]] const std::string& description() const noexcept;
    [[nodiscard]] const std::string& version() const noexcept;

    // Whether it reads HL7 messages and nothing else, or everything else and none.
    [[nodiscard]] bool reads_hl7() const noexcept;
    // Reads one message that is no HL7. Without a clock: `receipt` times are those of the message. Never
    // throws.
    [[nodiscard]] tl::expected<MappedMessage, MappingFailure> apply(const model::RawMessage& message,
                                                                    const DeviceFacts& device) const;
    // The same of an HL7 message of results that has come in at that time: one report per patient, and one
    // per order of a laboratory. Failures also: unknown_authority, wrong_format (not reads_hl7()).
    [[nodiscard]] tl::expected<MappedMessage, MappingFailure> apply(const hl7::ResultMessage& message,
                                                                    Instant received,
                                                                    const DeviceFacts& device) const;

private:
    std::unique_ptr<const CompiledMapping> compiled_;
};

// Mappings by name. Immutable after loading, copies share them; any thread.
class MappingSet {
public:
    using Mappings = std::map<std::string, Mapping, std::less<>>;

    MappingSet() : MappingSet(Mappings()) {}
    explicit MappingSet(Mappings mappings)
        : mappings_(std::make_shared<const Mappings>(std::move(mappings))) {}
    // Nothing for an unknown name.
    [[nodiscard]] const Mapping* find(std::string_view name) const;
    [[nodiscard]] std::vector<std::string> names() const;

private:
    std::shared_ptr<const Mappings> mappings_;  // shared: a new set of devices goes with the same mappings
};

// The sound mappings, and every mistake in the others: `problems` must stop a start or reload, `warnings`
// must not.
struct LoadedMappings {
    MappingSet set;
    std::vector<config::Problem> problems;
    std::vector<config::Problem> warnings;
};

// Every *.toml of a folder in name order. Two mappings of one name are a problem; so is a folder that cannot
// be read.
LoadedMappings load_mappings(const std::filesystem::path& folder);
// One file, or a text under a name to report.
LoadedMappings load_mapping(const std::filesystem::path& file);
LoadedMappings parse_mapping(std::string_view toml, std::string name);

// For `edgeward mapping lint`: the problems, then the warnings, whose text begins with "warning: ".
std::vector<config::Problem> lint(const std::filesystem::path& file_or_folder);

// For `edgeward mapping test FILE SAMPLE`: what came out, as lines for people or as one JSON object. Shows
// measured values and patient identifiers: only for samples the operator gave.
std::string describe(const MappedMessage& message, bool json);

// A draft for a person to finish.
struct Suggestion {
    std::string toml;         // GUESS marks what is guessed, OPEN what is not recognised and left out
    std::size_t guessed = 0;  // places and codes; 0: the draft maps nothing yet
    std::size_t open = 0;
};
// For `edgeward mapping suggest`: from one payload as the device sends it. No measured value stands in the
// draft; names of members, and codes and units that stand as texts, do. With something guessed it loads
// without a problem. invalid_input: neither JSON nor
// Sparkplug B, or `name` is no name of a mapping.
Result<Suggestion> suggest(std::string_view sample, std::string_view name);

}  // namespace edgeward::mapping

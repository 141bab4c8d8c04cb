#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <edgeward/mapping/mapping.hpp>

#include "compiled.hpp"
#include "hl7_value.hpp"
#include "mapped_message.hpp"

namespace edgeward::mapping {

// One HL7 message of results on its way through one mapping. Used once, by one thread.
class Hl7Application {
public:
    Hl7Application(const CompiledMapping& mapping, const hl7::ResultMessage& message, Instant received,
                   const DeviceFacts& device)
        : mapping_(mapping), rules_(*mapping.hl7), message_(message), received_(received), device_(device) {}

    tl::expected<MappedMessage, MappingFailure> run();

private:
    using Done = tl::expected<void, MappingFailure>;
    using Place = std::vector<std::uint32_t>;

    // The reports one group of the message becomes.
    struct Group {
        const hl7::ResultGroup& said;
        std::optional<model::PatientIdentifier> patient;
        std::optional<std::size_t> shared;  // the report of all that belongs to no laboratory's order
        std::map<std::string, std::size_t> by_order;         // by filler number
        std::map<Place, std::chrono::microseconds> periods;  // of waveforms, from their facets
    };

    tl::expected<std::optional<model::PatientIdentifier>, MappingFailure> patient_of(
        const hl7::ResultGroup& group) const;
    Done apply_order(Group& group, const hl7::ResultOrder& order);
    Done apply_row(Group& group, const hl7::ResultOrder& order, const hl7::ResultRow& row);
    [[nodiscard]] Done check_time(const hl7::ResultRow& row) const;
    void describe(const hl7::ResultRow& row, const Reading& reading, const RowStanding& standing,
                  model::Observation& observation) const;
    void note_part(const hl7::ResultRow& row);
    void name_parts();
    Done refuse(const hl7::ResultRow& row, Refusal why);
    [[nodiscard]] const Reading* reading_of(const hl7::ResultRow& row) const;
    std::size_t report_of(Group& group, const hl7::ResultOrder& order, model::Category category);
    Done put(Group& group, const hl7::ResultOrder& order, const hl7::ResultRow& row,
             model::Observation observation);

    const CompiledMapping& mapping_;
    const Hl7Rules& rules_;
    const hl7::ResultMessage& message_;
    Instant received_;
    const DeviceFacts& device_;
    std::vector<model::IdentifiedReport> reports_;
    std::map<model::Part, model::PartName> parts_;  // of the device, as its rows name them
    RefusalCounts refused_{};
    std::size_t values_ = 0;
};

}  // namespace edgeward::mapping

#pragma once

#include <edgeward/model/observation.hpp>

#include <tl/expected.hpp>

#include <cstdint>
#include <string_view>

#include "compiled.hpp"
#include "json_tree.hpp"

namespace edgeward::mapping {

// Why one value is left out. `name_of` gives the word that MappedMessage::refused_values and metrics use.
enum class Refusal : std::uint8_t {
    off,           // the device's sign for "parameter off", never a measurement
    absent,        // null
    out_of_range,  // outside `plausible`
    not_a_number,
    not_listed,  // a code that the lookup table does not have
    duplicate,   // the same observation twice in one message
    unknown_unit,
    unit_mismatch,
    bad_value,        // of another type than the mapping says, or too long
    quality_control,  // of a control or calibration, no patient's (HL7 SPM-11)
};
inline constexpr std::size_t refusal_count = 10;
std::string_view name_of(Refusal refusal) noexcept;

struct ReadValue {
    model::Value value;
    model::Quality quality = model::Quality::reliable;
};

// Where the parts of a waveform are found beside its samples.
struct WaveformContext {
    const Tree& tree;
    const Node* period_ms = nullptr;
    const Node* rate_hz = nullptr;
};

// `stated`: the unit the message gave for this value in UCUM; empty: as the mapping says.
tl::expected<ReadValue, Refusal> read_value(const Reading& reading, const Node& node, std::string_view stated,
                                            const WaveformContext& waveform);

}  // namespace edgeward::mapping

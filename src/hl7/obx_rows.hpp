#pragma once

#include <cstdint>
#include <string_view>

#include "containment.hpp"
#include "segment_writer.hpp"

namespace edgeward::hl7 {

// Where the OBX rows of a message go: numbers them through all OBR groups.
struct ObxWriter {
    SegmentWriter& segments;
    bool free_text_allowed = false;  // may the device's own words go out?
    bool wrong_patient = false;      // OBX-11 W: what was sent before was of another person
    std::uint32_t rows = 0;
};

// The device object itself: OBX|n||code^refid^MDC|1.v.c.0|||||||X, ready for further fields from OBX-12.
void begin_device_row(ObxWriter& rows, std::uint32_t code, std::string_view refid,
                      std::string_view containment);

// One measurement, and the attributes of a waveform as facets below it.
void write_measurement(ObxWriter& rows, const PlacedObservation& placed);

// End of a waveform's interval: its effective time + number of samples * period.
ZonedTime end_of_waveform(const model::Observation& observation, const model::SampledData& waveform);

}  // namespace edgeward::hl7

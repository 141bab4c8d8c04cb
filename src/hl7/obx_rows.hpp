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

// A VMD or a channel, whole.
void write_part_row(ObxWriter& rows, const model::Part& part, std::uint32_t code, std::string_view refid);

// The row of the MDS, likewise: a monitor of several parameters, whatever the device is.
void begin_mds_row(ObxWriter& rows);

// OBX-3: MDC first, LOINC or the vendor's own code as the alternate; what comes first when MDC has no term.
void write_code(SegmentWriter& out, const model::Code& code);
// OBX-6: the MDC unit that the parameter has, UCUM as the alternate.
void write_unit(SegmentWriter& out, std::uint32_t mdc, std::string_view ucum);
// OBX-7: both ends, or the one there is.
void write_range(SegmentWriter& out, std::string_view low, std::string_view high);

// One measurement, and the attributes of a waveform as facets below it.
void write_measurement(ObxWriter& rows, const PlacedObservation& placed);

// End of a waveform's interval: its effective time + number of samples * period.
ZonedTime end_of_waveform(const model::Observation& observation, const model::SampledData& waveform);

}  // namespace edgeward::hl7

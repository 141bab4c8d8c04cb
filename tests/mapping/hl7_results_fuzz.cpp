#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include <edgeward/core/bytes.hpp>
#include <edgeward/mapping/mapping.hpp>

using namespace edgeward;

namespace {

// The code table, and every kind of value, so that foreign octets reach every reader.
constexpr const char* mapping_text = R"(
[mapping]
name = "fuzz"
format = "hl7"
max_ahead = "24h"
[hl7]
known_codes = ["MDC", "LN"]
unit_table = "units"
status_x = "reliable"
[units.units]
mmHg = "mm[Hg]"
[lookup.codes]
"184327^MDC" = { mdc = 184327, display = "Rhythm", category = "measurement", kind = "code" }
"131329^MDC" = { mdc = 131329, display = "Lead I", category = "measurement", kind = "waveform", unit = "mV", waveform = { period_ms = 4 } }
"B^L" = { local_system = "urn:x", local_code = "b", category = "technical", kind = "boolean" }
)";

const mapping::Mapping& fuzzed() {
    static const auto loaded = mapping::parse_mapping(mapping_text, "fuzz.toml");
    const auto* found = loaded.set.find("fuzz");
    if (found == nullptr) std::abort();
    return *found;
}

}  // namespace

// Any octets become observations or are refused; each has a code and a time, is of a known authority's
// patient or of nobody, and no two of a report have one id.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto message =
        hl7::read_results(text_of({data, size}), {"Europe/Berlin", "KIS", {{"KIS", {"KIS", {}, {}}}}});
    if (!message) return 0;
    const Instant received{std::chrono::milliseconds(1'795'459'680'000)};
    const auto mapped = fuzzed().apply(*message, received, {"d1", true, "UTC"});
    if (!mapped) return 0;
    for (const auto& report : mapped->reports) {
        if (report.observations.empty()) std::abort();
        if (report.patient && report.patient->authority != "KIS") std::abort();
        for (std::size_t i = 0; i < report.observations.size(); ++i) {
            const auto& one = report.observations[i];
            if (one.effective.utc > received + std::chrono::hours(24)) std::abort();
            if (one.code.mdc == 0 && one.code.loinc.empty() && one.code.local_code.empty()) std::abort();
            for (std::size_t k = 0; k < i; ++k)
                if (report.observations[k].id == one.id) std::abort();
        }
    }
    return 0;
}

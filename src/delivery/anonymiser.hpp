#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <edgeward/delivery/anonymised_settings.hpp>
#include <edgeward/model/report.hpp>

namespace edgeward::delivery {

// The value as its band allows it: rounded to the step, or "<low", ">high". Nothing: another unit, or a
// comparator that says nothing any more.
std::optional<model::Quantity> in_band(const ValueBand& band, const model::Quantity& quantity);

// Takes from a report what could lead to a person, a device, a place or a time (docs/anonymisation.md). Pure.
// Threads: any.
class Anonymiser {
public:
    // `codes`: those the destination lists; only they may have values that are no numbers. Borrowed.
    Anonymiser(const AnonymisedSettings& settings, const std::vector<std::string>& codes)
        : settings_(settings), codes_(codes) {}

    // Afterwards: observations only with codes of LOINC, MDC or SNOMED CT and generalised values, perhaps
    // none; times shifted by `spread` and rounded; the place in location.ward; no device, sequence or time of
    // receipt. The subject stays for the audit log and is not to be rendered; nor are ids, but as names of a
    // name giver.
    void apply(model::Report& report, std::uint64_t spread) const;

private:
    [[nodiscard]] bool generalise(model::Observation& observation) const;
    [[nodiscard]] bool generalise_value(model::Observation& observation) const;
    [[nodiscard]] const ValueBand* band_of(const model::Code& code) const;
    [[nodiscard]] std::string place_of(const std::string& ward) const;
    void shift(model::Report& report, std::uint64_t spread) const;

    const AnonymisedSettings& settings_;
    const std::vector<std::string>& codes_;
};

}  // namespace edgeward::delivery

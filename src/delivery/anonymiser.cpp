#include "anonymiser.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>
#include <variant>

#include <edgeward/coding/code_table.hpp>

namespace edgeward::delivery {
namespace {

using model::Decimal;
using model::Quantity;

bool names(const std::string& text, const model::Code& code) {
    return !text.empty() && (text == code.loinc || (code.mdc != 0 && text == std::to_string(code.mdc)));
}

bool is_international(std::string_view system) {
    return system == "http://loinc.org" || system == "http://snomed.info/sct" ||
           system == "urn:iso:std:iso:11073:10101";
}

const ValueBand* find_band(const std::vector<ValueBand>& bands, const std::string& code) {
    if (code.empty()) return nullptr;
    const auto found =
        std::find_if(bands.begin(), bands.end(), [&](const ValueBand& band) { return band.code == code; });
    return found == bands.end() ? nullptr : &*found;
}

// The multiple of `step` that is nearest, with the step's decimals.
std::optional<Decimal> rounded(const Decimal& value, const Decimal& step) {
    const double steps = std::round(value.approximate() / step.approximate());
    if (!(std::abs(steps) < 1e15)) return std::nullopt;
    auto made = Decimal::from_integer(static_cast<std::int64_t>(steps)).scaled(step, {}, step.decimals());
    if (!made) return std::nullopt;
    return *std::move(made);
}

// What our own tables call it; a mapping's words are its author's.
void rename(model::Code& code) {
    code.display.clear();
    code.local_system.clear();
    code.local_code.clear();
    code.mdc_refid.clear();
    const auto* entry = code.mdc == 0 ? nullptr : coding::find_mdc(code.mdc);
    if (entry != nullptr) code.mdc_refid = entry->refid;
}

}  // namespace

std::optional<Quantity> in_band(const ValueBand& band, const Quantity& quantity) {
    if (quantity.ucum != band.ucum) return std::nullopt;
    const bool below_is_meant = quantity.comparator.starts_with('<');
    const bool above_is_meant = quantity.comparator.starts_with('>');
    if (Decimal::compare(quantity.value, band.low) == std::weak_ordering::less) {
        if (above_is_meant) return std::nullopt;
        return Quantity{band.low, band.ucum, "<"};
    }
    if (Decimal::compare(quantity.value, band.high) == std::weak_ordering::greater) {
        if (below_is_meant) return std::nullopt;
        return Quantity{band.high, band.ucum, ">"};
    }
    auto value = rounded(quantity.value, band.step);
    if (!value) return std::nullopt;
    return Quantity{*std::move(value), band.ucum, quantity.comparator};
}

const ValueBand* Anonymiser::band_of(const model::Code& code) const {
    const std::string mdc = code.mdc == 0 ? std::string() : std::to_string(code.mdc);
    for (const auto* bands : {&settings_.bands, &built_in_bands()}) {
        if (const auto* band = find_band(*bands, mdc)) return band;
        if (const auto* band = find_band(*bands, code.loinc)) return band;
    }
    return nullptr;
}

bool Anonymiser::generalise_value(model::Observation& observation) const {
    const ValueBand* band = band_of(observation.code);
    if (observation.quality == model::Quality::invalid) {
        observation.value = std::monostate{};
        observation.absent = model::AbsentReason::error;
    }
    if (std::holds_alternative<std::monostate>(observation.value)) return band != nullptr;
    if (const auto* quantity = std::get_if<Quantity>(&observation.value)) {
        if (band == nullptr) return false;
        auto value = in_band(*band, *quantity);
        if (!value) return false;
        observation.value = *std::move(value);
        return true;
    }
    const bool listed = std::any_of(codes_.begin(), codes_.end(),
                                    [&](const std::string& code) { return names(code, observation.code); });
    if (auto* coded = std::get_if<model::CodedValue>(&observation.value)) {
        coded->display.clear();
        return listed && is_international(coded->system);
    }
    // Free text may name a person, a waveform is as good as a fingerprint.
    return listed && std::holds_alternative<bool>(observation.value);
}

bool Anonymiser::generalise(model::Observation& observation) const {
    const auto& code = observation.code;
    if (observation.category == model::Category::technical) return false;  // there is no device to tell of
    // Nobody could find what it withdraws: nothing here joins two reports.
    if (model::is_withdrawal(observation.appraisal.status)) return false;
    if (code.mdc == 0 && code.loinc.empty() && code.snomed.empty()) return false;
    if (!generalise_value(observation)) return false;
    rename(observation.code);
    observation.containment = 0;
    observation.part = {};
    observation.body_site.clear();
    observation.appraisal = {observation.appraisal.status, {}, {}, {}, {}};
    observation.result = {};
    return true;
}

std::string Anonymiser::place_of(const std::string& ward) const {
    const auto found =
        std::find_if(settings_.places.begin(), settings_.places.end(), [&](const Place& place) {
            return std::find(place.wards.begin(), place.wards.end(), ward) != place.wards.end();
        });
    return found == settings_.places.end() ? std::string() : found->name;
}

// The earliest time is shifted and rounded down; the others keep their distance from it.
void Anonymiser::shift(model::Report& report, std::uint64_t spread) const {
    const auto window = static_cast<std::uint64_t>(settings_.shift_window.count());
    const auto offset = std::chrono::milliseconds(static_cast<std::int64_t>(spread % (2 * window + 1)) -
                                                  settings_.shift_window.count());
    const Instant earliest = model::effective_time(report.observations);
    const auto shifted = (earliest + offset).time_since_epoch();
    auto within = shifted % settings_.time_grain;
    if (within.count() < 0) within += settings_.time_grain;
    const Instant base(shifted - within);
    for (auto& observation : report.observations) {
        observation.effective.utc = base + (observation.effective.utc - earliest);
        observation.effective.offset_minutes = 0;  // summer time would tell the season
    }
    report.received = base;
}

void Anonymiser::apply(model::Report& report, std::uint64_t spread) const {
    std::vector<model::Observation> kept;
    for (auto& observation : report.observations) {
        if (generalise(observation)) kept.push_back(std::move(observation));
    }
    report.observations = std::move(kept);
    report.location = {place_of(report.location.ward), {}, {}};
    report.device.clear();
    report.sequence.reset();
    report.order = {};
    report.parts.clear();
    shift(report, spread);
}

}  // namespace edgeward::delivery

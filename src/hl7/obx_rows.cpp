#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <variant>

#include <edgeward/coding/code_table.hpp>
#include <edgeward/coding/units.hpp>
#include <edgeward/core/text.hpp>

#include "date_time.hpp"
#include "obx_rows.hpp"

namespace edgeward::hl7 {

namespace {

using model::AbsentReason;
using model::Observation;
using model::SampledData;

// Why a row carries no value, or that it does.
bool has_value(const Observation& observation, bool free_text_allowed) {
    if (observation.quality == model::Quality::invalid) return false;
    if (std::holds_alternative<model::Text>(observation.value)) return free_text_allowed;
    return !std::holds_alternative<std::monostate>(observation.value);
}

std::string_view value_type(const model::Value& value) {
    if (const auto* quantity = std::get_if<model::Quantity>(&value))
        return quantity->comparator.empty() ? "NM" : "SN";
    if (std::holds_alternative<model::Text>(value)) return "ST";
    if (std::holds_alternative<SampledData>(value)) return "NA";
    if (std::holds_alternative<std::monostate>(value)) return {};
    return "CWE";
}

// HL7 table 0396 names of the coding systems we know by URI; anything else is local.
std::string_view short_system(std::string_view system) {
    if (system == "http://loinc.org" || system == "LN") return "LN";
    if (system == "http://snomed.info/sct" || system == "SCT") return "SCT";
    if (system == "urn:iso:std:iso:11073:10101" || system == "MDC") return "MDC";
    if (system == "http://unitsofmeasure.org" || system == "UCUM") return "UCUM";
    return "L";
}

std::string_view refid_of(const model::Code& code) {
    if (!code.mdc_refid.empty()) return code.mdc_refid;
    const auto* entry = coding::find_mdc(code.mdc);
    return entry == nullptr || entry->refid.empty() ? std::string_view(code.display) : entry->refid;
}

// "/min" is beats, breaths or neither: the parameter's own unit tells.
const coding::MdcUnit* mdc_unit(std::uint32_t mdc, std::string_view ucum) {
    const auto* entry = coding::find_mdc(mdc);
    if (entry != nullptr && entry->mdc_unit != 0 && entry->ucum == ucum)
        return coding::find_mdc_unit(entry->mdc_unit);
    return coding::mdc_unit_for(ucum);
}

// Sample values as numbers of the unit: origin + factor * sample, exact up to nine places.
class SampleScale {
public:
    explicit SampleScale(const SampledData& waveform)
        : waveform_(waveform),
          plain_(waveform.origin.is_zero() && waveform.factor == model::Decimal::from_integer(1)) {}

    [[nodiscard]] Result<model::Decimal> value_of(std::string_view sample) const {
        auto number = model::Decimal::parse(sample);
        if (!number || plain_) return number;
        constexpr int most_decimals = 9;
        const int decimals =
            std::max(number->decimals() + waveform_.factor.decimals(), waveform_.origin.decimals());
        return number->scaled(waveform_.factor, waveform_.origin, std::min(decimals, most_decimals));
    }

private:
    const SampledData& waveform_;
    bool plain_;
};

template <typename Visit>
void each_sample(std::string_view samples, const Visit& visit) {
    while (!samples.empty()) {
        const auto end = samples.find(' ');
        if (end != 0) visit(samples.substr(0, end));
        samples.remove_prefix(end == std::string_view::npos ? samples.size() : end + 1);
    }
}

// NA: numbers between component separators; a sample that is missing or out of range stays empty.
void write_samples(SegmentWriter& out, const SampledData& waveform) {
    const SampleScale scale(waveform);
    bool first = true;
    each_sample(waveform.samples, [&](std::string_view sample) {
        if (!first) out.raw("^");
        first = false;
        if (sample == "E" || sample == "U" || sample == "L") return;
        const auto value = scale.value_of(sample);
        if (value)
            out.raw(value->text());
        else
            out.fail(ErrorKind::invalid_input, "waveform has a sample that is no number");
    });
}

void write_value(SegmentWriter& out, const model::Value& value) {
    if (const auto* quantity = std::get_if<model::Quantity>(&value)) {
        if (!quantity->comparator.empty()) out.text(quantity->comparator).raw("^");
        out.raw(quantity->value.text());
    } else if (const auto* text = std::get_if<model::Text>(&value)) {
        out.text(text->text);
    } else if (const auto* coded = std::get_if<model::CodedValue>(&value)) {
        out.triple(coded->code, coded->display, short_system(coded->system));
    } else if (const auto* flag = std::get_if<bool>(&value)) {
        out.raw(*flag ? "Y^Yes^HL70136" : "N^No^HL70136");
    } else if (const auto* waveform = std::get_if<SampledData>(&value)) {
        write_samples(out, *waveform);
    }
}

std::string_view flag_of(AbsentReason reason) {
    switch (reason) {
        case AbsentReason::none:
            return {};
        case AbsentReason::temp_unknown:
            return "NAV";
        case AbsentReason::error:
            return "INV";
        case AbsentReason::not_performed:
            return "OFF";
        case AbsentReason::masked:
            return "MSK";
    }
    return {};
}

// OBX-8, repeatable; what judges the value comes first.
std::string flags_of(const Observation& observation, bool masked) {
    std::string flags = observation.appraisal.interpretation;
    const auto add = [&](std::string_view flag) {
        if (flag.empty()) return;
        if (!flags.empty()) flags += '~';
        flags += flag;
    };
    if (masked) add("MSK");
    if (std::holds_alternative<std::monostate>(observation.value)) add(flag_of(observation.absent));
    if (observation.quality == model::Quality::questionable) add("QUES");
    if (observation.quality == model::Quality::invalid && flags.find("INV") == std::string::npos) add("INV");
    if (observation.mode == model::Mode::test) add("TEST");
    if (observation.mode == model::Mode::demo) add("DEMO");
    return flags;
}

// OBX-11.
std::string_view status_of(const Observation& observation, bool valued, bool wrong_patient) {
    if (wrong_patient || observation.appraisal.status == model::ResultStatus::wrong_patient) return "W";
    if (observation.appraisal.status == model::ResultStatus::deleted) return "D";
    if (!valued) return "X";
    switch (observation.appraisal.status) {
        case model::ResultStatus::preliminary:
            return "P";
        case model::ResultStatus::final:
            return "F";
        case model::ResultStatus::corrected:
            return "C";
        case model::ResultStatus::unverified:
        case model::ResultStatus::deleted:
        case model::ResultStatus::wrong_patient:
            break;
    }
    return "R";
}

// OBX-17.
std::string_view method_of(const Observation& observation) {
    const bool setting = observation.category == model::Category::setting;
    switch (observation.appraisal.method) {
        case model::Method::automatic:
            break;
        case model::Method::manual:
            return setting ? "MSET^^MDC" : "MMEAS^^MDC";
        case model::Method::automatic_calculation:
            return setting ? "ASET^^MDC" : "ACALC^^MDC";
        case model::Method::manual_calculation:
            return setting ? "MSET^^MDC" : "MCALC^^MDC";
    }
    return setting ? "ASET^^MDC" : "AMEAS^^MDC";
}

// Body sites of MDC are partition 7; other codes are SNOMED CT.
void write_body_site(SegmentWriter& out, const std::string& site) {
    const bool mdc = is_digits(site) && site.size() == 6 && site >= "458752" && site <= "524287";
    out.text(site).raw(mdc ? "^^MDC" : "^^SCT");
}

void append_number(std::string& out, std::uint32_t number) {
    std::array<char, 10> digits{};
    out.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr);
}

std::string place_of(const model::Part& part) {
    std::string place = "1.";
    append_number(place, part.vmd);
    place += '.';
    append_number(place, part.channel);
    return place;
}

std::string containment_of(const PlacedObservation& placed) {
    std::string place = place_of(placed.part);
    place += '.';
    append_number(place, placed.metric);
    return place;
}

// Samples per second with at most six places: 4,000 µs is 250.
std::string sample_rate(std::chrono::microseconds period) {
    constexpr std::int64_t micro = 1'000'000;
    const std::int64_t scaled = (micro * micro + period.count() / 2) / period.count();
    std::string fraction = std::to_string(micro + scaled % micro).substr(1);
    fraction.erase(fraction.find_last_not_of('0') + 1);
    std::string rate = std::to_string(scaled / micro);
    return fraction.empty() ? rate : rate.append(".").append(fraction);
}

void write_facet(ObxWriter& rows, std::string_view identifier, const std::string& place,
                 std::string_view value, std::string_view unit) {
    rows.segments.begin("OBX").field(1).raw(std::to_string(++rows.rows)).field(2).raw("NM");
    rows.segments.field(3).raw(identifier).field(4).raw(place).field(5).raw(value).field(6).raw(unit);
    rows.segments.field(11).raw(rows.wrong_patient ? "W" : "R").end();
}

void write_waveform_facets(ObxWriter& rows, const SampledData& waveform, const std::string& place) {
    if (waveform.period.count() <= 0) {
        rows.segments.fail(ErrorKind::invalid_input, "waveform has no sample period");
        return;
    }
    write_facet(rows, "0^MDC_ATTR_SAMP_RATE^MDC", place + ".1", sample_rate(waveform.period),
                "264608^MDC_DIM_PER_SEC^MDC^/s^/s^UCUM");
    write_facet(rows, "67981^MDC_ATTR_TIME_PD_SAMP^MDC", place + ".2",
                std::to_string(waveform.period.count()), "264339^MDC_DIM_MICRO_SEC^MDC^us^us^UCUM");
}

std::string_view ucum_of(const model::Value& value) {
    if (const auto* quantity = std::get_if<model::Quantity>(&value)) return quantity->ucum;
    if (const auto* waveform = std::get_if<SampledData>(&value)) return waveform->ucum;
    return {};
}

bool is_numeric(const model::Value& value) {
    return std::holds_alternative<model::Quantity>(value) || std::holds_alternative<SampledData>(value);
}

}  // namespace

void begin_device_row(ObxWriter& rows, std::uint32_t code, std::string_view refid,
                      std::string_view containment) {
    rows.segments.begin("OBX").field(1).raw(std::to_string(++rows.rows));
    rows.segments.field(3)
        .triple(std::to_string(code), refid, "MDC")
        .field(4)
        .raw(containment)
        .field(11)
        .raw("X");
}

void write_part_row(ObxWriter& rows, const model::Part& part, std::uint32_t code, std::string_view refid) {
    begin_device_row(rows, code, refid, place_of(part) + ".0");
    rows.segments.end();
}

void begin_mds_row(ObxWriter& rows) {
    begin_device_row(rows, 69965, "MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS", "1.0.0.0");
}

void write_code(SegmentWriter& out, const model::Code& code) {
    const bool local = !code.local_code.empty();
    if (code.mdc != 0) out.triple(std::to_string(code.mdc), refid_of(code), "MDC");
    if (!code.loinc.empty()) {
        if (code.mdc != 0) out.raw("^");
        out.triple(code.loinc, code.display, "LN");
        if (code.mdc == 0 && local) out.raw("^").triple(code.local_code, code.display, "L");
    } else if (local) {
        if (code.mdc != 0) out.raw("^");
        out.triple(code.local_code, code.display, "L");
    } else if (code.mdc == 0 && !code.snomed.empty()) {
        out.triple(code.snomed, code.display, "SCT");
    } else if (code.mdc == 0) {
        out.fail(ErrorKind::invalid_input, "observation has no code");
    }
}

void write_range(SegmentWriter& out, std::string_view low, std::string_view high) {
    if (!low.empty() && !high.empty())
        out.raw(low).raw("-").raw(high);
    else if (!high.empty())
        out.raw("<").raw(high);
    else if (!low.empty())
        out.raw(">").raw(low);
}

void write_unit(SegmentWriter& out, std::uint32_t mdc, std::string_view ucum) {
    if (ucum.empty()) {
        out.triple("262144", "MDC_DIM_NOS", "MDC");
        return;
    }
    if (const auto* unit = mdc_unit(mdc, ucum)) {
        out.triple(std::to_string(unit->code), unit->refid, "MDC").raw("^");
    }
    out.triple(ucum, ucum, "UCUM");
}

void write_measurement(ObxWriter& rows, const PlacedObservation& placed) {
    const Observation& observation = *placed.observation;
    const bool valued = has_value(observation, rows.free_text_allowed);
    const bool masked = !rows.free_text_allowed && std::holds_alternative<model::Text>(observation.value);
    const std::string place = containment_of(placed);
    SegmentWriter& out = rows.segments;
    out.begin("OBX").field(1).raw(std::to_string(++rows.rows)).field(2);
    if (valued) out.raw(value_type(observation.value));
    out.field(3);
    write_code(out, observation.code);
    out.field(4).raw(place).field(5);
    if (valued) write_value(out, observation.value);
    out.field(6);
    if (is_numeric(observation.value)) write_unit(out, observation.code.mdc, ucum_of(observation.value));
    out.field(7);
    if (is_numeric(observation.value))
        write_range(out, observation.appraisal.low, observation.appraisal.high);
    out.field(8).raw(flags_of(observation, masked));
    out.field(11).raw(status_of(observation, valued, rows.wrong_patient));
    if (is_episodic(observation.code.mdc)) out.field(14).raw(to_dtm(observation.effective));
    out.field(17).raw(method_of(observation));
    if (!observation.body_site.empty()) {
        out.field(20);
        write_body_site(out, observation.body_site);
    }
    out.end();
    const auto* waveform = std::get_if<SampledData>(&observation.value);
    if (waveform != nullptr && valued) write_waveform_facets(rows, *waveform, place);
}

ZonedTime end_of_waveform(const Observation& observation, const SampledData& waveform) {
    std::int64_t count = 0;
    each_sample(waveform.samples, [&](std::string_view) { ++count; });
    ZonedTime end = observation.effective;
    end.utc += std::chrono::duration_cast<std::chrono::milliseconds>(waveform.period * count);
    return end;
}

}  // namespace edgeward::hl7

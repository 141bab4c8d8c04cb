#include "hl7_application.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>
#include <utility>

#include <edgeward/core/text.hpp>

#include "observation_id.hpp"

namespace edgeward::mapping {
namespace {

constexpr std::size_t max_values = 4000;
constexpr std::size_t max_patient_octets = 64;
constexpr std::int64_t year_2000_ms = 946'684'800'000;
constexpr std::size_t place_of_metric = 4;           // numbers of OBX-4 that name one
constexpr std::uint32_t most_vmds = 999;             // above are numbers of our own (docs/hl7-oru.md)
constexpr std::string_view sample_period = "67981";  // MDC_ATTR_TIME_PD_SAMP

tl::unexpected<MappingFailure> fail(std::string reason, std::string detail) {
    return tl::unexpected(MappingFailure{std::move(reason), std::move(detail)});
}

std::string label_of(const hl7::ResultRow& row, std::string_view field = {}) {
    return ("OBX[" + std::to_string(row.number) + "]").append(field);
}

// The object of a device, part or channel: it measures nothing.
bool is_structure(const hl7::ResultRow& row) {
    return row.value.empty() && row.place.size() == place_of_metric && row.place.back() == 0;
}

// The part of the device that a row is about. The device itself, a row with another OBX-4 and what numbers
// are too large for say none.
model::Part part_of(const hl7::ResultRow& row) {
    if (row.place.size() != place_of_metric || row.place[1] > most_vmds || row.place[2] > UINT16_MAX)
        return {};
    if (row.place[1] == 0) return {};
    return {static_cast<std::uint16_t>(row.place[1]), static_cast<std::uint16_t>(row.place[2])};
}

// The reference id of a term, and no text that could say something else.
bool is_refid(std::string_view text) {
    return text.starts_with("MDC_") && text.size() <= 64 && std::ranges::all_of(text, [](char sign) {
               return (sign >= 'A' && sign <= 'Z') || (sign >= 'a' && sign <= 'z') ||
                      (sign >= '0' && sign <= '9') || sign == '_';
           });
}

bool is_facet(const hl7::ResultRow& row) {
    return row.place.size() > place_of_metric;
}

// A code of MDC or SNOMED CT, which names no person.
bool is_site(const hl7::CodeTriple& site) {
    return (site.system == "MDC" || site.system == "SCT") && site.code.size() <= 18 && is_digits(site.code);
}

std::string_view known_system(std::string_view system) {
    return system == "LOINC" ? std::string_view("LN") : system;
}

// A waveform's facet with its sample period; nothing when the row is none.
std::optional<std::chrono::microseconds> period_in(const hl7::ResultRow& row, const Hl7Rules& rules) {
    if (!is_facet(row) || row.code.first.code != sample_period || row.value.size() != 1) return std::nullopt;
    const auto unit = unit_of(row, rules);
    const auto number = model::Decimal::parse(row.value.front());
    const auto by = unit ? coding::conversion(*unit, "us") : std::nullopt;
    if (!number || !by) return std::nullopt;
    const auto micros =
        by->identity ? number->approximate() : number->approximate() * by->factor.approximate();
    if (micros < 1 || micros > 3.6e9) return std::nullopt;
    return std::chrono::microseconds(std::int64_t{std::lround(micros)});
}

}  // namespace

tl::expected<MappedMessage, MappingFailure> Hl7Application::run() {
    for (const auto& said : message_.groups) {
        auto patient = patient_of(said);
        if (!patient) return tl::unexpected(std::move(patient.error()));
        Group group{said, *std::move(patient), {}, {}, {}};
        for (const auto& order : said.orders) {
            if (auto done = apply_order(group, order); !done) return tl::unexpected(std::move(done.error()));
        }
    }
    name_parts();
    return mapped_message(std::move(reports_), refused_);
}

void Hl7Application::note_part(const hl7::ResultRow& row) {
    const auto& term = row.code.first;
    const auto part = part_of(row);
    std::uint32_t mdc = 0;
    const auto read = std::from_chars(term.code.data(), term.code.data() + term.code.size(), mdc);
    const bool number = read.ec == std::errc() && read.ptr == term.code.data() + term.code.size() && mdc != 0;
    if (part != model::Part{} && number && term.system == "MDC" && is_refid(term.name))
        parts_[part] = {part, mdc, term.name};
}

// Each report has the names of the parts that its values come from.
void Hl7Application::name_parts() {
    for (auto& report : reports_) {
        std::set<model::Part> used;
        for (const auto& observation : report.observations) {
            if (observation.part == model::Part{}) continue;
            used.insert({observation.part.vmd, 0});
            used.insert(observation.part);
        }
        for (const auto& part : used) {
            if (const auto name = parts_.find(part); name != parts_.end())
                report.parts.push_back(name->second);
        }
    }
}

tl::expected<std::optional<model::PatientIdentifier>, MappingFailure> Hl7Application::patient_of(
    const hl7::ResultGroup& group) const {
    if (group.others) return fail("unknown_authority", "PID-3: no identifier of a configured authority");
    if (group.identifiers.empty()) return std::nullopt;
    const auto& first = group.identifiers.front();
    if (first.value.size() > max_patient_octets) return fail("bad_patient", "PID-3 is no identifier");
    if (!device_.associated)
        return fail("unexpected_patient", "a device that measures no person names a patient");
    return first;
}

Hl7Application::Done Hl7Application::apply_order(Group& group, const hl7::ResultOrder& order) {
    group.periods.clear();
    for (const auto& row : order.rows) {
        if (const auto period = period_in(row, rules_))
            group.periods[Place(row.place.begin(), row.place.begin() + place_of_metric)] = *period;
    }
    for (const auto& row : order.rows) {
        if (auto done = apply_row(group, order, row); !done) return done;
    }
    return {};
}

const Reading* Hl7Application::reading_of(const hl7::ResultRow& row) const {
    for (const auto* code : {&row.code.first, &row.code.alternate}) {
        if (code->code.empty()) continue;
        const auto found = rules_.codes.find(code->code + '^' + std::string(known_system(code->system)));
        if (found != rules_.codes.end()) return &found->second;
    }
    return nullptr;
}

Hl7Application::Done Hl7Application::refuse(const hl7::ResultRow& row, Refusal why) {
    const bool bad = why == Refusal::not_a_number || why == Refusal::unknown_unit ||
                     why == Refusal::unit_mismatch || why == Refusal::bad_value;
    if (bad && rules_.hold_bad_values)
        return fail("bad_value", label_of(row) + ": " + std::string(name_of(why)));
    ++refused_[static_cast<std::size_t>(why)];
    return {};
}

Hl7Application::Done Hl7Application::check_time(const hl7::ResultRow& row) const {
    if (!row.time) return fail("bad_timestamp", label_of(row, "-14") + ": expected a time to the minute");
    if (row.time->utc.time_since_epoch().count() < year_2000_ms)
        return fail("bad_timestamp", label_of(row, "-14") + ": a time of a clock that was never set");
    if (mapping_.max_ahead && row.time->utc > received_ + *mapping_.max_ahead)
        return fail("bad_timestamp", label_of(row, "-14") + ": further ahead than mapping.max_ahead");
    return {};
}

// Where and how it was measured, and what is said of it.
void Hl7Application::describe(const hl7::ResultRow& row, const Reading& reading, const RowStanding& standing,
                              model::Observation& observation) const {
    const auto method = method_of(row);
    observation.category = method.setting ? model::Category::setting : reading.category;
    if (!device_.associated) observation.category = model::Category::technical;
    observation.mode = standing.mode ? std::max(*standing.mode, message_.mode) : message_.mode;
    observation.containment = row.place.size() == place_of_metric && row.place.back() <= UINT16_MAX
                                  ? static_cast<std::uint16_t>(row.place.back())
                                  : std::uint16_t{0};
    observation.part = part_of(row);
    observation.body_site = is_site(row.site.first) ? row.site.first.code : reading.body_site;
    auto limits = limits_of(reading, row, rules_);
    observation.appraisal = {standing.status, method.method, std::move(limits.low), std::move(limits.high),
                             standing.interpretation};
}

Hl7Application::Done Hl7Application::apply_row(Group& group, const hl7::ResultOrder& order,
                                               const hl7::ResultRow& row) {
    if (is_structure(row)) note_part(row);
    if (is_structure(row) || is_facet(row)) return {};
    const Reading* reading = reading_of(row);
    if (reading == nullptr) return refuse(row, Refusal::not_listed);
    if (order.control) return refuse(row, Refusal::quality_control);
    const auto standing = standing_of(row, rules_.status_x);
    if (!standing) return refuse(row, standing.error());
    if (standing->no_result) return refuse(row, Refusal::absent);
    model::Observation observation;
    observation.code = reading->code;
    observation.quality = standing->quality;
    observation.absent = standing->absent;
    if (!row.value.empty()) {
        const auto place = group.periods.find(row.place);
        const auto period = place == group.periods.end() ? std::nullopt : std::optional(place->second);
        auto read = read_hl7_value(*reading, row, rules_, period);
        if (!read) return refuse(row, read.error());
        observation.value = std::move(read->value);
        observation.quality = std::max(observation.quality, read->quality);
        observation.absent = model::AbsentReason::none;
    }
    if (auto timed = check_time(row); !timed) return timed;
    observation.effective = *row.time;
    describe(row, *reading, *standing, observation);
    return put(group, order, row, std::move(observation));
}

std::size_t Hl7Application::report_of(Group& group, const hl7::ResultOrder& order, model::Category category) {
    const bool of_order = category == model::Category::laboratory && !order.filler.empty();
    if (of_order) {
        const auto known = group.by_order.find(order.filler);
        if (known != group.by_order.end()) return known->second;
        group.by_order.emplace(order.filler, reports_.size());
    } else {
        if (group.shared) return *group.shared;
        group.shared = reports_.size();
    }
    auto& report = reports_.emplace_back();
    report.patient = group.patient;
    report.device = device_.device_id;
    report.place = group.said.place;
    if (of_order) report.order = order_key(device_.device_id, order.filler);
    return reports_.size() - 1;
}

// Two rows of one code, time and part with one number are told apart by the next free one; the same said
// twice is a duplicate.
Hl7Application::Done Hl7Application::put(Group& group, const hl7::ResultOrder& order,
                                         const hl7::ResultRow& row, model::Observation observation) {
    if (++values_ > max_values) return fail("too_many_values", label_of(row) + ": more than 4000 values");
    auto& known = reports_[report_of(group, order, observation.category)].observations;
    const bool of_order = observation.category == model::Category::laboratory;
    const IdFacts facts{device_.device_id, std::nullopt, false,
                        of_order ? std::string_view(order.filler) : std::string_view()};
    bool taken = false;
    bool said = false;
    std::uint32_t highest = 0;
    for (const auto& other : known) {
        if (other.code != observation.code || other.part != observation.part ||
            other.body_site != observation.body_site || other.effective.utc != observation.effective.utc)
            continue;
        said = said || (other.value == observation.value && other.appraisal == observation.appraisal);
        taken = taken || other.containment == observation.containment;
        highest = std::max<std::uint32_t>(highest, other.containment);
    }
    if (taken && said) return refuse(row, Refusal::duplicate);
    if (taken && highest == UINT16_MAX) return refuse(row, Refusal::bad_value);
    if (taken) observation.containment = static_cast<std::uint16_t>(highest + 1);
    observation.id = observation_id(observation, facts);
    observation.result = result_key(observation, facts);
    known.push_back(std::move(observation));
    return {};
}

}  // namespace edgeward::mapping

#include <edgeward/hl7/oru_message.hpp>

#include <algorithm>
#include <tuple>
#include <utility>

#include "date_time.hpp"
#include "message_header.hpp"
#include "obx_rows.hpp"

namespace edgeward::hl7 {

namespace {

using model::Observation;
using model::SampledData;

// What goes under one OBR.
struct OrderGroup {
    ZonedTime start;
    bool waveforms = false;
    std::vector<const Observation*> observations;

    [[nodiscard]] auto key() const { return std::tuple(start.utc, start.offset_minutes, waveforms); }
};

std::vector<OrderGroup> grouped_by_time(const std::vector<Observation>& observations) {
    std::vector<OrderGroup> groups;
    for (const Observation& observation : observations) {
        const OrderGroup wanted{
            observation.effective, std::holds_alternative<SampledData>(observation.value), {}};
        auto found = std::find_if(groups.begin(), groups.end(),
                                  [&](const OrderGroup& group) { return group.key() == wanted.key(); });
        if (found == groups.end()) found = groups.insert(groups.end(), wanted);
        found->observations.push_back(&observation);
    }
    std::sort(groups.begin(), groups.end(),
              [](const OrderGroup& left, const OrderGroup& right) { return left.key() < right.key(); });
    return groups;
}

std::string_view processing_id(const std::vector<Observation>& observations) {
    const auto any = [&](model::Mode mode) {
        return std::any_of(observations.begin(), observations.end(),
                           [&](const Observation& one) { return one.mode == mode; });
    };
    if (any(model::Mode::demo)) return "D";
    return any(model::Mode::test) ? "T" : "P";
}

// CX: value ^^^ authority ^ type.
void write_identifier(SegmentWriter& out, const OruSettings& settings,
                      const model::PatientIdentifier& identifier) {
    out.text(identifier.value).raw("^^^");
    const auto authority = settings.authorities.find(identifier.authority);
    if (authority == settings.authorities.end()) {
        out.fail(ErrorKind::misconfigured, "no assigning authority is configured under that name");
        return;
    }
    out.designator(authority->second, '&').raw("^").text(identifier.type);
}

std::string_view sex_code(std::string_view gender) {
    if (gender == "male") return "M";
    if (gender == "female") return "F";
    if (gender == "other") return "O";
    return gender == "unknown" ? "U" : "";
}

void write_birth_date(SegmentWriter& out, std::string_view date) {
    std::string digits(date);
    digits.erase(std::remove(digits.begin(), digits.end(), '-'), digits.end());
    const bool whole = digits.size() == 8 || digits.size() == 6 || digits.size() == 4 || digits.empty();
    if (whole && digits.find_first_not_of("0123456789") == std::string::npos)
        out.raw(digits);
    else
        out.fail(ErrorKind::invalid_input, "birth date is not YYYY-MM-DD, YYYY-MM or YYYY");
}

void write_person(SegmentWriter& out, const OruSettings& settings, const model::Identity& person) {
    out.begin("PID").field(3);
    for (std::size_t at = 0; at < person.identifiers.size(); ++at) {
        if (at > 0) out.raw("~");
        write_identifier(out, settings, person.identifiers[at]);
    }
    out.field(5);
    if (person.family.empty() && person.given.empty())
        out.raw(unknown_name);
    else
        out.text(person.family).raw("^").text(person.given).raw("^^^^^L");
    out.field(7);
    write_birth_date(out, person.birth_date);
    out.field(8).raw(sex_code(person.sex)).end();
}

void write_pid(SegmentWriter& out, const OruSettings& settings, const PatientPart& patient) {
    if (const auto* const* person = std::get_if<const model::Identity*>(&patient)) {
        write_person(out, settings, **person);
        return;
    }
    out.begin("PID");
    if (const auto* pseudonymous = std::get_if<PseudonymousPatient>(&patient)) {
        out.field(3);
        write_identifier(out, settings, {pseudonymous->pseudonym, pseudonymous->authority, "PI"});
    }
    out.field(5).raw(unknown_name).end();
}

// Patient class is not known to a device: U. Place and visit tell who somebody is.
void write_pv1(SegmentWriter& out, const PatientPart& patient, const model::Location& location) {
    out.begin("PV1").field(2).raw("U");
    const auto* const* person = std::get_if<const model::Identity*>(&patient);
    if (std::holds_alternative<AnonymousPatient>(patient) && !location.ward.empty())
        out.field(3).text(location.ward);
    if (person != nullptr && location != model::Location{}) {
        out.field(3).text(location.ward).raw("^").text(location.room).raw("^").text(location.bed);
    }
    if (person != nullptr && !(*person)->visit_number.empty()) out.field(19).text((*person)->visit_number);
    out.end();
}

ZonedTime end_of(const OrderGroup& group) {
    ZonedTime end = group.start;
    for (const Observation* observation : group.observations) {
        const auto* waveform = std::get_if<SampledData>(&observation->value);
        if (waveform == nullptr) continue;
        const ZonedTime own = end_of_waveform(*observation, *waveform);
        if (own.utc > end.utc) end = own;
    }
    return end;
}

void write_obr(SegmentWriter& out, const OruSettings& settings, const OruEnvelope& envelope,
               const OrderGroup& group, std::size_t number) {
    out.begin("OBR").field(1).raw(std::to_string(number));
    out.field(3).text(envelope.filler_number).raw("-").raw(std::to_string(number)).raw("^");
    out.designator(settings.sending_application);
    out.field(4).raw(group.waveforms ? "69121^MDC_OBS_WAVE_CTS^MDC" : "182777000^monitoring of patient^SCT");
    out.field(7).raw(to_dtm(group.start));
    if (group.waveforms) out.field(8).raw(to_dtm(end_of(group)));
    out.end();
}

// The MDS row carries the device. A pseudonymous receiver gets the name it may know, not the serial number;
// an anonymised message has none.
void write_mds(ObxWriter& rows, const DeviceFacts& device, const PatientPart& patient) {
    begin_mds_row(rows);
    SegmentWriter& out = rows.segments;
    if (std::holds_alternative<AnonymousPatient>(patient)) {
        out.end();
        return;
    }
    out.field(18);
    if (std::holds_alternative<PseudonymousPatient>(patient)) {
        out.text(device.id);
    } else if (!device.eui64.empty()) {
        out.text(device.eui64).raw("^^").text(device.eui64).raw("^EUI-64");
    } else {
        out.text(device.serial.empty() ? device.id : device.serial);
        if (!device.manufacturer.empty() || !device.model.empty()) out.raw("^");
        out.text(device.manufacturer);
        if (!device.manufacturer.empty() && !device.model.empty()) out.raw(" ");
        out.text(device.model);
    }
    out.end();
}

// Whole years as a range, or open: ^60^-^69, >=^90. The last metric number of the MDS, which no mapping
// gives.
void write_age(ObxWriter& rows, const model::AgeBand& age) {
    SegmentWriter& out = rows.segments;
    out.begin("OBX").field(1).raw(std::to_string(++rows.rows)).field(2).raw("SN");
    out.field(3).triple("30525-0", "Age", "LN").field(4).raw("1.0.0.65535").field(5);
    if (age.to)
        out.raw("^").raw(std::to_string(age.from)).raw("^-^").raw(std::to_string(*age.to));
    else
        out.raw(">=^").raw(std::to_string(age.from));
    out.field(6).triple("a", "years", "UCUM").field(11).raw(rows.wrong_patient ? "W" : "R").end();
}

// By the device's own name for it, else by the term of what the first value below it is.
void write_part(ObxWriter& rows, const model::Part& part, const std::vector<model::PartName>& names,
                const DeviceGroup& group) {
    const auto name = std::ranges::find(names, part, &model::PartName::part);
    const DeviceGroup& terms = group.number == 0 ? group_of(0) : group;
    if (name != names.end())
        write_part_row(rows, part, name->mdc, name->refid);
    else if (part.channel == 0)
        write_part_row(rows, part, terms.vmd, terms.vmd_refid);
    else
        write_part_row(rows, part, terms.channel, terms.channel_refid);
}

void write_observations(ObxWriter& rows, const OrderGroup& group, const std::vector<model::PartName>& names) {
    model::Part open;
    for (const PlacedObservation& placed : place(group.observations)) {
        const model::Part& part = placed.part;
        if (part.vmd != open.vmd) write_part(rows, {part.vmd, 0}, names, *placed.group);
        if (part.channel != 0 && part != open) write_part(rows, part, names, *placed.group);
        open = part;
        write_measurement(rows, placed);
    }
}

bool names_nobody(const PatientPart& patient) {
    const auto* const* person = std::get_if<const model::Identity*>(&patient);
    return person != nullptr && *person == nullptr;
}

}  // namespace

Result<std::string> render_oru(const OruSettings& settings, const OruEnvelope& envelope,
                               const PatientPart& patient, const DeviceFacts& device,
                               const model::Report& report) {
    if (report.observations.empty()) return failure(ErrorKind::invalid_input, "report has no observation");
    if (names_nobody(patient))
        return failure(ErrorKind::invalid_input, "identified message without an identity");
    SegmentWriter out(settings.charset);
    write_msh(out, settings,
              {"ORU^R01^ORU_R01", "IHE_PCD_001^IHE PCD^1.3.6.1.4.1.19376.1.6.1.1.1^ISO", envelope.control_id,
               envelope.message_time, processing_id(report.observations)});
    write_pid(out, settings, patient);
    write_pv1(out, patient, report.location);
    ObxWriter rows{out, std::holds_alternative<const model::Identity*>(patient),
                   report.takes_back.has_value()};
    const auto* anonymous = std::get_if<AnonymousPatient>(&patient);
    std::size_t number = 0;
    for (const OrderGroup& group : grouped_by_time(report.observations)) {
        write_obr(out, settings, envelope, group, ++number);
        write_mds(rows, device, patient);
        if (number == 1 && anonymous != nullptr && anonymous->age) write_age(rows, *anonymous->age);
        write_observations(rows, group, report.parts);
    }
    auto message = std::move(out).finish();
    if (!message) return failure(std::move(message.error()).during("render HL7 message"));
    return message;
}

}  // namespace edgeward::hl7

#pragma once

#include <string>
#include <string_view>

#include <edgeward/hl7/oru_message.hpp>
#include <edgeward/model/report.hpp>

// Values the HL7 tests share. Persons are invented.
namespace edgeward::hl7::sample {

inline model::Decimal decimal(std::string_view text) {
    return *model::Decimal::parse(text);
}

inline ZonedTime at(std::string_view rfc3339) {
    return *parse_rfc3339(rfc3339);
}

inline model::Observation quantity(std::uint32_t mdc, std::string refid, std::string_view value,
                                   std::string ucum, std::uint16_t containment,
                                   std::string_view when = "2026-11-23T19:48:46+01:00") {
    model::Observation one;
    one.code.mdc = mdc;
    one.code.mdc_refid = std::move(refid);
    one.value = model::Quantity{decimal(value), std::move(ucum), {}};
    one.category = model::Category::vital_sign;
    one.effective = at(when);
    one.containment = containment;
    return one;
}

inline model::Observation heart_rate(std::string_view value = "80") {
    auto one = quantity(147842, "MDC_ECG_HEART_RATE", value, "/min", 1);
    one.code.loinc = "8867-4";
    one.code.display = "Heart rate";
    return one;
}

inline model::Observation text_value(std::string text) {
    auto one = heart_rate();
    one.value = model::Text{std::move(text)};
    return one;
}

inline model::Report report_of(std::vector<model::Observation> observations) {
    model::Report report;
    report.device = "mon-1";
    report.location = {"ICU", "2", "Bed 4"};
    report.observations = std::move(observations);
    return report;
}

inline model::Identity person() {
    model::Identity one;
    one.identifiers = {{"4711", "hospital", "PI"}, {"F-99", "case", "VN"}};
    one.family = "Müller";
    one.given = "Jörg";
    one.birth_date = "1961-02-03";
    one.sex = "male";
    one.visit_number = "F-99";
    return one;
}

inline OruSettings settings() {
    OruSettings one;
    one.sending_application = {"EDGEWARD", "0011223344556677", "EUI-64"};
    one.sending_facility = {"WARD", {}, {}};
    one.receiving_application = {"KIS", {}, {}};
    one.receiving_facility = {"HOSPITAL", {}, {}};
    one.authorities = {{"hospital", {"HOSP", "1.2.276.0.76.3.1.1", "ISO"}},
                       {"case", {"CASE", {}, {}}},
                       {"research", {"EWRES", "1.2.276.0.76.3.1.9", "ISO"}}};
    return one;
}

inline OruEnvelope envelope() {
    return {"c-0001", "r-0001", at("2026-11-23T19:48:47.25+01:00")};
}

inline DeviceFacts device() {
    return {"mon-1", "Acme", "M5", "SN77", "080019FFFE0B4020"};
}

}  // namespace edgeward::hl7::sample

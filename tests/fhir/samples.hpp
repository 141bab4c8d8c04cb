#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <edgeward/fhir/bundle.hpp>
#include <edgeward/model/report.hpp>

// Invented measurements for the tests of module fhir.
namespace edgeward::fhir::samples {

inline model::Decimal decimal(std::string_view text) {
    return model::Decimal::parse(text).value();
}

// 2026-11-23T19:48:46.123+01:00
inline ZonedTime measured_at(int seconds_later = 0) {
    return {Instant(std::chrono::milliseconds(1795459726123)) + std::chrono::seconds(seconds_later), 60};
}

inline model::Observation observation(std::uint8_t number, std::uint32_t mdc, std::string refid,
                                      std::string loinc, std::string_view value, std::string unit) {
    model::Observation made;
    made.id.octets[15] = number;
    made.code.mdc = mdc;
    made.code.mdc_refid = std::move(refid);
    made.code.loinc = std::move(loinc);
    made.value = model::Quantity{decimal(value), std::move(unit), {}};
    made.category = model::Category::vital_sign;
    made.effective = measured_at();
    return made;
}

inline model::Observation heart_rate(std::uint8_t number = 1, std::string_view value = "72") {
    return observation(number, 147842, "MDC_ECG_HEART_RATE", "8867-4", value, "/min");
}
inline model::Observation temperature(std::uint8_t number = 2, std::string_view value = "37.0") {
    return observation(number, 150364, "MDC_TEMP_BODY", "8310-5", value, "Cel");
}
inline model::Observation saturation(std::uint8_t number = 3) {
    return observation(number, 150456, "MDC_PULS_OXIM_SAT_O2", "59408-5", "98", "%");
}
// part: 0 systolic, 1 diastolic, 2 mean; first: 150017 generic, 150021 non-invasive, 150033 arterial
inline model::Observation pressure(std::uint8_t number, std::uint32_t first, std::uint32_t part,
                                   std::string_view value) {
    const char* const loincs[] = {"8480-6", "8462-4", "8478-0"};
    return observation(number, first + part, "MDC_PRESS_BLD", loincs[part], value, "mm[Hg]");
}
inline model::Observation battery(std::uint8_t number = 9) {
    auto made = observation(number, 67996, "MDC_ATTR_VAL_BATT_CHARGE", "", "81", "%");
    made.category = model::Category::technical;
    return made;
}

inline model::Report report(std::vector<model::Observation> observations) {
    model::Report made;
    made.device = "mon-7";
    made.observations = std::move(observations);
    return made;
}

inline model::Identity person() {
    model::Identity identity;
    identity.identifiers = {{"4711", "KIS", "MR"}, {"X110411319", "GKV", "KVZ10"}};
    identity.family = "Beispiel";
    identity.given = "Berta";
    identity.birth_date = "1961-02-28";
    identity.sex = "female";
    identity.visit_number = "F-2026-9";
    return identity;
}

inline BundleSettings settings(ProfileSet profiles = ProfileSet::base) {
    BundleSettings made;
    made.profiles = profiles;
    made.authorities["KIS"] = {"https://klinik.example/sid/patient", "MR"};
    made.pseudonym_system = "https://forschung.example/sid/pseudonym";
    made.device_system = "https://klinik.example/sid/device";
    made.visit_system = "https://klinik.example/sid/fall";
    made.source = "urn:edgeward:test";
    return made;
}

inline DeviceFacts device() {
    return {"mon-7", "Acme", "Vista 12", "SN-0815", "ACDE48234567ABCD"};
}

// A stand-in for Pseudonymizer::domain_uuid: a function of the octets in the form of a UUID (FNV-1a, twice).
inline std::string uuid_of(ByteView octets) {
    std::uint64_t words[2] = {14695981039346656037ULL, 1099511628211ULL};
    for (auto& word : words)
        for (const auto octet : octets)
            word = (word ^ octet) * 1099511628211ULL;
    char text[40];
    std::snprintf(text, sizeof text, "%08x-%04x-8%03x-a%03x-%012llx", static_cast<unsigned>(words[0] >> 32U),
                  static_cast<unsigned>(words[0] >> 16U) & 0xFFFFU, static_cast<unsigned>(words[0]) & 0xFFFU,
                  static_cast<unsigned>(words[1] >> 52U),
                  static_cast<unsigned long long>(words[1] & 0xFFFFFFFFFFFFULL));
    return text;
}

inline Result<Bundle> render(const BundleSettings& how, const model::Report& what, const SubjectPart& who) {
    const ReportPart part{&what, who, device()};
    return render_bundle(how, {&part, 1}, uuid_of);
}

}  // namespace edgeward::fhir::samples

#include "code_text.hpp"

#include <array>
#include <charconv>

#include "json_text.hpp"
#include "mii_codes.hpp"

namespace edgeward::fhir {
namespace {

constexpr std::string_view loinc = "http://loinc.org";
constexpr std::string_view snomed = "http://snomed.info/sct";
constexpr std::string_view mdc = "urn:iso:std:iso:11073:10101";

void append_mdc(std::string& out, std::uint32_t code, std::string_view refid) {
    std::array<char, 12> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), code).ptr;
    append_coding(out, mdc, {digits.data(), static_cast<std::size_t>(end - digits.data())}, refid);
}

bool is_uri(std::string_view text) {
    return text.find(':') != std::string_view::npos;
}

// The device's own code and names, beside what a profile put there before.
void append_own_codings(std::string& out, const Surroundings& around, const model::Code& code,
                        std::string_view profile_loinc, bool profile_snomed, bool profile_mdc = false) {
    if (!code.loinc.empty() && code.loinc != profile_loinc) append_coding(out, loinc, code.loinc);
    if (code.mdc != 0 && !profile_mdc) append_mdc(out, code.mdc, code.mdc_refid);
    if (!code.snomed.empty() && !profile_snomed) append_coding(out, snomed, code.snomed);
    const bool isik = around.settings.profiles == ProfileSet::isik;
    if (!code.local_code.empty() && (is_uri(code.local_system) || !isik))
        append_coding(out, is_uri(code.local_system) ? code.local_system : std::string_view(),
                      code.local_code);
}

// What the MII's module ICU says where the device says nothing: a second code of the same vocabulary could
// say something else. `written`: SNOMED CT and MDC codes of the profile.
void append_mii_codings(std::string& out, const Surroundings& around, const model::Code& code,
                        std::string_view written_snomed, std::uint32_t written_mdc) {
    if (!around.settings.mii_codings || code.loinc.empty()) return;
    const MiiCodes* const mii = mii_codes_of(code.loinc);
    if (mii == nullptr) return;
    if (!mii->snomed.empty() && code.snomed.empty() && mii->snomed != written_snomed)
        append_coding(out, snomed, mii->snomed);
    if (mii->mdc != 0 && code.mdc == 0 && mii->mdc != written_mdc) append_mdc(out, mii->mdc, {});
}

void write_code(std::string& out, const Surroundings& around, const model::Code& code,
                const VitalSign* sign) {
    const bool isik = around.settings.profiles == ProfileSet::isik;
    out += R"("code":{)";
    const std::size_t without_codings = out.size();
    out += R"("coding":[)";
    const std::size_t first_coding = out.size();
    if (sign != nullptr) {
        append_coding(out, loinc, sign->loinc, sign->display);
        if (isik && mdc_may_be_added(*sign, code.mdc)) append_mdc(out, sign->mdc, sign->refid);
        if (isik) append_coding(out, snomed, sign->snomed);
    }
    append_own_codings(out, around, code, sign == nullptr ? std::string_view() : sign->loinc,
                       isik && sign != nullptr);
    const bool profiled = isik && sign != nullptr;
    append_mii_codings(out, around, code, profiled ? sign->snomed : std::string_view(),
                       profiled ? sign->mdc : 0);
    if (out.size() == first_coding)
        out.resize(without_codings);
    else
        out += ']';
    if (has_content(code.display)) {
        separate(out);
        out += R"("text":)";
        append_string(out, code.display);
    }
    out += '}';
}

void write_component_code(std::string& out, const Surroundings& around, const PressurePartCodes& codes,
                          const model::Code* own) {
    const bool isik = around.settings.profiles == ProfileSet::isik;
    out += R"("code":{"coding":[)";
    append_coding(out, loinc, codes.loinc, codes.display);
    if (isik) {
        append_mdc(out, codes.mdc, codes.refid);
        append_coding(out, snomed, codes.snomed);
    }
    if (own != nullptr) {
        append_own_codings(out, around, *own, codes.loinc, isik, isik && own->mdc == codes.mdc);
        append_mii_codings(out, around, *own, isik ? codes.snomed : std::string_view(), isik ? codes.mdc : 0);
    }
    out += "]}";
}

}  // namespace

void append_code(std::string& out, const Surroundings& around, const model::Code& code,
                 const VitalSign* sign) {
    const auto write = [&] { write_code(out, around, code, sign); };
    if (around.known != nullptr)
        around.known->append_code(out, code, sign, write);
    else
        write();
}

void append_component_code(std::string& out, const Surroundings& around, const PressurePartCodes& codes,
                           const model::Code* own) {
    const auto write = [&] { write_component_code(out, around, codes, own); };
    if (around.known != nullptr && own != nullptr)
        around.known->append_code(out, *own, &codes, write);
    else
        write();
}

}  // namespace edgeward::fhir

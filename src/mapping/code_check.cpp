#include <algorithm>
#include <utility>

#include <edgeward/core/text.hpp>

#include "code_check.hpp"

namespace edgeward::mapping {
namespace {

using coding::CodeEntry;

std::string suggestion(std::string_view word) {
    const auto near = config::nearest(word, coding::parameter_names());
    return near ? "; did you mean " + *near + "?" : std::string();
}

const CodeEntry* read_parameter(config::Section& section) {
    const std::string parameter = section.text("parameter", "");
    if (parameter.empty()) return nullptr;
    const CodeEntry* entry = coding::find_parameter(parameter);
    if (entry == nullptr) {
        section.problem("parameter", "expected a parameter of the code table, got \"" + parameter + "\"" +
                                         suggestion(parameter));
    }
    return entry;
}

// "76534-7 (nibp_systolic)": how a problem names another row.
std::string named(std::string_view code, const CodeEntry& entry) {
    return std::string(code) + " (" + std::string(entry.parameter) + ")";
}

// One vocabulary: what the file states, what the row has, and the row that owns what the file states.
struct Claim {
    std::string_view key;
    std::string stated;
    std::string known;                     // by the row of this reading
    std::vector<const CodeEntry*> owners;  // rows with the stated code
};

bool owns(const Claim& claim, const CodeEntry* entry) {
    return std::find(claim.owners.begin(), claim.owners.end(), entry) != claim.owners.end();
}

void check_claim(config::Section& section, const Claim& claim, const CodeEntry* entry) {
    if (claim.stated.empty() || entry == nullptr || owns(claim, entry)) return;
    const std::string whose =
        claim.owners.empty() ? claim.stated : named(claim.stated, *claim.owners.front());
    if (!claim.known.empty()) {
        section.problem(claim.key, "expected " + named(claim.known, *entry) + ", got " + whose);
    } else if (!claim.owners.empty()) {
        section.problem(claim.key, "expected a code of " + std::string(entry->parameter) + ", got " + whose);
    }
}

std::vector<const CodeEntry*> one(const CodeEntry* entry) {
    return entry == nullptr ? std::vector<const CodeEntry*>() : std::vector<const CodeEntry*>{entry};
}

std::vector<const CodeEntry*> owners_of_snomed(std::string_view snomed) {
    std::vector<const CodeEntry*> owners;
    for (const CodeEntry& entry : coding::code_table()) {
        if (!snomed.empty() && entry.snomed == snomed) owners.push_back(&entry);
    }
    return owners;
}

// The row when no parameter names it: by MDC, which is exact, else by a LOINC that only one row has.
const CodeEntry* row_of(const std::vector<Claim>& claims) {
    for (const Claim& claim : claims) {
        if (claim.owners.size() == 1) return claim.owners.front();
    }
    for (const Claim& claim : claims) {
        if (!claim.owners.empty()) return claim.owners.front();
    }
    return nullptr;
}

std::string or_else(std::string stated, std::string_view known) {
    return stated.empty() ? std::string(known) : std::move(stated);
}

std::string known_mdc(const CodeEntry* entry) {
    return entry == nullptr || entry->mdc == 0 ? std::string() : std::to_string(entry->mdc);
}

bool is_snomed(std::string_view text) {
    return text.size() >= 6 && text.size() <= 18 && is_digits(text);
}

bool check_forms(config::Section& section, const model::Code& stated) {
    const bool loinc = stated.loinc.empty() || has_loinc_check_digit(stated.loinc);
    const bool snomed = stated.snomed.empty() || is_snomed(stated.snomed);
    const bool local = stated.local_code.empty() || !stated.local_system.empty();
    if (!loinc) section.problem("loinc", "expected a LOINC code with its check digit, like 8867-4");
    if (!snomed) section.problem("snomed", "expected a SNOMED CT identifier of 6 to 18 digits");
    if (!local) section.problem("local_code", "expected a local_system beside it");
    return loinc && snomed && local;
}

model::Code read_stated(config::Section& section) {
    model::Code stated;
    stated.mdc = static_cast<std::uint32_t>(section.whole_number("mdc", 0, 1, 0xFFFFFFFF));
    stated.mdc_refid = section.text("refid", "");
    stated.loinc = section.text("loinc", "");
    stated.snomed = section.text("snomed", "");
    stated.display = section.text("display", "");
    stated.local_system = section.text("local_system", "");
    stated.local_code = section.text("local_code", "");
    return stated;
}

bool names_nothing(const model::Code& code) {
    return code.mdc == 0 && code.loinc.empty() && code.snomed.empty() && code.local_code.empty();
}

std::vector<Claim> claims_of(const model::Code& stated, const CodeEntry* entry) {
    const bool known = entry != nullptr;
    return {
        {"mdc", stated.mdc == 0 ? std::string() : std::to_string(stated.mdc), known_mdc(entry),
         one(coding::find_mdc(stated.mdc))},
        {"refid", stated.mdc_refid, std::string(known ? entry->refid : ""),
         one(coding::find_refid(stated.mdc_refid))},
        {"loinc", stated.loinc, std::string(known ? entry->loinc : ""), coding::find_loinc(stated.loinc)},
        {"snomed", stated.snomed, std::string(known ? entry->snomed : ""), owners_of_snomed(stated.snomed)},
    };
}

// Stated codes win where the row has none; a reference id the row lacks goes with its code.
void complete(model::Code& code, const CodeEntry& entry) {
    if (code.mdc == 0) code.mdc = entry.mdc;
    code.mdc_refid = or_else(std::move(code.mdc_refid), entry.refid);
    code.loinc = or_else(std::move(code.loinc), entry.loinc);
    code.snomed = or_else(std::move(code.snomed), entry.snomed);
    code.display = or_else(std::move(code.display), entry.name);
}

}  // namespace

bool has_loinc_check_digit(std::string_view loinc) noexcept {
    const std::size_t hyphen = loinc.find('-');
    if (hyphen == 0 || hyphen == std::string_view::npos || hyphen > 7 || hyphen + 2 != loinc.size())
        return false;
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    int sum = 0;
    int weight = 2;
    for (std::size_t i = hyphen; i-- > 0; weight = 3 - weight) {
        if (!is_digit(loinc[i])) return false;
        const int product = (loinc[i] - '0') * weight;
        sum += product / 10 + product % 10;
    }
    return is_digit(loinc.back()) && (10 - sum % 10) % 10 == loinc.back() - '0';
}

CheckedCode read_code(config::Section& section) {
    CheckedCode checked;
    const bool has_parameter = section.has("parameter");
    checked.entry = read_parameter(section);
    checked.unusable = has_parameter && checked.entry == nullptr;
    checked.code = read_stated(section);
    if (!check_forms(section, checked.code)) checked.unusable = true;
    if (!has_parameter) checked.entry = row_of(claims_of(checked.code, nullptr));
    for (const Claim& claim : claims_of(checked.code, checked.entry))
        check_claim(section, claim, checked.entry);
    if (!has_parameter && names_nothing(checked.code)) {
        section.problem("", "expected a parameter or a code: mdc, loinc, snomed or local_code");
        checked.unusable = true;
    }
    // A LOINC may belong to several MDC terms, so without a parameter or an MDC code the row serves the
    // checks and the unit only and adds no code that the file does not state.
    const bool exact = has_parameter || checked.code.mdc != 0;
    if (exact && checked.entry != nullptr) complete(checked.code, *checked.entry);
    if (checked.code.display.empty() && checked.entry != nullptr) checked.code.display = checked.entry->name;
    return checked;
}

}  // namespace edgeward::mapping

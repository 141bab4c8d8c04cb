#include "attribute_change.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <cstdlib>

#include <dcmtk/dcmdata/dctk.h>

#include <edgeward/core/text.hpp>

namespace edgeward::dicom {
namespace {

// UIDs that the standard has registered: SOP classes, transfer syntaxes, well-known instances and frames.
constexpr std::string_view registered = "1.2.840.10008.";

const char* dummy_text(DcmEVR vr) {
    switch (vr) {
        case EVR_AS:
            return "000Y";
        case EVR_DA:
            return "19000101";
        case EVR_TM:
            return "000000";
        case EVR_DT:
            return "19000101000000";
        case EVR_DS:
        case EVR_IS:
            return "0";
        case EVR_UR:
            return "urn:anonymized";
        default:
            return "ANONYMIZED";
    }
}

bool is_text(DcmEVR vr) {
    switch (vr) {
        case EVR_AE:
        case EVR_AS:
        case EVR_CS:
        case EVR_DA:
        case EVR_DS:
        case EVR_DT:
        case EVR_IS:
        case EVR_LO:
        case EVR_LT:
        case EVR_PN:
        case EVR_SH:
        case EVR_ST:
        case EVR_TM:
        case EVR_UC:
        case EVR_UR:
        case EVR_UT:
            return true;
        default:
            return false;
    }
}

std::optional<int> number_of(std::string_view digits) {
    int value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    return value;
}

// Runs `change` over each value of a text attribute; false when it gives nothing for one.
template <typename Change>
bool change_each(DcmElement& element, Change change) {
    OFString stored;
    if (element.getOFStringArray(stored).bad()) return false;
    std::string_view rest(stored.c_str(), stored.size());
    std::string made;
    for (;;) {
        const std::size_t end = rest.find('\\');
        const std::optional<std::string> value = change(rest.substr(0, end));
        if (!value) return false;
        made += *value;
        if (end == std::string_view::npos) break;
        made += '\\';
        rest.remove_prefix(end + 1);
    }
    return element.putOFStringArray(OFString(made.data(), made.size())).good();
}

std::string_view without_padding(std::string_view value) {
    while (!value.empty() && (value.back() == ' ' || value.back() == '\0'))
        value.remove_suffix(1);
    return value;
}

}  // namespace

std::optional<std::string> days_before(std::string_view date, int days) {
    using namespace std::chrono;
    if (date.size() < 8) return std::nullopt;
    const auto year_number = number_of(date.substr(0, 4));
    const auto month_number = number_of(date.substr(4, 2));
    const auto day_number = number_of(date.substr(6, 2));
    if (!year_number || !month_number || !day_number) return std::nullopt;
    const year_month_day read{year(*year_number), month(static_cast<unsigned>(*month_number)),
                              day(static_cast<unsigned>(*day_number))};
    if (!read.ok()) return std::nullopt;
    const year_month_day moved{sys_days(read) - std::chrono::days(days)};
    std::string text;
    append_padded(text, static_cast<std::uint64_t>(std::abs(static_cast<int>(moved.year()))), 4);
    append_padded(text, static_cast<unsigned>(moved.month()), 2);
    append_padded(text, static_cast<unsigned>(moved.day()), 2);
    return text.append(date.substr(8));
}

bool AttributeChange::empty(DcmElement& element) {
    return element.clear().good();
}

bool AttributeChange::fill(DcmElement& element) const {
    const DcmEVR vr = element.ident();
    if (element.clear().bad()) return false;
    if (vr == EVR_SQ) return static_cast<DcmSequenceOfItems&>(element).insert(new DcmItem()).good();
    if (vr == EVR_UI) return element.putString(replacements_.uid("").c_str()).good();
    if (is_text(vr)) return element.putString(dummy_text(vr)).good();
    if (vr == EVR_OB || vr == EVR_OW || vr == EVR_UN) {
        const std::array<Uint8, 2> zeros{};
        return element.putUint8Array(zeros.data(), zeros.size()).good();
    }
    return true;
}

bool AttributeChange::rename(DcmElement& element) const {
    if (element.getLength() == 0) return true;
    return change_each(element, [this](std::string_view value) -> std::optional<std::string> {
        value = without_padding(value);
        if (value.empty() || value.starts_with(registered)) return std::string(value);
        return replacements_.uid(value);
    });
}

bool AttributeChange::move(DcmElement& element) const {
    const DcmEVR vr = element.ident();
    if (vr == EVR_TM || element.getLength() == 0) return true;
    if (vr != EVR_DA && vr != EVR_DT) return false;
    return change_each(element, [this](std::string_view value) {
        value = without_padding(value);
        return value.empty() ? std::optional<std::string>("") : days_before(value, replacements_.days_back);
    });
}

}  // namespace edgeward::dicom

#include <edgeward/policy/broad_consent.hpp>

#include <algorithm>
#include <array>

namespace edgeward::policy {
namespace {

using model::ConsentProvision;

bool covers(const ConsentProvision& provision, Instant time) {
    return provision.from <= time && time < provision.until;
}

bool overlap(const ConsentProvision& one, const ConsentProvision& other) {
    return one.from < other.until && other.from < one.until;
}

bool is_of_earlier_data(std::uint16_t code) {
    return code == consent_code::earlier_data || code == consent_code::keep_earlier_data ||
           code == consent_code::use_earlier_data;
}

bool permits(const ConsentProvision& provision, std::uint16_t code) {
    return provision.permit && provision.code == code;
}

// Who denies a module denies all in it; who permits one has to be asked for each part.
bool denies(const ConsentProvision& provision, std::uint16_t code) {
    return !provision.permit && (provision.code == code || provision.code == consent_code::patient_data);
}

bool permits_at(const Provisions& document, std::uint16_t code, Instant time) {
    return std::any_of(document.begin(), document.end(), [&](const ConsentProvision& provision) {
        return permits(provision, code) && covers(provision, time);
    });
}

bool denied_at(const std::vector<Provisions>& documents, std::uint16_t code, Instant time) {
    return std::any_of(documents.begin(), documents.end(), [&](const Provisions& document) {
        return std::any_of(document.begin(), document.end(), [&](const ConsentProvision& provision) {
            return denies(provision, code) && covers(provision, time);
        });
    });
}

bool denies_earlier_data_at(const Provisions& document, Instant time) {
    return std::any_of(document.begin(), document.end(), [&](const ConsentProvision& provision) {
        return !provision.permit && is_of_earlier_data(provision.code) && covers(provision, time);
    });
}

bool is_complete(const Provisions& document) {
    const auto has = [&](std::uint16_t code) {
        return std::any_of(document.begin(), document.end(),
                           [&](const ConsentProvision& provision) { return permits(provision, code); });
    };
    return has(consent_code::collect) && has(consent_code::use);
}

// Data from before collecting was permitted, which the same document lets be used all the same.
bool reaches_back_to(const Provisions& document, Instant measured) {
    if (denies_earlier_data_at(document, measured)) return false;
    return std::any_of(document.begin(), document.end(), [&](const ConsentProvision& collecting) {
        if (!permits(collecting, consent_code::collect) || measured >= collecting.from) return false;
        return std::any_of(document.begin(), document.end(), [&](const ConsentProvision& earlier) {
            return earlier.permit && earlier.code != consent_code::earlier_data &&
                   is_of_earlier_data(earlier.code) && overlap(earlier, collecting);
        });
    });
}

}  // namespace

bool decides(std::uint16_t code) noexcept {
    constexpr std::array all{
        consent_code::patient_data, consent_code::collect,           consent_code::use,
        consent_code::earlier_data, consent_code::keep_earlier_data, consent_code::use_earlier_data};
    return std::find(all.begin(), all.end(), code) != all.end();
}

Consent broad_consent(const std::vector<Provisions>& documents, Instant now, Instant measured) {
    if (denied_at(documents, consent_code::use, now)) return Consent::denied;
    const bool earlier_denied = std::any_of(documents.begin(), documents.end(), [&](const auto& document) {
        return denies_earlier_data_at(document, now);
    });
    bool may_be_used = false;
    bool was_collected = false;
    bool is_earlier = false;
    for (const Provisions& document : documents) {
        if (!is_complete(document)) continue;
        may_be_used = may_be_used || permits_at(document, consent_code::use, now);
        was_collected = was_collected || permits_at(document, consent_code::collect, measured);
        is_earlier = is_earlier || (!earlier_denied && reaches_back_to(document, measured));
    }
    const bool collecting_denied = denied_at(documents, consent_code::collect, measured);
    if (collecting_denied && !is_earlier) return Consent::denied;
    return may_be_used && (was_collected || is_earlier) ? Consent::given : Consent::unknown;
}

}  // namespace edgeward::policy

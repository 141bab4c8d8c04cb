#include "words.hpp"

namespace edgeward::report {

using std::chrono::hours;

std::string word_for(model::Purpose purpose, Language language) {
    switch (purpose) {
        case model::Purpose::treatment:
            return Words{"Behandlung", "treatment"}.in(language);
        case model::Purpose::research:
            return Words{"Forschung", "research"}.in(language);
        case model::Purpose::quality:
            return Words{"Qualitätssicherung", "quality assurance"}.in(language);
        case model::Purpose::maintenance:
            return Words{"Wartung", "maintenance"}.in(language);
    }
    return {};
}

std::string word_for(model::IdentityLevel level, Language language) {
    switch (level) {
        case model::IdentityLevel::identified:
            return Words{"mit Identität", "identified"}.in(language);
        case model::IdentityLevel::pseudonymous:
            return Words{"pseudonymisiert", "pseudonymous"}.in(language);
        case model::IdentityLevel::anonymised:
            return Words{"anonymisiert", "anonymised"}.in(language);
        case model::IdentityLevel::technical:
            return Words{"nur Technik", "technical only"}.in(language);
    }
    return {};
}

std::string word_for(model::Category category, Language language) {
    switch (category) {
        case model::Category::vital_sign:
            return Words{"Vitalwerte", "vital signs"}.in(language);
        case model::Category::measurement:
            return Words{"Messwerte", "measurements"}.in(language);
        case model::Category::setting:
            return Words{"Geräteeinstellungen", "device settings"}.in(language);
        case model::Category::laboratory:
            return Words{"Laborwerte", "laboratory"}.in(language);
        case model::Category::technical:
            return Words{"Technik", "technical"}.in(language);
    }
    return {};
}

std::string legal_basis(std::string_view word, Language language) {
    if (word == "art9-2h")
        return Words{"Behandlung, Art. 9 Abs. 2 lit. h DSGVO", "treatment, Art. 9(2)(h) GDPR"}.in(language);
    if (word == "art9-2j")
        return Words{"Forschung und Statistik, Art. 9 Abs. 2 lit. j DSGVO, § 27 BDSG",
                     "research and statistics, Art. 9(2)(j) GDPR, § 27 BDSG"}
            .in(language);
    if (word == "consent")
        return Words{"Einwilligung, Art. 9 Abs. 2 lit. a DSGVO", "consent, Art. 9(2)(a) GDPR"}.in(language);
    if (word == "none") return Words{"ohne Personenbezug", "no personal data"}.in(language);
    return std::string(word);
}

std::string duration(std::chrono::milliseconds time, Language language) {
    if (time.count() == 0) return {};
    const auto days = time / hours(24);
    if (days >= 1 && time % hours(24) == std::chrono::milliseconds(0))
        return std::to_string(days) +
               Words{days == 1 ? " Tag" : " Tage", days == 1 ? " day" : " days"}.in(language);
    return std::to_string(time / hours(1)) + Words{" Stunden", " hours"}.in(language);
}

std::string joined(const std::vector<std::string>& parts, std::string_view separator) {
    std::string made;
    for (const auto& part : parts) {
        if (!made.empty()) made += separator;
        made += part;
    }
    return made;
}

std::string data_classes(const Destination& destination, Language language) {
    std::vector<std::string> words;
    for (const auto category : destination.data_classes)
        words.push_back(word_for(category, language));
    return joined(words, ", ");
}

std::string encryption(const Destination& destination, Language language) {
    if (!destination.encrypted)
        return Words{"unverschlüsselt, nur auf dieser Maschine", "not encrypted, on this machine only"}.in(
            language);
    if (destination.client_certificate)
        return Words{"TLS mit Zertifikaten beider Seiten", "TLS with certificates of both sides"}.in(
            language);
    return Words{"TLS", "TLS"}.in(language);
}

std::string encryption(const Source& source, Language language) {
    if (source.encrypted)
        return Words{"TLS mit Zertifikaten beider Seiten", "TLS with certificates of both sides"}.in(
            language);
    if (source.inside) return Words{"auf dieser Maschine", "on this machine"}.in(language);
    return Words{"unverschlüsselt", "not encrypted"}.in(language);
}

std::string not_measured(Language language) {
    return Words{"nicht gemessen: der Dienst lief nicht oder antwortete nicht",
                 "not measured: the gateway did not run or did not answer"}
        .in(language);
}

}  // namespace edgeward::report

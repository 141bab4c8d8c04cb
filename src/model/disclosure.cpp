#include <edgeward/model/disclosure.hpp>

#include <string>

namespace edgeward::model {

std::string_view name_of(IdentityLevel level) noexcept {
    switch (level) {
        case IdentityLevel::identified:
            return "identified";
        case IdentityLevel::pseudonymous:
            return "pseudonymous";
        case IdentityLevel::anonymised:
            return "anonymised";
        case IdentityLevel::technical:
            return "technical";
    }
    return "unknown";
}

std::string_view name_of(Purpose purpose) noexcept {
    switch (purpose) {
        case Purpose::treatment:
            return "treatment";
        case Purpose::research:
            return "research";
        case Purpose::quality:
            return "quality";
        case Purpose::maintenance:
            return "maintenance";
    }
    return "unknown";
}

Result<IdentityLevel> parse_identity_level(std::string_view text) {
    for (const auto level : {IdentityLevel::identified, IdentityLevel::pseudonymous,
                             IdentityLevel::anonymised, IdentityLevel::technical}) {
        if (text == name_of(level)) return level;
    }
    return failure(ErrorKind::invalid_input, "expected identified, pseudonymous, anonymised or technical");
}

Result<Purpose> parse_purpose(std::string_view text) {
    for (const auto purpose :
         {Purpose::treatment, Purpose::research, Purpose::quality, Purpose::maintenance}) {
        if (text == name_of(purpose)) return purpose;
    }
    return failure(ErrorKind::invalid_input, "expected treatment, research, quality or maintenance");
}

}  // namespace edgeward::model

#include <edgeward/model/observation.hpp>

namespace edgeward::model {

std::string_view name_of(Category category) noexcept {
    switch (category) {
        case Category::vital_sign:
            return "vital_sign";
        case Category::measurement:
            return "measurement";
        case Category::setting:
            return "setting";
        case Category::laboratory:
            return "laboratory";
        case Category::technical:
            return "technical";
    }
    return "unknown";
}

std::string_view name_of(Quality quality) noexcept {
    switch (quality) {
        case Quality::reliable:
            return "reliable";
        case Quality::questionable:
            return "questionable";
        case Quality::invalid:
            return "invalid";
    }
    return "unknown";
}

std::string_view name_of(AbsentReason reason) noexcept {
    switch (reason) {
        case AbsentReason::none:
            return "none";
        case AbsentReason::temp_unknown:
            return "temp_unknown";
        case AbsentReason::error:
            return "error";
        case AbsentReason::not_performed:
            return "not_performed";
        case AbsentReason::masked:
            return "masked";
    }
    return "unknown";
}

std::string_view name_of(Mode mode) noexcept {
    switch (mode) {
        case Mode::production:
            return "production";
        case Mode::test:
            return "test";
        case Mode::demo:
            return "demo";
    }
    return "unknown";
}

std::string_view name_of(ResultStatus status) noexcept {
    switch (status) {
        case ResultStatus::unverified:
            return "unverified";
        case ResultStatus::preliminary:
            return "preliminary";
        case ResultStatus::final:
            return "final";
        case ResultStatus::corrected:
            return "corrected";
        case ResultStatus::deleted:
            return "deleted";
        case ResultStatus::wrong_patient:
            return "wrong_patient";
    }
    return "unverified";
}

}  // namespace edgeward::model

#include <edgeward/dlp/finding.hpp>

namespace edgeward::dlp {

std::string_view name_of(Detector detector) noexcept {
    switch (detector) {
        case Detector::identifier:
            return "identifier";
        case Detector::name:
            return "name";
        case Detector::birth_date:
            return "birth_date";
        case Detector::kvnr:
            return "kvnr";
        case Detector::iban:
            return "iban";
        case Detector::phone:
            return "phone";
        case Detector::email:
            return "email";
        case Detector::opaque:
            return "opaque";
    }
    return "opaque";
}

}  // namespace edgeward::dlp

#include <edgeward/model/bed.hpp>

namespace edgeward::model {

std::string bed_name(const Location& location, std::string_view other_facility) {
    if (location == Location{}) return {};
    std::string name = location.ward + '^' + location.room + '^' + location.bed;
    name.append("^").append(other_facility);
    name.erase(name.find_last_not_of('^') + 1);
    return name;
}

}  // namespace edgeward::model

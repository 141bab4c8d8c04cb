#include <edgeward/model/identity.hpp>

namespace edgeward::model {

Identity::~Identity() {
    for (auto& identifier : identifiers)
        wipe(identifier.value.data(), identifier.value.size());
    for (auto* text : {&family, &given, &birth_date, &sex, &visit_number})
        wipe(text->data(), text->size());
}

}  // namespace edgeward::model

#include <edgeward/model/identity.hpp>

namespace edgeward::model {
namespace {

// All of the text's memory: a short text that was moved or shortened leaves its octets there.
void overwrite(std::string& text) {
    text.resize(text.capacity());
    wipe(text.data(), text.size());
}

}  // namespace

Identity::~Identity() {
    for (auto& identifier : identifiers)
        overwrite(identifier.value);
    for (auto* text : {&family, &given, &birth_date, &sex, &visit_number})
        overwrite(*text);
}

}  // namespace edgeward::model

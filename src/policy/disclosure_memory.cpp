#include "disclosure_memory.hpp"

#include <string_view>

namespace edgeward::policy {
namespace {

// With its length before it: what ends one field cannot begin the next.
void append_field(std::string& octets, std::string_view text) {
    octets += std::to_string(text.size());
    octets += ':';
    octets += text;
}

}  // namespace

std::string octets_of(const DisclosureRequest& request) {
    // Names every member: one that is added does not compile before it is added here.
    const auto& [destination, purpose, level, legal_basis, about_person, consent, production, ward, device,
                 restriction] = request;
    std::string octets;
    octets.reserve(96);
    for (const std::string_view text : {destination, legal_basis, ward, device})
        append_field(octets, text);
    for (const auto value :
         {static_cast<int>(purpose), static_cast<int>(level), static_cast<int>(consent),
          static_cast<int>(restriction), static_cast<int>(about_person), static_cast<int>(production)})
        octets += static_cast<char>(value);
    return octets;
}

}  // namespace edgeward::policy

#include "client_data.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include <edgeward/crypto/digest.hpp>
#include <edgeward/fhir/strict_json.hpp>

namespace edgeward::access {
namespace {

using nlohmann::json;

Error not_as_expected(const char* what) {
    return {ErrorKind::invalid_input, std::string("client data: ") + what};
}

// Null: not there, or no text.
const std::string* text_of_member(const json& object, const char* name) {
    const auto place = object.find(name);
    return place != object.end() && place->is_string() ? &place->get_ref<const std::string&>() : nullptr;
}

// A page inside another one, or a channel id that we could not compare.
bool from_elsewhere(const json& data) {
    const auto crossed = data.find("crossOrigin");
    if (crossed != data.end() && *crossed != false) return true;
    if (data.contains("topOrigin")) return true;
    const auto binding = data.find("tokenBinding");
    if (binding == data.end()) return false;
    if (!binding->is_object()) return true;
    const auto* const status = text_of_member(*binding, "status");
    return status == nullptr || *status != "supported";
}

}  // namespace

Result<void> check_client_data(ByteView octets, std::string_view type, ByteView challenge,
                               const RelyingParty& party) {
    if (octets.size() > longest_client_data) return failure(not_as_expected("too long"));
    const auto data = fhir::parse_strictly(text_of(octets));
    if (!data) return failure(not_as_expected("no JSON that can be read in one way"));
    const auto* const its_type = text_of_member(*data, "type");
    if (its_type == nullptr || *its_type != type) return failure(not_as_expected("of another type"));
    const auto* const its_challenge = text_of_member(*data, "challenge");
    if (its_challenge == nullptr || challenge.empty() ||
        !crypto::equal_in_constant_time(bytes_of(*its_challenge), bytes_of(to_base64url(challenge))))
        return failure(not_as_expected("another challenge"));
    const auto* const origin = text_of_member(*data, "origin");
    if (origin == nullptr ||
        std::find(party.origins.begin(), party.origins.end(), *origin) == party.origins.end())
        return failure(not_as_expected("an origin that is not in admin.webauthn.origins"));
    if (from_elsewhere(*data)) return failure(not_as_expected("from inside another page"));
    return {};
}

}  // namespace edgeward::access

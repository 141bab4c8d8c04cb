#pragma once

#include <optional>
#include <string_view>

namespace edgeward::fhir {

inline constexpr std::string_view json_type = "application/fhir+json; charset=utf-8";
inline constexpr std::string_view xml_type = "application/fhir+xml; charset=utf-8";

enum class Form { json, xml };

// The form of a resource that a client asks for: by `_format` (FHIR R4 3.1.0.1.11), which goes before Accept
// (RFC 9110 12.5.1, an empty one: it takes anything). JSON where it has no preference; nothing when it takes
// neither. Pure.
std::optional<Form> form_wanted(std::optional<std::string_view> format, std::string_view accept);

}  // namespace edgeward::fhir

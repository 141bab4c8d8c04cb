#pragma once

#include <string>
#include <string_view>

#include <edgeward/core/result.hpp>

namespace edgeward::fhir {

// A resource in the XML form of FHIR R4 (2.6.1 XML Representation), UTF-8, from its JSON form. Members come
// in the order they have there, which has to be that of the specification; numbers keep their digits.
// Characters that XML 1.0 (clause 2.2) does not know become U+FFFD. Pure. Threads: any. invalid_input: not
// JSON, no resource, or more than 64 levels.
Result<std::string> to_xml(std::string_view resource);

}  // namespace edgeward::fhir

#pragma once

#include <tl/expected.hpp>

#include "json_tree.hpp"

namespace edgeward::mapping {

// Resolves a SenML pack (RFC 8428 §4.6): base fields are merged into every record, so that each stands alone.
//
// The result is an array of objects with the members n (full name), local (the record's own n without the
// base name), u, v | vs | vb | vd, s, t. Times stay as they are: 2^28 and more are seconds since 1970, less
// is relative to now (§4.5.3). Failure reason bad_senml: no array of records, a wrong type, a name with other
// characters than §4.5.1 allows, a version above 10, or an unknown field that must be understood (ending in
// "_").
tl::expected<Tree, MappingFailure> resolve_senml(const Tree& pack);

}  // namespace edgeward::mapping

#pragma once

#include <string_view>

#include <tl/expected.hpp>

#include <edgeward/core/bytes.hpp>

#include "json_tree.hpp"

namespace edgeward::mapping {

// One Sparkplug B payload (specification 3.0, chapter 6) that came on this topic, as an object with type
// ("DDATA"), group, node, device, timestamp, seq and metrics: objects with name, timestamp, datatype
// ("Float"), historical, value, properties and unit (the property engUnit). Times are milliseconds since
// 1970; value is null where the metric says so, and is not there for kinds that are not read (data sets,
// templates, octets). The topic may be empty: then its parts are.
//
// It has to stand alone (sparkplug_nodes.hpp). Failure reasons: bad_sparkplug, no_birth (an alias without a
// name, or a whole number without its datatype), too_large, duplicate_key.
tl::expected<Tree, MappingFailure> read_sparkplug(ByteView payload, std::string_view topic);
// Whether what it made has any: a death of a device has none, and nearly no text is a payload that has.
bool has_metrics(const Tree& sparkplug);

}  // namespace edgeward::mapping

#pragma once

#include <string_view>

#include <tl/expected.hpp>

#include <edgeward/core/bytes.hpp>
#include <edgeward/mapping/mapping.hpp>

#include <sparkplug_payload.pb.h>

namespace edgeward::mapping {

// The octets of one Sparkplug B payload, at most 1 MiB and 10,000 metrics, each with a name or an alias,
// texts in UTF-8, as many property values as keys. Failure reasons: bad_sparkplug (also of a compressed one),
// too_large.
tl::expected<wire::Payload, MappingFailure> parse_payload(ByteView octets);

// Numbers of its integers, whichever field of the two they stand in.
template <typename Value>
bool has_integer(const Value& value) noexcept {
    return value.has_int_value() || value.has_long_value();
}

}  // namespace edgeward::mapping

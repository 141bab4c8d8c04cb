#pragma once

#include <span>
#include <string>
#include <string_view>

#include <edgeward/core/log.hpp>
#include <edgeward/core/time.hpp>

namespace edgeward::log {

// The text of one event without the line's end. Plain ASCII whatever goes in: control characters, line breaks
// and everything beyond ASCII are escaped as in JSON, so that no value can start a second line or move a
// cursor.
//
//   journal   <4>destination answered again destination=kis failures=3 reason="timed out"
//   text      2026-11-23T18:48:46.123Z warning destination answered again destination=kis failures=3
//   json {"time":"2026-11-23T18:48:46.123Z","level":"warning","event":"…","destination":"kis","failures":3}
//
// Values that are not a bare word are quoted. Keys are ours and go in as they are, escaped the same way.
std::string format_line(Format format, Level level, Instant time, std::string_view event,
                        std::span<const Field> fields);

std::string_view name_of(Level level) noexcept;

}  // namespace edgeward::log

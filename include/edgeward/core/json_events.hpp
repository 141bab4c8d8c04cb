#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace edgeward {

// What a JSON text holds, in its order. A function that returns false ends the reading. What the views show
// lives for the call.
class JsonEvents {
public:
    virtual bool null() = 0;
    virtual bool boolean(bool truth) = 0;
    // As it is written: "37.0", "-1e3". Finite in binary64.
    virtual bool number(std::string_view text) = 0;
    virtual bool text(std::string_view text) = 0;
    virtual bool key(std::string_view name) = 0;
    virtual bool begin_object() = 0;
    virtual bool end_object() = 0;
    virtual bool begin_array() = 0;
    virtual bool end_array() = 0;

protected:
    JsonEvents() = default;
    JsonEvents(const JsonEvents&) = default;
    JsonEvents& operator=(const JsonEvents&) = default;
    ~JsonEvents() = default;
};

// Reads a JSON text (RFC 8259) with or without a byte order mark: strict, UTF-8 only, at most `deepest`
// arrays and objects in each other. Nothing, or the octet (from 1) where it is no JSON any more or the
// receiver ended the reading; it has heard of what comes before. A name that comes twice in an object is told
// twice.
std::optional<std::size_t> read_json(std::string_view json, JsonEvents& events, std::size_t deepest);

}  // namespace edgeward

#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <variant>

#include <edgeward/core/result.hpp>

// The process log: structured events, no patient data.
//
// An event is a fixed English sentence of ours ("destination answered again") with named fields. Field values
// are names from the configuration, numbers and our own error messages; identifiers of persons, payload
// octets, topics of unknown devices and foreign text never go in. Threads: any.
namespace edgeward::log {

enum class Level : std::uint8_t { debug, info, warning, error };
enum class Format : std::uint8_t {
    journal,  // "<4>event key=value …" on stderr, priorities as systemd reads them (sd-daemon(3))
    text,     // "2026-11-23T18:48:46.123Z warning event key=value …"
    json,     // one object a line: {"time":…,"level":…,"event":…,key:value…}
};

struct Field {
    std::string_view key;
    std::variant<std::string_view, std::int64_t, double, bool> value;

    Field(std::string_view k, std::string_view v) : key(k), value(v) {}
    Field(std::string_view k, const std::string& v) : key(k), value(std::string_view(v)) {}
    Field(std::string_view k, const char* v) : key(k), value(std::string_view(v)) {}
    Field(std::string_view k, bool v) : key(k), value(v) {}
    Field(std::string_view k, double v) : key(k), value(v) {}
    template <std::integral I>
    Field(std::string_view k, I v) : key(k), value(static_cast<std::int64_t>(v)) {}
};

// Level and format from now on. Before the first call: info, text.
void configure(Level level, Format format);
void set_level(Level level);

void write(Level level, std::string_view event, std::initializer_list<Field> fields = {});
inline void debug(std::string_view event, std::initializer_list<Field> fields = {}) {
    write(Level::debug, event, fields);
}
inline void info(std::string_view event, std::initializer_list<Field> fields = {}) {
    write(Level::info, event, fields);
}
inline void warning(std::string_view event, std::initializer_list<Field> fields = {}) {
    write(Level::warning, event, fields);
}
inline void error(std::string_view event, std::initializer_list<Field> fields = {}) {
    write(Level::error, event, fields);
}

// Says a lasting trouble once, counts its repetitions and says when it is over: a dead destination or a storm
// of refused messages is two lines in the log, however long it lasts. Threads: any.
class Trouble {
public:
    explicit Trouble(std::chrono::seconds reminder = std::chrono::hours(1)) : reminder_(reminder) {}

    // Logs a warning the first time for this `cause`, then only counts; after `reminder` once again with the
    // count.
    void raise(std::string_view cause, std::string_view event, std::initializer_list<Field> fields = {});
    // Logs the end with the count, if the cause was raised.
    void clear(std::string_view cause, std::string_view event, std::initializer_list<Field> fields = {});

private:
    struct State {
        std::uint64_t count = 0;
        std::chrono::steady_clock::time_point said;
    };
    std::chrono::seconds reminder_;
    std::mutex mutex_;
    std::map<std::string, State, std::less<>> raised_;
};

// "debug", "info", "warning", "error"; "journal", "text", "json". invalid_input otherwise.
Result<Level> parse_level(std::string_view text);
Result<Format> parse_format(std::string_view text);

}  // namespace edgeward::log

#include <edgeward/core/log.hpp>

#include <atomic>
#include <span>
#include <vector>

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include "log_line.hpp"

namespace edgeward::log {
namespace {

spdlog::level::level_enum spdlog_level(Level level) noexcept {
    switch (level) {
        case Level::debug:
            return spdlog::level::debug;
        case Level::info:
            return spdlog::level::info;
        case Level::warning:
            return spdlog::level::warn;
        case Level::error:
            return spdlog::level::err;
    }
    return spdlog::level::err;
}

// spdlog carries the finished line to stderr: one write a line, under its lock.
struct Output {
    spdlog::logger logger{"edgeward", std::make_shared<spdlog::sinks::stderr_sink_mt>()};
    std::atomic<Format> format{Format::text};

    Output() {
        logger.set_pattern("%v");
        logger.set_level(spdlog::level::info);
        logger.flush_on(spdlog::level::trace);
    }
};

// Never destroyed, so that destructors of static objects may still log.
Output& output() {
    static auto* const instance = new Output;
    return *instance;
}

void write_fields(Level level, std::string_view event, std::span<const Field> fields) {
    Output& out = output();
    const auto severity = spdlog_level(level);
    if (!out.logger.should_log(severity)) return;
    const std::string line = format_line(out.format, level, system_clock().now(), event, fields);
    out.logger.log(severity, spdlog::string_view_t(line.data(), line.size()));
}

void write_counted(Level level, std::string_view event, std::initializer_list<Field> fields,
                   std::uint64_t count) {
    std::vector<Field> all(fields);
    all.emplace_back("count", count);
    write_fields(level, event, all);
}

}  // namespace

void configure(Level level, Format format) {
    output().format = format;
    set_level(level);
}

void set_level(Level level) {
    output().logger.set_level(spdlog_level(level));
}

void write(Level level, std::string_view event, std::initializer_list<Field> fields) {
    write_fields(level, event, std::span(fields.begin(), fields.size()));
}

void Trouble::raise(std::string_view cause, std::string_view event, std::initializer_list<Field> fields) {
    const auto now = system_clock().monotonic();
    const std::lock_guard lock(mutex_);
    const auto [entry, fresh] = raised_.try_emplace(std::string(cause), State{});
    State& state = entry->second;
    ++state.count;
    if (!fresh && now - state.said < reminder_) return;
    state.said = now;
    if (fresh) {
        write(Level::warning, event, fields);
    } else {
        write_counted(Level::warning, event, fields, state.count);
    }
}

void Trouble::clear(std::string_view cause, std::string_view event, std::initializer_list<Field> fields) {
    const std::lock_guard lock(mutex_);
    const auto entry = raised_.find(cause);
    if (entry == raised_.end()) return;
    write_counted(Level::info, event, fields, entry->second.count);
    raised_.erase(entry);
}

Result<Level> parse_level(std::string_view text) {
    for (const Level level : {Level::debug, Level::info, Level::warning, Level::error}) {
        if (text == name_of(level)) return level;
    }
    return failure(ErrorKind::invalid_input, "expected debug, info, warning or error as log level");
}

Result<Format> parse_format(std::string_view text) {
    if (text == "journal") return Format::journal;
    if (text == "text") return Format::text;
    if (text == "json") return Format::json;
    return failure(ErrorKind::invalid_input, "expected journal, text or json as log format");
}

}  // namespace edgeward::log

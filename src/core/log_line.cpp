#include "log_line.hpp"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

namespace edgeward::log {
namespace {

using nlohmann::json;

// A JSON string literal in ASCII; octets that are not UTF-8 become U+FFFD.
std::string quoted(std::string_view text) {
    return json(text).dump(-1, ' ', true, json::error_handler_t::replace);
}

std::string escaped(std::string_view text) {
    const std::string literal = quoted(text);
    return literal.substr(1, literal.size() - 2);
}

bool is_bare_word(std::string_view text) {
    const auto plain = [](char c) { return c > ' ' && c < 0x7F && c != '"' && c != '=' && c != '\\'; };
    return !text.empty() && std::all_of(text.begin(), text.end(), plain);
}

// JSON has no infinity and no NaN: they become null, as nlohmann does.
std::string literal(const Field& field) {
    return std::visit(
        [](const auto& value) -> std::string {
            if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::string_view>) {
                return quoted(value);
            } else {
                return json(value).dump();
            }
        },
        field.value);
}

std::string word(const Field& field) {
    const auto* text = std::get_if<std::string_view>(&field.value);
    return text != nullptr && is_bare_word(*text) ? std::string(*text) : literal(field);
}

char journal_priority(Level level) noexcept {
    switch (level) {
        case Level::debug:
            return '7';
        case Level::info:
            return '6';
        case Level::warning:
            return '4';
        case Level::error:
            return '3';
    }
    return '3';
}

void append_words(std::string& line, std::string_view event, std::span<const Field> fields) {
    line += escaped(event);
    for (const Field& field : fields)
        line.append(1, ' ').append(escaped(field.key)).append(1, '=').append(word(field));
}

}  // namespace

std::string_view name_of(Level level) noexcept {
    switch (level) {
        case Level::debug:
            return "debug";
        case Level::info:
            return "info";
        case Level::warning:
            return "warning";
        case Level::error:
            return "error";
    }
    return "error";
}

std::string format_line(Format format, Level level, Instant time, std::string_view event,
                        std::span<const Field> fields) {
    std::string line;
    switch (format) {
        case Format::journal:
            line.append(1, '<').append(1, journal_priority(level)).append(1, '>');
            append_words(line, event, fields);
            return line;
        case Format::text:
            line.append(to_rfc3339(time)).append(1, ' ').append(name_of(level)).append(1, ' ');
            append_words(line, event, fields);
            return line;
        case Format::json:
            line.append(R"({"time":")")
                .append(to_rfc3339(time))
                .append(R"(","level":")")
                .append(name_of(level));
            line.append(R"(","event":)").append(quoted(event));
            for (const Field& field : fields)
                line.append(1, ',').append(quoted(field.key)).append(1, ':').append(literal(field));
            return line.append(1, '}');
    }
    return line;
}

}  // namespace edgeward::log

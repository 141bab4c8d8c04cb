#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace edgeward::config {

// The text of a file, addressed as toml++ counts: lines and columns from 1, a column is a code point.
class SourceText {
public:
    SourceText() = default;
    explicit SourceText(std::string text);

    // The octets of one line from `column` up to but not including `end_column`; empty when outside the text.
    [[nodiscard]] std::string_view cut(std::size_t line, std::size_t column, std::size_t end_column) const;
    // A whole line without its end; empty when there is no such line.
    [[nodiscard]] std::string_view line(std::size_t number) const;

private:
    std::string text_;
    std::vector<std::size_t> line_starts_;
};

// A text fit for one line of a terminal: control and direction-changing characters become escapes (\u000A).
std::string escaped(std::string_view text);

// The same between double quotes, as TOML reads it, cut after `most` characters.
std::string quotation(std::string_view text, std::size_t most = 60);

// A name as TOML writes it: bare where it can be, otherwise quoted.
std::string key_text(std::string_view key);

}  // namespace edgeward::config

#include "csv.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include <edgeward/core/utf8.hpp>

namespace edgeward::mapping {
namespace {

constexpr std::size_t most_columns = 256;
constexpr std::size_t most_lines = 10000;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

struct Cell {
    std::string text;
    bool quoted = false;
};
using Row = std::vector<Cell>;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// "-37,5" and nothing else.
bool has_decimal_comma(std::string_view text) {
    if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
    const auto comma = text.find(',');
    if (comma == 0 || comma == std::string_view::npos || comma + 1 == text.size()) return false;
    return std::ranges::all_of(text.substr(0, comma), is_digit) &&
           std::ranges::all_of(text.substr(comma + 1), is_digit);
}

class CsvReader {
public:
    CsvReader(std::string_view text, const CsvForm& form) : rest_(text), form_(form), columns_(form.columns) {
        if (rest_.starts_with(byte_order_mark)) rest_.remove_prefix(byte_order_mark.size());
    }

    tl::expected<Tree, MappingFailure> read() {
        if (!is_utf8(rest_)) return wrong("expected UTF-8");
        rows_.open(NodeKind::array);
        while (!rest_.empty()) {
            if (++line_ > most_lines + 1)
                return tl::unexpected(MappingFailure{"too_large", "more than 10000 lines"});
            if (is_passed_over()) continue;
            Row row;
            if (const auto problem = take_row(row)) return wrong(*problem);
            if (const auto problem = use(std::move(row))) return wrong(*problem);
            if (!rows_.failure().reason.empty()) return tl::unexpected(rows_.failure());
        }
        if (columns_.empty()) return wrong("expected a first line with the names of the columns");
        rows_.close();
        return rows_.take();
    }

private:
    [[nodiscard]] tl::unexpected<MappingFailure> wrong(const std::string& what) const {
        return tl::unexpected(MappingFailure{"bad_csv", "line " + std::to_string(line_) + ": " + what});
    }

    // Empty lines and comments.
    bool is_passed_over() {
        const auto end = std::min(rest_.find('\n'), rest_.size());
        auto line = rest_.substr(0, end);
        if (line.ends_with('\r')) line.remove_suffix(1);
        const bool comment = !form_.comment.empty() && line.starts_with(form_.comment);
        if (!line.empty() && !comment) return false;
        rest_.remove_prefix(std::min(end + 1, rest_.size()));
        return true;
    }

    // What was wrong; nothing: the row is there and its line end passed.
    std::optional<std::string> take_row(Row& row) {
        for (;;) {
            Cell cell;
            if (auto problem = take_cell(cell)) return problem;
            row.push_back(std::move(cell));
            if (row.size() > most_columns) return "expected at most 256 columns";
            if (rest_.starts_with(form_.delimiter)) {
                rest_.remove_prefix(1);
                continue;
            }
            if (rest_.starts_with('\r')) rest_.remove_prefix(1);
            if (!rest_.empty() && !rest_.starts_with('\n'))
                return "expected a delimiter or the line's end behind a value";
            if (!rest_.empty()) rest_.remove_prefix(1);
            return std::nullopt;
        }
    }

    std::optional<std::string> take_cell(Cell& cell) {
        if (!rest_.starts_with('"')) {
            const char ends[] = {form_.delimiter, '\r', '\n', '"'};
            const auto end = std::min(rest_.find_first_of(std::string_view(ends, sizeof ends)), rest_.size());
            if (end < rest_.size() && rest_[end] == '"')
                return "expected a quote only where a value begins or ends";
            cell.text = rest_.substr(0, end);
            rest_.remove_prefix(end);
            return std::nullopt;
        }
        cell.quoted = true;
        rest_.remove_prefix(1);
        for (;;) {
            const auto end = rest_.find('"');
            if (end == std::string_view::npos) return "expected the quote that ends a value";
            cell.text += rest_.substr(0, end);
            rest_.remove_prefix(end + 1);
            if (!rest_.starts_with('"')) return std::nullopt;
            cell.text += '"';
            rest_.remove_prefix(1);
        }
    }

    std::optional<std::string> use(Row row) {
        if (columns_.empty()) return name_columns(row);
        if (row.size() != columns_.size())
            return "expected " + std::to_string(columns_.size()) + " values, got " +
                   std::to_string(row.size());
        rows_.open(NodeKind::object);
        for (std::size_t i = 0; i < row.size(); ++i) {
            rows_.key(columns_[i]);
            auto& [text, quoted] = row[i];
            if (text.empty() && !quoted) {
                rows_.value(NodeKind::null);
                continue;
            }
            if (form_.decimal_comma && has_decimal_comma(text)) std::ranges::replace(text, ',', '.');
            rows_.value(NodeKind::text, text);
        }
        rows_.close();
        return std::nullopt;
    }

    std::optional<std::string> name_columns(const Row& row) {
        std::set<std::string_view> names;
        for (const auto& cell : row) {
            if (cell.text.empty() || !names.insert(cell.text).second) {
                return "expected a name for every column, each once";
            }
        }
        for (const auto& cell : row)
            columns_.push_back(cell.text);
        return std::nullopt;
    }

    std::string_view rest_;
    const CsvForm& form_;
    std::vector<std::string> columns_;
    TreeBuilder rows_;
    std::size_t line_ = 0;
};

}  // namespace

CsvForm read_csv_form(config::Section section) {
    CsvForm form;
    const auto delimiter = section.text("delimiter", ",");
    if (delimiter.size() != 1 || delimiter == "\"" || delimiter == "\r" || delimiter == "\n") {
        section.problem("delimiter", "expected one character, such as \",\" \";\" or \"\\t\"");
    } else {
        form.delimiter = delimiter.front();
    }
    form.columns = section.texts("columns");
    std::set<std::string> names(form.columns.begin(), form.columns.end());
    if (names.size() != form.columns.size() || names.contains("") || form.columns.size() > most_columns)
        section.problem("columns", "expected at most 256 names, each once");
    form.decimal_comma = section.flag("decimal_comma", false);
    if (form.decimal_comma && form.delimiter == ',')
        section.problem("decimal_comma", "expected another delimiter than a comma");
    form.comment = section.text("comment", "");
    return form;
}

tl::expected<Tree, MappingFailure> read_csv(std::string_view text, const CsvForm& form) {
    if (text.size() > Tree::max_octets) return tl::unexpected(MappingFailure{"too_large", "more than 1 MiB"});
    return CsvReader(text, form).read();
}

}  // namespace edgeward::mapping

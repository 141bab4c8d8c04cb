#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include <edgeward/config/document.hpp>

#include "json_tree.hpp"

namespace edgeward::mapping {

// [csv] of a mapping whose format is csv.
struct CsvForm {
    char delimiter = ',';
    std::vector<std::string> columns;  // empty: the first line names them
    bool decimal_comma = false;        // "37,5" is 37.5
    std::string comment;               // lines that begin with it are passed over; empty: none are
};
CsvForm read_csv_form(config::Section section);

// Lines of separated values (RFC 4180; LF alone ends a line too, a byte order mark is passed over) as an
// array of objects: a member of each line for each column, text, or null where the cell is empty and has no
// quotes. At most 1 MiB, 256 columns, 10,000 lines. Failure reasons: bad_csv (names the line and what was
// expected), too_large.
tl::expected<Tree, MappingFailure> read_csv(std::string_view text, const CsvForm& form);

}  // namespace edgeward::mapping

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <edgeward/report/papers.hpp>

// HTML and XML written by appending text; every text passes `escaped`.
namespace edgeward::report {

// At most `most` characters, the last of them an ellipsis when something is missing.
std::string shortened(std::string_view text, std::size_t most);

// One HTML page under construction.
class Page {
public:
    Page(std::string_view title, Language language);
    void heading(std::string_view text);
    void paragraph(std::string_view text);
    // A line somebody has to write by hand.
    void blank(std::string_view label);
    // Two columns: what, and its value.
    void facts(const std::vector<std::pair<std::string, std::string>>& rows);
    // `classes`: of each row, "proven" or "open"; empty: none.
    void table(const std::vector<std::string>& head, const std::vector<std::vector<std::string>>& rows,
               const std::vector<std::string>& classes = {});
    // As it is.
    void raw(std::string_view markup) { body_ += markup; }
    // Who and what it was made from, at its end.
    [[nodiscard]] std::string finish(const Installation& installation) &&;
    // With another last line.
    [[nodiscard]] std::string finish(std::string_view last) &&;

private:
    Language language_;
    std::string body_;
};

}  // namespace edgeward::report

#include <edgeward/config/document.hpp>

#include <algorithm>
#include <vector>

namespace edgeward::config {
namespace {

using Row = std::vector<std::size_t>;

// Damerau-Levenshtein in its "optimal string alignment" form: insert, delete, replace, swap neighbours.
std::size_t distance(std::string_view left, std::string_view right) {
    Row before_last(right.size() + 1);
    Row last(right.size() + 1);
    Row row(right.size() + 1);
    for (std::size_t j = 0; j <= right.size(); ++j)
        last[j] = j;
    for (std::size_t i = 1; i <= left.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= right.size(); ++j) {
            const std::size_t replaced = last[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
            const bool swapped = i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1];
            if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
        }
        before_last.swap(last);
        last.swap(row);
    }
    return last.back();
}

}  // namespace

std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& known) {
    constexpr std::size_t longest = 64;  // the work grows with the square; no setting has a longer name
    if (word.size() > longest) return std::nullopt;
    std::size_t best = word.size() / 3 + 1;
    std::optional<std::string> found;
    for (const std::string& candidate : known) {
        if (candidate.size() > longest) continue;
        const std::size_t steps = distance(word, candidate);
        if (steps >= best) continue;
        best = steps;
        found = candidate;
    }
    return found;
}

}  // namespace edgeward::config

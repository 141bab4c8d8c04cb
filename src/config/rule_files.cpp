#include <edgeward/config/rule_files.hpp>

#include <utility>

#include <edgeward/core/file.hpp>
#include <edgeward/core/folder.hpp>

namespace edgeward::config {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t largest_file = std::size_t{1} << 20U;

std::vector<Problem> unreadable(const fs::path& path, const std::string& expected, const Error& error) {
    return {{path.string(), 0, 0, {}, "expected a readable " + expected + ": " + error.message}};
}

}  // namespace

std::vector<Problem> read_rule_file(const fs::path& file, const TakeText& take) {
    const auto text = read_file(file, largest_file);
    if (!text) return unreadable(file, "file of at most 1 MiB", text.error());
    take(*text, file.string());
    return {};
}

std::vector<Problem> read_rule_files(const fs::path& folder, std::string_view extension,
                                     std::string_view rules, const TakeText& take) {
    const auto files = files_in(folder, extension);
    if (!files) return unreadable(folder, "folder of " + std::string(rules), files.error());
    std::vector<Problem> problems;
    for (const fs::path& file : *files) {
        for (Problem& problem : read_rule_file(file, take))
            problems.push_back(std::move(problem));
    }
    return problems;
}

}  // namespace edgeward::config

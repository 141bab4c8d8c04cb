#include <edgeward/config/document.hpp>

#include <algorithm>
#include <tuple>

#include <edgeward/core/file.hpp>

#include "parsed_file.hpp"

namespace edgeward::config {

std::string Problem::to_string() const {
    std::string line_text = file;
    if (line > 0) line_text += ':' + std::to_string(line) + ':' + std::to_string(column);
    if (!path.empty()) line_text += ": " + path;
    return line_text + ": " + text;
}

Document::Document(std::unique_ptr<State> state) : state_(std::move(state)) {}
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

Document Document::load(const std::filesystem::path& path) {
    auto state = std::make_unique<State>(path.string(), path.parent_path());
    if (const auto text = read_file(path)) {
        state->file.parse(*text);
    } else {
        state->file.fail("expected a readable file: " + text.error().message);
    }
    return Document(std::move(state));
}

Document Document::parse(std::string_view text, std::string name) {
    auto folder = std::filesystem::path(name).parent_path();
    auto state = std::make_unique<State>(std::move(name), std::move(folder));
    state->file.parse(text);
    return Document(std::move(state));
}

Section Document::root() {
    ParsedFile& file = state_->file;
    file.open(file.root());
    return Section(std::make_shared<const Section::Place>(
        Section::Place{&file, &file.root(), {}, toml::source_position{1, 1}}));
}

void Document::refuse_unread_keys() {
    state_->file.refuse_unread(state_->file.root(), {});
}

std::vector<Problem> Document::problems() const {
    auto ordered = state_->file.problems();
    std::stable_sort(ordered.begin(), ordered.end(), [](const Problem& left, const Problem& right) {
        return std::tie(left.line, left.column) < std::tie(right.line, right.column);
    });
    return ordered;
}

bool Document::sound() const {
    return state_->file.problems().empty();
}

const std::vector<Setting>& Document::settings() const {
    return state_->file.settings();
}

const std::string& Document::name() const {
    return state_->file.name();
}

}  // namespace edgeward::config

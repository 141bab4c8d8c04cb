#include <algorithm>
#include <charconv>
#include <optional>

#include "path.hpp"

namespace edgeward::mapping {
namespace {

bool is_name_character(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

// Takes one step off the front of `rest`; the error is what was expected there.
class StepReader {
public:
    explicit StepReader(std::string_view rest) : rest_(rest) {}
    [[nodiscard]] std::string_view rest() const noexcept { return rest_; }

    tl::expected<Path::Step, std::string> read() {
        if (take(".")) return name();
        if (take("['")) return quoted();
        if (take("[*]")) return Path::Step{Path::StepKind::all, {}, 0};
        if (take("[")) return element();
        return tl::unexpected(std::string("expected .name, ['name'], [number] or [*]"));
    }

private:
    bool take(std::string_view sign) {
        if (rest_.substr(0, sign.size()) != sign) return false;
        rest_.remove_prefix(sign.size());
        return true;
    }

    tl::expected<Path::Step, std::string> name() {
        const auto end = std::find_if_not(rest_.begin(), rest_.end(), is_name_character);
        const auto length = static_cast<std::size_t>(end - rest_.begin());
        if (length == 0)
            return tl::unexpected(std::string("expected a member name; other signs need ['name']"));
        Path::Step step{Path::StepKind::member, std::string(rest_.substr(0, length)), 0};
        rest_.remove_prefix(length);
        return step;
    }

    tl::expected<Path::Step, std::string> quoted() {
        const std::size_t end = rest_.find('\'');
        if (end == std::string_view::npos || rest_.substr(end, 2) != "']") {
            return tl::unexpected(std::string("expected '] after a quoted member name"));
        }
        Path::Step step{Path::StepKind::member, std::string(rest_.substr(0, end)), 0};
        rest_.remove_prefix(end + 2);
        return step;
    }

    tl::expected<Path::Step, std::string> element() {
        Path::Step step{Path::StepKind::element, {}, 0};
        const char* const end = rest_.data() + rest_.size();
        const auto read = std::from_chars(rest_.data(), end, step.index);
        if (read.ec != std::errc{} || read.ptr == end || *read.ptr != ']') {
            return tl::unexpected(std::string("expected a whole number and ]"));
        }
        rest_.remove_prefix(static_cast<std::size_t>(read.ptr - rest_.data()) + 1);
        return step;
    }

    std::string_view rest_;
};

const Node* start_of(Scope scope, const Path& path) {
    if (path.start == Path::Start::root) return scope.front();
    return path.up < scope.size() ? scope[scope.size() - 1 - path.up] : nullptr;
}

const Node* step_into(const Tree& tree, const Node& node, const Path::Step& step) {
    return step.kind == Path::StepKind::member ? tree.member(node, step.name)
                                               : tree.element(node, step.index);
}

void advance(const Tree& tree, const Path::Step& step, std::vector<const Node*>& at) {
    std::vector<const Node*> reached;
    for (const Node* node : at) {
        if (step.kind != Path::StepKind::all) {
            if (const Node* child = step_into(tree, *node, step)) reached.push_back(child);
        } else if (node->kind == NodeKind::array) {
            for (const Node* child = tree.first_child(*node); child != nullptr; child = tree.next(*child)) {
                reached.push_back(child);
            }
        }
    }
    at = std::move(reached);
}

}  // namespace

tl::expected<Path, std::string> Path::parse(std::string_view text) {
    Path path;
    path.text = text;
    std::string_view rest = text;
    if (rest.empty() || (rest.front() != '$' && rest.front() != '@' && rest.front() != '^')) {
        return tl::unexpected(std::string("expected a path that begins with $, @ or ^"));
    }
    path.start = rest.front() == '$' ? Start::root : Start::current;
    if (rest.front() == '^') {
        path.up = std::min(rest.find_first_not_of('^'), rest.size());
        rest.remove_prefix(path.up);
    } else {
        rest.remove_prefix(1);
    }
    StepReader reader(rest);
    while (!reader.rest().empty()) {
        const std::size_t position = text.size() - reader.rest().size() + 1;
        auto step = reader.read();
        if (!step) return tl::unexpected(step.error() + " at character " + std::to_string(position));
        path.steps.push_back(std::move(*step));
    }
    return path;
}

bool Path::repeats() const {
    return std::any_of(steps.begin(), steps.end(),
                       [](const Step& step) { return step.kind == StepKind::all; });
}

const Node* find(const Tree& tree, Scope scope, const Path& path) {
    const Node* node = start_of(scope, path);
    for (const Path::Step& step : path.steps) {
        if (node == nullptr || step.kind == Path::StepKind::all) return nullptr;
        node = step_into(tree, *node, step);
    }
    if (node != nullptr) node->read = true;
    return node;
}

void find_all(const Tree& tree, Scope scope, const Path& path, std::vector<const Node*>& found) {
    std::vector<const Node*> at;
    if (const Node* node = start_of(scope, path)) at.push_back(node);
    for (const Path::Step& step : path.steps)
        advance(tree, step, at);
    found.insert(found.end(), at.begin(), at.end());
}

}  // namespace edgeward::mapping

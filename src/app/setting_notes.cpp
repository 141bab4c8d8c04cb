#include "setting_notes.hpp"

#include <utility>

#include <edgeward/core/text.hpp>

namespace edgeward::app {
namespace {

bool is_bare_key(std::string_view text) {
    return !text.empty() &&
           text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos;
}

class NoteReader {
public:
    void read(std::string_view line) {
        line = trimmed(line);
        const bool comment = line.starts_with('#');
        const std::string_view text = comment ? trimmed(line.substr(1)) : line;
        if (line.empty() || (comment && text.empty())) {
            above_.clear();
        } else if (text.starts_with('[') && text.find(']') != std::string_view::npos) {
            table_ = text.substr(text.find_first_not_of('['));
            table_.resize(table_.find(']'));
            above_.clear();
        } else if (const auto equals = text.find('=');
                   equals != std::string_view::npos && is_bare_key(trimmed(text.substr(0, equals)))) {
            note(trimmed(text.substr(0, equals)), text);
        } else if (comment) {
            if (!continues_) above_.clear();
            above_.append(above_.empty() ? "" : " ").append(text);
            continues_ = true;
            return;
        }
        continues_ = false;
    }
    std::map<std::string, std::string, std::less<>> take() { return std::move(notes_); }

private:
    void note(std::string_view key, std::string_view line) {
        const auto beside = line.rfind(" # ");
        std::string text =
            beside == std::string_view::npos ? above_ : std::string(trimmed(line.substr(beside + 3)));
        if (!text.empty()) notes_.emplace(table_ + '.' + std::string(key), std::move(text));
    }

    std::string table_;
    std::string above_;
    bool continues_ = false;  // the line before was a comment too
    std::map<std::string, std::string, std::less<>> notes_;
};

}  // namespace

std::map<std::string, std::string, std::less<>> setting_notes(std::string_view file) {
    NoteReader reader;
    while (!file.empty()) {
        const auto end = file.find('\n');
        reader.read(file.substr(0, end));
        file.remove_prefix(end == std::string_view::npos ? file.size() : end + 1);
    }
    return reader.take();
}

std::string without_positions(std::string_view path) {
    std::string made;
    bool inside = false;
    for (const char c : path) {
        if (c == '[') inside = true;
        if (!inside) made += c;
        if (c == ']') inside = false;
    }
    return made;
}

}  // namespace edgeward::app

#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <toml++/toml.h>
#include <edgeward/config/document.hpp>

#include "source_text.hpp"

namespace edgeward::config {

// One parsed file, which of its keys were asked for, and what was found wrong. Sections keep addresses of its
// tables, so it stays where it is. One thread.
class ParsedFile {
public:
    ParsedFile(std::string name, std::filesystem::path folder)
        : name_(std::move(name)), folder_(std::move(folder)) {}
    ParsedFile(const ParsedFile&) = delete;
    ParsedFile& operator=(const ParsedFile&) = delete;
    ~ParsedFile() = default;

    void parse(std::string_view text);
    // The file cannot be used as a whole; nothing more will be reported.
    void fail(std::string text, toml::source_position where = {});

    // Remembers that readers know this table, or this key of it.
    void open(const toml::table& table) { asked_[&table]; }
    const toml::node* ask(const toml::table& table, std::string_view key);

    // One problem per key: the first says it, later ones follow from it.
    void refuse(const toml::table& table, std::string_view key, const std::string& path, std::string text);
    // The same for a part of the key's value.
    void refuse_part(const toml::table& table, std::string_view key, const toml::node& part,
                     const std::string& path, std::string text);
    void add(toml::source_position where, const std::string& path, std::string text);
    [[nodiscard]] bool is_refused(const toml::table& table, std::string_view key) const;
    void refuse_unread(const toml::table& table, const std::string& path);

    // What stands there, for "got …". Values under a name that promises a secret are not shown.
    [[nodiscard]] std::string describe(const toml::node& node, std::string_view path) const;
    // A value's own text in the file; empty when it spans lines.
    [[nodiscard]] std::string_view text_of(const toml::node& node) const;

    // Remembers what a reader took; a setting read twice is kept once.
    void note(Setting setting);

    [[nodiscard]] static std::vector<std::string> keys_of(const toml::table& table);  // in file order

    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    [[nodiscard]] const std::filesystem::path& folder() const noexcept { return folder_; }
    [[nodiscard]] const toml::table& root() const noexcept { return root_; }
    [[nodiscard]] const std::vector<Problem>& problems() const noexcept { return problems_; }
    [[nodiscard]] const std::vector<Setting>& settings() const noexcept { return settings_; }

private:
    using Keys = std::set<std::string, std::less<>>;

    void refuse_unread_inside(const toml::node& node, const std::string& path);

    std::string name_;
    std::filesystem::path folder_;
    SourceText source_;
    toml::table root_;
    bool failed_ = false;
    std::vector<Problem> problems_;
    std::vector<Setting> settings_;
    std::set<std::string, std::less<>> noted_;
    std::map<const toml::table*, Keys> asked_;
    std::map<const toml::table*, Keys> refused_;
};

struct Document::State {
    State(std::string name, std::filesystem::path folder) : file(std::move(name), std::move(folder)) {}
    ParsedFile file;
};

// Where a section stands. `table` is null when the file has no such table; `position` is then its parent's.
struct Section::Place {
    ParsedFile* file;
    const toml::table* table;
    std::string path;
    toml::source_position position;

    [[nodiscard]] std::string path_of(std::string_view key) const;
    const toml::node* ask(std::string_view key) const;  // null when there is none
    void refuse(std::string_view key, std::string text) const;
    void expected(std::string_view key, std::string_view expectation, const toml::node* got) const;
    // Gives the value a reader took, after noting it under its path as `text`.
    template <typename T>
    T noted(std::string_view key, T value, std::string text) const {
        note(key, std::move(text));
        return value;
    }
    void note(std::string_view key, std::string text) const;
};

// Position of a key in its table.
toml::source_position key_position(const toml::table& table, std::string_view key);

}  // namespace edgeward::config

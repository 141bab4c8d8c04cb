#include "parsed_file.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <exception>

#include "quantity.hpp"

namespace edgeward::config {
namespace {

// Does a name say that its value is a secret? Better one word too many: the price is a vaguer message.
bool promises_secret(std::string_view name) {
    constexpr std::array<std::string_view, 6> words = {"password", "passphrase", "secret",
                                                       "token",    "key",        "credential"};
    std::string lower(name);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

// What the parser stumbled over, in our words: its own quote the file, which may be a secret, and change from
// version to version.
std::string expectation_of(std::string_view description) {
    using Row = std::pair<std::string_view, std::string_view>;  // in the parser's words, in ours
    constexpr std::array<Row, 13> rows{
        {{"redefine", "expected each key and table once; this one stands further up already"},
         {"utf-8", "expected UTF-8 text"},
         {"keys, tables", "expected a key, a [table] or a # comment"},
         {"table header", "expected a table header such as [mqtt], alone on its line"},
         {"inline table", "expected { name = value, … } closed on the same line"},
         {"parsing array", "expected a list [ … ] that is closed"},
         {"'='", "expected = after the key; a key with blanks or special signs stands in quotes"},
         {"comment or whitespace", "expected the end of the line after the value; texts stand in quotes"},
         {"string", "expected a text closed by its quote; a backslash in it is written \\\\"},
         {"value", "expected a value: a text in quotes, a number, true, false or a list"},
         {"integer", "expected a whole number of at most 64 bits, such as 1_000"},
         {"float", "expected a number such as 0.5"},
         {"date", "expected a date or time such as 2026-11-23T18:00:00+01:00"}}};
    for (const auto& [theirs, ours] : rows) {
        if (description.find(theirs) != std::string_view::npos) return ": " + std::string(ours);
    }
    return {};
}

}  // namespace

void ParsedFile::parse(std::string_view text) {
    source_ = SourceText(std::string(text));
    try {
        root_ = toml::parse(text);
    } catch (const toml::parse_error& error) {
        fail("not valid TOML" + expectation_of(error.description()), error.source().begin);
    } catch (const std::exception&) {
        fail("not valid TOML");
    }
}

void ParsedFile::fail(std::string text, toml::source_position where) {
    add(where, {}, std::move(text));
    failed_ = true;
}

void ParsedFile::add(toml::source_position where, const std::string& path, std::string text) {
    if (failed_) return;
    problems_.push_back({name_, where.line, where.column, path, std::move(text)});
}

const toml::node* ParsedFile::ask(const toml::table& table, std::string_view key) {
    asked_[&table].emplace(key);
    return table.get(key);
}

bool ParsedFile::is_refused(const toml::table& table, std::string_view key) const {
    const auto found = refused_.find(&table);
    return found != refused_.end() && found->second.contains(key);
}

void ParsedFile::refuse(const toml::table& table, std::string_view key, const std::string& path,
                        std::string text) {
    const toml::node* node = table.get(key);
    if (!refused_[&table].emplace(key).second) return;
    if (node == nullptr) return add(table.source().begin, path, std::move(text));
    add(node->is_table() ? key_position(table, key) : node->source().begin, path, std::move(text));
}

void ParsedFile::refuse_part(const toml::table& table, std::string_view key, const toml::node& part,
                             const std::string& path, std::string text) {
    if (!refused_[&table].emplace(key).second) return;
    add(part.source().begin, path, std::move(text));
}

std::vector<std::string> ParsedFile::keys_of(const toml::table& table) {
    std::vector<std::pair<toml::source_position, std::string>> found;
    for (const auto& [key, node] : table)
        found.emplace_back(key.source().begin, key.str());
    std::stable_sort(found.begin(), found.end(),
                     [](const auto& left, const auto& right) { return left.first < right.first; });
    std::vector<std::string> names;
    names.reserve(found.size());
    for (auto& [position, name] : found)
        names.push_back(std::move(name));
    return names;
}

void ParsedFile::refuse_unread(const toml::table& table, const std::string& path) {
    const Keys& known = asked_[&table];
    for (const auto& [toml_key, node] : table) {
        const std::string_view key = toml_key.str();
        const std::string key_path = path.empty() ? key_text(key) : path + '.' + key_text(key);
        if (known.contains(key)) {
            refuse_unread_inside(node, key_path);
            continue;
        }
        std::string text = "unknown setting";
        if (const auto near = nearest(key, {known.begin(), known.end()})) {
            text += "; did you mean " + (path.empty() ? key_text(*near) : path + '.' + key_text(*near)) + '?';
        }
        add(key_position(table, key), key_path, std::move(text));
    }
}

void ParsedFile::refuse_unread_inside(const toml::node& node, const std::string& path) {
    if (const toml::table* table = node.as_table(); table != nullptr && asked_.contains(table)) {
        return refuse_unread(*table, path);
    }
    const toml::array* array = node.as_array();
    if (array == nullptr) return;
    for (std::size_t i = 0; i < array->size(); ++i) {
        const toml::table* table = (*array)[i].as_table();
        if (table == nullptr || !asked_.contains(table)) continue;
        refuse_unread(*table, path + '[' + std::to_string(i + 1) + ']');
    }
}

std::string ParsedFile::describe(const toml::node& node, std::string_view path) const {
    const bool secret = promises_secret(path);
    if (const auto* text = node.as_string(); text != nullptr) {
        if (text->get().empty()) return "an empty text";
        return secret ? std::string("a text") : quotation(text->get());
    }
    if (node.is_boolean()) return *node.value_exact<bool>() ? "true" : "false";
    if (node.is_table()) return "a table";
    if (node.is_array()) return "a list";
    if (!node.is_number()) return "a date or time";
    if (secret) return "a number";
    const std::string_view literal = text_of(node);
    const auto printable = [](char c) { return c > ' ' && c < 0x7F; };
    const bool fit =
        !literal.empty() && literal.size() <= 60 && std::all_of(literal.begin(), literal.end(), printable);
    if (fit) return std::string(literal);
    return format_number(node.value_or(0.0));
}

std::string_view ParsedFile::text_of(const toml::node& node) const {
    const auto& region = node.source();
    if (region.begin.line != region.end.line) return {};
    return source_.cut(region.begin.line, region.begin.column, region.end.column);
}

toml::source_position key_position(const toml::table& table, std::string_view key) {
    const auto found = table.find(key);
    return found == table.end() ? table.source().begin : found->first.source().begin;
}

void ParsedFile::note(Setting setting) {
    if (noted_.insert(setting.path).second) settings_.push_back(std::move(setting));
}

std::string Section::Place::path_of(std::string_view key) const {
    if (key.empty()) return path;
    return path.empty() ? key_text(key) : path + '.' + key_text(key);
}

const toml::node* Section::Place::ask(std::string_view key) const {
    return table == nullptr ? nullptr : file->ask(*table, key);
}

void Section::Place::note(std::string_view key, std::string text) const {
    std::string where;
    if (table != nullptr && table->contains(key)) {
        const auto at = key_position(*table, key);
        where = file->name() + ':' + std::to_string(at.line) + ':' + std::to_string(at.column);
    }
    std::string setting = path_of(key);
    if (promises_secret(setting)) text = "(not shown)";
    file->note({std::move(setting), std::move(text), std::move(where)});
}

void Section::Place::refuse(std::string_view key, std::string text) const {
    if (table == nullptr || key.empty()) return file->add(position, path_of(key), std::move(text));
    file->refuse(*table, key, path_of(key), std::move(text));
}

void Section::Place::expected(std::string_view key, std::string_view expectation,
                              const toml::node* got) const {
    const std::string found = got == nullptr ? "nothing" : file->describe(*got, path_of(key));
    refuse(key, std::string("expected ").append(expectation).append(", got ").append(found));
}

}  // namespace edgeward::config

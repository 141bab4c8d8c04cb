#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <edgeward/core/result.hpp>

// TOML files with positions. This module knows files, positions and types; what a setting means is known by
// the module that owns it (docs/configuration.md).
namespace edgeward::config {

// "edgeward.toml:4:8: mqtt.port: expected a whole number from 1 to 65535, got 70000"
struct Problem {
    std::string file;
    std::uint32_t line = 0;  // from 1; 0: the file as a whole
    std::uint32_t column = 0;
    std::string path;  // mqtt.port, destination[2].purpose; empty for the file as a whole
    std::string text;  // "expected …, got …"
    [[nodiscard]] std::string to_string() const;
};

// A setting as a reader took it, for `edgeward config explain`. Settings named like secrets show no value.
struct Setting {
    std::string path;   // mqtt.port
    std::string value;  // as it would be written in TOML
    std::string where;  // file:line:column; empty: the default
};

class Section;

// One parsed file and every mistake found in it so far. Not copyable; sections refer to it.
// One thread.
class Document {
public:
    // Parses a file, or a text under a name to report. Syntax errors become the only problem.
    static Document load(const std::filesystem::path& path);
    static Document parse(std::string_view text, std::string name);
    Document(Document&&) noexcept;
    Document& operator=(Document&&) noexcept;
    Document(const Document&) = delete;
    Document& operator=(const Document&) = delete;
    ~Document();

    // The top-level table.
    [[nodiscard]] Section root();
    // Adds one problem per key that no reader has asked for, naming the nearest known one. Call when all have
    // read.
    void refuse_unread_keys();
    // In file order.
    [[nodiscard]] std::vector<Problem> problems() const;
    [[nodiscard]] bool sound() const;
    // Every setting read so far, in the order of reading.
    [[nodiscard]] const std::vector<Setting>& settings() const;
    [[nodiscard]] const std::string& name() const;

private:
    friend class Section;
    struct State;
    explicit Document(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

// One table of a document. Every read remembers the key as known, checks type and range and adds a Problem
// when the value is wrong; it then returns the fallback, so that all mistakes are found in one pass. Cheap to
// copy; valid as long as its document. One thread.
class Section {
public:
    // Is the key there (and not refused)?
    [[nodiscard]] bool has(std::string_view key) const;
    [[nodiscard]] bool exists() const;  // false for a table the file does not have
    [[nodiscard]] const std::string& path() const;

    std::string text(std::string_view key, std::string_view fallback);
    // Missing or empty is a problem.
    std::string required_text(std::string_view key, std::string_view expectation = "a text");
    bool flag(std::string_view key, bool fallback);
    std::int64_t whole_number(std::string_view key, std::int64_t fallback, std::int64_t least,
                              std::int64_t most);
    double number(std::string_view key, double fallback, double least, double most);
    // The number's own text as written in the file ("0.10" stays "0.10"); a quoted number is taken too.
    std::optional<std::string> number_text(std::string_view key);
    // "250ms", "60s", "5min", "24h", "30d".
    std::chrono::milliseconds duration(std::string_view key, std::chrono::milliseconds fallback,
                                       std::chrono::milliseconds least, std::chrono::milliseconds most);
    // "00:00" to "23:59", as the time since midnight.
    std::chrono::minutes time_of_day(std::string_view key, std::chrono::minutes fallback);
    // The name of one that this system knows, such as Europe/Berlin. Without a fallback it may be empty.
    std::string time_zone(std::string_view key, std::string_view fallback = {});
    // "512", "64KiB", "16MiB", "1GiB".
    std::uint64_t size(std::string_view key, std::uint64_t fallback, std::uint64_t least, std::uint64_t most);
    // One of `choices`; the problem lists them.
    std::string choice(std::string_view key, std::string_view fallback,
                       const std::vector<std::string>& choices);
    std::vector<std::string> texts(std::string_view key, std::vector<std::string> fallback = {});
    // A list of texts, numbers (with the text of the file), true and false; empty when missing.
    std::vector<std::string> words(std::string_view key);
    std::filesystem::path file(std::string_view key, const std::filesystem::path& fallback);

    // A sub-table; one that the file does not have reads as empty.
    [[nodiscard]] Section table(std::string_view key);
    // An array of tables ([[destination]]); empty when the file has none.
    [[nodiscard]] std::vector<Section> tables(std::string_view key);
    // The keys present, in file order. Marks them all as known.
    [[nodiscard]] std::vector<std::string> keys();

    // Adds a problem at this key (or at the table when the key is missing or empty).
    void problem(std::string_view key, std::string text);
    // Position of the key (or of the table): "file:line:column".
    [[nodiscard]] std::string where(std::string_view key = {}) const;

private:
    friend class Document;
    struct Place;
    explicit Section(std::shared_ptr<const Place> place);
    template <typename Read>
    std::optional<std::vector<std::string>> list(std::string_view key, const std::string& element_name,
                                                 Read read) const;
    std::shared_ptr<const Place> place_;  // shared: sections are copied by value into readers
};

// The nearest of `known` to `word` (Damerau-Levenshtein, at most a third of its length), or nothing.
std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& known);

}  // namespace edgeward::config

#include <algorithm>
#include <limits>
#include <utility>

#include <edgeward/config/document.hpp>
#include <edgeward/core/time.hpp>

#include "parsed_file.hpp"
#include "quantity.hpp"

namespace edgeward::config {
namespace {

std::string in_range(const std::string& what, const std::string& least, const std::string& most) {
    return what + " from " + least + " to " + most;
}

std::string whole_number_in_range(std::int64_t least, std::int64_t most) {
    if (most == std::numeric_limits<std::int64_t>::max())
        return "a whole number of at least " + std::to_string(least);
    return in_range("a whole number", std::to_string(least), std::to_string(most));
}

std::string listed(const std::vector<std::string>& choices) {
    std::string text;
    for (std::size_t i = 0; i < choices.size(); ++i) {
        if (i > 0) text += i + 1 == choices.size() ? " or " : ", ";
        text += choices[i];
    }
    return text;
}

template <typename T>
std::optional<T> within(std::optional<T> value, T least, T most) {
    if (value && *value >= least && *value <= most) return value;  // false for NaN
    return std::nullopt;
}

template <typename Parse>
auto parsed_text(const toml::node& node, Parse parse) -> decltype(parse(std::string_view())) {
    const auto* text = node.as_string();
    if (text == nullptr) return std::nullopt;
    return parse(std::string_view(text->get()));
}

std::optional<std::uint64_t> size_of(const toml::node& node) {
    if (const auto count = node.value_exact<std::int64_t>(); count && *count >= 0) {
        return static_cast<std::uint64_t>(*count);
    }
    return parsed_text(node, parse_size);
}

// The digits as written, without TOML's underscores and superfluous plus.
std::optional<std::string> decimal_text(const toml::node& node, std::string_view literal) {
    std::string text;
    if (const auto* quoted_number = node.as_string(); quoted_number != nullptr) {
        text = quoted_number->get();
    } else if (node.is_number()) {
        text = literal;
        text.erase(std::remove(text.begin(), text.end(), '_'), text.end());
    }
    if (!is_decimal_number(text)) return std::nullopt;
    if (text.front() == '+') text.erase(0, 1);
    return text;
}

std::string in_quotes(const std::string& text) {
    return quotation(text, text.size());
}

std::string in_quotes(const std::vector<std::string>& texts) {
    std::string made = "[";
    for (const auto& text : texts)
        made.append(made.size() > 1 ? ", " : "").append(in_quotes(text));
    return made + ']';
}

// The value at `key` as `read` gives it, or the fallback after saying what was expected; noted as `show`
// writes it.
template <typename T, typename Place, typename Read, typename Show>
T taken(const Place& place, std::string_view key, T fallback, const std::string& expectation, Read read,
        Show show) {
    const toml::node* node = place.ask(key);
    if (node == nullptr) return place.noted(key, fallback, show(fallback));
    if (std::optional<T> value = read(*node)) return place.noted(key, *value, show(*value));
    place.expected(key, expectation, node);
    return fallback;
}

}  // namespace

Section::Section(std::shared_ptr<const Place> place) : place_(std::move(place)) {}

bool Section::has(std::string_view key) const {
    return place_->ask(key) != nullptr && !place_->file->is_refused(*place_->table, key);
}

bool Section::exists() const {
    return place_->table != nullptr;
}

const std::string& Section::path() const {
    return place_->path;
}

std::string Section::text(std::string_view key, std::string_view fallback) {
    std::string value(fallback);
    if (const toml::node* node = place_->ask(key); node != nullptr) {
        auto given = node->value_exact<std::string>();
        if (!given) place_->expected(key, "a text", node);
        if (given) value = *std::move(given);
    }
    place_->note(key, in_quotes(value));
    return value;
}

std::string Section::required_text(std::string_view key, std::string_view expectation) {
    const toml::node* node = place_->ask(key);
    auto value = node == nullptr ? std::nullopt : node->value_exact<std::string>();
    if (value && !value->empty()) return place_->noted(key, *value, in_quotes(*value));
    place_->expected(key, expectation, node);
    return {};
}

bool Section::flag(std::string_view key, bool fallback) {
    return taken<bool>(
        *place_, key, fallback, "true or false",
        [](const toml::node& node) { return node.value_exact<bool>(); },
        [](bool value) { return std::string(value ? "true" : "false"); });
}

std::int64_t Section::whole_number(std::string_view key, std::int64_t fallback, std::int64_t least,
                                   std::int64_t most) {
    return taken<std::int64_t>(
        *place_, key, fallback, whole_number_in_range(least, most),
        [&](const toml::node& node) { return within(node.value_exact<std::int64_t>(), least, most); },
        [](std::int64_t value) { return std::to_string(value); });
}

double Section::number(std::string_view key, double fallback, double least, double most) {
    return taken<double>(
        *place_, key, fallback, in_range("a number", format_number(least), format_number(most)),
        [&](const toml::node& node) {
            return within(node.is_number() ? node.value<double>() : std::nullopt, least, most);
        },
        format_number);
}

std::optional<std::string> Section::number_text(std::string_view key) {
    const toml::node* node = place_->ask(key);
    if (node == nullptr) return std::nullopt;
    auto text = decimal_text(*node, place_->file->text_of(*node));
    if (!text) place_->expected(key, "a decimal number", node);
    if (text) place_->note(key, *text);
    return text;
}

std::chrono::milliseconds Section::duration(std::string_view key, std::chrono::milliseconds fallback,
                                            std::chrono::milliseconds least, std::chrono::milliseconds most) {
    return taken<std::chrono::milliseconds>(
        *place_, key, fallback, in_range("a duration", format_duration(least), format_duration(most)),
        [&](const toml::node& node) { return within(parsed_text(node, parse_duration), least, most); },
        [](std::chrono::milliseconds value) { return in_quotes(format_duration(value)); });
}

std::chrono::minutes Section::time_of_day(std::string_view key, std::chrono::minutes fallback) {
    return taken<std::chrono::minutes>(
        *place_, key, fallback, "a time of day such as " + format_time_of_day(fallback),
        [](const toml::node& node) { return parsed_text(node, parse_time_of_day); },
        [](std::chrono::minutes value) { return in_quotes(format_time_of_day(value)); });
}

std::string Section::time_zone(std::string_view key, std::string_view fallback) {
    std::string zone = text(key, fallback);
    // The fallback too: a machine without the time zone database knows none.
    const bool known = zone.empty() ? fallback.empty() : zone_offset_minutes(Instant{}, zone).has_value();
    if (!known) problem(key, "expected a time zone this system knows, such as Europe/Berlin");
    return zone;
}

std::uint64_t Section::size(std::string_view key, std::uint64_t fallback, std::uint64_t least,
                            std::uint64_t most) {
    return taken<std::uint64_t>(
        *place_, key, fallback, in_range("a size", format_size(least), format_size(most)),
        [&](const toml::node& node) { return within(size_of(node), least, most); },
        [](std::uint64_t value) { return in_quotes(format_size(value)); });
}

std::string Section::choice(std::string_view key, std::string_view fallback,
                            const std::vector<std::string>& choices) {
    return taken<std::string>(
        *place_, key, std::string(fallback), listed(choices),
        [&](const toml::node& node) {
            auto value = node.value_exact<std::string>();
            const bool known = value && std::find(choices.begin(), choices.end(), *value) != choices.end();
            return known ? value : std::nullopt;
        },
        [](const std::string& value) { return in_quotes(value); });
}

template <typename Read>
std::optional<std::vector<std::string>> Section::list(std::string_view key, const std::string& element_name,
                                                      Read read) const {
    const toml::node* node = place_->ask(key);
    if (node == nullptr) return std::nullopt;
    const toml::array* array = node->as_array();
    if (array == nullptr) {
        place_->expected(key, "a list of " + element_name + "s", node);
        return std::nullopt;
    }
    std::vector<std::string> values;
    for (const toml::node& element : *array) {
        if (std::optional<std::string> value = read(element)) {
            values.push_back(*std::move(value));
            continue;
        }
        const std::string path = place_->path_of(key) + '[' + std::to_string(values.size() + 1) + ']';
        place_->file->refuse_part(
            *place_->table, key, element, path,
            "expected a " + element_name + ", got " + place_->file->describe(element, path));
        return std::nullopt;
    }
    return values;
}

std::vector<std::string> Section::texts(std::string_view key, std::vector<std::string> fallback) {
    auto values =
        list(key, "text", [](const toml::node& element) { return element.value_exact<std::string>(); });
    auto taken_values = values ? *std::move(values) : std::move(fallback);
    place_->note(key, in_quotes(taken_values));
    return taken_values;
}

std::vector<std::string> Section::words(std::string_view key) {
    auto values = list(key, "word", [this](const toml::node& element) -> std::optional<std::string> {
        if (auto text = element.value_exact<std::string>()) return text;
        if (const auto truth = element.value_exact<bool>()) return *truth ? "true" : "false";
        return decimal_text(element, place_->file->text_of(element));
    });
    return values ? *std::move(values) : std::vector<std::string>();
}

std::filesystem::path Section::file(std::string_view key, const std::filesystem::path& fallback) {
    const toml::node* node = place_->ask(key);
    if (node == nullptr) return place_->noted(key, fallback, in_quotes(fallback.string()));
    const auto value = node->value_exact<std::string>();
    if (!value) {
        place_->expected(key, "a file name", node);
        return fallback;
    }
    const auto file =
        value->empty() ? std::filesystem::path() : (place_->file->folder() / *value).lexically_normal();
    return place_->noted(key, file, in_quotes(file.string()));
}

Section Section::table(std::string_view key) {
    const toml::node* node = place_->ask(key);
    const toml::table* table = node == nullptr ? nullptr : node->as_table();
    if (node != nullptr && table == nullptr) place_->expected(key, "a table", node);
    if (table != nullptr) place_->file->open(*table);
    const auto position = table == nullptr ? place_->position : table->source().begin;
    return Section(std::make_shared<const Place>(Place{place_->file, table, place_->path_of(key), position}));
}

std::vector<Section> Section::tables(std::string_view key) {
    const toml::node* node = place_->ask(key);
    if (node == nullptr) return {};
    const toml::array* array = node->as_array();
    const bool all_tables =
        array != nullptr && std::all_of(array->begin(), array->end(),
                                        [](const toml::node& element) { return element.is_table(); });
    if (!all_tables) {
        place_->expected(key, "tables under [[" + place_->path_of(key) + "]]", node);
        return {};
    }
    std::vector<Section> sections;
    for (const toml::node& element : *array) {
        const toml::table& table = *element.as_table();
        place_->file->open(table);
        std::string path = place_->path_of(key) + '[' + std::to_string(sections.size() + 1) + ']';
        sections.push_back(Section(std::make_shared<const Place>(
            Place{place_->file, &table, std::move(path), table.source().begin})));
    }
    return sections;
}

std::vector<std::string> Section::keys() {
    if (place_->table == nullptr) return {};
    std::vector<std::string> names = ParsedFile::keys_of(*place_->table);
    for (const std::string& name : names)
        place_->ask(name);
    return names;
}

void Section::problem(std::string_view key, std::string text) {
    place_->refuse(key, std::move(text));
}

std::string Section::where(std::string_view key) const {
    const bool known = place_->table != nullptr && !key.empty() && place_->table->contains(key);
    const auto position = known ? key_position(*place_->table, key) : place_->position;
    return place_->file->name() + ':' + std::to_string(position.line) + ':' + std::to_string(position.column);
}

}  // namespace edgeward::config
